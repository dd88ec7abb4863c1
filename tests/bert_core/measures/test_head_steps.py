"""One head in steps, against the formulas written out with the weights of `transformers`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from bert_core import Bert, Interventions, Trace
from bert_core.measures.head_steps import head_calculation
from bert_core.queries_calculation import HeadCalculation
from tests.bert_core.changed_reference import allowed_keys, changed_reference
from tests.bert_core.measures.changes import CHANGES, PAIR

WIDTH = 12  # of a head
PLACES = [(0, 1), (1, 2), (2, 0), (2, 3)]


def reference(model: Any, trace: Trace, layer: int, head: int) -> dict[str, np.ndarray]:
    """q, k, v, scores, attention and output in float64, one number at a time where that is the formula."""
    own, changes = model.bert.encoder.layer[layer].attention.self, trace.scene.interventions
    states, size = trace.hidden_states[layer].astype(np.float64), len(trace.tokens)
    rows = slice(head * WIDTH, (head + 1) * WIDTH)
    made = {}
    for name in ("query", "key", "value"):
        part = getattr(own, name)
        made[name] = states @ part.weight.double().numpy()[rows].T + part.bias.double().numpy()[rows]
    allowed = allowed_keys(size, changes)
    off = changes.head_off if (layer, head) in changes.heads_off else ""
    scores, attention = np.full((size, size), -np.inf), np.zeros((size, size))
    output = np.zeros((size, WIDTH))
    for i in range(size):
        for j in range(size):
            if allowed[i, j]:
                scores[i, j] = sum(made["query"][i] * made["key"][j]) / math.sqrt(WIDTH)
        raised = [math.exp(score) if off != "uniform" else float(score > -np.inf) for score in scores[i]]
        attention[i] = np.array(raised) / sum(raised)
        for j in range(size):
            output[i] += attention[i, j] * made["value"][j] * (off != "zero")
    return {**made, "scores": scores, "attention": attention, "output": output}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(("layer", "head"), PLACES)
def test_the_formulas(lively: Bert, lively_reference: Any, name: str, layer: int, head: int) -> None:
    trace = lively.trace(*PAIR, interventions=CHANGES[name])
    found = head_calculation(lively, trace, layer, head)
    for step, expected in reference(lively_reference, trace, layer, head).items():
        array = getattr(found, step)
        assert array.dtype == np.float32 and not array.flags.writeable
        np.testing.assert_allclose(array, expected, rtol=1e-5, atol=1e-5, err_msg=step)
    np.testing.assert_allclose(found.attention, trace.attentions[layer, head], atol=1e-6, rtol=0)


@pytest.mark.parametrize("name", CHANGES)
def test_all_heads_put_together_are_what_transformers_makes(
    lively: Bert, lively_reference: Any, name: str
) -> None:
    trace = lively.trace(*PAIR, interventions=CHANGES[name])
    reference_ = changed_reference(lively_reference, trace.tokens, CHANGES[name])
    for layer in range(3):
        heads = [head_calculation(lively, trace, layer, head) for head in range(4)]
        for head, found in enumerate(heads):
            np.testing.assert_allclose(found.attention, reference_.attentions[layer, head], atol=1e-5, rtol=0)
        dense = lively_reference.bert.encoder.layer[layer].attention.output.dense
        joined = np.concatenate([found.output for found in heads], axis=1)
        attended = joined @ dense.weight.numpy().T + dense.bias.numpy()
        np.testing.assert_allclose(attended, reference_.attention_outputs[layer], atol=1e-4, rtol=0)


def test_a_head_that_is_off_says_how(lively: Bert) -> None:
    def calculated(**changes: Any) -> HeadCalculation:
        return head_calculation(lively, lively.trace(*PAIR, interventions=Interventions(**changes)), 1, 2)

    on, zero = calculated(), calculated(heads_off={(1, 2)})
    assert on.off is None and zero.off == "zero" and on.output.any() and not zero.output.any()
    np.testing.assert_array_equal(zero.attention, on.attention)
    even = calculated(heads_off={(1, 2)}, head_off="uniform", direction="left-to-right")
    assert even.off == "uniform"
    np.testing.assert_allclose(even.attention[3], [0.25] * 4 + [0.0] * 11, atol=1e-7)
    assert np.isneginf(even.scores[3, 4:]).all() and len(np.unique(even.scores[3, :4])) == 4
    other = calculated(heads_off={(1, 1)})
    assert other.off is None


def test_bfloat16_scores_are_those_of_the_trace(rough: Bert) -> None:
    trace = rough.trace(*PAIR)
    for layer, head in PLACES:
        found = head_calculation(rough, trace, layer, head)
        np.testing.assert_allclose(found.attention, trace.attentions[layer, head], atol=1e-6, rtol=0)


def test_what_is_not_there_is_named(lively: Bert, rough: Bert) -> None:
    trace = lively.trace("the man")
    with pytest.raises(ValueError, match="head 4 of 4"):
        head_calculation(lively, trace, 0, 4)
    with pytest.raises(ValueError, match="layer 3 of 3"):
        head_calculation(lively, trace, 3, 0)
    with pytest.raises(ValueError, match="the trace is of"):
        head_calculation(rough, trace, 0, 0)
