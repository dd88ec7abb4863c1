"""How much of a piece's vector comes from the other pieces, and how much from itself (Kobayashi et al. 2021)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.head_vectors import head_values
from bert_core.measures.trace_model import layer_at, require_model, zeroed_heads
from bert_core.trace import Floats, Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert


def mixing_ratio(bert: Bert, trace: Trace, check: Callable[[], None] | None = None) -> Floats:
    """The share of context in each piece's vector after the attention block of each layer: float32 [L, S], 0 to 1.

    The sum before the block's LayerNorm, y_i = x_i + sum_j sum_h a_ij^h f^h(x_j) + b_O, is split in two:

        context_i = sum_{j != i} sum_h a_ij^h f^h(x_j)        self_i = sum_h a_ii^h f^h(x_i) + x_i

    and each part v passes the LayerNorm as y does, gamma * (v - mean(v)) / s(y), where s(y) is the deviation of the
    whole; r_i = ||context_i|| / (||context_i|| + ||self_i||). Kobayashi et al. 2021, "Incorporating Residual and
    Normalization Layers into Analysis of Masked Language Models" (AttnResLn-N there). As in their code, the
    biases, b_O and the LayerNorm's beta, belong to neither part; b_O counts in s(y) only. That is one number for both
    parts, so it cancels, and is not computed. Where both are zero, r is 0.

    a are the trace's weights with all its interventions; a head that is off by zero adds to neither part.

    check  called before every layer; may raise

    Raises ValueError for a trace of another model, MemoryShortage where memory runs out.
    """
    require_model(bert, trace)
    rows = []
    for index in range(bert.config.num_hidden_layers):
        if check is not None:
            check()
        rows.append(mixing_ratio_layer(bert, trace, index))
    ratios = np.stack(rows)
    ratios.flags.writeable = False
    return ratios


def mixing_ratio_layer(bert: Bert, trace: Trace, layer: int) -> Floats:
    """The same of one layer, counted from 0: float32 [S].

    Raises ValueError for a trace of another model or a layer that is not there, MemoryShortage.
    """
    require_model(bert, trace)
    part = layer_at(bert, layer)
    attention, gain = part.attention, part.attention_norm.weight.float()
    with enough_memory(f"split the vectors of {len(trace.tokens)} pieces"), torch.inference_mode():
        hidden = torch.tensor(trace.hidden_states[layer], device=bert.device)
        weights = torch.tensor(trace.attentions[layer], device=bert.device)
        values = head_values(attention, hidden)
        values[zeroed_heads(trace, layer)] = 0.0
        diagonal = weights.diagonal(dim1=1, dim2=2)  # a view, [A, S]
        own = values * diagonal[..., None]
        diagonal.zero_()
        output = attention.output.weight.float()

        def length(heads: Tensor, beside: Tensor | None = None) -> Tensor:
            """[A, S, d] -> [S], after the output projection, what stands beside, and the LayerNorm's own."""
            vectors = torch.nn.functional.linear(heads.transpose(0, 1).flatten(1), output)
            if beside is not None:
                vectors = vectors + beside
            return ((vectors - vectors.mean(-1, keepdim=True)) * gain).norm(dim=-1)

        context, itself = length(torch.bmm(weights, values)), length(own, hidden)
        ratio = torch.where(context > 0, context / (context + itself), 0.0)
        return ratio.cpu().numpy()
