"""How long the vectors are that attention brings from piece to piece (Kobayashi et al. 2020)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.head_vectors import head_values, output_maps
from bert_core.measures.trace_model import layer_at, require_model, zeroed_heads
from bert_core.trace import Floats, Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert


class NormWeighted(NamedTuple):
    """Lengths of what piece i takes from piece j: of all layers heads [L, A, S, S] and layers [L, S, S], float32.

    Of one layer, without the first axis. All are 0 or more.
    """

    heads: Floats
    layers: Floats


def norm_weighted(bert: Bert, trace: Trace, check: Callable[[], None] | None = None) -> NormWeighted:
    """Attention by what it brings: how long the vectors are that pieces take from pieces, in all layers.

    heads [L, A, S, S]   ||a_ij^h f^h(x_j)||, with f^h(x) = (x W_V^h + b_V^h) W_O^h
    layers [L, S, S]     ||sum_h a_ij^h f^h(x_j)||

    x are the hidden states before the layer, a the trace's weights with all its interventions; a head that is off by
    zero contributes zero. The output bias b_O is in no term: sum_j sum_h a_ij^h f^h(x_j) + b_O is the output of the
    attention. Kobayashi et al. 2020, "Attention is Not Only a Weight: Analyzing Transformers with Vector Norms".

    check  called before every layer; may raise

    Raises ValueError for a trace of another model, MemoryShortage where memory runs out.
    """
    require_model(bert, trace)
    with enough_memory(f"weigh {len(trace.tokens)} pieces by their vectors"):
        heads = np.empty_like(trace.attentions)
        layers = np.empty((len(heads), *heads.shape[2:]), np.float32)
    for index in range(len(heads)):
        if check is not None:
            check()
        heads[index], layers[index] = norm_weighted_layer(bert, trace, index)
    heads.flags.writeable = layers.flags.writeable = False
    return NormWeighted(heads, layers)


def norm_weighted_layer(bert: Bert, trace: Trace, layer: int) -> NormWeighted:
    """The same of one layer, counted from 0: heads [A, S, S], layers [S, S].

    The vectors a_ij^h f^h(x_j), [A, S, S, H], are never built: with the products G_hh'(j) = <f^h(x_j), f^h'(x_j)>
    the squared length of their sum over heads is sum_hh' a_ij^h a_ij^h' G_hh'(j). Computed in float32 and clamped at
    0: where heads cancel each other, the length is wrong by some 3e-4 of theirs at most.

    Raises ValueError for a trace of another model or a layer that is not there, MemoryShortage.
    """
    require_model(bert, trace)
    with enough_memory(f"weigh {len(trace.tokens)} pieces by their vectors"), torch.inference_mode():
        products = head_products(bert, trace, layer)  # [j, A, A]
        weights = torch.tensor(trace.attentions[layer], device=bert.device)  # [A, i, j]
        lengths = products.diagonal(dim1=1, dim2=2).clamp(min=0.0).sqrt()  # [j, A]
        by_key = weights.permute(2, 1, 0).contiguous()  # [j, i, A]
        squares = torch.bmm(by_key, products).mul_(by_key).sum(-1)  # [j, i]
        heads = weights.mul_(lengths.T[:, None])
        return NormWeighted(heads.cpu().numpy(), squares.clamp_(min=0.0).sqrt_().T.contiguous().cpu().numpy())


def head_products(bert: Bert, trace: Trace, layer: int) -> torch.Tensor:
    """<f^h(x_j), f^h'(x_j)>: float32 [S, A, A]; of a head that is off by zero, 0. To be called in inference mode.

    Raises ValueError for a layer that is not there.
    """
    attention = layer_at(bert, layer).attention
    hidden = torch.tensor(trace.hidden_states[layer], device=bert.device)
    vectors = (head_values(attention, hidden) @ output_maps(attention)).transpose(0, 1)  # [j, A, H]
    vectors[:, zeroed_heads(trace, layer)] = 0.0
    return vectors @ vectors.transpose(1, 2)
