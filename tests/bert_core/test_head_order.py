"""Orders of removal."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core.head_order import per_layer, random_order, removal_order

IMPORTANCE = np.array([[3.0, 4.0, 0.0], [0.3, 0.1, 0.2]])


def test_the_least_important_goes_first() -> None:
    assert removal_order(IMPORTANCE, normalised=False) == ((0, 2), (1, 1), (1, 2), (1, 0), (0, 0), (0, 1))


def test_normalised_by_layer_as_in_the_paper() -> None:
    np.testing.assert_allclose(per_layer(IMPORTANCE)[0], [0.6, 0.8, 0.0])
    np.testing.assert_allclose(np.linalg.norm(per_layer(IMPORTANCE), axis=1), 1.0)
    # 0, then 0.267, 0.535, 0.6, 0.8 and 0.802
    assert removal_order(IMPORTANCE) == ((0, 2), (1, 1), (1, 2), (0, 0), (0, 1), (1, 0))
    assert removal_order(IMPORTANCE, most_first=True) == removal_order(IMPORTANCE)[::-1]


def test_of_equals_the_first_in_the_model_goes_first() -> None:
    zeros = np.zeros((2, 2))
    assert not per_layer(zeros).any()
    in_row = ((0, 0), (0, 1), (1, 0), (1, 1))
    assert removal_order(zeros) == removal_order(zeros, most_first=True) == in_row


def test_a_random_order_has_all_heads_and_depends_on_the_seed_only() -> None:
    order = random_order(12, 12, seed=3)
    assert sorted(order) == [(layer, head) for layer in range(12) for head in range(12)]
    assert order == random_order(12, 12, seed=3) != random_order(12, 12, seed=4)
    assert all(type(index) is int for pair in order for index in pair)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        removal_order(np.array([[1.0, np.nan]]))
