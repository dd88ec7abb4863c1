"""The figures behind the attention panel: which map a selection means, its entropy, its strongest weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from app.translation import tr
from app.views.tables import Table
from bert_core.trace import Floats, Token, Trace

AT_ONCE = 2**22
"""How many weights are averaged on the GUI thread: a layer of BERT-large at 512 pieces, about 3 ms."""


def head_name(layer: int | None, head: int | None) -> str:
    """L4-H6 as people count, or which heads are averaged."""
    if layer is None:
        return tr("Average of all heads")
    if head is None:
        return tr("Average of layer {layer}", layer=layer + 1)
    return f"L{layer + 1}-H{head + 1}"


def weights_of(trace: Trace, layer: int | None, head: int | None) -> Floats | None:
    """The map of a head, or the average that is meant: float32 [S, S].

    None where the average is too long for the GUI thread (over AT_ONCE weights): ask MeanAttention for it.
    """
    attentions = trace.attentions
    if layer is not None and head is not None:
        return attentions[layer, head]
    if layer is not None:
        mean: Floats = attentions[layer].mean(axis=0)
        return mean
    if attentions.size > AT_ONCE:
        return None
    mean = attentions.mean(axis=(0, 1))
    return mean


def row_entropies(weights: Floats) -> NDArray[np.float64]:
    """H_i = -sum_j a_ij ln a_ij in nats, 0 ln 0 = 0: float64 [S]."""
    logs = np.log(weights, out=np.zeros_like(weights), where=weights > 0)
    return -np.einsum("ij,ij->i", weights, logs, dtype=np.float64)


def strongest(weights: Floats, count: int = 5) -> list[tuple[int, float]]:
    """The positions of the largest of S weights, largest first, with them."""
    order = np.argsort(-weights, kind="stable")[:count]
    return [(int(position), float(weights[position])) for position in order]


def all_heads_table(attentions: Floats, tokens: Sequence[Token]) -> Table:
    """Every weight of every head as a row; layers and heads count from 1, positions, as everywhere, from 0.

    attentions float32 [L, A, S, S] of these S pieces, or a difference of two such
    """
    header = ["layer", "head", "query", "key", "query piece", "key piece", "weight"]
    return header, _all_rows(attentions, tokens)


def _all_rows(attentions: Floats, tokens: Sequence[Token]) -> Iterator[Sequence[object]]:
    names = [token.text for token in tokens]
    for layer, heads in enumerate(attentions, 1):
        for head, rows in enumerate(heads, 1):
            for query, row in enumerate(rows):
                for key, weight in enumerate(row.astype(str)):
                    yield layer, head, query, key, names[query], names[key], weight
