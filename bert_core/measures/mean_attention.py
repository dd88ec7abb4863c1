"""Attention averaged over heads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def mean_attention(attentions: NDArray[np.float32]) -> NDArray[np.float32]:
    """The average over all heads of all layers: float32 [S, S], rows sum to 1.

    attentions  float32 [L, A, S, S], L and A at least 1
    """
    mean: NDArray[np.float32] = attentions.mean(axis=(0, 1))
    return mean
