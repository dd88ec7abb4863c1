"""Tables in text: CSV, TSV and their like, each row with its exact line."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.reading import rows
from bert_core.finetuning.reading.encodings import lines
from bert_core.finetuning.reading.rows import Fault, Row, Table, distinct

MOST_LINES = 1000
"""A quoted value with more lines than this is taken for a quote that is never closed."""
_LONGEST = 2**31 - 1  # characters of a field: Python's limit of 131072 is one of caution
_LOOK = 100  # rows that tell how many columns there are, where there is no header


def read_delimited(path: Path, layout: Layout, *, whole: bool = True) -> Table:
    """The table in a text file. Empty lines are no rows; empty columns behind the last are let pass.

    polars reads a large file without quotes in one go; where it finds something amiss, and where there are quotes, it
    is gone through line by line, because polars names no lines, and takes a short row for one with empty values.
    whole  False where only the first rows will be wanted
    Raises TextError where the file cannot be read or is empty.
    """
    if not layout.delimiter:
        layout = replace(layout, delimiter="\t" if layout.format == "tsv" else ",")
    found = _header_and_rows(
        path, layout, records(lines(path, layout.encoding), layout.delimiter, layout.quoting)
    )
    at_once = _plain(path, layout, len(found.columns)) if whole else None
    return found if at_once is None else Table(found.columns, at_once)


def _header_and_rows(path: Path, layout: Layout, found: Iterator[Row | Fault]) -> Table:
    if layout.header:
        first = next(found, None)
        if first is None:
            raise TextError("The file is empty.", where=path)
        if isinstance(first, Fault):
            raise TextError(
                f"The names of the columns cannot be read: {first.what}.", where=f"{path}, line {first.line}"
            )
        names = distinct(list(first.values))
        return Table(names, _checked(found, len(names)))
    head = list(islice(found, _LOOK))
    sizes = Counter(len(row.values) for row in head if isinstance(row, Row))
    if not sizes:
        raise TextError("The file has no rows.", where=path)
    count = sizes.most_common(1)[0][0]
    return Table(distinct([""] * count), _checked(chain(head, found), count))


def _checked(found: Iterator[Row | Fault], count: int) -> Iterator[Row | Fault]:
    for row in found:
        if isinstance(row, Fault):
            yield row
            continue
        values = row.values
        if len(values) > count and not any(value.strip() for value in values[count:]):
            values = values[:count]
        if len(values) == count:
            yield Row(row.line, values)
        else:
            yield Fault(row.line, f"{_columns(len(values))} instead of {count}")


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"


def _plain(path: Path, layout: Layout, count: int) -> Iterator[Row] | None:
    """All rows as polars reads them; None where it cannot, or where lines and rows are not one to one."""
    if path.stat().st_size < rows.AT_ONCE_FROM:
        return None
    import polars
    from polars.exceptions import PolarsError

    if layout.encoding not in ("utf-8", "utf-8-sig") or not layout.delimiter.isascii() or count < 2:
        return None
    data = path.read_bytes()
    if (layout.quoting and b'"' in data) or b"\0" in data or data.count(b"\r") != data.count(b"\r\n"):
        return None
    try:
        frame = polars.read_csv(
            data,
            has_header=False,
            separator=layout.delimiter,
            quote_char=None,
            infer_schema=False,
        )
    except PolarsError:
        return None
    expected = data.count(b"\n") + (not data.endswith(b"\n"))
    # polars raises at a longer row and fills a shorter one up: so none is, if there are delimiters for all.
    if frame.shape != (expected, count) or data.count(layout.delimiter.encode()) != expected * (count - 1):
        return None
    numbered = enumerate(frame.fill_null("").iter_rows(), 1)
    return (Row(line, values) for line, values in islice(numbered, int(layout.header), None))


def records(source: Iterator[str], delimiter: str, quoting: bool) -> Iterator[Row | Fault]:
    """The rows of lines, each of however many texts, with the line on which it begins.

    With `quoting` as RFC 4180 has it: a value that begins with a quote ends with one, and two within stand for one.
    Where a row breaks that, it is a fault, and reading goes on with the next line. Blanks before a quote are let pass.
    """
    if quoting:
        yield from _quoted(source, delimiter)
        return
    for number, line in enumerate(source, 1):
        if not _is_empty(line, delimiter):
            yield Row(number, tuple(line.split(delimiter)))


def _is_empty(line: str, delimiter: str) -> bool:
    return not line or (line.isspace() and delimiter not in line)


def _quoted(source: Iterator[str], delimiter: str) -> Iterator[Row | Fault]:
    csv.field_size_limit(_LONGEST)
    given_back: deque[str] = deque()
    taken: list[str] = []  # the lines of the row being read

    def lines_of_row() -> Iterator[str]:
        while len(taken) <= MOST_LINES:
            line = given_back.popleft() if given_back else next(source, None)
            if line is None:
                return
            taken.append(line)
            yield line.replace("\r", " ") + "\n"

    before = 0  # lines
    reader = None
    while True:
        if reader is None:
            reader = csv.reader(lines_of_row(), delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Fault(before + 1, _why(error, len(taken)))
            given_back.extendleft(reversed(taken[1:]))
            del taken[1:]
            reader = None
        else:
            if len(values) > 1 or not _is_empty(taken[0], delimiter):
                yield Row(before + 1, tuple(values))
        before += len(taken)
        taken.clear()


def _why(error: Exception, count: int) -> str:
    if count > MOST_LINES:
        return f"a quote is opened here and not closed within {MOST_LINES} lines"
    if count > 1:
        return "a quote is opened here, and not closed at the end of a value"
    if "expected after" in str(error):
        return "a value goes on behind its closing quote"
    return "a quote is opened here and never closed"
