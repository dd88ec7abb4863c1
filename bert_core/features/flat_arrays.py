"""Features as arrays in NPZ or safetensors: one vector after the other, and where each text begins.

id and truncated [N]; offsets [N + 1], of which the pieces of text n are those from offsets[n] to offsets[n + 1];
input_ids, token_type_ids and words [P]; text_a, text_b and pieces as UTF-8 bytes, the string n of text_a from
text_a.offsets[n] to text_a.offsets[n + 1]; and each feature by its name, float32 [P, D] or [N, D]. Facts, as JSON, are
an array of one string, "facts", or in the metadata.

Neither format can be written before all sizes are known. So each array goes into a file of its own first; then these
are put together, and removed one by one. Nothing is held in memory.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from bert_core.features.block import Block
from bert_core.tokenization.pipeline import encodable

_PART = 1 << 18
_SAFETENSORS = {"float32": "F32", "int64": "I64", "int32": "I32", "int8": "I8", "uint8": "U8", "bool": "BOOL"}


@dataclass
class _Spool:
    """An array on its way: a file of its rows, and how many there are."""

    path: Path
    file: BinaryIO
    dtype: np.dtype[Any]
    row: tuple[int, ...]
    rows: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.rows, *self.row)

    @property
    def bytes(self) -> int:
        return self.rows * int(np.prod(self.row, dtype=np.int64)) * self.dtype.itemsize

    def add(self, array: NDArray[Any]) -> None:
        self.rows += len(array)
        if array.size:
            self.file.write(np.ascontiguousarray(array).data)

    def pour(self, target: Any) -> Iterator[None]:
        """Copy it to the end of another file, and remove it."""
        self.file.flush()
        self.file.seek(0)
        while part := self.file.read(_PART):
            target.write(part)
            yield
        self.drop()

    def drop(self) -> None:
        with suppress(OSError):
            self.file.close()
        self.path.unlink(missing_ok=True)


class FlatArrays:
    """Writes blocks to `path`; beside it, a folder is made for the arrays and removed in the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = path.with_name(path.name + ".arrays")
        self._spools: dict[str, _Spool] = {}
        self._ends: dict[str, int] = {}
        shutil.rmtree(self._folder, ignore_errors=True)  # of a process that was killed and had our number
        self._folder.mkdir()

    def add(self, block: Block) -> None:
        """Behind what is there."""
        texts = block.texts
        for name, array in (
            ("id", np.array([text.id for text in texts], dtype=np.int64)),
            ("truncated", block.truncated),
            ("input_ids", block.input_ids),
            ("token_type_ids", block.token_type_ids),
            ("words", block.words),
            *block.values.items(),
        ):
            self._add(name, array)
        self._add_offsets("offsets", np.diff(block.offsets))
        for name, strings in (
            ("text_a", [text.text_a for text in texts]),
            ("text_b", [text.second or "" for text in texts]),
            ("pieces", block.pieces),
        ):
            coded = [encodable(string).encode() for string in strings]
            self._add(name, np.frombuffer(b"".join(coded), dtype=np.uint8))
            self._add_offsets(f"{name}.offsets", np.array([len(one) for one in coded], dtype=np.int64))

    def close(self, facts: Mapping[str, Any]) -> Iterator[None]:
        """Put the file together; yields now and then."""
        words = json.dumps(facts)
        with self._path.open("wb") as file:
            yield from self._npz(file, words) if self._path.suffix == ".npz" else self._tensors(file, words)
            file.flush()
            os.fsync(file.fileno())
        self._folder.rmdir()

    def abandon(self) -> None:
        """Remove what is there; more than once does no harm."""
        for spool in self._spools.values():
            with suppress(OSError):
                spool.drop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _add(self, name: str, array: NDArray[Any]) -> None:
        if name not in self._spools:
            path = self._folder / str(len(self._spools))
            self._spools[name] = _Spool(path, path.open("w+b"), array.dtype, array.shape[1:])
        self._spools[name].add(array)

    def _add_offsets(self, name: str, lengths: NDArray[np.int64]) -> None:
        if name not in self._ends:
            self._add(name, np.zeros(1, dtype=np.int64))
        ends = self._ends.get(name, 0) + np.cumsum(lengths, dtype=np.int64)
        self._ends[name] = int(ends[-1]) if len(ends) else self._ends.get(name, 0)
        self._add(name, ends)

    def _npz(self, file: BinaryIO, words: str) -> Iterator[None]:
        with ZipFile(file, "w") as archive:
            with archive.open(ZipInfo("facts.npy"), "w") as member:
                np.lib.format.write_array(member, np.array(words), allow_pickle=False)
            for name, spool in self._spools.items():
                header = {
                    "descr": np.lib.format.dtype_to_descr(spool.dtype),
                    "fortran_order": False,
                    "shape": spool.shape,
                }
                with archive.open(ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                    np.lib.format.write_array_header_1_0(member, header)
                    yield from spool.pour(member)

    def _tensors(self, file: BinaryIO, words: str) -> Iterator[None]:
        """The layout is https://huggingface.co/docs/safetensors: the header's length, the header, the bytes."""
        spools = sorted(self._spools.items(), key=lambda item: -item[1].dtype.itemsize)  # so all are aligned
        header: dict[str, Any] = {"__metadata__": {"facts": words}}
        end = 0
        for name, spool in spools:
            begin, end = end, end + spool.bytes
            kind = _SAFETENSORS[spool.dtype.name]
            header[name] = {"dtype": kind, "shape": spool.shape, "data_offsets": (begin, end)}
        coded = json.dumps(header, separators=(",", ":")).encode()
        coded += b" " * (-len(coded) % 8)
        file.write(len(coded).to_bytes(8, "little") + coded)
        for _, spool in spools:
            yield from spool.pour(file)
