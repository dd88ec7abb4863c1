"""Norm-weighted attention, against the vectors themselves, built one by one from the weights of `transformers`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from bert_core import Bert
from bert_core.errors import Cancelled
from bert_core.measures.norm_weighted_attention import NormWeighted, norm_weighted, norm_weighted_layer
from tests.bert_core.changed_reference import changed_reference
from tests.bert_core.measures.attention_vectors import vectors
from tests.bert_core.measures.changes import CHANGES, PAIR


@pytest.mark.parametrize("name", CHANGES)
def test_the_lengths_of_the_vectors(lively: Bert, lively_reference: Any, name: str) -> None:
    trace = lively.trace(*PAIR, interventions=CHANGES[name])
    heads, layers = norm_weighted(lively, trace)
    assert heads.shape == trace.attentions.shape and layers.shape == (3, 15, 15)
    assert heads.dtype == layers.dtype == np.float32
    for layer in range(3):
        made = vectors(lively_reference, trace, layer)
        np.testing.assert_allclose(heads[layer], np.linalg.norm(made, axis=-1), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(layers[layer], np.linalg.norm(made.sum(0), axis=-1), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", CHANGES)
def test_the_vectors_and_the_bias_are_the_attention_output(
    lively: Bert, lively_reference: Any, name: str
) -> None:
    """What is measured is what the model adds up: no part is missing, and b_O is in no term."""
    trace = lively.trace(*PAIR, interventions=CHANGES[name])
    expected = changed_reference(lively_reference, trace.tokens, CHANGES[name]).attention_outputs
    for layer in range(3):
        bias = lively_reference.bert.encoder.layer[layer].attention.output.dense.bias.numpy()
        rebuilt = vectors(lively_reference, trace, layer).sum((0, 2)) + bias
        np.testing.assert_allclose(rebuilt, expected[layer], atol=1e-4)


def test_a_head_off_by_zero_contributes_zero_and_an_even_one_does_not(lively: Bert) -> None:
    zero = norm_weighted(lively, lively.trace(*PAIR, interventions=CHANGES["zero"]))
    assert not zero.heads[0, 1].any() and not zero.heads[2, [0, 3]].any()
    assert zero.heads[0, 0].any() and zero.heads[2, 1].any()
    even = norm_weighted(lively, lively.trace(*PAIR, interventions=CHANGES["even"]))
    assert even.heads[0, 1].any() and not even.heads[..., 3].any()


def test_one_head_alone_is_the_layer(lively: Bert) -> None:
    others = {(0, 0), (0, 2), (0, 3)}
    trace = lively.trace(*PAIR, interventions=replace(CHANGES["nothing"], heads_off=others))
    found = norm_weighted_layer(lively, trace, 0)
    np.testing.assert_allclose(found.heads[1], found.layers, rtol=1e-5)


def test_heads_that_cancel_each_other_have_no_length(lively: Bert) -> None:
    """Never NaN: the squared length may come out a little below zero."""
    trace = lively.trace(*PAIR)
    copied = Bert(type(lively.module)(lively.config), lively.tokenizer, source=lively.source)
    copied.module.load_state_dict(lively.module.state_dict())
    copied.module.requires_grad_(False).eval()
    attention = copied.module.encoder.layers[0].attention
    for value in (attention.query_key_value.weight[96:], attention.query_key_value.bias[96:]):
        value[24:36], value[36:] = -value[:12] - value[12:24], 0.0
    for head in (1, 2):
        attention.output.weight[:, 12 * head : 12 * head + 12] = attention.output.weight[:, :12]
    weights = trace.attentions.copy()
    weights[0, 1:3] = weights[0, 0]
    found = norm_weighted_layer(copied, replace(trace, attentions=weights), 0)
    assert found.heads[0].max() > 0.1
    assert found.layers.max() < 1e-3 * found.heads[0].max()


def test_layer_by_layer_is_the_same(lively: Bert) -> None:
    trace = lively.trace(*PAIR)
    whole = norm_weighted(lively, trace)
    for layer in range(3):
        one = norm_weighted_layer(lively, trace, layer)
        np.testing.assert_array_equal(one.heads, whole.heads[layer])
        np.testing.assert_array_equal(one.layers, whole.layers[layer])


def test_it_can_be_called_off_between_layers(lively: Bert) -> None:
    asked = []

    def check() -> None:
        asked.append(True)
        if len(asked) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        norm_weighted(lively, lively.trace(*PAIR), check)
    assert len(asked) == 2


def test_bfloat16_weights_are_widened(lively: Bert, rough: Bert) -> None:
    trace = lively.trace(*PAIR)
    renamed = replace(trace, scene=replace(trace.scene, model_id=rough.model_id))
    exact, found = norm_weighted(lively, trace), norm_weighted(rough, renamed)
    assert found.heads.dtype == np.float32
    assert 0 < np.abs(found.heads - exact.heads).max() < 0.02 * exact.heads.max()
    own = norm_weighted(rough, rough.trace(*PAIR))
    assert isinstance(own, NormWeighted) and np.isfinite(own.layers).all()


def test_under_inference_mode_and_frozen(lively: Bert) -> None:
    with torch.inference_mode():
        heads, layers = norm_weighted(lively, lively.trace(*PAIR))
    assert not heads.flags.writeable and not layers.flags.writeable


def test_another_model_is_refused(lively: Bert, rough: Bert) -> None:
    with pytest.raises(ValueError, match="the trace is of"):
        norm_weighted(rough, lively.trace(*PAIR))
    with pytest.raises(ValueError, match="layer 3 of 3"):
        norm_weighted_layer(lively, lively.trace(*PAIR), 3)
