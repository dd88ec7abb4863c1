"""How much of what a head brings comes from the separators: their share by the length of vectors, not by weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from bert_core.measures.attention_sums import Floats
from bert_core.measures.norm_weighted_attention import norm_weighted_layer
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert


def separator_norm_share(bert: Bert, trace: Trace) -> Floats:
    """sum_i sum_{j is [SEP]} ||a_ij f(x_j)|| / sum_i sum_j ||a_ij f(x_j)|| of each head: float64 [L, A], in 0..1.

    The lengths are those of `norm_weighted`, and [SEP] are the pieces that were added, not typed, as in
    `separator_share`, of which this is the counterpart: a weight on [SEP] may bring next to nothing (Kobayashi et al.
    2020, section 4). NaN where there is no such piece, and for a head that brings nothing, as one that is off.

    Raises ValueError for a trace of another model, MemoryShortage.
    """
    return np.stack(list(layer_shares(bert, trace)))


def layer_shares(bert: Bert, trace: Trace) -> Iterator[Floats]:
    """The same layer by layer: float64 [A] each."""
    separators = np.array([token.special and token.text == "[SEP]" for token in trace.tokens], np.bool_)
    for layer, heads in enumerate(trace.attentions):
        if not separators.any():
            yield np.full(len(heads), np.nan)
            continue
        received = norm_weighted_layer(bert, trace, layer).heads.sum(1, dtype=np.float64)  # [A, S]
        total = received.sum(-1)
        part = received[:, separators].sum(-1)
        yield np.divide(part, total, out=np.full(len(total), np.nan), where=total > 0)
