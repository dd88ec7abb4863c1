from __future__ import annotations

from pathlib import Path

import polars
import pytest

from bert_core.errors import TextError
from bert_core.finetuning.examples import Answer
from bert_core.finetuning.reading import read
from bert_core.finetuning.reading.parquet import read_parquet


def test_rows_with_missing_values_and_repetitions(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = ["a b", None, "c d", "a b", "e f"]
    polars.DataFrame({"text": texts, "label": [1, 0, None, 1, 0]}).write_parquet(path)
    data = read(path)
    assert [(e.text_a, e.label, e.place.line) for e in data.examples] == [
        ("a b", "1", 1),
        ("a b", "1", 4),
        ("e f", "0", 5),
    ]
    assert (data.missing, data.duplicates, data.labels) == (2, 1, ("0", "1"))


def test_lists_and_structures(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    polars.DataFrame({"tokens": [["a", "b"], ["c"]], "tags": [["O", "B-X"], ["O"]]}).write_parquet(path)
    assert read(path).examples[0].tags == ("O", "B-X")
    answers = {"text": ["b"], "answer_start": [2]}
    polars.DataFrame({"question": ["q"], "context": ["a b"], "answers": [answers]}).write_parquet(path)
    assert read(path).examples[0].answers == (Answer("b", 2),)


def test_categories_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame = polars.DataFrame({"text": ["a b", "c d"], "label": ["x", "y"]})
    frame.with_columns(polars.col("label").cast(polars.Categorical)).write_parquet(path)
    assert read(path).labels == ("x", "y")


@pytest.mark.parametrize("content", [b"PAR1", b"PAR1" + b"x" * 100, b"PAR1" + b"\0" * 20 + b"PAR1"])
def test_a_broken_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    with pytest.raises(TextError, match="Parquet file cannot be read"):
        read_parquet(path)


def test_a_file_without_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    polars.DataFrame({}).write_parquet(path)
    with pytest.raises(TextError, match="no columns"):
        read_parquet(path)
