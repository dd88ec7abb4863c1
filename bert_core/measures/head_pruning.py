"""What heads removed one after the other, in a given order, do to the predictions on a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bert_core.measures.intervention_effect import effect
from bert_core.queries import Effect
from bert_core.scene import Scene
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert

Heads = Sequence[tuple[int, int]]

POINTS = 40
"""Of a curve, at most."""


@dataclass(frozen=True)
class PrunePoint:
    """The effect of switching off the first `removed` heads, against the scene as it is."""

    removed: int
    effect: Effect


def pruned(scene: Scene, order: Heads, removed: int) -> Scene:
    """The scene with the first `removed` heads of the order off as well, in the scene's own way: by zero, or evenly."""
    changes = scene.interventions.switching(order[:removed], off=True)
    return replace(scene, interventions=changes)


def prune_counts(heads: int, points: int = POINTS) -> list[int]:
    """From 0 to all heads, evenly but for the last step, in the smallest step that takes no more than `points`."""
    step = max(1, -(-heads // (points - 1)))
    return [*range(0, heads, step), heads]


def prune_curve(
    bert: Bert,
    scene: Scene,
    order: Heads,
    *,
    points: int = POINTS,
    check: Callable[[], None] | None = None,
) -> Iterator[PrunePoint]:
    """The effect of removing heads, least important first or in what order is given; a trace is made for each point.

    order   (layer, head) pairs, counted from 0, each once; those that are off already change nothing
    points  how many to compute at most, 2 or more; the first is with none removed, the last with all of the order
    check   called before every layer; may raise

    The scene's interventions stay in force before and after. Nothing of a trace is kept but what Effect tells.

    Raises ValueError at once for a scene of another model, a head that is not there or comes twice, or too few points.
    """
    config = bert.config
    if scene.model_id != bert.model_id:
        raise ValueError(f"the scene is of {scene.model_id}, this is {bert.model_id}")
    for layer, head in order:
        if not (0 <= layer < config.num_hidden_layers and 0 <= head < config.num_attention_heads):
            raise ValueError(
                f"head {(layer, head)} of {config.num_hidden_layers, config.num_attention_heads}"
            )
    if len(set(order)) != len(order):
        raise ValueError("a head comes twice in the order")
    if points < 2:
        raise ValueError(f"{points} points; a curve has two ends")
    return _curve(bert, scene, order, prune_counts(len(order), points), check)


def _curve(
    bert: Bert, scene: Scene, order: Heads, counts: list[int], check: Callable[[], None] | None
) -> Iterator[PrunePoint]:
    def cancelled() -> bool:
        if check is not None:
            check()
        return False

    before: Trace | None = None
    for removed in counts:
        after = bert.trace_scene(pruned(scene, order, removed), cancelled=cancelled)
        # Of a long text a trace is large, and only its predictions are compared.
        nothing = np.empty(0, np.float32)
        after = replace(after, attentions=nothing, hidden_states=nothing)
        before = after if before is None else before
        yield PrunePoint(removed, effect(before, after))
