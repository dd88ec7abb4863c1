"""The editor of a text: what a paste becomes."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

from app.views.paragraph_edit import LONG_LINE, ParagraphEdit, parted


def paste(view: ParagraphEdit, text: str) -> None:
    mime = QMimeData()
    mime.setText(text)
    view.insertFromMimeData(mime)


def test_long_lines_are_parted_after_sentences() -> None:
    text = "A sentence of some words. " * 400
    lines = parted(text.strip()).split("\n")
    assert len(lines) == 6 and all(line.endswith(".") for line in lines)
    assert max(map(len, lines)) < LONG_LINE + 30
    assert " ".join(lines) == text.strip()
    assert parted("short. lines") == "short. lines"
    wide = parted("我爱北京天安门。" * 300)
    assert wide.replace("\n", "") == "我爱北京天安门。" * 300 and wide.count("\n") == 1
    assert parted("x" * 9000) == "x" * 9000


def test_a_paste_is_plain_and_has_one_kind_of_line_end(qtbot) -> None:
    view = ParagraphEdit("name", "hint")
    qtbot.addWidget(view)
    paste(view, "One.\r\nTwo.\u2029Three 🙂 \u0301.")
    assert view.text == "One.\nTwo.\nThree 🙂 \u0301."


def test_what_there_is_no_room_for_is_told(qtbot, monkeypatch) -> None:
    monkeypatch.setattr("app.views.paragraph_edit.MOST_CHARACTERS", 10)
    view = ParagraphEdit("name", "hint")
    qtbot.addWidget(view)
    said: list[int] = []
    view.left_out.connect(said.append)
    paste(view, "12345678")
    assert said == []
    paste(view, "12345678")
    assert view.text == "1234567812" and said == [6]
