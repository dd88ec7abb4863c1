"""Tables in Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bert_core.errors import TextError
from bert_core.finetuning.reading.rows import Row, Table, unreadable


def read_parquet(path: Path, limit: int | None = None) -> Table:
    """The columns and rows; the "line" of a row is its number, from 1 on. Bytes columns are read as UTF-8.

    Raises TextError where the file cannot be read, is broken, or has no columns.
    """
    import polars
    from polars.exceptions import PanicException, PolarsError

    try:
        with path.open("rb") as file:
            file.read(1)
        frame = polars.read_parquet(path, n_rows=limit, glob=False)
    except OSError as error:
        raise unreadable(path, error) from error
    except (PolarsError, PanicException, ValueError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise TextError(f"The Parquet file cannot be read: {why}.", where=path) from error
    if not frame.width:
        raise TextError("The file has no columns.", where=path)
    for name, kind in frame.schema.items():
        if kind == polars.Categorical or isinstance(kind, polars.Enum):
            frame = frame.with_columns(polars.col(name).cast(polars.String))

    def rows() -> Iterator[Row]:
        for number, values in enumerate(frame.iter_rows(), 1):
            yield Row(
                number, tuple(v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in values)
            )

    return Table(tuple(frame.columns), rows())
