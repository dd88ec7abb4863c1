"""Names at the ends of curves keep clear of each other, and inside the frame as long as there is room."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QRectF

from app.views.end_names import stacked

FRAME = QRectF(10, 5, 200, 100)
HIGH = 12.0


def test_where_there_is_room_names_stand_at_their_curves() -> None:
    assert stacked([20.0, 50.0, 90.0], HIGH, FRAME) == [14.0, 44.0, 84.0]
    assert stacked([], HIGH, FRAME) == []


@pytest.mark.parametrize(
    "middles",
    [[5.0] * 4, [105.0] * 4, [5.0, 6.0, 50.0, 51.0, 104.0, 105.0], [40.0, 41.0, 42.0, 43.0, 44.0]],
)
def test_none_is_over_another(middles: list[float]) -> None:
    tops = stacked(middles, HIGH, FRAME)
    assert all(lower - upper >= HIGH - 1e-9 for upper, lower in pairwise(tops))
    assert tops[0] >= FRAME.top() - HIGH / 2 and tops[-1] + HIGH <= FRAME.bottom() + HIGH / 2


def test_of_too_many_the_last_stay_inside() -> None:
    tops = stacked([50.0] * 20, HIGH, FRAME)
    assert tops[-1] + HIGH == FRAME.bottom() + HIGH / 2 and len(tops) == 20
