"""At the far ends of lines stand the largest weights, as many as have room."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from app.views.far_ends import FarEnds, far_ends
from app.views.picked_lines import Lines


@pytest.fixture
def lines() -> Lines:
    """Of query 4: to key 2 by two heads, to keys 3 and 9 by one."""
    return Lines(
        head=np.array([0, 1, 1, 0]),
        query=np.array([4, 4, 4, 4]),
        key=np.array([3, 2, 9, 2]),
        weight=np.array([0.1, 0.2, 0.3, 0.6], dtype=np.float32),
        reached=4,
    )


def test_pieces_and_their_lines_come_by_weight(lines: Lines) -> None:
    assert list(far_ends(lines, left=False).items()) == [(2, [3, 1]), (9, [2]), (3, [0])]
    assert far_ends(lines, left=True) == {4: [3, 2, 1, 0]}


def test_close_numbers_give_way_to_larger_ones(qapp: QApplication, lines: Lines) -> None:
    ends = far_ends(lines, left=False)
    assert FarEnds(300, 20, 14, left=False, colour=None).chosen(ends, (0, 500)) == [2, 9, 3]
    assert FarEnds(300, 20, 6, left=False, colour=None).chosen(ends, (0, 500)) == [2, 9]
    assert FarEnds(300, 20, 14, left=False, colour=None).chosen(ends, (0, 100)) == [2, 3]


def test_numbers_stand_at_the_edge_over_the_lines(qapp: QApplication) -> None:
    right = FarEnds(300, 20, 14, left=False, colour=None)
    left = FarEnds(300, 20, 14, left=True, colour=None)
    assert right.place(2, ".60", 0).right() == 300 and left.place(2, ".60", 0).left() == 300
    assert right.place(2, ".60", 0).center().y() == 20 + 2.5 * 14
    assert right.place(2, ".60", 3).width() > right.place(2, ".60", 0).width() + 18
