"""All heads as bytes, at full and at maximum-pooled resolutions: what the mosaic draws (numpy only)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.views.colormaps import ZERO

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

COARSEST = 4  # cells a side in the last level, at most


@dataclass(frozen=True, eq=False)
class MosaicImage:
    """L layers of A heads of S x S cells, as table entries 0..255.

    levels    uint8 [L, A, s, s], read-only: [0] has s = S, each next one pools 2 x 2 cells of one head (the
              last row and column pool what is left of them) until s is 4 or less
    factors   cells of a head that one cell of that level covers in each direction: 1, 2, 4 ...
    per_head  every head has its own scale
    maxima    float32 [L, A]: the weight that entry 255 stands for
    signed    entries are 128 + 127 * value / maximum, and the value farther from zero survives pooling
    """

    layers: int
    heads: int
    size: int
    levels: tuple[Bytes, ...]
    factors: tuple[int, ...]
    per_head: bool
    maxima: Floats
    signed: bool = False

    def plane(self, level: int) -> Bytes:
        """A level as one picture, query rows by key columns: uint8 [L*s, A*s], not copied."""
        levels = self.levels[level]
        side = levels.shape[-1]
        return levels.transpose(0, 2, 1, 3).reshape(self.layers * side, self.heads * side)

    @property
    def nbytes(self) -> int:
        return sum(level.nbytes for level in self.levels)


def build_mosaic(
    values: Floats,
    *,
    per_head: bool = False,
    signed: bool = False,
    between_layers: Callable[[], None] | None = None,
) -> MosaicImage:
    """Bytes and pyramid of `values`, float32 [L, A, S, S].

    Weights (0..1) become round(255 * value), or with `per_head` round(255 * value / the head's largest).
    Differences (`signed`) are scaled by the largest magnitude of all heads, or with `per_head` of each.
    NaN counts as 0. `between_layers` is called after each layer; raise in it to give up.

    Needs 4/3 bytes a weight for the result and two S x S float32 arrays on the way.
    Raises ValueError for another shape.
    """
    if values.ndim != 4 or values.shape[2] != values.shape[3] or 0 in values.shape:
        raise ValueError(f"expected attentions [L, A, S, S], got {list(values.shape)}")
    layers, heads, size, _ = values.shape
    maxima = _maxima(values, per_head, signed)
    # [L, s, A, s] in memory, so that a row of the picture is a row in memory and plane() copies nothing.
    stores = [np.empty((layers, side, heads, side), dtype=np.uint8) for side in _sides(size)]
    scratch = np.empty((size, size), dtype=np.float32)
    for layer in range(layers):
        for head in range(heads):
            quantise(values[layer, head], float(maxima[layer, head]), scratch, signed)
            stores[0][layer, :, head] = scratch  # assignment drops the fraction
        for finer, coarser in pairwise(stores):
            pool(finer[layer].transpose(1, 0, 2), coarser[layer].transpose(1, 0, 2), signed)
        if between_layers is not None:
            between_layers()
    return MosaicImage(
        layers,
        heads,
        size,
        tuple(_read_only(store.transpose(0, 2, 1, 3)) for store in stores),
        tuple(2**level for level in range(len(stores))),
        per_head,
        maxima,
        signed,
    )


def quantise(values: Floats, maximum: float, out: Floats, signed: bool) -> None:
    """Writes entry + 0.5 of each value to `out`, so that casting to uint8 rounds; both float32 of one shape."""
    if signed:
        np.multiply(values, np.float32(127.0 / maximum if maximum else 0.0), out=out)
        np.nan_to_num(out, copy=False, nan=0.0)
        np.clip(out, -127.0, 127.0, out=out)
        out += np.float32(ZERO + 0.5)
    else:
        np.fmax(values, np.float32(0.0), out=out)  # fmax and fmin take the number where the other is NaN
        out *= np.float32(255.0 / maximum if maximum else 0.0)
        out += np.float32(0.5)
        np.fmin(out, np.float32(255.5), out=out)


def pool(finer: Bytes, coarser: Bytes, signed: bool) -> None:
    """Writes the largest of each 2 x 2 cells of `finer` [..., s, s] to `coarser` [..., ceil(s/2), ceil(s/2)].

    With `signed`, the one farthest from ZERO.
    """
    half = finer.shape[-1] // 2
    rows = finer[..., ::2, :].copy()
    _keep(rows[..., :half, :], finer[..., 1::2, :], signed)
    coarser[...] = rows[..., ::2]
    _keep(coarser[..., :half], rows[..., 1::2], signed)


def pyramid(entries: Bytes, signed: bool = False) -> tuple[Bytes, ...]:
    """`entries` [S, S] and its pooled levels, down to 4 cells a side or fewer."""
    levels = [entries]
    for side in _sides(entries.shape[-1])[1:]:
        levels.append(np.empty((side, side), dtype=np.uint8))
        pool(levels[-2], levels[-1], signed)
    return tuple(levels)


def _keep(kept: Bytes, other: Bytes, signed: bool) -> None:
    if signed:
        np.copyto(kept, other, where=np.abs(other.view(np.int8) ^ -128) > np.abs(kept.view(np.int8) ^ -128))
    else:
        np.maximum(kept, other, out=kept)


def _sides(size: int) -> list[int]:
    sides = [size]
    while sides[-1] > COARSEST:
        sides.append((sides[-1] + 1) // 2)
    return sides


def _maxima(values: Floats, per_head: bool, signed: bool) -> Floats:
    layers, heads = values.shape[:2]
    if not per_head and not signed:
        return _read_only(np.ones((layers, heads), dtype=np.float32))
    maxima = np.zeros((layers, heads), dtype=np.float32)
    for layer in range(layers):
        for head in range(heads):
            largest = np.fmax.reduce(values[layer, head], axis=None)
            if signed:
                largest = max(largest, -np.fmin.reduce(values[layer, head], axis=None))
            maxima[layer, head] = max(float(np.nan_to_num(largest)), 0.0)
    if not per_head:
        maxima[...] = maxima.max()
    return _read_only(maxima)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array
