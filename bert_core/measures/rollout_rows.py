"""Rollout of a single piece, without that of all the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.attention_sums import size_of
from bert_core.trace import Floats


def head_means(attentions: NDArray[np.floating]) -> Floats:
    """Each layer's heads averaged: float32 [L, S, S].

    attentions  float [L, A, S, S]; raises ValueError where the shape is another
    """
    size_of(attentions)
    means: Floats = attentions.mean(axis=1, dtype=np.float32)
    return means


def rollout_rows(means: Floats, position: int) -> Floats:
    """The row of one piece in the rollout after every layer: float32 [L, S], [l, j] the share of input j.

    means  as of `head_means`, M_l

    It is e_i Â_l Â_{l-1} ... Â_1 with Â_l = 1/2 M_l + 1/2 I, a vector at a time: L² S² / 2 products where `rollout`
    takes L S³. All layers' vectors go down together. Raises ValueError where there is no such position.
    """
    layers, size, _ = means.shape
    if not 0 <= position < size:
        raise ValueError(f"position {position} of {size} pieces")
    rows = np.zeros((layers, size), np.float32)
    rows[:, position] = 1.0
    for layer in range(layers - 1, -1, -1):
        above = rows[layer:]
        above += above @ means[layer]
        above /= 2
    return rows
