"""A sentence on one line, cut around what is marked in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.theme import font, theme
from app.views.marked_text import Line, Marked, draw_line, marked_line


def marked(line: Line) -> list[tuple[str, str]]:
    units = line.text.encode("utf-16-le")
    return [
        (units[2 * start : 2 * (start + size)].decode("utf-16-le"), role) for start, size, role in line.marks
    ]


def at(text: str, piece: str, role: str, sentence: int = 0) -> Marked:
    start = text.index(piece)
    return Marked(sentence, start, start + len(piece), role)  # type: ignore[arg-type]


def width(text: str) -> float:
    return 10.0 * len(text)


TEXT = "The animal did not cross the wide old street because it was too tired to walk any further today"


def test_what_fits_is_written_whole() -> None:
    line = marked_line([TEXT], [at(TEXT, "animal", "key"), at(TEXT, "it", "query")], 10_000, width)
    assert line.text == TEXT
    assert marked(line) == [("animal", "key"), ("it", "query")]


@pytest.mark.parametrize("room", [200, 300, 500, 800])
def test_what_is_too_long_is_cut_around_the_marks(room: float) -> None:
    line = marked_line([TEXT], [at(TEXT, "animal", "key"), at(TEXT, "it", "query")], room, width)
    assert width(line.text) <= room
    assert marked(line) == [("animal", "key"), ("it", "query")]
    assert "…" in line.text and "… " not in line.text and " …" not in line.text
    for part in line.text.split("…"):
        assert part in TEXT


def test_of_a_very_long_sentence_little_is_measured() -> None:
    text = "word and " * 10_000
    asked: list[str] = []

    def counted(part: str) -> float:
        asked.append(part)
        return width(part)

    line = marked_line(
        [text], [Marked(0, 45_000, 45_004, "query"), Marked(0, 80_105, 80_108, "key")], 400, counted
    )
    assert marked(line) == [("word", "query"), ("and", "key")]
    assert line.text.startswith("…") and line.text.endswith("…") and width(line.text) <= 400
    assert len(asked) < 1000


def test_part_of_a_word_is_marked() -> None:
    line = marked_line(["play playing"], [Marked(0, 9, 12, "query")], 1000, width)
    assert line.text == "play playing" and marked(line) == [("ing", "query")]


def test_a_special_piece_has_no_place_in_the_text() -> None:
    line = marked_line(["some words"], [Marked(0, 0, 0, "key")], 1000, width)
    assert line == Line("some words", ())
    assert marked_line([TEXT], [Marked(0, 0, 0, "key")], 200, width).text.startswith("The animal")


def test_chinese_is_cut_between_characters() -> None:
    text = "她把书放在桌子上，然后走出了房间，因为她忘记了自己的书。"
    line = marked_line([text], [at(text, "房", "query")], 120, width)
    assert marked(line) == [("房", "query")] and 6 <= len(line.text) <= 14


def test_right_to_left_sentences_are_isolated() -> None:
    first, second = "He said שלום to him", "وقال سلام"
    line = marked_line(
        [first, second], [at(first, "שלום", "query"), at(second, "سلام", "key", 1)], 9999, width
    )
    assert line.text == f"\u2068{first}\u2069  /  \u2068{second}\u2069"
    assert marked(line) == [("שלום", "query"), ("سلام", "key")]


def test_offsets_are_those_of_qt() -> None:
    line = marked_line(["😀 a😀b"], [Marked(0, 2, 4, "query")], 1000, width)
    assert marked(line) == [("a😀", "query")]


def test_what_cannot_be_seen_is_written_out() -> None:
    line = marked_line(["a\u202eb \t c"], [Marked(0, 2, 3, "query")], 1000, width)
    assert "\u202e" not in line.text.replace("\u2068", "") and "‹U+202E›" in line.text
    assert marked(line) == [("b", "query")]


@pytest.mark.usefixtures("qapp")
def test_marks_are_drawn_behind_their_pieces() -> None:
    line = marked_line(["aaaa bbbb"], [Marked(0, 5, 9, "key")], 1000, width)
    image = QImage(200, 24, QImage.Format.Format_RGB32)
    image.fill(theme().surface)
    painter = QPainter(image)
    draw_line(painter, QRectF(0, 0, 200, 24), line, font("base"), theme().text)
    painter.end()
    soft = [x for x in range(200) if image.pixelColor(x, 6).name() == theme().segment_b_soft]
    assert soft and min(soft) > 20 and max(soft) - min(soft) > 15
