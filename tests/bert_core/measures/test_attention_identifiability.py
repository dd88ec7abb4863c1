"""Effective attention: what is left gives the same output, what is removed is all that could be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.linalg import null_space

from bert_core import Bert, Trace
from bert_core.measures.attention_identifiability import effective_attention, is_ambiguous
from tests.bert_core.measures.changes import CHANGES, PAIR


def values(model: Any, trace: Trace, layer: int, head: int) -> np.ndarray:
    """V^h [S, d], float64, from the weights of `transformers`."""
    projection = model.bert.encoder.layer[layer].attention.self.value
    weight, bias = projection.weight.double().numpy(), projection.bias.double().numpy()
    width = len(bias) // trace.attentions.shape[1]
    part = slice(head * width, (head + 1) * width)
    return trace.hidden_states[layer].astype(np.float64) @ weight[part].T + bias[part]


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("layer", [0, 2])
def test_what_is_removed_is_all_that_has_no_effect(
    lively: Bert, lively_reference: Any, name: str, layer: int
) -> None:
    trace = lively.trace(*PAIR, interventions=CHANGES[name])
    found = effective_attention(lively, trace, layer)
    assert found.shape == (4, 15, 15) and found.dtype == np.float32 and not found.flags.writeable
    changes = trace.scene.interventions
    for head in range(4):
        if changes.head_off == "zero" and (layer, head) in changes.heads_off:
            assert not found[head].any()
            continue
        seen, weights = values(lively_reference, trace, layer, head), trace.attentions[layer, head]
        nowhere = null_space(seen.T, rcond=1e-5)  # [S, S - d], orthonormal
        assert nowhere.shape == (15, 3)
        expected = weights - weights @ nowhere @ nowhere.T
        np.testing.assert_allclose(found[head], expected, atol=1e-6)
        np.testing.assert_allclose(found[head] @ seen, weights @ seen, atol=1e-5)
        assert np.abs(found[head] - weights).max() > 1e-3


def test_values_alike_leave_more_to_remove(lively: Bert, lively_reference: Any) -> None:
    """Where hidden states repeat, the rank is lower than the head's width."""
    trace = lively.trace(*PAIR)
    hidden = trace.hidden_states.copy()
    hidden[1] = hidden[1][np.arange(15) % 5]
    repeated = replace(trace, hidden_states=hidden)
    found = effective_attention(lively, repeated, 1)
    for head in range(4):
        nowhere = null_space(values(lively_reference, repeated, 1, head).T, rcond=1e-5)
        assert nowhere.shape == (15, 10)
        weights = trace.attentions[1, head]
        np.testing.assert_allclose(found[head], weights - weights @ nowhere @ nowhere.T, atol=1e-6)


def test_offered_only_with_more_pieces_than_dimensions(lively: Bert) -> None:
    twelve = "the man went to store he bought a gallon of"
    trace = lively.trace(twelve)
    assert len(trace.tokens) == lively.config.head_size == 12
    assert not is_ambiguous(lively.config, 12) and is_ambiguous(lively.config, 13)
    with pytest.raises(ValueError, match=r"nothing to remove: the text has 12 pieces.* 12 dimensions"):
        effective_attention(lively, trace, 0)
    longer = lively.trace(twelve + " milk")
    assert effective_attention(lively, longer, 0).shape == (4, 13, 13)


def test_bfloat16(lively: Bert, rough: Bert) -> None:
    trace = lively.trace(*PAIR)
    renamed = replace(trace, scene=replace(trace.scene, model_id=rough.model_id))
    exact, found = effective_attention(lively, trace, 1), effective_attention(rough, renamed, 1)
    assert 0 < np.abs(exact - found).max() < 0.1


def test_another_model_or_layer_is_refused(lively: Bert, rough: Bert) -> None:
    trace = lively.trace(*PAIR)
    with pytest.raises(ValueError, match="the trace is of"):
        effective_attention(rough, trace, 0)
    with pytest.raises(ValueError, match="layer -1"):
        effective_attention(lively, trace, -1)
