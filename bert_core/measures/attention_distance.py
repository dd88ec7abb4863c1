"""How far a head looks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.attention_sums import Floats, pair_sum, size_of


def distance(
    attentions: NDArray[np.floating], special: Sequence[bool] | NDArray[np.bool_] | None = None
) -> Floats:
    """sum_ij a_ij |i-j| / sum_ij a_ij, in pieces: float64 [L, A] (Vig & Belinkov 2019).

    attentions  float [L, A, S, S]
    special     bool [S]: pieces that do not count, such as [CLS] and [SEP]. They are left out of both sums, as queries
                and as keys; the places of the others stay as they are, and rows are not renormalised

    NaN where nothing is left: no piece that counts, or a head that gives these none of its weight. Raises ValueError
    where a shape does not fit.
    """
    size = size_of(attentions)
    counts = np.ones(size) if special is None else 1.0 - np.asarray(special, np.bool_)
    if counts.shape != (size,):
        raise ValueError(f"special of shape {counts.shape}, expected ({size},)")
    places = np.arange(size)
    pairs = np.outer(counts, counts)
    mass = pair_sum(attentions, pairs)
    far = pair_sum(attentions, pairs * np.abs(places[:, None] - places))
    return np.divide(far, mass, out=np.full(mass.shape, np.nan), where=mass > 0)
