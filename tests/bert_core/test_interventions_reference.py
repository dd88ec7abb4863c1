"""Every intervention equals the same change made to `transformers` from outside, all of a trace compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import BertForPreTraining

from bert_core import Bert, Interventions, Trace
from bert_core.tokenization import Tokenizer
from tests.bert_core.changed_reference import changed_reference, lively_bert, reference_model
from tests.bert_core.conftest import SMALL

PAIR = ("the man went to [MASK] store", "he bought a gallon [MASK] milk")
LAST = 14  # [CLS] 6 [SEP] 6 [SEP]
TOLERANCE = 1e-5

CHANGES = {
    "nothing": Interventions(),
    "head zero": Interventions(heads_off={(1, 2)}),
    "heads zero": Interventions(heads_off={(0, 0), (0, 3), (2, 1)}),
    "layer zero": Interventions(heads_off={(1, head) for head in range(4)}),
    "head even": Interventions(heads_off={(1, 2)}, head_off="uniform"),
    "heads even": Interventions(heads_off={(0, 0), (0, 3), (2, 1)}, head_off="uniform"),
    "even over what may be seen": Interventions(
        heads_off={(0, 1), (1, 1)}, head_off="uniform", hidden={0, 4}, direction="left-to-right"
    ),
    "hidden": Interventions(hidden={3}),
    "several hidden": Interventions(hidden={0, 5, LAST}),
    "all hidden": Interventions(hidden=set(range(LAST + 1))),
    "left to right": Interventions(direction="left-to-right"),
    "right to left": Interventions(direction="right-to-left"),
    "left to right, first hidden": Interventions(direction="left-to-right", hidden={0}),
    "right to left, last hidden": Interventions(direction="right-to-left", hidden={LAST - 1, LAST}),
    "no token": Interventions(dropped={"token": "all"}),
    "no segment": Interventions(dropped={"segment": "all"}),
    "no position": Interventions(dropped={"position": "all"}),
    "some tokens": Interventions(dropped={"token": {1, 5}}),
    "some segments": Interventions(dropped={"segment": {0, LAST}}),
    "some positions": Interventions(dropped={"position": {2, 3}}),
    "everything": Interventions(
        heads_off={(0, 1), (2, 2)},
        hidden={2},
        dropped={"token": {6}, "segment": "all", "position": {1, 9}},
        direction="right-to-left",
    ),
}


@pytest.fixture(scope="module")
def bert(tokenizer: Tokenizer) -> Bert:
    return lively_bert(SMALL, tokenizer)


@pytest.fixture(scope="module")
def saved(bert: Bert, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "lively"
    bert.save(folder)
    return folder


@pytest.fixture(scope="module")
def model(saved: Path) -> Any:
    return reference_model(saved)


def traced(bert: Bert, changes: Interventions) -> Trace:
    trace = bert.trace(*PAIR, interventions=changes)
    assert len(trace.tokens) == LAST + 1
    return trace


@pytest.mark.parametrize("name", CHANGES)
def test_equal_to_transformers(bert: Bert, model: Any, name: str) -> None:
    trace = traced(bert, CHANGES[name])
    expected = changed_reference(model, trace.tokens, CHANGES[name])
    np.testing.assert_allclose(trace.attentions, expected.attentions, atol=TOLERANCE)
    np.testing.assert_allclose(trace.hidden_states, expected.hidden_states, atol=TOLERANCE)
    assert trace.nsp is not None
    assert [trace.nsp.is_next, trace.nsp.not_next] == pytest.approx(expected.nsp, abs=TOLERANCE)
    assert len(trace.masked) == 2
    for position in trace.masked:
        np.testing.assert_allclose(trace.mlm_logits(position), expected.mlm[position], atol=1e-4)


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "nothing"])
def test_each_makes_a_difference(bert: Bert, name: str) -> None:
    plain, changed = traced(bert, Interventions()), traced(bert, CHANGES[name])
    assert np.abs(plain.hidden_states[-1] - changed.hidden_states[-1]).max() > 100 * TOLERANCE


def test_a_hidden_piece_is_padding_to_transformers(bert: Bert, model: Any) -> None:
    trace = traced(bert, Interventions(hidden={3, 7}))
    there = torch.ones(1, LAST + 1, dtype=torch.int64)
    there[0, [3, 7]] = 0
    with torch.no_grad():
        found = model(**inputs(trace), attention_mask=there, output_hidden_states=True)
    expected = torch.stack([state[0] for state in found.hidden_states])
    np.testing.assert_allclose(trace.hidden_states, expected, atol=TOLERANCE)


def test_left_to_right_is_the_decoder_of_transformers(bert: Bert, saved: Path) -> None:
    decoder = BertForPreTraining.from_pretrained(saved, attn_implementation="eager", is_decoder=True).eval()
    trace = traced(bert, Interventions(direction="left-to-right"))
    with torch.no_grad():
        found = decoder(**inputs(trace), output_hidden_states=True, use_cache=False)
    expected = torch.stack([state[0] for state in found.hidden_states])
    np.testing.assert_allclose(trace.hidden_states, expected, atol=TOLERANCE)


def test_the_mirrored_reading_is_the_other_direction(bert: Bert, model: Any) -> None:
    """Right to left is left to right of the pieces backwards, each with its own position and segment."""
    trace = traced(bert, Interventions(direction="right-to-left"))
    backwards = {name: ids.flip(1) for name, ids in inputs(trace).items()}
    positions = torch.arange(LAST + 1).flip(0)[None]
    causal = torch.full((LAST + 1, LAST + 1), torch.finfo(torch.float32).min).triu(1)[None, None]
    with torch.no_grad():
        found = model(**backwards, position_ids=positions, attention_mask=causal, output_hidden_states=True)
    expected = torch.stack([state[0].flip(0) for state in found.hidden_states])
    np.testing.assert_allclose(trace.hidden_states, expected, atol=TOLERANCE)


def inputs(trace: Trace) -> dict[str, torch.Tensor]:
    return {
        "input_ids": torch.tensor([[token.id for token in trace.tokens]]),
        "token_type_ids": torch.tensor([[token.segment for token in trace.tokens]]),
    }
