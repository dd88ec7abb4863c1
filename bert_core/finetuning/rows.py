"""Examples as the model reads them: rows of pieces, packed one behind the other, and batches of such rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Ids = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Marks:
    """The pieces of each row that are asked, one behind the other: W in all.

    offsets   int64 [N+1], where each row's begin
    places    int64 [W], in its row
    words     int64 [W], which word of the example it is the first piece of
    """

    offsets: Integers
    places: Integers
    words: Integers


@dataclass(frozen=True, eq=False)
class Rows:
    """N rows of P pieces in all, in U units: what is drawn, and has one target, is a unit.

    A unit is a row, but in multiple choice it is the rows of all endings. In question answering an example may have
    many units, the windows on its context; else it has one.

    ids         int32 [P]
    offsets     int64 [N+1], where each row begins
    second      int64 [N], at which piece of its row sentence B begins; its length where there is none
    units       int64 [U+1], which row each unit begins with
    examples    int64 [U], of which example each unit is
    targets     of classes and choices int64 [U], of numbers float32 [U], of answers int64 [U, 2] (start and end), of
                tags int64 [W]; -1, or NaN, where not known
    marks       of tags
    characters  of answers int32 [P, 2]: where each piece begins and ends in its text
    """

    ids: Ids
    offsets: Integers
    second: Integers
    units: Integers
    examples: Integers
    targets: NDArray[Any]
    marks: Marks | None = None
    characters: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        """Units."""
        return len(self.examples)

    @property
    def lengths(self) -> Integers:
        """[U] pieces of each unit's longest row."""
        rows = np.diff(self.offsets)
        if len(rows) == len(self):
            return rows
        longest: Integers = np.maximum.reduceat(rows, self.units[:-1]) if len(rows) else rows
        return longest

    @property
    def pieces(self) -> Integers:
        """[U] pieces of each unit's rows together."""
        return self.offsets[self.units[1:]] - self.offsets[self.units[:-1]]

    def windows(self, example: int) -> range:
        """The units of an example."""
        first, last = np.searchsorted(self.examples, [example, example + 1])
        return range(int(first), int(last))


@dataclass(frozen=True, eq=False)
class Batch:
    """B rows of n units, padded to the longest: S pieces.

    units     int64 [n]
    rows      int64 [B], which they are
    ids, segments  int64 [B, S]
    present   bool [B, S], where there is no padding; None where there is none at all
    at        int64 [R], in the flattened [B * S], where the model is asked; None: once a row
    targets   as in Rows, of these
    counts    int64 [n]: rows of each unit; of tags: asked pieces
    """

    units: Integers
    rows: Integers
    ids: Integers
    segments: Integers
    present: NDArray[np.bool_] | None
    at: Integers | None
    targets: NDArray[Any]
    counts: Integers


def collate(rows: Rows, units: Integers, pad_id: int = 0) -> Batch:
    """The batch of these units."""
    counts = rows.units[units + 1] - rows.units[units]
    if len(rows.offsets) - 1 == len(rows):
        chosen = units
    else:
        chosen = np.concatenate([np.arange(rows.units[u], rows.units[u + 1]) for u in units])
    begins, lengths = rows.offsets[chosen], rows.offsets[chosen + 1] - rows.offsets[chosen]
    size = int(lengths.max())
    places = np.arange(size)
    present = places < lengths[:, None]
    full = bool(present.all())
    ids = np.full(present.shape, pad_id, np.int64)
    ids[present] = rows.ids[(begins[:, None] + places)[present]]
    segments = (present & (places >= rows.second[chosen][:, None])).astype(np.int64)
    at: Integers | None = None
    targets = rows.targets[units] if rows.marks is None else rows.targets
    if rows.marks is not None:
        marks = rows.marks
        counts = marks.offsets[units + 1] - marks.offsets[units]
        asked = _stretches(marks.offsets[units], counts)
        at = marks.places[asked] + np.repeat(np.arange(len(units)) * size, counts)
        targets = rows.targets[asked]
    elif rows.characters is not None:
        at = np.flatnonzero(present)
    return Batch(units, chosen, ids, segments, None if full else present, at, targets, counts)


def joined(parts: Sequence[Rows], examples: Sequence[int]) -> Rows:
    """One behind the other, each of so many examples. Raises ValueError where there is none."""
    if len(parts) == 1:
        return parts[0]
    marks = [part.marks for part in parts if part.marks is not None]
    characters = [part.characters for part in parts if part.characters is not None]
    before = np.cumsum([0, *examples[:-1]])
    return Rows(
        ids=np.concatenate([part.ids for part in parts]),
        offsets=_behind([part.offsets for part in parts]),
        second=np.concatenate([part.second for part in parts]),
        units=_behind([part.units for part in parts]),
        examples=np.concatenate([part.examples + first for part, first in zip(parts, before, strict=True)]),
        targets=np.concatenate([part.targets for part in parts]),
        marks=Marks(
            _behind([one.offsets for one in marks]),
            np.concatenate([one.places for one in marks]),
            np.concatenate([one.words for one in marks]),
        )
        if marks
        else None,
        characters=np.concatenate(characters) if characters else None,
    )


def _behind(offsets: Sequence[Integers]) -> Integers:
    """Offsets into arrays as offsets into all of them, one behind the other."""
    ends = np.cumsum([0, *(int(own[-1]) for own in offsets)])
    found = [own[:-1] + end for own, end in zip(offsets, ends, strict=False)]
    return np.concatenate([*found, ends[-1:]])


def _stretches(begins: Integers, counts: Integers) -> Integers:
    """All of begin, begin + 1, ... of each stretch, one behind the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    found: Integers = np.arange(total) + np.repeat(begins - ends + counts, counts)
    return found


def pack(
    ids: Sequence[Sequence[int]],
    second: Sequence[int],
    targets: NDArray[Any],
    *,
    units: Sequence[int] | None = None,
    examples: Sequence[int] | None = None,
    marks: Marks | None = None,
    characters: NDArray[np.int32] | None = None,
) -> Rows:
    """Rows from lists.

    units     how many rows each has; None: one
    examples  of which example each unit is; None: one each
    """
    lengths = np.fromiter((len(row) for row in ids), np.int64, len(ids))
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    flat = np.fromiter((index for row in ids for index in row), np.int32, int(offsets[-1]))
    sizes = np.ones(len(ids), np.int64) if units is None else np.asarray(units, np.int64)
    return Rows(
        ids=flat,
        offsets=offsets,
        second=np.asarray(second, np.int64),
        units=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        examples=np.arange(len(sizes)) if examples is None else np.asarray(examples, np.int64),
        targets=targets,
        marks=marks,
        characters=characters,
    )
