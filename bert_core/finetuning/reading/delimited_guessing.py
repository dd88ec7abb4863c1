"""Guesses how a text table is written: its delimiter, its quotes, and whether its first row names the columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from bert_core.finetuning.reading.column_names import normal
from bert_core.finetuning.reading.delimited import records
from bert_core.finetuning.reading.rows import Fault

_DELIMITERS = ("\t", ",", ";", "|")
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")
_SAME = 0.7  # of the rows must have the same number of columns


class Delimited(NamedTuple):
    """How a text table is written. Without any delimiter each line is one text, and the delimiter a tab."""

    delimiter: str
    quoting: bool
    header: bool


class _Try(NamedTuple):
    delimiter: str
    quoting: bool
    same: float  # share of rows with the most frequent number of columns
    rows: list[tuple[str, ...]]


def guess_delimited(head: list[str], suffix: str, names: Collection[str]) -> Delimited:
    """Guessed from the lines of a file's beginning. `names`: what columns are often called, in small letters."""
    tries = [_try(head, delimiter, _has_quotes(head, delimiter)) for delimiter in _DELIMITERS]
    expected = {".tsv": "\t", ".tab": "\t", ".csv": ","}.get(suffix)
    good = [t for t in tries if t.rows and len(t.rows[0]) > 1 and t.same >= _SAME and _is_table(t, expected)]
    if good:
        best = max(
            good,
            key=lambda t: (round(t.same, 2), t.delimiter == expected, -_DELIMITERS.index(t.delimiter)),
        )
    else:
        alone = expected or "\t"
        best = next(t for t in tries if t.delimiter == alone)
        if suffix not in (".csv", ".tsv", ".tab") or (
            best.same < 1 and not any("\t" in line for line in head)
        ):
            best = _try(head, "\t", False)  # a text a line
    return Delimited(best.delimiter, best.quoting, has_header(best.rows, names))


def _has_quotes(head: list[str], delimiter: str) -> bool:
    """Do values stand in quotes? Of a TSV seldom; of others unless that would make most of the quotes wrong."""
    with_quotes = [line for line in head if '"' in line]
    if delimiter == "\t":
        return bool(with_quotes) and _quoted_tsv(with_quotes)
    opening = re.compile(rf'(^|{re.escape(delimiter)})\s*"')
    good = bad = 0
    for row in records(iter(head), delimiter, True):
        if isinstance(row, Fault):
            bad += 1
        elif opening.search(head[row.line - 1]):
            good += 1
    return good >= bad


def _quoted_tsv(lines: list[str]) -> bool:
    """A TSV is taken for quoted only where its writer shows it: quotes at the ends of values, or doubled within.

    A writer that quotes leaves no quote within a value without quotes around; a text often does.
    """
    sure = 0
    for row in records(iter(lines), "\t", True):
        if isinstance(row, Fault):
            return False
        if any("\t" in value and "\n" in value for value in row.values):
            return False  # two lone quotes, and all between them
        if any('"' in value or "\n" in value or "\t" in value for value in row.values):
            sure += 1
    loose = any(_is_loose(value) for line in lines for value in line.split("\t"))
    whole = sum(
        len(value) > 1 and value[0] == value[-1] == '"' for line in lines for value in line.split("\t")
    )
    return not loose and (sure > 0 or whole == sum(line.count("\t") + 1 for line in lines))


def _is_loose(value: str) -> bool:
    """Is there a quote in a value that does not begin with one?"""
    return '"' in value and not value.lstrip().startswith('"') and not value.rstrip().endswith('"')


def _try(head: list[str], delimiter: str, quoting: bool) -> _Try:
    found = list(records(iter(head), delimiter, quoting))
    if found and isinstance(found[-1], Fault):
        found.pop()  # the beginning of the file may end within a quoted value
    rows = [row.values for row in found if not isinstance(row, Fault)]
    if not rows:
        return _Try(delimiter, quoting, 0.0, [])
    count, often = Counter(map(len, rows)).most_common(1)[0]
    return _Try(delimiter, quoting, often / len(found), [row for row in rows if len(row) == count])


def _is_table(t: _Try, expected: str | None) -> bool:
    """Sentences with a comma each are no table: but in a file named so, no blank may follow the delimiter."""
    if t.delimiter in ("\t", expected):
        return True
    cells = [value for row in t.rows for value in row[1:]]
    return sum(value.startswith(" ") for value in cells) < 0.5 * len(cells)


def has_header(rows: list[tuple[str, ...]], names: Collection[str]) -> bool:
    """Does the first row name the columns? By what columns are often called, else by how it differs from the others."""
    if not rows:
        return False
    first, others = [value.strip() for value in rows[0]], [row for row in rows[1:] if row != rows[0]]
    columns = _columns(others)
    if any(_NUMBER.fullmatch(value) for value in first):
        return False
    if any(value and value in column for value, column in zip(first, columns, strict=False)):
        return False
    known = [normal(value) in names for value in first]
    if len(first) == 1:
        return known[0] and len(others) > 0
    if sum(known) >= 2:
        return True
    if not all(first) or len(set(first)) < len(first):
        return False
    if any(known) and all(len(value) <= 30 for value in first):
        return True
    if not others:
        return False
    numbers = any(all(_NUMBER.fullmatch(v.strip()) for v in column if v.strip()) for column in columns)
    lengths = [sum(map(len, column)) / len(column) for column in columns]
    short = all(len(value) <= 30 and len(value.split()) <= 3 for value in first)
    return short and (numbers or max(lengths) > 3 * max(map(len, first)))


def _columns(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return list(zip(*rows, strict=True))
