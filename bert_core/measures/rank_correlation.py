"""How alike two rankings of the same things are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ranks(values: NDArray[np.floating]) -> Floats:
    """The rank of each value along the last axis, 1 the smallest; equal ones share the mean of theirs: float64.

    A row with a NaN in it has no ranks: all are NaN.
    """
    rows = np.asarray(values, np.float64)
    size = rows.shape[-1]
    flat = rows.reshape(-1, size)
    found = np.empty(flat.shape)
    order = np.argsort(flat, axis=-1, kind="stable")
    places = np.arange(size)
    for row, placed, into in zip(flat, order, found, strict=True):
        ordered = row[placed]
        begins = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))  # of equal ones
        lengths = np.diff(np.append(begins, size))
        into[placed[places]] = np.repeat(begins + (lengths + 1) / 2, lengths)
    found[np.isnan(flat).any(axis=-1)] = np.nan
    return found.reshape(rows.shape)


def spearman(rows: NDArray[np.floating]) -> Floats:
    """Spearman's rank correlation of each two of K rows of S values, -1 to 1: [..., K, S] -> float64 [..., K, K].

    It is Pearson's correlation of their ranks. NaN where one of the two has a NaN, or is the same everywhere; where
    none is, the diagonal is 1. C. Spearman 1904, "The Proof and Measurement of Association between Two Things".
    """
    return correlation(ranks(rows))


def correlation(rows: Floats) -> Floats:
    """Pearson's of each two of K rows, as `spearman` of their ranks: for whoever needs the ranks as well."""
    found = rows - rows.mean(axis=-1, keepdims=True)
    lengths = np.sqrt((found**2).sum(axis=-1))
    # Constants are not known by their length: of equal numbers the mean may be a hair off.
    lengths[np.ptp(rows, axis=-1) == 0] = np.nan
    found /= lengths[..., None]
    correlations: Floats = (found @ found.swapaxes(-1, -2)).clip(-1.0, 1.0)
    return correlations
