"""The built-in model: small enough to ship, opened by `transformers` with the same numbers, and not untrained."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core import Bert
from bert_core.resources import resource_path
from tests.reference import reference_outputs

TEXTS = ("She opened the [MASK] and went into the room.", "There was nobody inside.")


@pytest.fixture(scope="module")
def bert() -> Bert:
    return Bert.load("mini-en", device="cpu")


def test_it_is_small_enough_to_ship() -> None:
    assert resource_path("models", "mini-en", "model.safetensors").stat().st_size <= 20_000_000


def test_transformers_agrees(bert: Bert) -> None:
    expected = reference_outputs(resource_path("models", "mini-en"), *TEXTS)
    trace = bert.trace(*TEXTS)
    assert [token.id for token in trace.tokens] == expected.ids
    np.testing.assert_allclose(trace.hidden_states, expected.hidden_states, atol=1e-4)
    np.testing.assert_allclose(trace.attentions, expected.attentions, atol=1e-4)
    np.testing.assert_allclose(trace.mlm_logits(4), expected.mlm[4], atol=1e-4)
    assert [trace.nsp.is_next, trace.nsp.not_next] == pytest.approx(expected.nsp, abs=1e-4)


def test_it_has_learned_what_one_opens(bert: Bert) -> None:
    prediction = bert.trace(*TEXTS).mlm(5)[0]
    assert "door" in [token for token, _, _ in prediction.candidates]


def test_a_head_looks_at_the_previous_piece(bert: Bert) -> None:
    weights = bert.trace(*TEXTS).attentions[0, 0]
    assert np.diagonal(weights, offset=-1).mean() > 0.5  # Clark et al. 2019's threshold
