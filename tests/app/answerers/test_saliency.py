"""Answers are what the measures say, and other work has its turn in between."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest

from app.answerers.saliency import ANSWERERS
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.errors import Cancelled
from bert_core.explanations import Attribution, CandidateTarget, NextTarget
from bert_core.measures.input_gradient import gradient_x_input
from bert_core.measures.masked_in_turn import leave_one_out
from bert_core.measures.path_gradients import integrated_gradients
from bert_core.measures.text_changes import what_if
from bert_core.queries import Query
from bert_core.queries_saliency import GradientXInput, IntegratedGradients, LeaveOneOut, WhatIf
from bert_core.tokenization import Tokenizer
from bert_core.trace import Trace

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "man", "went", "home")
WORD = CandidateTarget(2, 6)


@pytest.fixture(scope="module")
def bert() -> Bert:
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=24,
        num_hidden_layers=3,
        num_attention_heads=3,
        intermediate_size=40,
        max_position_embeddings=16,
    )
    return Bert.random(config, Tokenizer.from_vocabulary(WORDS, lowercase=True, max_length=16), seed=1)


@pytest.fixture(scope="module")
def trace(bert: Bert) -> Trace:
    return bert.trace("the [MASK]", "went home")


def answer(bert: Bert, trace: Trace, query: Query) -> object:
    found = ANSWERERS[type(query)](bert, trace, query, lambda: None)
    if not isinstance(found, Generator):
        return found
    while True:
        try:
            next(found)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("target", [WORD, NextTarget()])
def test_attributions(bert: Bert, trace: Trace, target: CandidateTarget | NextTarget) -> None:
    pair = ("the [MASK]", "went home")
    for query, expected in (
        (IntegratedGradients(target, "[PAD]"), integrated_gradients(bert, *pair, target, baseline="[PAD]")),
        (GradientXInput(target), gradient_x_input(bert, *pair, target)),
        (LeaveOneOut(target), leave_one_out(bert, *pair, target)),
    ):
        found = answer(bert, trace, query)
        assert isinstance(found, Attribution)
        np.testing.assert_allclose(found.scores, expected.scores, atol=1e-7)


def test_what_if(bert: Bert, trace: Trace) -> None:
    found = answer(bert, trace, WhatIf(WORD, "candidates", 4, 3))
    assert found == what_if(bert, "the [MASK]", "went home", WORD, 4, count=3)


def test_a_newer_key_goes_first(bert: Bert, trace: Trace) -> None:
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        for _ in range(3):
            ANSWERERS[GradientXInput](bert, trace, GradientXInput(WORD), check)
    steps = ANSWERERS[IntegratedGradients](bert, trace, IntegratedGradients(WORD), check)
    assert isinstance(steps, Generator)
    calls = 2
    assert next(steps) is None, "called off, it waits for its turn, and goes on"
    while True:
        try:
            next(steps)
        except StopIteration as end:
            assert end.value.complete
            break
