"""Text files as passages: sentences, pairs, long lines, and what is no text."""

from __future__ import annotations

from pathlib import Path

import pytest

from bert_core.corpus_search.passages import PART, check_text, passages_of, read_passages
from bert_core.errors import TextError
from bert_core.pretraining.sentences import LONGEST
from bert_core.queries_search import Passage


def read(tmp_path: Path, content: bytes | str, *, paired: bool = False) -> list[Passage]:
    path = tmp_path / "text.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_passages(path, paired=paired))


def texts(passages: list[Passage]) -> list[tuple[str, str | None]]:
    return [(passage.text_a, passage.text_b) for passage in passages]


def test_lines_are_cut_into_sentences(tmp_path: Path) -> None:
    content = "\ufeffThe first sentence. A second one follows!\n\n  Another line  \r\nno end"
    found = read(tmp_path, content)
    assert texts(found) == [
        ("The first sentence.", None),
        ("A second one follows!", None),
        ("Another line", None),
        ("no end", None),
    ]
    assert [passage.line for passage in found] == [1, 1, 3, 4]
    assert [passage.number for passage in found] == [0, 1, 2, 3]
    assert found[-1].at == len(content.encode())


def test_a_tab_parts_a_pair(tmp_path: Path) -> None:
    content = "One. Two is here.\tThree\n\tfour\n" + "x" * (LONGEST + 1) + "\ty\n"
    found = read(tmp_path, content)
    assert texts(found) == [("One. Two is here.", "Three"), ("four", None), ("x" * LONGEST, "y")]
    assert [passage.cut for passage in found] == [False, False, True]


def test_sentences_come_two_by_two_where_that_is_wanted(tmp_path: Path) -> None:
    content = "First of all this. Then that follows.\nAlone in its scene\n\n\nNew scene\nits end\na\tb\nlast"
    assert texts(read(tmp_path, content, paired=True)) == [
        ("First of all this.", "Then that follows."),
        ("Alone in its scene", None),
        ("New scene", "its end"),
        ("a", "b"),
        ("last", None),
    ]


@pytest.mark.parametrize("unit", ["x", "word ", "字", "One more sentence is here. "])
def test_a_long_line_is_read_in_parts_and_whole(tmp_path: Path, unit: str) -> None:
    line = unit * (2 * PART // len(unit.encode()) + 7)
    found = read(tmp_path, line + "\nbehind it\n")
    assert max(len(passage.text_a) for passage in found) <= LONGEST
    assert "".join(passage.text_a for passage in found[:-1]).replace(" ", "") == line.replace(" ", "")
    assert {passage.line for passage in found[:-1]} == {1}
    assert (found[-1].text_a, found[-1].line) == ("behind it", 2)
    if "sentence" in unit:
        assert {passage.text_a for passage in found[:-1]} == {unit.strip()}


def test_texts_are_passages_like_lines() -> None:
    given = [("One is here. Two is here.", None), ("a", "b"), ("", " ")]
    found = list(passages_of(given))
    assert texts(found) == [("One is here.", None), ("Two is here.", None), ("a", "b")]
    assert [passage.line for passage in found] == [1, 1, 2]
    assert texts(list(passages_of(given, paired=True))) == [("One is here.", "Two is here."), ("a", "b")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"good\nbad \xff line\n", "Line 2 is not UTF-8"),
        (b"good\ncut \xe4\xb8", "Line 2 is not UTF-8"),
        (b"good\nzero \x00 byte\n", "Line 2 has a zero byte in it"),
        (b"\n  \n", "There is no text in it."),
        (b"", "There is no text in it."),
    ],
)
def test_what_is_no_text_is_said(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    with pytest.raises(TextError, match=sentence) as caught:
        list(check_text(path))
    assert str(path) in str(caught.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(TextError, match="cannot be read") as caught:
            list(read_passages(path))
        assert str(path) in str(caught.value)
