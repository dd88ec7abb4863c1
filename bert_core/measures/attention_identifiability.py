"""The part of attention that has an effect on the head's output (Brunner et al. 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bert_core.config import BertConfig
from bert_core.measures.trace_model import layer_at, require_model, zeroed_heads
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert

TOLERANCE = 1e-5
"""Singular values of the head's values below this share of the largest count as zero."""


def is_ambiguous(config: BertConfig, pieces: int) -> bool:
    """Whether a text has more pieces than a head has dimensions, so that different weights give the same output."""
    return pieces > config.head_size


def effective_attention(bert: Bert, trace: Trace, layer: int) -> NDArray[np.float32]:
    """Attention without what has no effect: A less its component in the left null space of V^h, float32 [A, S, S].

    V^h = X W_V^h + b_V^h [S, d] are the head's values, X the hidden states before the layer (counted from 0). What of a
    row of A is orthogonal to all columns of V^h leaves the output A V^h as it is. Found in float64 by a singular value
    decomposition, see TOLERANCE. Rows need not sum to 1, and weights may be negative. Brunner et al. 2020, "On
    Identifiability in Transformers"; their T = V^h W_O^h has the same left null space unless W_O^h is
    deficient in rank.

    A are the trace's weights with all its interventions. Nothing has an effect in a head that is off by zero: all 0.

    Raises ValueError for a trace of another model, a layer that is not there, or a text of no more pieces than a head
    has dimensions, where values usually determine the weights and there is nothing to remove; see `is_ambiguous`.
    """
    require_model(bert, trace)
    attention = layer_at(bert, layer).attention
    config, size = bert.config, len(trace.tokens)
    if not is_ambiguous(config, size):
        raise ValueError(
            f"there is nothing to remove: the text has {size} pieces, and only where these are more than the "
            f"{config.head_size} dimensions of a head can different attention give the same output"
        )
    width, heads = config.hidden_size, config.num_attention_heads
    weight, bias = (
        p.detach()[2 * width :].float().cpu().numpy().astype(np.float64)
        for p in (attention.query_key_value.weight, attention.query_key_value.bias)
    )
    values = trace.hidden_states[layer].astype(np.float64) @ weight.T + bias
    by_head = values.reshape(size, heads, -1).swapaxes(0, 1)  # [A, S, d]
    directions, strengths, _ = np.linalg.svd(by_head, full_matrices=False)
    felt = directions * (strengths > TOLERANCE * strengths[:, :1])[:, None]  # [A, S, d]
    effective = trace.attentions[layer] @ felt @ felt.swapaxes(1, 2)
    effective[zeroed_heads(trace, layer)] = 0.0
    found = effective.astype(np.float32)
    found.flags.writeable = False
    return found
