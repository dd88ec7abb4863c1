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
    ],
)
def test_within(selection: Selection, inside: Selection) -> None:
    assert selection.within(layers=4, heads=3, size=7) == inside


def test_the_first_head_is_chosen_at_first_and_nothing_pinned() -> None:
    assert Selection() == Selection(0, 0, None, None)
    assert Hover() == Hover(None, None, None, None)
