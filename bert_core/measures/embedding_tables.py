"""What the embedding tables of a checkpoint tell by themselves, and what each of them adds to a piece's sum."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from bert_core.trace import EmbeddingTerms, Floats

Doubles = NDArray[np.float64]

_LEAST_ROWS = 16  # fewer may look untrained by chance
_DEVIATIONS = 5.0
_CUT_NORMAL = 0.8796  # deviation of a normal distribution cut off at two deviations, as TensorFlow draws from


@dataclass(frozen=True, eq=False)
class TermShares:
    """What the three terms add to the sums of S pieces, float64 [3, S] each: token, segment, position.

    by_norm  |t| / (|token| + |segment| + |position|): 0 to 1; a piece's three add up to 1, or are 0 where no term is
    along    <t, sum> / |sum|²: below 0 where a term points against the sum; a piece's three add up to 1, or are 0
             where the sum is zero
    """

    by_norm: Doubles
    along: Doubles

    def less(self, other: TermShares) -> TermShares:
        """By how much these are more. Raises ValueError where `other` is of another number of pieces."""
        if self.by_norm.shape != other.by_norm.shape:
            raise ValueError(f"{self.by_norm.shape[1]} pieces, the others are {other.by_norm.shape[1]}")
        return TermShares(self.by_norm - other.by_norm, self.along - other.along)


def term_shares(terms: EmbeddingTerms) -> TermShares:
    """The share of each term in the sum of every piece; a term that is dropped has none.

    The sum is added up anew in double precision, so that shares along it add up to 1 as exactly as that allows.
    """
    parts = [part.astype(np.float64) for part in (terms.token, terms.segment, terms.position)]
    whole = parts[0] + parts[1] + parts[2]
    norms = np.sqrt([np.einsum("sh,sh->s", part, part) for part in parts])
    towards = np.stack([np.einsum("sh,sh->s", part, whole) for part in parts])
    return TermShares(
        _divided(norms, norms.sum(axis=0)), _divided(towards, np.einsum("sh,sh->s", whole, whole))
    )


def _divided(parts: Doubles, whole: Doubles) -> Doubles:
    return np.divide(parts, whole, out=np.zeros_like(parts), where=whole > 0)


def row_norms(table: Floats) -> Doubles:
    """The Euclidean length of each row of [R, H]: float64 [R]."""
    doubles = table.astype(np.float64)
    return np.sqrt(np.einsum("rh,rh->r", doubles, doubles))


def cosine(first: Floats, second: Floats) -> float:
    """Of the angle between two vectors [H]; 0 where one of them is zero."""
    one, other = first.astype(np.float64), second.astype(np.float64)
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / lengths if lengths > 0 else 0.0


def nearness(alike: Floats, apart: int) -> float:
    """The mean cosine of positions that are `apart` from each other, given float32 [P, P]; NaN where there are none."""
    diagonal = np.diagonal(alike, apart)
    return float(diagonal.mean(dtype=np.float64)) if diagonal.size else float("nan")


def initial_norm(hidden_size: int, initializer_range: float) -> float:
    """The length that a row has on average before training: deviation times sqrt(H), near enough for H above 20."""
    return initializer_range * sqrt(hidden_size)


def untrained_from(table: Floats, initializer_range: float) -> int | None:
    """From which row of [P, H] on all look as drawn at random; None where fewer than 16 at the end do.

    A row does when its length is one that random numbers of that deviation have (cut off at two deviations, as in
    TensorFlow, or not), and its cosine with the row before is near 0, each within 5 standard deviations; and so must
    be the mean of these cosines. What training moved only a little may pass; what has kept some order does not.
    """
    rows, width = table.shape
    norms, wanted = row_norms(table), initial_norm(width, initializer_range)
    slack = _DEVIATIONS / sqrt(2 * width)
    random = (norms >= _CUT_NORMAL * wanted * (1 - slack)) & (norms <= wanted * (1 + slack)) & (norms > 0)
    units = np.divide(table, norms[:, None], out=np.zeros(table.shape), where=norms[:, None] > 0)
    cosines = np.zeros(rows)
    cosines[1:] = np.einsum("rh,rh->r", units[1:], units[:-1])
    first = rows
    while first and random[first - 1]:
        first -= 1
        if first and abs(cosines[first]) > _DEVIATIONS / sqrt(width):  # not from here on, but from the next
            break
    count = rows - first
    inner = cosines[first + 1 :]
    if count < _LEAST_ROWS or abs(inner.mean()) > _DEVIATIONS / sqrt(width * len(inner)):
        return None
    return first
