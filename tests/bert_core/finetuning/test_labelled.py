"""Labels in a file: whole or not at all, and read as training data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.examples import TextExample
from bert_core.finetuning.labelled import Row, read_labelled, write_labelled
from bert_core.finetuning.reading import read

ROWS: list[Row] = [
    ('a "quoted"\nline', None, "good"),
    ("中文 \u202e text", None, "bad, really"),
    ("é", None, "good"),
]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "labels.jsonl"
    write_labelled(path, ROWS)
    assert read_labelled(path) == ROWS
    write_labelled(path, [("x", "y", "good")])
    assert read_labelled(path) == [("x", "y", "good")]
    assert [one.name for one in path.parent.iterdir()] == ["labels.jsonl"]
    write_labelled(path, [])
    assert not path.exists() and read_labelled(path) == []


def test_it_is_training_data(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    write_labelled(path, ROWS)
    data = read(path)
    assert data.task == "single-sentence" and data.labels == ("bad, really", "good")
    assert [one.text_a for one in data.examples if isinstance(one, TextExample)] == [row[0] for row in ROWS]
    write_labelled(path, [("a", "b", "yes"), ("c", "d", "no")])
    assert read(path).task == "sentence-pair"


def test_damaged_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    write_labelled(path, ROWS)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"text_a": 3, "label": "x"}\n[1]\n{"text_a": "cut of')
    assert read_labelled(path) == ROWS


def test_a_file_that_cannot_be_written_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "labels.jsonl"
    write_labelled(path, ROWS)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TextError, match="No space left on device"):
        write_labelled(path, [("x", None, "y")])
    monkeypatch.undo()
    assert read_labelled(path) == ROWS and [one.name for one in tmp_path.iterdir()] == ["labels.jsonl"]
    with pytest.raises(TextError, match="cannot be read"):
        read_labelled(tmp_path)
