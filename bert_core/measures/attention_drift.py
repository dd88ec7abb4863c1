"""How far the attention of every head has moved between two states of a model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.attention_sums import Floats, size_of


def drift(before: NDArray[np.floating], after: NDArray[np.floating]) -> Floats:
    """1 - cosine similarity of each head's flattened map of one text, before and after.

    before, after  float [L, A, S, S] of the same pieces, rows (queries) sum to 1; of any precision, taken as float64

    Kovaleva et al. 2019, section 4.3; they average the cosines over the texts, and so does whoever has several: the
    mean of these. Weights are not negative, so a drift lies within 0 (the maps are proportional) and 1 (no weight in
    common). Maps in half precision leave about 1e-7 of rounding where nothing moved, and up to 1e-4 where much did.

    Returns float64 [L, A]; NaN where a map holds a NaN. Raises ValueError where the shapes do not fit.
    """
    size_of(before)
    if before.shape != after.shape:
        raise ValueError(f"attentions of shapes {before.shape} and {after.shape}, expected the same")
    layers, heads = before.shape[:2]
    x = before.reshape(layers, heads, -1).astype(np.float64)
    y = after.reshape(layers, heads, -1).astype(np.float64)
    lengths = np.sqrt(_dot(x, x) * _dot(y, y))
    cosine = np.divide(_dot(x, y), lengths, out=np.zeros((layers, heads)), where=lengths != 0)
    moved: Floats = np.clip(1.0 - cosine, 0.0, 1.0)
    return moved


def _dot(x: Floats, y: Floats) -> Floats:
    found: Floats = np.einsum("lhi,lhi->lh", x, y)
    return found
