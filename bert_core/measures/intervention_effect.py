"""What changes to a forward pass did to its predictions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bert_core.queries import Effect, MaskEffect
from bert_core.trace import Trace

TOP = 5
"""How many candidates are told before and after."""


def effect(before: Trace, after: Trace) -> Effect:
    """Of interventions: KL(before || after) in nats at each masked piece, and p(is next) before and after.

    Raises ValueError where the two are not of the same pieces.
    """
    if [token.id for token in before.tokens] != [token.id for token in after.tokens]:
        raise ValueError("the two traces are of different pieces")
    masks = () if after.logits is None or before.logits is None else after.masked
    return Effect(
        tuple(
            MaskEffect(
                position,
                divergence(before.mlm_logits(position), after.mlm_logits(position)),
                _best(before, position),
                _best(after, position),
            )
            for position in masks
        ),
        None if before.nsp is None else before.nsp.is_next,
        None if after.nsp is None else after.nsp.is_next,
    )


def divergence(before: NDArray[np.floating], after: NDArray[np.floating]) -> float:
    """KL(p || q) = sum_v p_v (ln p_v - ln q_v) in nats, of two distributions given as logits [V]; never below 0."""
    p, q = _log_softmax(before), _log_softmax(after)
    return max(0.0, float(np.exp(p) @ (p - q)))


def _log_softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    shifted = logits.astype(np.float64) - float(logits.max())
    normalised: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum())
    return normalised


def _best(trace: Trace, position: int) -> tuple[tuple[str, float], ...]:
    return tuple((piece, share) for piece, _, share in trace.candidates(position, TOP).candidates)
