"""Lengths as bars: what is counted where, and what a limit cuts."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.views.length_bars import LengthBars


@pytest.fixture
def bars(qtbot: QtBot) -> LengthBars:
    bars = LengthBars("Lengths")
    qtbot.addWidget(bars)
    bars.resize(304, 84)
    bars.set_bars((0, 10, 20, 30), (5, 3, 2), "pieces")
    return bars


def test_bars_stand_where_their_values_are(bars: LengthBars) -> None:
    assert [bars.bar_at(bars.x_of(value)) for value in (1, 11, 29)] == [0, 1, 2]
    assert bars.bar_at(0) is None, "beside the plot"
    assert bars.bar_at(bars.x_of(30)) == 2, "the last has its upper edge"
    assert "10" in bars.accessibleDescription()


def test_what_is_beyond_a_limit(bars: LengthBars) -> None:
    assert bars.share_beyond(20) == pytest.approx(0.2)
    assert bars.share_beyond(15) == pytest.approx(0.35)
    assert bars.share_beyond(30) == 0 and bars.share_beyond(-1) == 1
    bars.set_limit(15)
    assert bars.limit == 15
    bars.set_limit(64)
    assert bars.limit is None, "nothing is marked outside"


def test_it_draws_whatever_it_is_given(bars: LengthBars) -> None:
    for edges, counts in (((0, 10, 20, 30), (5, 3, 2)), ((3, 3), (1,)), ((), ()), ((0, 1), (0,))):
        bars.set_bars(edges, counts, "words")
        for limit in (None, 0, 15):
            bars.set_limit(limit)
            assert not bars.grab().isNull()
    assert LengthBars("x").share_beyond(1) == 0
