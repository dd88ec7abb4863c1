"""Walking from point to point of a map with the arrow keys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt

WALK = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
"""Which way each arrow goes: so far right, so far down."""


def towards(points: NDArray[np.float64], here: int, right: float, down: float) -> int | None:
    """The nearest of `points` [N, 2] within 45 degrees of a direction; one that is off it counts as farther.

    None where there is none; a point at NaN is not there.
    """
    by = points - points[here]
    along = by @ (right, down)
    across = np.abs(by @ (down, right))
    there = np.flatnonzero((along > 1e-6) & (across <= along))
    if not len(there):
        return None
    return int(there[np.argmin(along[there] + 2 * across[there])])
