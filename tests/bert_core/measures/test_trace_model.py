"""A measure refuses what its model did not trace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bert_core import Bert, Interventions
from bert_core.measures.trace_model import layer_at, require_model, zeroed_heads
from bert_core.tokenization import Tokenizer
from tests.bert_core.conftest import SMALL


def test_its_own_trace_passes(bert: Bert) -> None:
    require_model(bert, bert.trace("the man", interventions=Interventions(heads_off={(0, 0)})))


def test_a_trace_of_another_model_is_refused_by_its_scene(bert: Bert) -> None:
    trace = bert.trace("the man")
    with pytest.raises(ValueError, match="the trace is of other"):
        require_model(bert, replace(trace, scene=replace(trace.scene, model_id="other")))


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"num_hidden_layers": 2}, "attentions"),
        ({"num_attention_heads": 3}, "attentions"),
        ({"hidden_size": 60}, "hidden states"),
    ],
)
def test_and_by_its_shapes(bert: Bert, tokenizer: Tokenizer, other: dict[str, int], word: str) -> None:
    same_name = Bert.random(replace(SMALL, **other), tokenizer, seed=1)
    assert same_name.model_id == bert.model_id
    with pytest.raises(ValueError, match=word):
        require_model(bert, same_name.trace("the man"))


def test_a_layer_that_is_not_there(bert: Bert) -> None:
    assert layer_at(bert, 2) is bert.module.encoder.layers[2]
    for index in (-1, 3):
        with pytest.raises(ValueError, match="of 3"):
            layer_at(bert, index)


def test_heads_that_give_zero(bert: Bert) -> None:
    off = {(0, 3), (0, 1), (2, 2)}
    zero = bert.trace("the man", interventions=Interventions(heads_off=off))
    assert [zeroed_heads(zero, layer) for layer in range(3)] == [[1, 3], [], [2]]
    even = bert.trace("the man", interventions=Interventions(heads_off=off, head_off="uniform"))
    assert zeroed_heads(even, 0) == []
