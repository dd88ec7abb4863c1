"""How widely a head spreads its attention."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.attention_sums import Floats, size_of

_LEAST = np.finfo(np.float32).tiny  # its logarithm is finite, and its part in an entropy below 1e-35


def entropy(attentions: NDArray[np.floating]) -> Floats:
    """Mean over the queries of H_i = -sum_j a_ij ln a_ij, in nats, with 0 ln 0 = 0: float64 [L, A].

    attentions  float [L, A, S, S], rows (queries) sum to 1

    0 where every query looks at one piece only, ln S where all look everywhere alike. A row is computed in the
    precision of the attentions (for float32 that is good to 1e-6), their mean in float64. Clark et al. 2019, section
    3.3, measure heads so. Raises ValueError where the shape does not fit.
    """
    size = size_of(attentions)
    logs = np.empty((size, size), attentions.dtype)
    sums = np.empty(attentions.shape[:3], attentions.dtype)
    for place in np.ndindex(attentions.shape[:2]):  # a head at a time stays in the processor's cache
        np.log(np.maximum(attentions[place], _LEAST, out=logs), out=logs)
        np.einsum("ij,ij->i", attentions[place], logs, out=sums[place])
    mean: Floats = sums.mean(-1, dtype=np.float64)
    return np.maximum(-mean, 0.0)
