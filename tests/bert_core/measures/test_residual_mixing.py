"""The mixing ratio, against its parts built piece by piece from the weights of `transformers`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from bert_core import Bert, Interventions, Trace
from bert_core.errors import Cancelled
from bert_core.measures.residual_mixing import mixing_ratio, mixing_ratio_layer
from tests.bert_core.changed_reference import changed_reference
from tests.bert_core.measures.attention_vectors import vectors
from tests.bert_core.measures.changes import CHANGES, PAIR


def normed_parts(model: Any, trace: Trace, layer: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Context, self, and what the biases make of the whole, [S, H] each after LayerNorm; they add up to its output."""
    output = model.bert.encoder.layer[layer].attention.output
    gain, shift = output.LayerNorm.weight.double().numpy(), output.LayerNorm.bias.double().numpy()
    bias, hidden = output.dense.bias.double().numpy(), trace.hidden_states[layer].astype(np.float64)
    moved = vectors(model, trace, layer).sum(0)  # [i, j, H]
    context, itself, rest = (np.zeros_like(hidden) for _ in range(3))
    for i in range(len(hidden)):
        others = sum(moved[i, j] for j in range(len(hidden)) if j != i)
        own = moved[i, i] + hidden[i]
        whole = others + own + bias
        deviation = np.sqrt(((whole - whole.mean()) ** 2).mean() + output.LayerNorm.eps)
        context[i], itself[i], rest[i] = (gain * (v - v.mean()) / deviation for v in (others, own, bias))
    return context, itself, rest + shift


@pytest.mark.parametrize("name", CHANGES)
def test_the_formula(lively: Bert, lively_reference: Any, name: str) -> None:
    trace = lively.trace(*PAIR, interventions=CHANGES[name])
    found = mixing_ratio(lively, trace)
    assert found.shape == (3, 15) and found.dtype == np.float32
    for layer in range(3):
        context, itself, _ = normed_parts(lively_reference, trace, layer)
        mixed, kept = np.linalg.norm(context, axis=-1), np.linalg.norm(itself, axis=-1)
        np.testing.assert_allclose(found[layer], mixed / (mixed + kept), rtol=1e-5, atol=1e-6)


def test_the_parts_and_the_biases_are_what_the_block_puts_out(lively: Bert, lively_reference: Any) -> None:
    trace = lively.trace(*PAIR)
    outputs = changed_reference(lively_reference, trace.tokens).attention_outputs
    for layer in range(3):
        norm = lively_reference.bert.encoder.layer[layer].attention.output.LayerNorm
        before = torch.from_numpy(outputs[layer] + trace.hidden_states[layer])
        parts = normed_parts(lively_reference, trace, layer)
        np.testing.assert_allclose(sum(parts), norm(before).numpy(), atol=1e-4)


def test_alone_all_is_self_and_without_itself_all_but_the_residual_is_context(lively: Bert) -> None:
    everything = frozenset(range(15))
    alone = mixing_ratio(lively, lively.trace(*PAIR, interventions=Interventions(hidden=everything)))
    assert not alone.any()
    off = {(1, head) for head in range(4)}
    silent = mixing_ratio(lively, lively.trace(*PAIR, interventions=Interventions(heads_off=off)))
    assert not silent[1].any() and (silent[[0, 2]] > 0).all() and (silent < 1).all()
    first = mixing_ratio(lively, lively.trace(*PAIR, interventions=Interventions(direction="left-to-right")))
    assert not first[:, 0].any() and (first[:, 1:] > 0).all()


def test_nothing_at_all_is_no_mixing(bert: Bert) -> None:
    """A model without biases that reads no embeddings: all vectors are zero."""
    gone = Interventions(dropped={"token": "all", "segment": "all", "position": "all"})
    trace = bert.trace("the man", interventions=gone)
    assert not trace.hidden_states.any()
    assert not mixing_ratio(bert, trace).any()


def test_it_can_be_called_off_between_layers(lively: Bert) -> None:
    asked = []

    def check() -> None:
        asked.append(True)
        if len(asked) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        mixing_ratio(lively, lively.trace(*PAIR), check)


def test_layer_by_layer_and_in_bfloat16(lively: Bert, rough: Bert) -> None:
    trace = lively.trace(*PAIR)
    whole = mixing_ratio(lively, trace)
    np.testing.assert_array_equal(mixing_ratio_layer(lively, trace, 2), whole[2])
    renamed = replace(trace, scene=replace(trace.scene, model_id=rough.model_id))
    with torch.inference_mode():
        found = mixing_ratio(rough, renamed)
    assert found.dtype == np.float32 and not found.flags.writeable
    assert 0 < np.abs(found - whole).max() < 0.01


def test_another_model_is_refused(lively: Bert, rough: Bert) -> None:
    with pytest.raises(ValueError, match="the trace is of"):
        mixing_ratio(rough, lively.trace(*PAIR))
