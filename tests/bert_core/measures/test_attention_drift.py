"""1 - cosine of flattened maps, against plain loops."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from bert_core import measures
from bert_core.measures.attention_drift import drift
from tests.app.fakes import fake_attentions


def by_hand(before: np.ndarray, after: np.ndarray, layer: int, head: int) -> float:
    size = before.shape[-1]
    product = own_x = own_y = 0.0
    for query in range(size):
        for key in range(size):
            x, y = float(before[layer, head, query, key]), float(after[layer, head, query, key])
            product += x * y
            own_x += x * x
            own_y += y * y
    return 1.0 - product / (sqrt(own_x) * sqrt(own_y))


def test_it_is_what_loops_say() -> None:
    before, after = fake_attentions(3, 2, 9, seed=1), fake_attentions(3, 2, 9, seed=2)
    found = drift(before, after)
    assert found.shape == (3, 2)
    for layer in range(3):
        for head in range(2):
            assert found[layer, head] == pytest.approx(by_hand(before, after, layer, head), abs=1e-12)
    assert found.max() > 0.5


def test_it_is_zero_from_itself_and_one_without_a_weight_in_common() -> None:
    maps = fake_attentions(2, 2, 6)
    assert drift(maps, maps).max() < 1e-12
    left, right = np.zeros((1, 1, 4, 4)), np.zeros((1, 1, 4, 4))
    left[..., 0], right[..., 3] = 1.0, 1.0
    assert drift(left, right).item() == 1.0


def test_it_is_known_where_it_can_be_reckoned() -> None:
    onto_one, evenly = np.zeros((1, 1, 4, 4)), np.full((1, 1, 4, 4), 0.25)
    onto_one[..., 0] = 1.0
    # 4 · 1/4 over 2 · 1: the cosine is a half.
    assert drift(onto_one, evenly).item() == pytest.approx(0.5)


def test_half_precision_leaves_next_to_nothing() -> None:
    maps, other = fake_attentions(4, 4, 32, seed=3), fake_attentions(4, 4, 32, seed=4)
    assert drift(maps, maps.astype(np.float16)).max() < 1e-6
    exact, rough = drift(maps, other), drift(maps.astype(np.float16), other.astype(np.float16))
    assert np.abs(exact - rough).max() < 1e-4


def test_a_nan_stays_with_its_head() -> None:
    before, after = fake_attentions(2, 2, 5), fake_attentions(2, 2, 5, seed=1)
    after = after.copy()
    after[1, 0, 2, 2] = np.nan
    assert np.isnan(drift(before, after)).tolist() == [[False, False], [True, False]]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="expected the same"):
        drift(fake_attentions(2, 2, 5), fake_attentions(2, 2, 6))
    with pytest.raises(ValueError, match="expected"):
        drift(np.zeros((2, 5, 5)), np.zeros((2, 5, 5)))


def test_it_is_one_of_the_measures() -> None:
    assert measures.drift is drift
