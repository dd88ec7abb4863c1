"""Features as a Parquet table: a row for each text, in order, written as they come."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bert_core.errors import BertError
from bert_core.features.block import Block
from bert_core.tokenization.pipeline import encodable


class Parquet:
    """Writes blocks to `path`, each as a row group.

    Columns: id, text_a, text_b (null where there is none), truncated; pieces, input_ids, token_type_ids and words,
    which are lists; and each feature by its name: a list of D float32, or where it is not pooled, a list of such lists.
    Facts, as JSON, are in the file's metadata: `pyarrow.parquet.read_metadata(path).metadata[b"facts"]`.

    Raises BertError where pyarrow is missing.
    """

    def __init__(self, path: Path) -> None:
        try:
            import pyarrow.parquet  # noqa: F401  (0.2 s, so only where it is wanted)
        except ImportError as error:
            raise BertError(
                "Parquet files need the package pyarrow.",
                where=path.suffix,
                remedy="Install it (pip install pyarrow), or choose .npz or .safetensors.",
            ) from error
        self._file = path.open("wb")
        self._writer: Any = None

    def add(self, block: Block) -> None:
        """As one more row group."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        offsets = pa.array(block.offsets.astype("int32"))

        def by_text(values: Any) -> Any:
            return pa.ListArray.from_arrays(offsets, values)

        columns = {
            "id": pa.array([text.id for text in block.texts], pa.int64()),
            "text_a": pa.array([encodable(text.text_a) for text in block.texts], pa.string()),
            "text_b": pa.array(
                [None if text.second is None else encodable(text.second) for text in block.texts], pa.string()
            ),
            "truncated": pa.array(block.truncated),
            "pieces": by_text(pa.array(map(encodable, block.pieces), pa.string())),
            "input_ids": by_text(pa.array(block.input_ids)),
            "token_type_ids": by_text(pa.array(block.token_type_ids)),
            "words": by_text(pa.array(block.words)),
        }
        plain = list(columns)
        for name, array in block.values.items():
            vectors = pa.FixedSizeListArray.from_arrays(pa.array(array.reshape(-1)), array.shape[1])
            columns[name] = by_text(vectors) if name in block.by_piece else vectors
        table = pa.table(columns)
        if self._writer is None:
            # A dictionary of numbers that never come twice would only cost time.
            repeated = [
                field if field in ("text_a", "text_b") else f"{field}.list.element"
                for field in plain
                if field not in ("id", "truncated")
            ]
            self._writer = pq.ParquetWriter(self._file, table.schema, use_dictionary=repeated)
        self._writer.write_table(table, row_group_size=table.num_rows)

    def close(self, facts: Mapping[str, Any]) -> Iterator[None]:
        """Write the end of the file."""
        self._writer.add_key_value_metadata({"facts": json.dumps(facts)})
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        yield

    def abandon(self) -> None:
        """Let go of the file; more than once does no harm."""
        with suppress(OSError):
            if self._writer is not None:
                self._writer.close()
        with suppress(OSError):
            self._file.close()
