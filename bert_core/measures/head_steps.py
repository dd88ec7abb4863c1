"""One head's attention, step by step, as the model computes it (Vaswani et al. 2017, section 3.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.trace_model import layer_at, require_model
from bert_core.model.attention import SelfAttention, attention_bias
from bert_core.queries_calculation import HeadCalculation
from bert_core.trace import Floats, Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert


def head_calculation(bert: Bert, trace: Trace, layer: int, head: int) -> HeadCalculation:
    """q, k, v, the scores q_i·k_j / sqrt(d), their softmax and b_i = sum_j a_ij v_j of one head, counted from 0.

    They start from the trace's hidden states before the layer, and its scene's interventions are in force: a hidden
    piece or a direction makes scores -inf, a head that is off gives an output of zero or attends evenly. Products are
    rounded as the model rounds them: in bfloat16 the scores are not exactly those of the q and k returned.

    Raises ValueError for a trace of another model, a layer or head that is not there; MemoryShortage.
    """
    require_model(bert, trace)
    attention = layer_at(bert, layer).attention
    if not 0 <= head < attention.heads:
        raise ValueError(f"head {head} of {attention.heads}")
    size, changes = len(trace.tokens), trace.scene.interventions
    off = changes.head_off if (layer, head) in changes.heads_off else None
    with enough_memory(f"compute a head of {size} pieces"), torch.inference_mode():
        hidden = torch.tensor(trace.hidden_states[layer], device=bert.device)
        query, key, value = _projected(attention, hidden, head)
        scores = (query @ key.T).float() * attention.scale
        bias = attention_bias(size, changes.direction, changes.hidden, hidden.device)
        if bias is not None:
            scores += bias
        weighed = scores
        if off == "uniform":
            weighed = torch.zeros_like(scores) if bias is None else bias
        weights = torch.softmax(weighed, -1)
        output = weights.to(value.dtype) @ value
        if off == "zero":
            output.zero_()
        return HeadCalculation(
            layer=layer,
            head=head,
            query=_kept(query),
            key=_kept(key),
            value=_kept(value),
            scores=_kept(scores),
            attention=_kept(weights),
            output=_kept(output),
            off=off,
        )


def _projected(attention: SelfAttention, hidden: Tensor, head: int) -> Tensor:
    """Hidden [S, H] to the head's query, key and value: [3, S, d], in the weights' own precision."""
    projection = attention.query_key_value
    weight = projection.weight.view(3, attention.heads, -1, hidden.shape[1])[:, head]  # [3, d, H]
    bias = projection.bias.view(3, attention.heads, -1)[:, head]  # [3, d]
    return torch.baddbmm(bias[:, None], hidden.to(weight.dtype).expand(3, -1, -1), weight.transpose(1, 2))


def _kept(tensor: Tensor) -> Floats:
    array: Floats = np.ascontiguousarray(tensor.float().cpu().numpy())
    array.flags.writeable = False
    return array
