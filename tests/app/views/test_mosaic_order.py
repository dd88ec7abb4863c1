"""The order in which heads are drawn: a permutation, both ways."""

from __future__ import annotations

import pytest

from app.views.mosaic_order import MosaicOrder, order_of_model, reordered


def test_the_order_of_the_model_changes_nothing() -> None:
    order = order_of_model(3, 4)
    assert order.shape == (3, 4)
    assert order.columns == (0, 1, 2, 3)
    assert order.all_heads() == [(layer, head) for layer in range(3) for head in range(4)]
    assert all(order.head_at(*head) == order.place_of(*head) == head for head in order.all_heads())


def test_rows_and_columns_change_places() -> None:
    order = reordered(2, 3, rows=[1, 0], columns=[2, 0, 1])
    assert order.columns == (2, 0, 1)
    assert order.head_at(0, 0) == (1, 2)
    assert order.place_of(1, 2) == (0, 0)
    assert order.place_of(0, 1) == (1, 2)


def test_each_row_may_have_its_own_order() -> None:
    order = MosaicOrder((1, 0), ((2, 0, 1), (0, 2, 1)))
    assert order.columns is None
    assert order.all_heads() == [(1, 2), (1, 0), (1, 1), (0, 0), (0, 2), (0, 1)]
    for row in range(2):
        for column in range(3):
            assert order.place_of(*order.head_at(row, column)) == (row, column)


@pytest.mark.parametrize(
    ("layers", "heads"),
    [((0, 0), ((0, 1), (0, 1))), ((0, 1), ((0, 0), (0, 1))), ((0, 1), ((0, 1),)), ((0,), ((),)), ((), ())],
)
def test_what_is_no_permutation_is_refused(layers, heads) -> None:
    with pytest.raises(ValueError, match="not an order"):
        MosaicOrder(layers, heads)


def test_a_head_that_is_not_there_has_no_place() -> None:
    with pytest.raises(ValueError, match="not in"):
        order_of_model(2, 2).place_of(0, 2)
