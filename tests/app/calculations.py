"""Hand-made calculations of a head and of a layer that fit a fake trace, without a model."""

from __future__ import annotations

import numpy as np

from app.views.head_steps import QuerySteps
from bert_core.queries_calculation import HeadCalculation, LayerCalculation, NormStep
from bert_core.trace import Floats, Trace

WIDTH, INNER = 8, 40


def fake_head(trace: Trace, layer: int, head: int, width: int = WIDTH) -> HeadCalculation:
    """The trace's own attention; scores whose softmax that is; values, queries and keys by layer and head."""
    random = np.random.default_rng(100 * layer + head)
    size, attention = len(trace.tokens), trace.attentions[layer, head]
    query, key, value = random.normal(0, 1, (3, size, width)).astype(np.float32)
    changes = trace.scene.interventions
    off = changes.head_off if (layer, head) in changes.heads_off else None
    output = attention @ value * np.float32(off != "zero")
    with np.errstate(divide="ignore"):
        scores = np.log(attention)
    return HeadCalculation(layer, head, query, key, value, scores, attention, output, off)


def fake_norm(values: Floats, seed: int) -> NormStep:
    """LayerNorm of a vector with gains about 1 and shifts about 0."""
    random = np.random.default_rng(seed)
    gain, shift = random.normal((1.0, 0.0), 0.2, (len(values), 2)).astype(np.float32).T
    mean, deviation = float(values.mean()), float(values.std())
    return NormStep(mean, deviation, gain, shift, gain * (values - mean) / deviation + shift)


def fake_layer(trace: Trace, layer: int, position: int, inner: int = INNER) -> LayerCalculation:
    """Every sum adds up and every norm is one; the numbers are by layer and position."""
    random = np.random.default_rng(1000 * layer + position)

    def drawn(size: int) -> Floats:
        return random.normal(0, 1, size).astype(np.float32)

    hidden = trace.hidden_states[layer, position]
    size = len(hidden)
    attended, fed, units = drawn(size), drawn(size), drawn(inner)
    attention_sum = hidden + attended
    between = fake_norm(attention_sum, layer)
    output_sum = between.output + fed
    return LayerCalculation(
        layer=layer,
        position=position,
        activation="relu",
        hidden=hidden,
        attended=attended,
        attended_bias=drawn(size),
        attention_sum=attention_sum,
        attention_norm=between,
        inner=units,
        activated=np.maximum(units, 0),
        reach=np.abs(drawn(inner)) + np.float32(0.1),
        fed=fed,
        fed_bias=drawn(size),
        output_sum=output_sum,
        output_norm=fake_norm(output_sum, layer + 50),
    )


def fake_mixing(trace: Trace, layer: int) -> Floats:
    """A ratio for each piece, rising with its position."""
    return np.linspace(0.1 + 0.01 * layer, 0.9, len(trace.tokens), dtype=np.float32)


def by_hand() -> QuerySteps:
    """Three keys in a head of width 4; the third may not be attended to. All of it can be checked in the head.

    q = 1 2 0 -1; k0 = 2 1 5 0 (sum 4, score 2), k1 = 0 0 1 0 (sum 0), k2 = 1 1 1 1.
    """
    query = np.array([1, 2, 0, -1], np.float32)
    keys = np.array([[2, 1, 5, 0], [0, 0, 1, 0], [1, 1, 1, 1]], np.float32)
    values = np.array([[1, 0, 0, 2], [0, 3, 0, 0], [9, 9, 9, 9]], np.float32)
    scores = np.array([2.0, 0.0, -np.inf], np.float32)
    weights = np.exp(scores) / np.exp(scores).sum()
    return QuerySteps(
        position=1,
        query=query,
        keys=keys,
        products=query * keys,
        scores=scores,
        weights=weights,
        values=values,
        weighted=weights[:, None] * values,
        output=weights @ values,
        vector_limit=2.0,
    )
