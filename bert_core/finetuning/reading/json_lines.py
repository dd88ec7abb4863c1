"""Tables in JSON: an object a line, or an array of objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from json.decoder import JSONDecodeError, JSONDecoder
from pathlib import Path
from typing import Any

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.reading import rows
from bert_core.finetuning.reading.encodings import decoded, lines
from bert_core.finetuning.reading.places import LineCounter
from bert_core.finetuning.reading.rows import Fault, Row, Table

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")  # of a lone one polars makes something else
_LOOK = 1000  # objects that tell the columns


def read_json_lines(path: Path, layout: Layout, *, whole: bool = True) -> Table:
    """The table of the objects; its columns are the keys of the first ones, and what an object does not have is None.

    polars reads a large file in one go where its objects hold nothing but texts, whole numbers and truths; else each
    line is read for itself, because polars names no line, and makes one kind of a column's values.
    whole  False where only the first rows will be wanted
    Raises TextError where the file cannot be read or has no object in its beginning.
    """
    found = _as_table(path, _objects(path, layout.encoding))
    at_once = _plain(path, layout, found.columns) if whole else None
    return found if at_once is None else Table(found.columns, at_once)


def _as_table(path: Path, found: Iterator[tuple[int, dict[str, Any]] | Fault]) -> Table:
    head = list(islice(found, _LOOK))
    columns = tuple(dict.fromkeys(key for item in head if not isinstance(item, Fault) for key in item[1]))
    if not columns:
        fault = next((item for item in head if isinstance(item, Fault)), None)
        where = f"{path}, line {fault.line}" if fault else path
        raise TextError(f"The file has no JSON objects{': ' + fault.what if fault else ''}.", where=where)

    def all_rows() -> Iterator[Row | Fault]:
        for item in chain(head, found):
            yield item if isinstance(item, Fault) else Row(item[0], tuple(map(item[1].get, columns)))

    return Table(columns, all_rows())


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]] | Fault]:
    source = lines(path, encoding)
    first = next((line for line in source if line.strip()), "")
    if first.lstrip().startswith("["):
        yield from _array(path, encoding)
        return
    for number, line in enumerate(lines(path, encoding), 1):
        if not line or line.isspace():
            continue
        try:
            value = json.loads(line)
        except JSONDecodeError as error:
            yield Fault(number, f"this is no JSON: {error.msg} (sign {error.colno})")
        except (RecursionError, ValueError):  # a number of thousands of digits is a ValueError
            yield Fault(number, "the JSON is too deep or too large to be read")
        else:
            yield (number, value) if isinstance(value, dict) else Fault(number, "this is no JSON object")


def _array(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]] | Fault]:
    text = decoded(path, encoding)
    decoder, counter = JSONDecoder(), LineCounter(text)
    at = text.index("[") + 1
    index = 0
    while True:
        at = _past_blanks(text, at)
        if text[at : at + 1] in ("]", ""):
            return
        line = counter.line(at)
        try:
            value, at = decoder.raw_decode(text, at)
        except JSONDecodeError as error:
            yield Fault(
                counter.line(error.pos),
                f"this is no JSON, and the rest is not read: {error.msg}",
                f"[{index}]",
            )
            return
        except (RecursionError, ValueError):
            yield Fault(
                line, "the JSON is too deep or too large to be read; the rest is not read", f"[{index}]"
            )
            return
        yield (
            (line, value) if isinstance(value, dict) else Fault(line, "this is no JSON object", f"[{index}]")
        )
        index += 1
        at = _past_blanks(text, at)
        if text[at : at + 1] == ",":
            at += 1
        elif text[at : at + 1] != "]":
            yield Fault(
                counter.line(at),
                "this is no JSON, and the rest is not read: a comma is missing",
                f"[{index}]",
            )
            return


def _past_blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\n", "\r", "\t"):
        at += 1
    return at


def _plain(path: Path, layout: Layout, columns: tuple[str, ...]) -> Iterator[Row] | None:
    """All rows as polars reads them; None where it cannot, or where that might differ from reading each line."""
    if path.stat().st_size < rows.AT_ONCE_FROM:
        return None
    import polars
    from polars.exceptions import PolarsError

    if layout.encoding not in ("utf-8", "utf-8-sig"):
        return None
    data = path.read_bytes()
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or _SURROGATE.search(data):
        return None
    try:
        frame = polars.read_ndjson(data.removeprefix(b"\xef\xbb\xbf"), infer_schema_length=None)
    except PolarsError:
        return None
    expected = data.count(b"\n") + (not data.endswith(b"\n"))
    kinds = (polars.String, polars.Int64, polars.Boolean)
    if (
        frame.height != expected
        or set(frame.columns) != set(columns)
        or not all(k in kinds for k in frame.dtypes)
    ):
        return None
    return (Row(line, values) for line, values in enumerate(frame.select(columns).iter_rows(), 1))
