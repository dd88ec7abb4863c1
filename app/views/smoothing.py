"""The exponential mean of a curve, over a window that is short where the curve begins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GROWTH = 4
"""So many points more make the window one longer: a mean lags a ninth of the way behind, however short that is."""

_REACH = 8
"""A block is so many spans long: within it the weights fall by e^16 at most, which float64 holds with ease."""


def exponential_mean(values: Floats, points: int) -> Floats:
    """[n] finite numbers to [n]: each the mean of all up to it, an older one weighing less.

    m[0] = x[0], and m[t] = m[t-1] + 2 / (N + 1) * (x[t] - m[t-1]), where the window N = min(points, 1 + t / GROWTH).
    So many steps back as N says, an entry weighs about e^-2 of the newest. Curves of training fall steeply at first: a
    window of full length from the start (with the bias correction of Kingma and Ba 2015, section 3: the mean of all
    there is) would show a loss that was left behind long ago. `points` 1 gives the values themselves.
    """
    if points <= 1 or len(values) == 0:
        return values
    return _from(values, points, 0.0, 0)


class GrowingMean:
    """The exponential mean of a curve that grows at its end: only what is new is computed."""

    def __init__(self) -> None:
        self._values = self._mean = np.empty(0)
        self._points = 0

    def of(self, values: Floats, points: int) -> Floats:
        """The same as `exponential_mean`."""
        if points <= 1 or len(values) == 0:
            return values
        known = len(self._values)
        if points != self._points or known > len(values) or not np.array_equal(values[:known], self._values):
            known = 0
        new = _from(values[known:], points, float(self._mean[known - 1]) if known else 0.0, known)
        self._mean = np.concatenate([self._mean[:known], new])
        self._values, self._points = values, points
        return self._mean


def _from(values: Floats, points: int, before: float, first: int) -> Floats:
    """The means of values[0], entry number `first`, and those that follow; `before` is the mean of what came before."""
    while_growing = min(len(values), max(0, GROWTH * (points - 1) - first))
    means, mean = [], before
    for number, value in enumerate(values[:while_growing].tolist(), first):
        mean += 2.0 / (2.0 + number / GROWTH) * (value - mean)
        means.append(mean)
    return np.concatenate([np.array(means), _at_full_length(values[while_growing:], points, mean)])


def _at_full_length(values: Floats, points: int, before: float) -> Floats:
    """The mean over a window of all `points`, going on from `before`."""
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
