"""What the measures of attention share: the check of its shape, and sums over it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def size_of(attentions: NDArray[np.floating]) -> int:
    """The number of pieces S. Raises ValueError where the array is not [L, A, S, S] with at least one of each."""
    shape = attentions.shape
    if len(shape) != 4 or shape[2] != shape[3] or 0 in shape:
        raise ValueError(f"attentions of shape {shape}, expected [layers, heads, pieces, pieces]")
    return shape[3]


def pair_sum(attentions: NDArray[np.floating], weights: NDArray[np.generic]) -> Floats:
    """sum_ij a_ij w_ij of every head: float64 [L, A], for attentions [L, A, S, S] and weights [S, S].

    A row is added up in the precision of the attentions, the rows in float64.
    """
    rows = np.einsum("lhij,ij->lhi", attentions, np.ascontiguousarray(weights, attentions.dtype))
    total: Floats = rows.sum(-1, dtype=np.float64)
    return total
