"""One piece's way through an encoder layer, every vector on it kept (Devlin et al. 2018; Vaswani et al. 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn

from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.trace_model import layer_at, require_model, zeroed_heads
from bert_core.model.attention import SelfAttention
from bert_core.model.layers import LayerNorm
from bert_core.queries_calculation import Activation, LayerCalculation, NormStep
from bert_core.trace import Floats, Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert


def layer_calculation(bert: Bert, trace: Trace, layer: int, position: int) -> LayerCalculation:
    """Attention, + residual, LayerNorm, feed-forward, + residual, LayerNorm, of one piece; both count from 0.

        y = LayerNorm(x + attention(x))        z = LayerNorm(y + W_2 f(W_1 y + b_1) + b_2)

    The attention weights and x are the trace's, so its interventions are in force; f is the model's activation.

    Raises ValueError for a trace of another model, a layer or position that is not there; MemoryShortage.
    """
    require_model(bert, trace)
    part = layer_at(bert, layer)
    size = len(trace.tokens)
    if not 0 <= position < size:
        raise ValueError(f"position {position} of {size}")
    with enough_memory(f"follow a piece among {size}"), torch.inference_mode():
        states = torch.tensor(trace.hidden_states[layer], device=bert.device)
        weights = torch.tensor(trace.attentions[layer, :, position], device=bert.device)
        hidden = states[position]
        attended = _attended(part.attention, states, weights, zeroed_heads(trace, layer))
        attention_sum = hidden + attended
        between = part.attention_norm(attention_sum)
        inner = part.intermediate(between)
        activated = part.activation(inner)
        fed = part.output(activated)
        output_sum = between + fed
        return LayerCalculation(
            layer=layer,
            position=position,
            activation=cast(Activation, bert.config.activation),
            hidden=_kept(hidden),
            attended=_kept(attended),
            attended_bias=_kept(part.attention.output.bias),
            attention_sum=_kept(attention_sum),
            attention_norm=_norm_step(part.attention_norm, attention_sum, between),
            inner=_kept(inner),
            activated=_kept(activated),
            reach=_kept(part.output.weight.float().norm(dim=0)),
            fed=_kept(fed),
            fed_bias=_kept(part.output.bias),
            output_sum=_kept(output_sum),
            output_norm=_norm_step(part.output_norm, output_sum, part.output_norm(output_sum)),
        )


def _attended(attention: SelfAttention, states: Tensor, weights: Tensor, zeroed: list[int]) -> Tensor:
    """What attention gives one piece: states [S, H], its weights [A, S], heads off -> [H]."""
    size, width = states.shape
    projection = attention.query_key_value
    dtype = projection.weight.dtype
    values = nn.functional.linear(
        states.to(dtype), projection.weight[2 * width :], projection.bias[2 * width :]
    ).view(size, attention.heads, -1)
    context = torch.bmm(weights.to(dtype)[:, None], values.transpose(0, 1))  # [A, 1, d]
    context[zeroed] = 0.0
    return attention.output(context.view(width)).to(states.dtype)


def _norm_step(norm: LayerNorm, before: Tensor, after: Tensor) -> NormStep:
    exact = before.cpu().double()
    return NormStep(
        mean=float(exact.mean()),
        deviation=float((exact.var(correction=0) + norm.eps).sqrt()),
        gain=_kept(norm.weight),
        shift=_kept(norm.bias),
        output=_kept(after),
    )


def _kept(tensor: Tensor) -> Floats:
    """A read-only copy: some of these are views of the weights."""
    array: Floats = tensor.detach().float().cpu().numpy().copy()
    array.flags.writeable = False
    return array
