"""Sorting heads: against sorting by hand."""

from __future__ import annotations

import numpy as np
import pytest

from app.panels.attention.sorting import Sorting, axis_words, known_mean, order_by, ranked, sorting_words

VALUES = np.random.default_rng(3).random((5, 6))


def by_hand(values: list[float], rising: bool) -> list[int]:
    return [place for _, place in sorted((value if rising else -value, n) for n, value in enumerate(values))]


@pytest.mark.parametrize("rising", [True, False])
def test_layers_by_the_mean_over_their_heads(rising: bool) -> None:
    order = order_by(VALUES, Sorting("entropy", "layers", rising))
    assert list(order.layers) == by_hand([sum(row) / 6 for row in VALUES.tolist()], rising)
    assert order.columns == tuple(range(6))


@pytest.mark.parametrize("rising", [True, False])
def test_head_numbers_by_the_mean_over_layers(rising: bool) -> None:
    order = order_by(VALUES, Sorting("entropy", "columns", rising))
    assert order.layers == tuple(range(5))
    assert order.columns is not None
    assert list(order.columns) == by_hand([sum(row) / 5 for row in VALUES.T.tolist()], rising)


@pytest.mark.parametrize("rising", [True, False])
def test_heads_of_each_layer_among_themselves(rising: bool) -> None:
    order = order_by(VALUES, Sorting("entropy", "heads", rising), "a title")
    assert order.layers == tuple(range(5))
    assert [list(row) for row in order.heads] == [by_hand(row, rising) for row in VALUES.tolist()]
    assert order.title == "a title"


def test_what_is_unknown_comes_last_and_equals_stay_as_they_are() -> None:
    values = np.array([2.0, np.nan, 1.0, 2.0, np.nan, 1.0])
    assert ranked(values, rising=True) == [2, 5, 0, 3, 1, 4]
    assert ranked(values, rising=False) == [0, 3, 2, 5, 1, 4]
    assert ranked(np.full(3, np.nan), rising=False) == [0, 1, 2]


def test_means_are_over_what_is_known() -> None:
    values = np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(known_mean(values, 1), [2.0, np.nan])
    np.testing.assert_array_equal(known_mean(values, 0), [1.0, np.nan, 3.0])


def test_it_is_said_what_is_sorted_and_which_way() -> None:
    assert sorting_words(Sorting("x", "layers"), "entropy") == "Layers by mean entropy, lowest first"
    assert (
        sorting_words(Sorting("x", "columns", False), "entropy")
        == "Head numbers by mean entropy, highest first"
    )
    assert sorting_words(Sorting("x", "heads"), "entropy") == "Heads of each layer by entropy, lowest first"
    assert axis_words(Sorting("x"), "entropy") == "entropy, low → high"
    assert axis_words(Sorting("x", rising=False), "entropy") == "entropy, high → low"
