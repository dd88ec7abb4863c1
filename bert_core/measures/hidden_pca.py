"""Pieces on a plane by the principal components of their hidden states, layer by layer."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LEAST_FITTED = 3
"""Of fewer pieces there are no two axes: then all are fitted."""

_SMALL = 32  # rows or columns, below which all components are as quickly found as two


def pca_places(
    states: Floats, fitted: NDArray[np.bool_] | None = None, *, own_axes: bool = False
) -> tuple[Floats, NDArray[np.float64]]:
    """Places float32 [K, N, 2] and the share of each layer's variance that they keep, float64 [K].

    states    float32 [K, N, H], K layers
    fitted    bool [N], whose pieces make mean and axes; None, or fewer than `LEAST_FITTED`: all
    own_axes  axes of each layer's own, turned and mirrored to fit the layer before (orthogonal Procrustes), instead
              of common ones

    Every layer is centred at the mean of its own fitted pieces: else the first component of common axes would be the
    layer. The share is of the fitted pieces; NaN where these are all the same. The components are scikit-learn's.
    """
    few = fitted is None or fitted.sum() < LEAST_FITTED
    chosen = np.ones(states.shape[1], np.bool_) if fitted is None or few else fitted
    centred = states.astype(np.float64)
    if not centred.size:
        return np.zeros((*states.shape[:2], 2), np.float32), np.full(len(states), np.nan)
    centred -= centred[:, chosen].mean(axis=1, keepdims=True)
    if own_axes:
        places = np.stack([layer @ axes_of(layer[chosen]) for layer in centred])
        for before, layer in pairwise(places):
            layer[:] = turned(layer, before)
    else:
        places = centred @ axes_of(centred[:, chosen].reshape(-1, states.shape[2]))
    whole = np.square(centred[:, chosen]).sum(axis=(1, 2))
    seen = np.square(places[:, chosen]).sum(axis=(1, 2))
    kept = np.divide(seen, whole, out=np.full(len(states), np.nan), where=whole > 0)
    return places.astype(np.float32), kept


def axes_of(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The first two principal components of centred rows, float64 [H, 2]; zero where there are not as many."""
    from sklearn.decomposition import PCA

    axes = np.zeros((rows.shape[1], 2))
    least = min(rows.shape)
    if len(rows) < 2 or not np.ptp(rows, axis=0).any():
        return axes
    solver = "arpack" if least > _SMALL else "full"
    found = PCA(min(2, least), svd_solver=solver, random_state=0).fit(rows).components_
    axes[:, : len(found)] = found.T
    return axes


def turned(places: NDArray[np.float64], onto: NDArray[np.float64]) -> NDArray[np.float64]:
    """`places` [N, 2] turned, and mirrored if need be, to lie nearest to `onto` (orthogonal Procrustes)."""
    left, _, right = np.linalg.svd(places.T @ onto)
    return places @ (left @ right)
