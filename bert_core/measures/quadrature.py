"""Points and weights to integrate a smooth function from 0 to 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def fejer(points: int) -> tuple[Floats, Floats]:
    """Fejér's second rule: places float64 [n] strictly within 0 and 1, ascending, and weights [n] that sum to 1.

    Exact for polynomials of degree n - 1, and of a smooth function nearly as good as Gauss's rule of as many points.
    The places of n are among those of 2n + 1, the odd ones of them, so that nothing need be computed twice. Fejér 1933,
    "Mechanische Quadraturen mit positiven Cotesschen Zahlen"; Waldvogel 2006, "Fast construction of the Fejér and
    Clenshaw-Curtis quadrature rules". Raises ValueError for less than one point.
    """
    if points < 1:
        raise ValueError(f"{points} points")
    angles = np.arange(1, points + 1) * np.pi / (points + 1)
    odd = np.arange(1, points + 1, 2)
    weights = 2 * np.sin(angles) / (points + 1) * (np.sin(np.outer(angles, odd)) / odd).sum(1)
    return np.sin(angles / 2) ** 2, weights
