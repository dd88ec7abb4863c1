"""Guesses how a data file is laid out: format, encoding, delimiter, header, quoting, task and columns."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from pathlib import Path

from bert_core.errors import TextError
from bert_core.finetuning.data_values import NEEDED, Format, Layout
from bert_core.finetuning.reading.column_names import known_names
from bert_core.finetuning.reading.columns import guess_columns
from bert_core.finetuning.reading.conll import conll_columns
from bert_core.finetuning.reading.conll_guessing import guess_conll
from bert_core.finetuning.reading.delimited import read_delimited
from bert_core.finetuning.reading.delimited_guessing import guess_delimited
from bert_core.finetuning.reading.encodings import guess_encoding, lines
from bert_core.finetuning.reading.json_lines import read_json_lines
from bert_core.finetuning.reading.parquet import read_parquet
from bert_core.finetuning.reading.rows import Fault, Row, Table, unreadable
from bert_core.finetuning.task_info import TaskName

_LINES = 2000
"""So many lines, or rows, of a file's beginning are looked at; of its bytes all, for the encoding."""
_SIGNS = 2_000_000
_SQUAD = re.compile(r'"(paragraphs|qas)"\s*:\s*\[')


def guess(path: Path | str, like: Layout | None = None, *, task: TaskName | None = None) -> Layout:
    """How a file is laid out, by its content first and its name second.

    task  what the file is to be used for, where that is known
    like  the layout of a sister file (the training file of a dev file): task and columns are then taken from it where
          this file has them
    Raises TextError where the file cannot be read, is empty, is no text, or shows no text column.
    """
    path = Path(path)
    found = _guess(path, task)
    return found if like is None else _as(like, found, path)


def columns_of(path: Path | str, layout: Layout) -> tuple[str, ...]:
    """The names of the file's columns in this layout. Raises TextError as `read`."""
    path = Path(path)
    if layout.format == "squad":
        return ()
    if layout.format == "conll":
        return conll_columns(path, layout)
    return _table(path, layout).columns


def guess_roles(path: Path | str, layout: Layout, task: TaskName | None = None) -> Layout:
    """The same format, delimiter, header and so on, with task and columns guessed anew. Raises TextError."""
    path = Path(path)
    if layout.format in ("squad", "conll"):
        return layout
    table = _table(path, layout)
    return guess_columns(table.columns, _head(table), layout, path, task)


def _guess(path: Path, task: TaskName | None) -> Layout:
    if _is_parquet(path):
        table = read_parquet(path, _LINES)
        return guess_columns(table.columns, _head(table), Layout("parquet", "single-sentence"), path, task)
    encoding = guess_encoding(path)
    head = _beginning(path, encoding)
    first = next((line.strip() for line in head if line.strip()), "")
    named_json = path.suffix.lower() in (".json", ".jsonl", ".ndjson")
    if named_json or first.startswith("{") or (first.startswith("[") and _is_array(head)):
        if any(_SQUAD.search(line) for line in head):
            return Layout("squad", "question-answering", encoding=encoding, header=False)
        if named_json or first.startswith("[") or path.suffix.lower() not in (".csv", ".tsv", ".tab"):
            layout = Layout("jsonl", "single-sentence", encoding=encoding)
            table = read_json_lines(path, layout, whole=False)
            return guess_columns(table.columns, _head(table), layout, path, task)
    if conll := guess_conll(head, encoding, path.suffix.lower()):
        return conll
    delimited = guess_delimited(head, path.suffix.lower(), known_names())
    form: Format = "tsv" if delimited.delimiter == "\t" else "csv"
    layout = Layout(
        form,
        "single-sentence",
        delimiter=delimited.delimiter,
        encoding=encoding,
        header=delimited.header,
        quoting=delimited.quoting,
    )
    table = read_delimited(path, layout, whole=False)
    found = guess_columns(table.columns, _head(table), layout, path, task)
    is_swag = found.task == "multiple-choice" and {"sent1", "sent2", "ending0"} <= set(table.columns)
    return replace(found, format="swag") if is_swag and form == "csv" else found


def _as(like: Layout, found: Layout, path: Path) -> Layout:
    """`found` with the task and columns of its sister file, where it has what they need."""
    if found.format == "squad" or like.format == "squad":
        return found
    if found.format == "conll" or like.format == "conll":
        return replace(found, columns=like.columns) if found.format == like.format else found
    there = columns_of(path, found)
    columns = tuple((role, name) for role, name in like.columns if name in there)
    if not {role for role, _ in columns} >= set(NEEDED[like.task]):
        return found
    return replace(found, task=like.task, columns=columns, first_ending=like.first_ending)


def _table(path: Path, layout: Layout) -> Table:
    if layout.format == "parquet":
        return read_parquet(path, _LINES)
    if layout.format == "jsonl":
        return read_json_lines(path, layout, whole=False)
    return read_delimited(path, layout, whole=False)


def _head(table: Table) -> list[Row]:
    return [row for row in islice(table.rows, _LINES) if not isinstance(row, Fault)]


def _beginning(path: Path, encoding: str) -> list[str]:
    head: list[str] = []
    signs = 0
    for line in islice(lines(path, encoding), _LINES):
        head.append(line)
        signs += len(line)
        if signs > _SIGNS:
            break
    if not any(line.strip() for line in head):
        raise TextError("The file is empty.", where=path)
    return head


def _is_array(head: list[str]) -> bool:
    text = "".join(head[:3]).lstrip()[1:].lstrip()
    return text.startswith(("{", "]"))


def _is_parquet(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PAR1"
    except OSError as error:
        raise unreadable(path, error) from error
