"""Which weights of some heads are drawn as lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]

_LEAST = float(np.finfo(np.float32).tiny)  # a weight of nothing is never a line


@dataclass(frozen=True, eq=False)
class Lines:
    """N lines, those of the smallest weights first.

    head, query, key  where each weight stands in the heads given
    weight            float32 [N], signed as given
    reached           how many there would be without a limit on their number
    """

    head: Places
    query: Places
    key: Places
    weight: Floats
    reached: int

    def __len__(self) -> int:
        return len(self.weight)


def pick_lines(
    values: Floats,
    threshold: float,
    *,
    heads: Flags | None = None,
    pairs: Flags | None = None,
    query: int | None = None,
    key: int | None = None,
    signed: bool = False,
    one_a_pair: bool = False,
    most: int | None = None,
) -> Lines:
    """The weights of float32 [A, S, S] whose size is `threshold` or more; none that is zero.

    heads        bool [A], which count; None: all
    pairs        bool [S, S], which pairs of query and key count; None: all
    query, key   only lines from that query, or to that key
    signed       there may be values below zero
    one_a_pair   of the lines between the same two pieces only that of the strongest head
    most         no more lines than that: those of the largest weights

    Raises ValueError where the shapes do not fit together.
    """
    if values.ndim != 3 or values.shape[1] != values.shape[2]:
        raise ValueError(f"expected weights of [heads, pieces, pieces], got {list(values.shape)}")
    count, size, _ = values.shape
    if heads is not None and heads.shape != (count,):
        raise ValueError(f"expected {count} flags of heads, got {list(heads.shape)}")
    if pairs is not None and pairs.shape != (size, size):
        raise ValueError(f"expected [{size}, {size}] flags of pairs, got {list(pairs.shape)}")
    rows = slice(None) if query is None else slice(query, query + 1)
    columns = slice(None) if key is None else slice(key, key + 1)
    chosen = np.arange(count) if heads is None else np.flatnonzero(heads)
    part = (values if len(chosen) == count else values[chosen])[:, rows, columns]
    strengths = np.abs(part) if signed else part
    merged = one_a_pair and len(chosen) > 1
    if merged:
        strengths = strengths.max(axis=0, keepdims=True)
    kept = strengths >= max(threshold, _LEAST)
    if pairs is not None:
        kept &= pairs[rows, columns]
    found = np.flatnonzero(kept)
    strength, reached = strengths.reshape(-1)[found], len(found)
    if most is not None and reached > most:
        found = np.sort(found[np.argpartition(strength, reached - most)[reached - most :]])
        strength = strengths.reshape(-1)[found]
    found = found[np.argsort(strength, kind="stable")]
    head, row, column = np.unravel_index(found, strengths.shape)
    if merged:  # which head it is, is only asked where there is a line
        its = part[:, row, column]
        head = (np.abs(its) if signed else its).argmax(axis=0)
    return Lines(
        head=chosen[head],
        query=row + (query or 0),
        key=column + (key or 0),
        weight=part[head, row, column],
        reached=reached,
    )


def no_lines() -> Lines:
    """None at all."""
    nowhere = np.zeros(0, dtype=np.intp)
    return Lines(nowhere, nowhere, nowhere, np.zeros(0, dtype=np.float32), 0)


def kept_pairs(segments: Places, special: Flags, directions: Flags, *, with_special: bool) -> Flags | None:
    """Which pairs of S pieces are meant, bool [S, S]; None where all are.

    segments      [S], 0 for A and 1 for B
    special       bool [S], the pieces that `with_special` is about: false leaves out lines from and to them
    directions    bool [2, 2], from the segment of the query to that of the key
    """
    if directions.all() and (with_special or not special.any()):
        return None
    pairs: Flags = directions[np.ix_(segments, segments)]
    if not with_special:
        pairs &= ~special[:, None] & ~special
    return pairs
