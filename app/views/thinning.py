"""As many points of a long curve as there are pixels for."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.views.smoothing import Floats

Thinning = Literal["peaks", "mean"]
_ENOUGH = 2  # points a pixel, up to which all are kept


def thinned(
    x: Floats, y: Floats, low: float, high: float, pixels: int, how: Thinning
) -> tuple[Floats, Floats]:
    """The part of a curve between `low` and `high`, with the neighbours of both ends, for so many pixels across.

    x, y  [n], finite, x ascending
    how   "peaks" keeps the least and the greatest of every pixel's points, "mean" their mean
    """
    first = max(0, int(np.searchsorted(x, low)) - 1)
    last = min(len(x), int(np.searchsorted(x, high, side="right")) + 1)
    x, y = x[first:last], y[first:last]
    pixels = max(1, pixels)
    if len(x) <= _ENOUGH * pixels or not high > low:
        return x, y
    column = np.floor((x - low) * (pixels / (high - low)))
    starts = np.flatnonzero(np.diff(column, prepend=np.nan) != 0)
    if how == "mean":
        counts = np.diff(starts, append=len(x))
        return np.add.reduceat(x, starts) / counts, np.add.reduceat(y, starts) / counts
    across = np.repeat(x[starts], 2)
    peaks = np.empty(2 * len(starts))
    peaks[0::2] = np.minimum.reduceat(y, starts)
    peaks[1::2] = np.maximum.reduceat(y, starts)
    return across, peaks
