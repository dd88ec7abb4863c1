"""Sentences from files: what is read, what is left out, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bert_core import sentence_lines
from bert_core.errors import TextError
from bert_core.sentence_lines import Line, read_sentences


def lines_of(tmp_path: Path, content: bytes) -> list[Line]:
    path = tmp_path / "sentences.txt"
    path.write_bytes(content)
    return list(read_sentences(path))


def test_lines_without_text_are_skipped(tmp_path: Path) -> None:
    assert lines_of(tmp_path, b"one\n\n  \t \r\n  two  \r\nthree") == [
        Line("one", None),
        Line("two", None),
        Line("three", None),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("the man\tthe store", Line("the man", "the store")),
        (" the man \t the store ", Line("the man", "the store")),
        ("the man\t", Line("the man", None)),
        ("\tthe store", Line("the store", None)),
        ("a\tb\tc", Line("a", "b\tc")),  # the tokenizer takes the tab for a space
        ("我\t猫", Line("我", "猫")),
    ],
)
def test_a_tab_parts_a_pair(tmp_path: Path, line: str, expected: Line) -> None:
    assert lines_of(tmp_path, line.encode()) == [expected]


def test_a_mark_of_byte_order_is_no_text(tmp_path: Path) -> None:
    assert lines_of(tmp_path, b"\xef\xbb\xbfone\n\xef\xbb\xbftwo") == [
        Line("one", None),
        Line("\ufefftwo", None),
    ]
    assert lines_of(tmp_path, b"\xef\xbb\xbf\n") == []


def test_an_empty_file_has_none(tmp_path: Path) -> None:
    assert lines_of(tmp_path, b"") == []


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"one\ntw\xff\nthree", 2),
        (b"one\n\nthree\xe6\x88", 3),  # ends within a character
        ("one".encode("utf-16"), 1),
        (b"a" * 70_000 + b"\xff\n", 1),  # behind what is read of it
    ],
)
def test_what_is_not_utf_8_is_refused_by_file_and_line(tmp_path: Path, content: bytes, line: int) -> None:
    with pytest.raises(TextError) as refused:
        lines_of(tmp_path, content)
    assert f"Line {line} is not UTF-8" in str(refused.value)
    assert str(tmp_path / "sentences.txt") in str(refused.value)
    assert "Convert" in refused.value.remedy


def test_lines_before_a_broken_one_are_read(tmp_path: Path) -> None:
    path = tmp_path / "sentences.txt"
    path.write_bytes(b"one\ntw\xff")
    lines = read_sentences(path)
    assert next(lines) == Line("one", None)
    with pytest.raises(TextError):
        next(lines)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TextError, match=r"nothing\.txt: The file cannot be read"):
        list(read_sentences(tmp_path / "nothing.txt"))
    with pytest.raises(TextError, match="cannot be read"):
        list(read_sentences(tmp_path))


@pytest.mark.parametrize("letter", ["x", "é", "我", "😀"])
def test_of_a_long_line_the_beginning_is_read(
    tmp_path: Path, letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentence_lines, "LONGEST", 10)
    first, second, last = lines_of(tmp_path, f"{letter * 30}\nshort\n{'x' * 9}\n".encode())
    assert first == Line(letter * (10 // len(letter.encode())), None, cut=True)
    assert second == Line("short", None)
    assert last == Line("x" * 9, None)
