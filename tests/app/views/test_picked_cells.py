"""Shift makes ranges, Ctrl takes one more or less."""

from __future__ import annotations

import pytest

from app.views.picked_cells import Cell, Picked, runs


@pytest.mark.parametrize(
    ("before", "to", "after"),
    [
        (Picked(), (3, 4), Picked((3,), (4,))),
        (Picked(), (3, None), Picked((3,))),
        (Picked((3,)), (5, None), Picked((3, 4, 5))),
        (Picked((3,)), (1, None), Picked((3, 1, 2))),
        (Picked((3, 4, 5)), (2, None), Picked((3, 2))),
        (Picked((3,)), (5, 7), Picked((3, 4, 5))),
        (Picked((3,), (7,)), (4, 6), Picked((3, 4), (7, 6))),
        (Picked((3,)), (None, 2), Picked((3,), (2,))),
        (Picked((), (2,)), (9, 4), Picked((), (2, 3, 4))),
        (Picked((3, 1, 9)), (3, None), Picked((3,))),
    ],
)
def test_shift(before: Picked, to: Cell, after: Picked) -> None:
    assert before.extended(*to) == after


@pytest.mark.parametrize(
    ("before", "at", "after"),
    [
        (Picked(), (3, 4), Picked((3,))),
        (Picked((3,), (2,)), (1, 4), Picked((3, 1), (2,))),
        (Picked((3, 1, 5)), (4, None), Picked((3, 1, 4, 5))),
        (Picked((3, 1, 5)), (3, None), Picked((1, 5))),
        (Picked((3,)), (None, 6), Picked((3,), (6,))),
        (Picked((3,), (6,)), (None, 6), Picked((3,))),
        (Picked((3,)), (None, None), Picked((3,))),
    ],
)
def test_ctrl(before: Picked, at: Cell, after: Picked) -> None:
    assert before.toggled(*at) == after


def test_a_range_goes_on_from_its_other_end() -> None:
    assert Picked((3, 4, 5)).end == (5, None)
    assert Picked((5, 3, 4), (2,)).end == (3, 2)
    assert Picked((4, 3, 5)).end == (4, None), "in the middle there is no direction yet"
    assert Picked((3, 4, 9)).end == (4, None)
    assert Picked((3, 4), (6,)).cell == (3, 6) and Picked().cell == (None, None)
    assert Picked((3, 4)).several and Picked((), (1, 2)).several and not Picked((3,), (6,)).several


def test_runs() -> None:
    assert runs((5, 1, 2, 4, 9)) == [(1, 2), (4, 5), (9, 9)]
    assert runs(()) == []
