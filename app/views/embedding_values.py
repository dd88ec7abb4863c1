"""The numbers behind the embedding strips: norms, and the means and scales drawn where pixels are few."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bert_core.trace import EmbeddingTerms, Floats

Term = Literal["token", "segment", "position", "sum", "output"]
TERMS: tuple[Term, ...] = ("token", "segment", "position", "sum", "output")
PERCENTILE = 99.0
Colours = NDArray[np.uint32]

_PARTED = 8  # from how many pixels a column can spare one


@dataclass(frozen=True, eq=False)
class EmbeddingHit:
    """What one spot of the strips stands for.

    position    the piece; where several share a pixel, the middle one
    dimensions  the dimensions averaged into the spot
    mean        what gives the spot its colour
    strongest   the dimension among them that is furthest from 0 in that piece
    values      float32 [H], the whole vector of that term
    norm        its Euclidean norm
    """

    term: Term
    position: int
    dimensions: range
    mean: float
    strongest: int
    values: Floats
    norm: float

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EmbeddingHit):
            return NotImplemented
        mine = (self.term, self.position, self.dimensions)
        return mine == (other.term, other.position, other.dimensions) and self.values is other.values

    def __hash__(self) -> int:
        return hash((self.term, self.position, self.dimensions))

    @property
    def value(self) -> float:
        """The value of the strongest dimension."""
        return float(self.values[self.strongest])


@dataclass(frozen=True, eq=False)
class Drawn:
    """What the strips show on so many pixels.

    means         float32 [rows, columns] a term: the mean over the dimensions and pieces that share a pixel
    shared        how many dimensions share a line, at most
    scale         99th percentile of |mean| over token, segment, position and sum together: where colours end
    output_scale  the same over the LayerNorm output
    """

    means: dict[Term, Floats]
    shared: int
    scale: float
    output_scale: float

    def scale_of(self, term: Term) -> float:
        """The value at which the colours of a term end, either way."""
        return self.output_scale if term == "output" else self.scale


class StripValues:
    """The five terms of S pieces, float32 [S, H] each, measured once; norms are float32 [5, S].

    Means rather than extremes are drawn: of twenty dimensions the strongest is almost always near the end of the
    scale, so that all pieces would look alike.
    """

    def __init__(self, terms: EmbeddingTerms) -> None:
        self.arrays: dict[Term, Floats] = {name: getattr(terms, name) for name in TERMS}
        self.pieces, self.dimensions = terms.sum.shape
        self.norms = np.stack([np.sqrt(np.einsum("sh,sh->s", a, a)) for a in self.arrays.values()])
        self._drawn: tuple[tuple[int, int], Drawn] | None = None

    def drawn(self, columns: int, rows: int) -> Drawn:
        """What is shown on `columns` x `rows` pixels a strip; the last answer is kept."""
        if self._drawn is None or self._drawn[0] != (columns, rows):
            means = {name: averaged(array, columns, rows) for name, array in self.arrays.items()}
            terms = [means[name] for name in TERMS if name != "output"]
            shared = math.ceil(self.dimensions / max(1, rows))
            drawn = Drawn(means, shared, percentile(terms), percentile([means["output"]]))
            self._drawn = (columns, rows), drawn
        return self._drawn[1]

    def norm(self, term: Term, position: int) -> float:
        """The Euclidean norm of one vector."""
        return float(self.norms[TERMS.index(term), position])

    def hit(self, term: Term, positions: range, dimensions: range) -> EmbeddingHit:
        """What the block of these positions and dimensions stands for; neither may be empty."""
        values = self.arrays[term]
        block = values[positions.start : positions.stop, dimensions.start : dimensions.stop]
        position = (positions.start + positions.stop - 1) // 2
        own = np.abs(np.nan_to_num(block[position - positions.start]))
        strongest = dimensions.start + int(np.argmax(own))
        mean = float(block.mean(dtype=np.float64))
        return EmbeddingHit(
            term, position, dimensions, mean, strongest, values[position], self.norm(term, position)
        )


def percentile(arrays: Sequence[Floats]) -> float:
    """The 99th percentile of |value| over all arrays (nearest rank), or 1 where that is not above 0."""
    sizes = np.concatenate([np.abs(array).ravel() for array in arrays])
    if not np.isfinite(sizes).all():
        sizes = sizes[np.isfinite(sizes)]
    if not sizes.size:
        return 1.0
    rank = min(sizes.size - 1, int(PERCENTILE / 100 * sizes.size))
    sizes.partition(rank)
    found = float(sizes[rank])
    return found if found > 0 else 1.0


def starts(count: int, places: int) -> NDArray[np.intp]:
    """The first item of each bin when `count` items share min(count, places) bins as evenly as can be."""
    bins = min(count, places)
    return np.arange(bins, dtype=np.intp) * count // max(1, bins)


def under(offset: float, length: float, count: int, pixels: int) -> range:
    """The items drawn at `offset` of `length`, where `count` items share so many pixels."""
    bins = min(count, pixels)
    pixel = min(pixels - 1, max(0, int(offset / length * pixels)))
    index = pixel * bins // pixels
    return range(index * count // bins, (index + 1) * count // bins)


def averaged(values: Floats, columns: int, rows: int) -> Floats:
    """[S, H] as float32 [min(H, rows), min(S, columns)]: the mean of each block that shares a pixel."""
    return np.ascontiguousarray(_averaged(_averaged(values, rows, 1), columns, 0).T)


def _averaged(values: Floats, places: int, axis: int) -> Floats:
    count = values.shape[axis]
    if count <= places:
        return values
    first = starts(count, places)
    sizes = np.diff(first, append=count).astype(np.float32)
    return np.asarray(
        np.add.reduceat(values, first, axis=axis) / (sizes if axis else sizes[:, None]), dtype=np.float32
    )


def spread(colours: Colours, width: int, height: int, gap: int) -> Colours:
    """Colours [rows, columns] repeated to pixels [height, width]; broad columns are parted by one pixel of `gap`."""
    rows, columns = colours.shape
    column_of = np.arange(width) * columns // width
    pixels = colours[np.arange(height) * rows // height][:, column_of]
    if width >= _PARTED * columns:
        last = np.flatnonzero(np.diff(column_of, append=columns))
        pixels[:, last[:-1]] = gap
    return np.ascontiguousarray(pixels)
