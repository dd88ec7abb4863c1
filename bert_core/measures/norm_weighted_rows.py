"""Norm-weighted attention of a single piece, quick for every further one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.norm_weighted_attention import head_products
from bert_core.measures.trace_model import require_model
from bert_core.trace import Floats, Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert


def vector_products(bert: Bert, trace: Trace, layer: int) -> Floats:
    """G_hh'(j) = <f^h(x_j), f^h'(x_j)>, all that the lengths of a layer need of the weights: float32 [S, A, A].

    f and x as in `norm_weighted`; the layer counts from 0. Raises ValueError for a trace of another model or a layer
    that is not there, MemoryShortage.
    """
    require_model(bert, trace)
    with enough_memory(f"weigh {len(trace.tokens)} pieces by their vectors"), torch.inference_mode():
        return head_products(bert, trace, layer).cpu().numpy()


def norm_weighted_row(products: Floats, weights: Floats) -> Floats:
    """||sum_h a_j^h f^h(x_j)|| of what one piece takes from each piece j: float32 [S], as in `norm_weighted`.

    products  float32 [S, A, A], as of `vector_products`
    weights   float32 [A, S], the piece's attention in that layer's heads
    """
    by_key = np.ascontiguousarray(weights.T)[:, None]  # [j, 1, A]
    squares = (by_key @ products * by_key).sum(axis=(1, 2))
    lengths: Floats = np.sqrt(np.maximum(squares, 0.0, dtype=np.float32))
    return lengths
