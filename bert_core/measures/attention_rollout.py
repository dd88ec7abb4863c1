"""Attention followed back through the layers, as if only attention and the residual carried what a piece is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.attention_sums import Floats, size_of


def with_residual(attentions: NDArray[np.floating]) -> Floats:
    """Â_l = 1/2 mean_h A_l + 1/2 I: float64 [L, S, S]; half of a piece stays where it is, half is what it looks at.

    attentions  float [L, A, S, S], rows (queries) sum to 1; then these do, too

    Raises ValueError where the shape does not fit.
    """
    places = np.arange(size_of(attentions))
    half: Floats = attentions.mean(axis=1, dtype=np.float64) / 2
    half[:, places, places] += 0.5
    return half


def rollout(attentions: NDArray[np.floating]) -> Floats:
    """R_1 = Â_1, R_l = Â_l R_{l-1}: float64 [L, S, S], [l, i, j] the share of input j in piece i after layer l.

    attentions  float [L, A, S, S], rows (queries) sum to 1; then these do, too, as exactly as those

    Abnar & Zuidema 2020, section 3; Â as in `with_residual`. Raises ValueError where the shape does not fit.
    """
    rolled = with_residual(attentions)
    for layer in range(1, len(rolled)):
        rolled[layer] = rolled[layer] @ rolled[layer - 1]
    return rolled
