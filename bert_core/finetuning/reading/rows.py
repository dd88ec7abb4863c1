"""What the reader of a format yields: rows with their lines, and what is wrong with those it could not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bert_core.errors import TextError

AT_ONCE_FROM = 4 * 2**20
"""Bytes from which on polars reads a text file in one go; to import it takes longer than to read a smaller one."""


class Row(NamedTuple):
    """A row as it stands in the file: texts in CSV and TSV, JSON's or Parquet's values elsewhere."""

    line: int
    values: tuple[Any, ...]


class Fault(NamedTuple):
    """A row that cannot be read, and why."""

    line: int
    what: str
    path: str = ""


@dataclass(frozen=True)
class Table:
    """The columns of a file and its rows, to be gone through once."""

    columns: tuple[str, ...]
    rows: Iterator[Row | Fault]


def unreadable(path: Path, error: OSError) -> TextError:
    """What to raise where a file cannot be opened or read."""
    if isinstance(error, FileNotFoundError):
        what = "There is no such file."
    elif isinstance(error, IsADirectoryError):
        what = "This is a folder, not a file."
    elif isinstance(error, PermissionError):
        what = "The file may not be read."
    else:
        what = f"The file cannot be read: {error.strerror or error}."
    return TextError(what, where=path)


def fault_in(value: str) -> str:
    """What makes a text unfit for any tokenizer; "" where nothing does."""
    if "\0" in value:
        return "it holds a NUL character, as files that are not text do"
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return "it holds bytes or half characters that are no text in the file's encoding"
    return ""


def unknown_label(kind: str, label: str) -> str:
    """What is wrong with a label or tag that training does not know."""
    return f'the {kind} "{label[:40]}" does not occur in the training file'


def distinct(names: list[str]) -> tuple[str, ...]:
    """Column names without repetitions or gaps: "a", "a (2)", "column 3"."""
    taken: set[str] = set()
    result = []
    for number, name in enumerate(names, 1):
        name = name.strip() or f"column {number}"
        other, count = name, 1
        while other in taken:
            count += 1
            other = f"{name} ({count})"
        taken.add(other)
        result.append(other)
    return tuple(result)
