"""One piece's way through a layer, against what hooks on the modules of `transformers` see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bert_core import Bert, Interventions, Trace
from bert_core.measures.layer_steps import layer_calculation
from bert_core.queries_calculation import LayerCalculation
from bert_core.tokenization import Tokenizer
from tests.bert_core.changed_reference import changed_reference, lively_bert, reference_model
from tests.bert_core.conftest import SMALL
from tests.bert_core.measures.changes import CHANGES, PAIR

Seen = dict[str, np.ndarray]


@contextmanager
def watched(layer: Any) -> Iterator[Seen]:
    """What goes through one layer of `transformers`, [S, width] each."""
    seen: Seen = {}

    def hook(before: str, after: str) -> Any:
        def look(module: Any, args: Any, output: Any) -> None:
            if before:
                seen[before] = args[0][0].numpy().copy()
            seen[after] = output[0].numpy().copy()

        return look

    attention = layer.attention.output
    with ExitStack() as stack:
        for module, before, after in (
            (attention.dense, "", "attended"),
            (attention.LayerNorm, "attention_sum", "attention_norm"),
            (layer.intermediate.dense, "", "inner"),
            (layer.intermediate, "", "activated"),
            (layer.output.dense, "", "fed"),
            (layer.output.LayerNorm, "output_sum", "output_norm"),
        ):
            stack.enter_context(module.register_forward_hook(hook(before, after)))
        yield seen


def check(bert: Bert, model: Any, trace: Trace, layer: int, changes: Interventions) -> None:
    with watched(model.bert.encoder.layer[layer]) as seen:
        changed_reference(model, trace.tokens, changes)
    assert len(seen) == 8
    for position in (0, 5, len(trace.tokens) - 1):
        found = layer_calculation(bert, trace, layer, position)
        norms = {"attention_norm": found.attention_norm.output, "output_norm": found.output_norm.output}
        for name, expected in seen.items():
            array = norms[name] if name in norms else getattr(found, name)
            assert array.dtype == np.float32 and not array.flags.writeable
            np.testing.assert_allclose(array, expected[position], atol=2e-5, rtol=2e-5, err_msg=name)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("layer", range(3))
def test_every_vector_is_that_of_transformers(
    lively: Bert, lively_reference: Any, name: str, layer: int
) -> None:
    check(
        lively,
        lively_reference,
        lively.trace(*PAIR, interventions=CHANGES[name]),
        layer,
        CHANGES[name],
    )


@pytest.mark.parametrize("activation", ["relu", "gelu_new"])
def test_other_activations(tokenizer: Tokenizer, tmp_path: Path, activation: str) -> None:
    bert = lively_bert(replace(SMALL, hidden_act=activation, num_hidden_layers=1), tokenizer)
    bert.save(tmp_path / "model")
    model = reference_model(tmp_path / "model")
    trace = bert.trace(*PAIR)
    check(bert, model, trace, 0, trace.scene.interventions)
    found = layer_calculation(bert, trace, 0, 3)
    assert found.activation == activation
    function = {
        "relu": lambda x: max(x, 0.0),
        "gelu_new": lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
    }[activation]
    expected = [function(float(x)) for x in found.inner]
    np.testing.assert_allclose(found.activated, expected, atol=1e-5)


@pytest.mark.parametrize("name", CHANGES)
def test_the_last_vector_is_the_next_hidden_state(lively: Bert, name: str) -> None:
    trace = lively.trace(*PAIR, interventions=CHANGES[name])
    for layer in range(3):
        for position in range(len(trace.tokens)):
            found = layer_calculation(lively, trace, layer, position)
            np.testing.assert_array_equal(found.hidden, trace.hidden_states[layer, position])
            np.testing.assert_allclose(
                found.output_norm.output, trace.hidden_states[layer + 1, position], atol=1e-5, rtol=0
            )


def norm_by_hand(x: np.ndarray, step: Any, epsilon: float) -> None:
    exact = x.astype(np.float64)
    mean = sum(exact) / len(exact)
    deviation = np.sqrt(sum((exact - mean) ** 2) / len(exact) + epsilon)
    assert step.mean == pytest.approx(mean, abs=1e-9)
    assert step.deviation == pytest.approx(deviation, rel=1e-9)
    np.testing.assert_allclose(
        step.output, step.gain * (exact - mean) / deviation + step.shift, atol=1e-5, rtol=1e-5
    )


def test_the_parts_explain_the_whole(lively: Bert, lively_reference: Any) -> None:
    trace = lively.trace(*PAIR)
    found: LayerCalculation = layer_calculation(lively, trace, 1, 4)
    layer = lively_reference.bert.encoder.layer[1]
    norm_by_hand(found.attention_sum, found.attention_norm, SMALL.layer_norm_eps)
    norm_by_hand(found.output_sum, found.output_norm, SMALL.layer_norm_eps)
    np.testing.assert_allclose(found.attention_sum, found.hidden + found.attended, atol=1e-6)
    np.testing.assert_allclose(found.output_sum, found.attention_norm.output + found.fed, atol=1e-6)
    for array, parameter in (
        (found.attended_bias, layer.attention.output.dense.bias),
        (found.fed_bias, layer.output.dense.bias),
        (found.attention_norm.gain, layer.attention.output.LayerNorm.weight),
        (found.attention_norm.shift, layer.attention.output.LayerNorm.bias),
        (found.output_norm.gain, layer.output.LayerNorm.weight),
        (found.output_norm.shift, layer.output.LayerNorm.bias),
    ):
        np.testing.assert_array_equal(array, parameter.numpy())
    weight = layer.output.dense.weight.numpy()
    np.testing.assert_allclose(
        found.reach, [np.sqrt((weight[:, unit] ** 2).sum()) for unit in range(weight.shape[1])], rtol=1e-5
    )
    units = [found.activated[unit] * weight[:, unit] for unit in range(weight.shape[1])]
    np.testing.assert_allclose(sum(units) + found.fed_bias, found.fed, atol=1e-5)


def test_bfloat16_ends_where_the_trace_does(rough: Bert) -> None:
    trace = rough.trace(*PAIR)
    for layer in range(3):
        found = layer_calculation(rough, trace, layer, 6)
        np.testing.assert_allclose(
            found.output_norm.output, trace.hidden_states[layer + 1, 6], atol=0.05, rtol=0
        )


def test_the_values_do_not_change_with_the_model(tokenizer: Tokenizer) -> None:
    bert = lively_bert(SMALL, tokenizer)
    found = layer_calculation(bert, bert.trace("the man"), 0, 1)
    kept = {"bias": found.fed_bias.copy(), "gain": found.output_norm.gain.copy()}
    with torch.no_grad():
        for parameter in bert.module.parameters():
            parameter.zero_()
    np.testing.assert_array_equal(found.fed_bias, kept["bias"])
    np.testing.assert_array_equal(found.output_norm.gain, kept["gain"])


def test_what_is_not_there_is_named(lively: Bert, rough: Bert) -> None:
    trace = lively.trace("the man")
    with pytest.raises(ValueError, match="position 4 of 4"):
        layer_calculation(lively, trace, 0, 4)
    with pytest.raises(ValueError, match="position -1 of 4"):
        layer_calculation(lively, trace, 0, -1)
    with pytest.raises(ValueError, match="layer 3 of 3"):
        layer_calculation(lively, trace, 3, 0)
    with pytest.raises(ValueError, match="the trace is of"):
        layer_calculation(rough, trace, 0, 0)
