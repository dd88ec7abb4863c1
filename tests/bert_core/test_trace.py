"""Candidates and logits of a trace, on numbers that were made for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bert_core.trace import Trace
from tests.app.fakes import MASK_ID, fake_trace

MASK = 5


@pytest.fixture
def trace() -> Trace:
    return fake_trace()


def with_logits(trace: Trace, *values: float) -> Trace:
    return replace(trace, logits={MASK: np.array(values, dtype=np.float32)})


def test_masked_are_the_positions_that_read_mask(trace: Trace) -> None:
    assert trace.masked == (MASK,)
    assert trace.tokens[MASK].id == MASK_ID


def test_of_equals_the_lower_id_comes_first_however_many_are_asked_for(trace: Trace) -> None:
    tied = with_logits(trace, 1, 3, 3, 0, 3, 3, 3, -1)
    whole = [id_ for _, id_, _ in tied.candidates(MASK, 99).candidates]
    assert whole == [1, 2, 4, 5, 6, 0, 3, 7]
    for top_k in range(9):
        assert [id_ for _, id_, _ in tied.candidates(MASK, top_k).candidates] == whole[:top_k]


@pytest.mark.parametrize(("top_k", "number"), [(0, 0), (-3, 0), (1, 1), (3, 3), (4, 3), (10**9, 3)])
def test_how_many_candidates(trace: Trace, top_k: int, number: int) -> None:
    assert len(with_logits(trace, 0.5, 0.25, 0.125).candidates(MASK, top_k).candidates) == number


def test_probabilities_are_a_softmax_that_does_not_overflow(trace: Trace) -> None:
    (first, one, p), (_, two, q) = with_logits(trace, 900.0, 900.0 + np.log(3)).candidates(MASK).candidates
    assert (first, one, two) == (trace.vocabulary[1], 1, 0)
    assert [p, q] == pytest.approx([0.75, 0.25], abs=1e-4)


def test_logits_that_are_not_there(trace: Trace) -> None:
    with pytest.raises(KeyError, match=r"predict=\[2\]"):
        trace.mlm_logits(2)
    headless = replace(trace, logits=None)
    assert headless.mlm() is None
    with pytest.raises(KeyError, match="no masked-word head"):
        headless.candidates(MASK)


def test_one_prediction_for_each_mask_in_order(trace: Trace) -> None:
    tokens = list(trace.tokens)
    tokens[2] = replace(tokens[2], id=MASK_ID)
    logits = {p: np.zeros(200, dtype=np.float32) for p in (MASK, 2, 9)}
    twice = replace(trace, tokens=tuple(tokens), logits=logits)
    assert [prediction.position for prediction in twice.mlm(1)] == [2, MASK]
