from __future__ import annotations

from pathlib import Path

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.reading.json_lines import read_json_lines
from bert_core.finetuning.reading.rows import Fault, Row

LAYOUT = Layout("jsonl", "single-sentence")


pytestmark = pytest.mark.usefixtures("polars_reads_all")


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "a.jsonl"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return path


@pytest.mark.parametrize("whole", [True, False])
def test_objects_are_rows_and_their_keys_columns(tmp_path: Path, whole: bool) -> None:
    path = written(
        tmp_path, '{"text": "a b", "label": 1}\n{"text": "c", "label": 0, "more": true}\n{"label": 3}\n'
    )
    table = read_json_lines(path, LAYOUT, whole=whole)
    assert table.columns == ("text", "label", "more")
    assert list(table.rows) == [Row(1, ("a b", 1, None)), Row(2, ("c", 0, True)), Row(3, (None, 3, None))]


def test_lines_count_empty_ones_and_faults_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, '\n{"text": "a"}\n\nnonsense\n[1]\n{"text": "b"} {"text": "c"}\n{"text": "d"}')
    rows = list(read_json_lines(path, LAYOUT).rows)
    assert [row.line for row in rows] == [2, 4, 5, 6, 7]
    assert [isinstance(row, Fault) for row in rows] == [False, True, True, True, False]
    assert "no JSON" in rows[1].what


def test_values_keep_their_kind(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": 1, "b": [1, "x"]}\n{"a": 1.5, "b": null}\n{"a": "1", "b": {"c": 2}}\n')
    rows = list(read_json_lines(path, LAYOUT).rows)
    assert [row.values for row in rows] == [(1, [1, "x"]), (1.5, None), ("1", {"c": 2})]


def test_a_half_character_is_not_made_something_else(tmp_path: Path) -> None:
    path = written(tmp_path, '{"text": "foo\\ud800 bar"}\n{"text": "\\ud83d\\ude00"}\n')
    assert [row.values[0] for row in read_json_lines(path, LAYOUT).rows] == ["foo\ud800 bar", "😀"]


def test_an_array_of_objects_has_lines_too(tmp_path: Path) -> None:
    path = written(tmp_path, '[\n {"text": "a",\n  "label": 1},\n 5,\n {"text": "b"}\n]\n')
    rows = list(read_json_lines(path, LAYOUT).rows)
    assert rows == [Row(2, ("a", 1)), Fault(4, "this is no JSON object", "[1]"), Row(5, ("b", None))]


def test_a_broken_array_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = written(tmp_path, '[{"text": "a"},\n{"text": }]')
    rows = list(read_json_lines(path, LAYOUT).rows)
    assert rows[0] == Row(1, ("a",))
    assert isinstance(rows[1], Fault)
    assert (rows[1].line, rows[1].path) == (2, "[1]")


@pytest.mark.parametrize("text", ["nonsense\n", "[1, 2]", "5\n", "[" * 100_000, "{" * 100_000])
def test_a_file_without_objects_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(TextError, match="no JSON objects"):
        read_json_lines(written(tmp_path, text), LAYOUT)
