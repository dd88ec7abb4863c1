"""Answers the queries that panels watch, as the inference service would, but when a test says so."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from app.answerers.measures import head_places, text_measures
from app.session import Session
from app.views.mosaic_image import build_mosaic
from bert_core.exercise import Asked, Exercise, Exercises, Guess
from bert_core.measures.attention_flow import flow_row
from bert_core.measures.head_similarity import similarity
from bert_core.measures.hidden_similarity import cosine_similarity
from bert_core.measures.mean_attention import mean_attention
from bert_core.measures.rollout_rows import head_means, rollout_rows
from bert_core.measures.separator_weight import separator_share
from bert_core.queries import (
    Answer,
    Effect,
    InterventionEffect,
    MaskEffect,
    MeanAttention,
    MosaicLevels,
    OfReference,
    Query,
    Similarity,
    TrainingExample,
)
from bert_core.queries_calculation import HeadSteps, LayerMixing, LayerSteps
from bert_core.queries_flow import FlowRows, RolloutRows, WeighedRows
from bert_core.queries_measures import TextHeadPlaces, TextMeasures, TextSeparatorNorms
from bert_core.trace import Floats, NspScore, Trace
from tests.app.calculations import fake_head, fake_layer, fake_mixing


def answer_to(query: Query, trace: Trace, reference: Trace | None = None) -> Answer:
    """What comes of a query on a trace, or on the reference that is kept."""
    match query:
        case OfReference(inner, scene):
            assert reference is not None and scene == reference.scene
            return Answer(query, trace.scene, answer_to(inner, reference).value)
        case MosaicLevels(per_head, None):
            return Answer(query, trace.scene, build_mosaic(trace.attentions, per_head=per_head))
        case MosaicLevels(per_head, against):
            assert reference is not None and against == reference.scene
            difference = trace.attentions - reference.attentions
            return Answer(query, trace.scene, build_mosaic(difference, per_head=per_head, signed=True))
        case Similarity(layer):
            return Answer(query, trace.scene, cosine_similarity(trace.hidden_states[layer]))
        case MeanAttention():
            return Answer(query, trace.scene, mean_attention(trace.attentions))
        case TrainingExample():
            return Answer(query, trace.scene, fake_exercises(trace, query))
        case InterventionEffect():
            return Answer(query, trace.scene, fake_effect(trace))
        case HeadSteps(layer, head):
            return Answer(query, trace.scene, fake_head(trace, layer, head))
        case LayerSteps(layer, position):
            return Answer(query, trace.scene, fake_layer(trace, layer, position))
        case LayerMixing(layer):
            return Answer(query, trace.scene, fake_mixing(trace, layer))
        case RolloutRows(position):
            return Answer(query, trace.scene, rollout_rows(head_means(trace.attentions), position))
        case WeighedRows(position):
            return Answer(query, trace.scene, fake_weighed(trace, position))
        case FlowRows(position):
            layers = range(len(trace.attentions))
            rows = [flow_row(trace.attentions, layer, position) for layer in layers]
            return Answer(query, trace.scene, np.stack(rows).astype(np.float32))
        case TextMeasures():
            return Answer(query, trace.scene, text_measures(None, trace, query, lambda: None))
        case TextSeparatorNorms():
            return Answer(query, trace.scene, separator_share(trace.attentions, trace.tokens) / 2)
        case TextHeadPlaces():
            return Answer(query, trace.scene, head_places(similarity(trace.attentions)))
    raise AssertionError(f"no such query: {query}")


def fake_effect(trace: Trace) -> Effect:
    """Each mask was "dog" half of the time before, and is "milk" for three in four now: KL 0.1 more each mask."""
    masks = tuple(
        MaskEffect(position, 0.3 + 0.1 * n, (("dog", 0.5),), (("milk", 0.75),))
        for n, position in enumerate(trace.masked)
    )
    return Effect(masks, None if trace.nsp is None else 0.25, None if trace.nsp is None else 0.875)


def fake_weighed(trace: Trace, position: int) -> Floats:
    """As if the vectors were the longer the farther right a piece stands: float32 [L, S]."""
    lengths = np.arange(1, len(trace.tokens) + 1, dtype=np.float32)
    weighed: Floats = trace.attentions[:, :, position].mean(axis=1) * lengths
    return weighed


def fake_exercises(trace: Trace, query: TrainingExample) -> Exercises:
    """The pieces from the seed's on are asked for: one of each fate, with a loss of 1, 2 and 3 nats.

    The model guesses the first one right, and gives 3/4 to IsNext.
    """
    ordinary = [p for p, token in enumerate(trace.tokens) if not token.special][query.seed - 1 :][:3]
    read, asked = list(trace.tokens), []
    for number, (position, fate) in enumerate(zip(ordinary, ("mask", "random", "kept"), strict=False), 1):
        token = trace.tokens[position]
        if fate != "kept":
            text, id_ = ("[MASK]", trace.mask_id) if fate == "mask" else ("milk", trace.mask_id + 8)
            read[position] = replace(token, text=text, id=id_)
        right = math.exp(-number)
        said = (token.text, token.id, right) if number == 1 else ("dog", 1, 0.9)
        guess = None if trace.logits is None else Guess(*said, right, float(number))
        asked.append(Asked(position, fate, guess))
    paired = trace.scene.second is not None
    nsp = None if trace.nsp is None or not paired else NspScore(0.75, 0.25)
    own = Exercise(trace.tokens, tuple(read), tuple(asked), True if paired else None, nsp, trace.left_out)
    return Exercises(own, replace(own, is_next=False) if paired and query.elsewhere else None)


def answer_all(session: Session) -> None:
    """Answer everything that is watched, about the newest trace."""
    assert session.trace is not None
    for query in sorted(session.watched, key=repr):
        reference = None if session.reference is None else session.reference.trace
        session.accept_answer(answer_to(query, session.trace, reference))


def show_trace(session: Session, trace: Trace) -> None:
    """The scene of a trace, then the trace, then the answers about it."""
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    answer_all(session)
