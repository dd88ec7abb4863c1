"""A selection fits into any trace."""

from __future__ import annotations

import pytest

from app.selection import Hover, Selection


@pytest.mark.parametrize(
    ("selection", "inside"),
    [
        (Selection(3, 2, 5, 6), Selection(3, 2, 5, 6)),
        (Selection(11, 11, 7, 8), Selection(3, 2, None, None)),
        (Selection(None, None, 6, 7), Selection(None, None, 6, None)),
        (Selection(4, None), Selection(3, None)),
        (Selection(0, 0, 2, 3, (4, 7), (1, 9)), Selection(0, 0, 2, 3, (4,), (1,))),
        (Selection(0, 0, 7, None, (4, 5)), Selection(0, 0, 4, None, (5,))),
        (Selection(0, 0, None, 9, (), (7, 8)), Selection(0, 0)),
    ],
)
def test_within(selection: Selection, inside: Selection) -> None:
    assert selection.within(layers=4, heads=3, size=7) == inside


def test_the_first_head_is_chosen_at_first_and_nothing_pinned() -> None:
    assert Selection() == Selection(0, 0, None, None)
    assert Hover() == Hover(None, None, None, None)
    assert Selection().queries == () and Selection().keys == ()


def test_further_pins_are_in_order_and_each_once() -> None:
    pinned = Selection(2, 1).pinning(5, None, [7, 3, 5, 7], [4, 2])
    assert pinned == Selection(2, 1, 5, 2, (3, 7), (4,))
    assert pinned.queries == (5, 3, 7) and pinned.keys == (2, 4)
    assert pinned.pinning(None, None) == Selection(2, 1)


def test_pins_move_and_the_next_takes_the_place_of_one_that_is_gone() -> None:
    pinned = Selection(1, 0, 5, 2, (3, 7), (4,))
    moved = pinned.moved({3: 30, 7: 6, 2: 2}.get)
    assert moved == Selection(1, 0, 6, 2, (30,), ())
    assert pinned.moved(lambda position: None) == Selection(1, 0)
