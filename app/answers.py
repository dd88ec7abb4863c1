"""By which function each kind of query is answered; run by the inference thread."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from app.answerers import (
    calculation,
    embeddings,
    features,
    flow,
    measures,
    next_sentence,
    predictions,
    pruning,
    saliency,
    search,
    states,
    task,
)
from app.views.mosaic_image import MosaicImage, build_mosaic
from bert_core.errors import BertError
from bert_core.exercise import Exercises
from bert_core.interventions import NONE
from bert_core.measures.hidden_similarity import cosine_similarity
from bert_core.measures.mean_attention import mean_attention
from bert_core.queries import (
    Effect,
    InterventionEffect,
    MeanAttention,
    MosaicLevels,
    OfReference,
    Query,
    Similarity,
    TrainingExample,
)
from bert_core.scene import Scene
from bert_core.trace import Floats, Trace

if TYPE_CHECKING:
    from bert_core import Bert

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""


def mosaic(bert: Bert, trace: Trace, query: Query, check: Check) -> MosaicImage:
    """All heads as one picture."""
    assert isinstance(query, MosaicLevels)
    if query.against is None:
        return build_mosaic(trace.attentions, per_head=query.per_head, between_layers=check)
    kept = KEPT.trace_of(query.against).attentions
    if kept.shape != trace.attentions.shape:  # the text has changed, and the question is about to
        raise BertError("The reference is of another length.")
    difference = trace.attentions - kept
    return build_mosaic(difference, per_head=query.per_head, signed=True, between_layers=check)


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


class Kept:
    """The trace that is kept to compare with, and what has been answered about it."""

    def __init__(self) -> None:
        self._trace: Trace | None = None
        self._known: dict[Query, object] = {}

    def keep(self, trace: Trace | None) -> None:
        """From now on this one; called on another thread than the rest."""
        if trace is not self._trace:
            self._trace, self._known = trace, {}

    def trace_of(self, scene: Scene) -> Trace:
        """The trace of a scene that is kept; raises BertError where it is not any more."""
        trace = self._trace
        if trace is None or trace.scene != scene:
            raise BertError("What was compared with is not kept any more.", remedy="Keep another reference.")
        return trace

    def answer(self, bert: Bert, trace: Trace, query: Query, check: Check) -> object:
        """A query about the reference, once."""
        assert isinstance(query, OfReference)
        kept, known = self.trace_of(query.scene), self._known
        if query.query not in known:
            found = ANSWERERS[type(query.query)](bert, kept, query.query, check)
            if isinstance(found, Generator):
                return self._step_by_step(found, query.query, known)
            known[query.query] = found
        return known[query.query]

    def _step_by_step(
        self, steps: Generator[object, None, object], query: Query, known: dict[Query, object]
    ) -> Generator[object, None, object]:
        """What takes long."""
        known[query] = yield from steps
        return known[query]


KEPT = Kept()

ANSWERERS: dict[type[Query], Callable[[Bert, Trace, Query, Check], object]] = {
    MosaicLevels: mosaic,
    Similarity: similarity,
    MeanAttention: mean,
    TrainingExample: exercises,
    InterventionEffect: Baseline().effect,
    OfReference: KEPT.answer,
}

ANSWERERS |= measures.ANSWERERS
ANSWERERS |= pruning.ANSWERERS
ANSWERERS |= calculation.ANSWERERS
ANSWERERS |= flow.ANSWERERS
ANSWERERS |= embeddings.ANSWERERS
ANSWERERS |= features.ANSWERERS
ANSWERERS |= saliency.ANSWERERS
ANSWERERS |= search.ANSWERERS
ANSWERERS |= next_sentence.ANSWERERS
ANSWERERS |= states.answerers(KEPT.trace_of)
ANSWERERS |= predictions.ANSWERERS
ANSWERERS |= task.ANSWERERS
