"""The exponential mean of a curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_REACH = 8
"""A block is so many spans long: within it the weights fall by e^16 at most, which float64 holds with ease."""


def exponential_mean(values: Floats, points: int) -> Floats:
    """[n] finite numbers to [n]: each the mean of all up to it, an older one weighing less.

    Weights fall by the factor 1 - a a step, a = 2 / (points + 1): as many steps back as `points` says, an entry weighs
    e^-2 of the newest. The first entries are divided by the weights there are (the bias correction of Kingma and Ba
    2015, section 3), so that the curve begins at the first value and not at 0. `points` 1 gives the values themselves.
    """
    if points <= 1 or len(values) == 0:
        return values
    kept, mean = 1.0 - 2.0 / (points + 1), _from(values, points, 0.0)
    return mean / (1.0 - kept ** np.arange(1, len(values) + 1))


class GrowingMean:
    """The exponential mean of a curve that grows at its end: only what is new is computed."""

    def __init__(self) -> None:
        self._values = self._raw = self._mean = np.empty(0)
        self._points = 0

    def of(self, values: Floats, points: int) -> Floats:
        """The same as `exponential_mean`."""
        if points <= 1 or len(values) == 0:
            return values
        known = len(self._values)
        if points != self._points or known > len(values) or not np.array_equal(values[:known], self._values):
            known = 0
        kept = 1.0 - 2.0 / (points + 1)
        new = _from(values[known:], points, float(self._raw[known - 1]) if known else 0.0)
        self._raw = np.concatenate([self._raw[:known], new])
        weights = 1.0 - kept ** np.arange(known + 1, len(values) + 1)
        self._mean = np.concatenate([self._mean[:known], new / weights])
        self._values, self._points = values, points
        return self._mean


def _from(values: Floats, points: int, before: float) -> Floats:
    """The mean without the correction, going on from `before`."""
    if len(values) == 0:
        return values
    rate = 2.0 / (points + 1)
    kept = 1.0 - rate
    length = min(len(values), _REACH * points)
    blocks = -(-len(values) // length)
    padded = np.zeros(blocks * length)
    padded[: len(values)] = values
    falling = kept ** np.arange(length)
    # In a block that begins from nothing: kept^t * sum over k <= t of rate * x[k] / kept^k.
    means = np.cumsum(rate * padded.reshape(blocks, length) / falling, axis=1) * falling
    carried = before
    for block in means:
        block += carried * kept * falling
        carried = block[-1]
    result: Floats = means.reshape(-1)[: len(values)]
    return result
