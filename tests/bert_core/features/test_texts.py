"""Texts keep the numbers of their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from bert_core.errors import TextError
from bert_core.features import Text, texts_of_file, texts_of_values


def test_ids_are_the_numbers_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_bytes("\ufeffone\r\n\n  two\tpair \n\t\n我 😀\n".encode())
    texts = texts_of_file(path)
    size = path.stat().st_size
    found = list(texts.stream)
    assert [(text.id, text.text_a, text.text_b) for text in found] == [
        (1, "one", None),
        (3, "two", "pair"),
        (5, "我 😀", None),
    ]
    assert [text.at for text in found] == [8, 21, size]
    assert (texts.total, texts.facts) == (size, {"file": "texts.txt", "bytes": size})


def test_a_line_of_over_64_kb_is_cut_and_counted_whole(tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_bytes(b"x" * 200_000 + b"\nshort")
    first, second = texts_of_file(path).stream
    assert (len(first.text_a), first.cut, first.at) == (1 << 16, True, 200_001)
    assert (second.id, second.cut, second.at) == (2, False, 200_006)


def test_values_are_numbered_unless_they_have_ids() -> None:
    texts = texts_of_values(["a", ("b", None), ("c", "d"), "", Text(70, "e", at=3)])
    assert texts.total == 5
    assert list(texts.stream) == [
        Text(1, "a", at=1),
        Text(2, "b", at=2),
        Text(3, "c", "d", at=3),
        Text(4, "", at=4),
        Text(70, "e", at=5),
    ]
    assert texts_of_values(iter("ab")).total is None


def test_a_file_that_cannot_be_read_is_said_at_once(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.txt", tmp_path):
        with pytest.raises(TextError, match="cannot be read") as refused:
            texts_of_file(path)
        assert refused.value.where == str(path)
