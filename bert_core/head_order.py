"""In which order heads are removed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Heads = tuple[tuple[int, int], ...]
"""(layer, head) pairs, counted from 0."""


def per_layer(importance: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64 [L, A], each layer's values divided by their Euclidean length (Michel et al. 2019); zeros stay zeros."""
    lengths = np.linalg.norm(importance, axis=1, keepdims=True)
    return np.divide(importance, lengths, out=np.zeros_like(importance), where=lengths > 0)


def removal_order(
    importance: NDArray[np.float64], *, normalised: bool = True, most_first: bool = False
) -> Heads:
    """All heads of the model, least important first; of equals, the one that the model meets first.

    importance  float64 [L, A], as `head_importance` gives it
    normalised  compare what is ℓ2-normalised in each layer, as Michel et al. 2019 do, or the values as they are
    most_first  the other way round

    Heads of all layers stand in one row: a layer may lose all of its heads before another loses one. Raises ValueError
    where a value is no number.
    """
    if not np.isfinite(importance).all():
        raise ValueError("importance that is no number cannot be sorted by")
    scores = (per_layer(importance) if normalised else importance).reshape(-1)
    order = np.argsort(-scores if most_first else scores, kind="stable")
    return _pairs(order, importance.shape[1])


def random_order(layers: int, heads: int, seed: int = 0) -> Heads:
    """All heads in an order that only the seed decides."""
    return _pairs(np.random.default_rng(seed).permutation(layers * heads), heads)


def _pairs(order: NDArray[np.intp] | NDArray[np.int64], heads: int) -> Heads:
    return tuple((int(index) // heads, int(index) % heads) for index in order)
