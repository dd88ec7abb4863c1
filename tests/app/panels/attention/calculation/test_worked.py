"""A query's part of a head's calculation, and its difference from a reference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.panels.attention.calculation.worked import head_steps
from bert_core.interventions import Interventions
from bert_core.scene import Scene
from tests.app.calculations import fake_head
from tests.app.fakes import fake_trace


def test_one_query_of_a_head() -> None:
    trace = fake_trace()
    whole = fake_head(trace, 1, 2)
    steps = head_steps(whole, 6)
    np.testing.assert_array_equal(steps.query, whole.query[6])
    np.testing.assert_array_equal(steps.products[4], whole.query[6] * whole.key[4])
    np.testing.assert_array_equal(steps.scores, whole.scores[6])
    np.testing.assert_allclose(steps.weighted.sum(0), whole.output[6], atol=1e-5)
    assert steps.position == 6 and not steps.difference and steps.off == ""


def test_how_it_is_off() -> None:
    scene = Scene("fake", "the man", None, interventions=Interventions(heads_off={(1, 2)}))
    whole = fake_head(replace(fake_trace(), scene=scene), 1, 2)
    assert head_steps(whole, 6).off == "zero"


def test_now_less_then() -> None:
    now, then = fake_head(fake_trace(), 1, 2), fake_head(fake_trace(), 3, 0)
    steps = head_steps(now, 6, then)
    assert steps.difference
    np.testing.assert_allclose(steps.query, now.query[6] - then.query[6])
    np.testing.assert_allclose(steps.products[4], now.query[6] * now.key[4] - then.query[6] * then.key[4])
    expected = now.attention[6, 4] * now.value[4] - then.attention[6, 4] * then.value[4]
    np.testing.assert_allclose(steps.weighted[4], expected, atol=1e-6)
    np.testing.assert_allclose(steps.weighted.sum(0), steps.output, atol=1e-5)
    np.testing.assert_allclose(steps.weights.sum(), 0, atol=1e-5)


def test_what_is_forbidden_in_both_has_no_difference() -> None:
    now = fake_head(fake_trace(), 1, 2)
    scores = now.scores.copy()
    scores[:, 3] = -np.inf
    hidden = replace(now, scores=scores)
    assert np.isnan(head_steps(hidden, 6, hidden).scores[3])
    assert np.isneginf(head_steps(hidden, 6, now).scores[3])
