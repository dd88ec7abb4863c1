"""How much of a head's attention goes to the separators, where it is said to rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.attention_sums import Floats, pair_sum, size_of
from bert_core.trace import Token


def separator_share(attentions: NDArray[np.floating], tokens: Sequence[Token]) -> Floats:
    """Mean over the queries of the attention to the [SEP] pieces that were added, not typed: float64 [L, A], in 0..1.

    attentions  float [L, A, S, S], rows (queries) sum to 1
    tokens      the S pieces

    NaN where there is no such piece. By weight only: what the head takes from these pieces may be next to nothing
    (Clark et al. 2019, section 3.2; Kobayashi et al. 2020). Raises ValueError where the shapes do not fit.
    """
    size = size_of(attentions)
    if size != len(tokens):
        raise ValueError(f"attentions of shape {attentions.shape} for {len(tokens)} tokens")
    separators = np.array([token.special and token.text == "[SEP]" for token in tokens])
    if not separators.any():
        return np.full(attentions.shape[:2], np.nan)
    return pair_sum(attentions, np.broadcast_to(separators, (size, size))) / size
