"""The vocabulary ordered by one prediction's logits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bert_core.explanations import Floats, Ids, Ranking
from bert_core.trace import Trace


def shares(logits: NDArray[np.floating]) -> tuple[Floats, float]:
    """Softmax of logits [V], float64, as `Trace.candidates` has it, and its entropy -sum p ln p in nats."""
    shifted = logits.astype(np.float64)
    shifted -= shifted.max()
    weights = np.exp(shifted)
    total = weights.sum()
    entropy = np.log(total) - float(weights @ shifted) / total
    weights /= total
    return weights, max(0.0, float(entropy))


def best_ids(logits: NDArray[np.floating], top_k: int) -> Ids:
    """The ids of the greatest logits [V], greatest first; of equals, the lower id comes first."""
    top_k = min(top_k, len(logits))
    best = np.flatnonzero(logits >= np.partition(logits, -top_k)[-top_k])
    return best[np.lexsort((best, -logits[best]))][:top_k]


def rank_of(logits: NDArray[np.floating], token_id: int) -> int:
    """1 for the greatest of logits [V]; of equals, the lower id comes first."""
    own = logits[token_id]
    return 1 + int(np.count_nonzero(logits > own)) + int(np.count_nonzero(logits[:token_id] == own))


def ranking(trace: Trace, position: int) -> Ranking:
    """The whole vocabulary as candidates at a masked position, or one asked for with `predict`: see `Ranking`.

    Raises KeyError where the trace has no prediction there, as `Trace.mlm_logits` does.
    """
    logits = trace.mlm_logits(position)
    order = np.lexsort((np.arange(len(logits)), -logits))
    ranks = np.empty_like(order)
    ranks[order] = np.arange(1, len(order) + 1)
    probabilities, _ = shares(logits)
    for array in (order, ranks, probabilities):
        array.flags.writeable = False
    return Ranking(position, order, ranks, probabilities, tuple(trace.vocabulary))
