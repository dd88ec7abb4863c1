"""By which function each kind of query is answered; run by the inference thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from app.views.mosaic_image import MosaicImage, build_mosaic
from bert_core.exercise import Exercises
from bert_core.interventions import NONE
from bert_core.measures.hidden_similarity import cosine_similarity
from bert_core.measures.mean_attention import mean_attention
from bert_core.queries import (
    Effect,
    InterventionEffect,
    MeanAttention,
    MosaicLevels,
    Query,
    Similarity,
    TrainingExample,
)
from bert_core.trace import Floats, Trace

if TYPE_CHECKING:
    from bert_core import Bert

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""


def mosaic(bert: Bert, trace: Trace, query: Query, check: Check) -> MosaicImage:
    """All heads as one picture."""
    assert isinstance(query, MosaicLevels)
    return build_mosaic(trace.attentions, per_head=query.per_head, between_layers=check)


def similarity(bert: Bert, trace: Trace, query: Query, check: Check) -> Floats:
    """Cosine similarity of the pieces after a layer."""
    assert isinstance(query, Similarity)
    return cosine_similarity(trace.hidden_states[query.layer])


def mean(bert: Bert, trace: Trace, query: Query, check: Check) -> Floats:
    """The average over all heads."""
    return mean_attention(trace.attentions)


def exercises(bert: Bert, trace: Trace, query: Query, check: Check) -> Exercises:
    """The text as BERT would have been trained on it."""
    from bert_core.measures.training_example import training_example  # it needs torch, which is there by now

    assert isinstance(query, TrainingExample)
    return training_example(bert, trace.scene, query, check)


class Baseline:
    """The scene without its interventions, kept for as long as only these change."""

    def __init__(self) -> None:
        self._trace: Trace | None = None

    def effect(self, bert: Bert, trace: Trace, query: Query, check: Check) -> Effect:
        """What the interventions do to the predictions."""
        from bert_core.measures.intervention_effect import effect

        def cancelled() -> bool:
            check()
            return False

        scene = replace(trace.scene, interventions=NONE)
        if self._trace is None or self._trace.scene != scene:
            whole = bert.trace_scene(scene, cancelled=cancelled)
            # A trace of a long text is large, and its predictions are all that is compared.
            nothing = np.empty(0, np.float32)
            self._trace = replace(whole, attentions=nothing, hidden_states=nothing)
        return effect(self._trace, trace)


ANSWERERS = {
    MosaicLevels: mosaic,
    Similarity: similarity,
    MeanAttention: mean,
    TrainingExample: exercises,
    InterventionEffect: Baseline().effect,
}
