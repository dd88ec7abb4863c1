"""Numbers as rows under a header, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

Table = tuple[Sequence[str], Iterable[Sequence[object]]]
"""A header, and rows as long as the header; rows may be made one by one, as they are asked for."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as CSV text."""
    stream = io.StringIO(newline="")
    write_rows(stream, header, rows)
    return stream.getvalue()


def write_rows(stream: io.TextIOBase, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write the table to an open text stream as CSV."""
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows(rows)
