"""The layer lens, against the head of `transformers` on its hidden states, and the trace's own prediction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from bert_core import Bert
from bert_core.errors import Cancelled, TextError
from bert_core.explanations import LayerLens
from bert_core.measures import head_on_layers
from bert_core.measures.head_on_layers import layer_lens
from bert_core.trace import Trace
from tests.bert_core.conftest import SMALL
from tests.bert_core.measures.changes import CHANGES, PAIR
from tests.bert_core.measures.headless import without_heads


def layers_by_transformers(model: Any, trace: Trace) -> torch.Tensor:
    """Logits [L+1, S, V], float64, of hidden states that `transformers` makes itself."""
    with torch.no_grad():
        states = model.bert(
            input_ids=torch.tensor([[token.id for token in trace.tokens]]),
            token_type_ids=torch.tensor([[token.segment for token in trace.tokens]]),
            output_hidden_states=True,
        ).hidden_states
        return torch.stack([model.cls.predictions(hidden)[0] for hidden in states]).double()


def test_equal_to_the_head_of_transformers_on_every_layer(lively: Bert, lively_reference: Any) -> None:
    trace = lively.trace(*PAIR)
    logits = layers_by_transformers(lively_reference, trace)
    lens = layer_lens(lively, trace, [7, 5, 0], 6, words=[9, 30])
    assert lens.positions == (7, 5, 0) and lens.words == (9, 30)
    assert lens.ids.shape == lens.probabilities.shape == (4, 3, 6)
    p = logits[:, [7, 5, 0]].softmax(-1)
    best = p.topk(6)
    np.testing.assert_array_equal(lens.ids, best.indices)
    np.testing.assert_allclose(lens.probabilities, best.values, atol=1e-5)
    np.testing.assert_allclose(lens.entropies, torch.special.entr(p).sum(-1), atol=1e-4)
    final = best.indices[-1, :, 0]
    for layer in range(4):
        for place in range(3):
            row = p[layer, place]
            order = row.argsort(descending=True).tolist()
            word = final[place].item()
            assert lens.final_ranks[layer, place] == order.index(word) + 1
            assert lens.final_probabilities[layer, place] == pytest.approx(row[word].item(), abs=1e-5)
            assert lens.word_ranks[layer, place].tolist() == [order.index(9) + 1, order.index(30) + 1]
            np.testing.assert_allclose(lens.word_probabilities[layer, place], row[[9, 30]], atol=1e-5)
    assert (lens.final_ranks[-1] == 1).all() and (lens.final_ranks[0] > 1).any()


def equals_the_trace(lens: LayerLens, trace: Trace) -> None:
    """The last layer, to the last bit."""
    for place, position in enumerate(lens.positions):
        found = list(zip(lens.ids[-1, place].tolist(), lens.probabilities[-1, place].tolist(), strict=True))
        candidates = trace.candidates(position, lens.ids.shape[-1]).candidates
        assert found == [(token_id, p) for _, token_id, p in candidates]
        assert (lens.final_ranks[-1, place], lens.final_probabilities[-1, place]) == (1, found[0][1])


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("precision", ["lively", "rough"])
def test_the_last_layer_is_the_prediction_to_the_last_bit(
    name: str, precision: str, request: pytest.FixtureRequest
) -> None:
    bert: Bert = request.getfixturevalue(precision)
    trace = bert.trace(*PAIR, interventions=CHANGES[name], replaced={5: 9, 7: bert.tokenizer.mask_id})
    equals_the_trace(layer_lens(bert, trace), trace)
    assert layer_lens(bert, trace).positions == trace.masked
    asked = bert.trace_scene(trace.scene, [2, 3])
    equals_the_trace(layer_lens(bert, trace, [3, 2]), asked)
    equals_the_trace(layer_lens(bert, asked, [2, 3, 7]), asked)


@pytest.mark.parametrize("masks", [1, 2, 5])
def test_it_need_not_be_copied_from_the_trace(masks: int) -> None:
    """The head on the trace's last hidden states makes the same bits, on a real model too."""
    bert = Bert.load("mini-en")
    trace = bert.trace("The man " + "went [MASK] " * masks + "to the store.", "He bought milk.")
    equals_the_trace(layer_lens(bert, replace(trace, logits=None)), trace)
    equals_the_trace(layer_lens(bert, replace(trace, logits=None), trace.masked[:1], 100), trace)


def test_the_same_however_many_at_a_time(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = lively.trace(*PAIR)
    whole = layer_lens(lively, trace, range(15), words=[9])
    monkeypatch.setattr(head_on_layers, "_ROWS", 4)
    asked = []
    parts = layer_lens(lively, trace, range(15), words=[9], check=lambda: asked.append(True))
    assert len(asked) == 12  # 45 in fours
    np.testing.assert_allclose(parts.probabilities, whole.probabilities, atol=1e-6)
    np.testing.assert_array_equal(parts.word_ranks, whole.word_ranks)
    assert not any(array.flags.writeable for array in (whole.ids, whole.word_ranks, whole.final_ranks))


def test_it_can_be_called_off(lively: Bert) -> None:
    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        layer_lens(lively, lively.trace(*PAIR), check=check)


def test_more_candidates_than_pieces_are_all(lively: Bert) -> None:
    lens = layer_lens(lively, lively.trace(*PAIR), [5], 1000)
    assert lens.ids.shape[-1] == SMALL.vocab_size
    np.testing.assert_allclose(lens.probabilities.sum(-1), 1)
    assert (np.diff(lens.probabilities) <= 0).all()


def test_nonsense_is_refused(lively: Bert, rough: Bert) -> None:
    trace = lively.trace(*PAIR)
    for changes, word in (
        ({"positions": [15]}, "of 15"),
        ({"positions": [-1]}, "of 15"),
        ({"positions": [3, 3]}, "of 15"),
        ({"words": [SMALL.vocab_size]}, "words"),
        ({"words": [-1]}, "words"),
        ({"top_k": 0}, "best 0"),
    ):
        with pytest.raises(ValueError, match=word):
            layer_lens(lively, trace, **changes)
    with pytest.raises(ValueError, match="the trace is of"):
        layer_lens(rough, trace)
    with pytest.raises(TextError, match="No piece is masked"):
        layer_lens(lively, lively.trace("the man"))
    headless = without_heads(lively.tokenizer, mlm=False)
    with pytest.raises(TextError, match="no masked-word head"):
        layer_lens(headless, headless.trace(*PAIR))
