"""A map is given the room that it fills, and no more."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.views.heat_map import HeatMap
from app.views.snug import UNLIMITED, snug_height, snug_width
from tests.app.fakes import fake_tokens


@pytest.fixture
def view(qtbot: QtBot) -> HeatMap:
    made = HeatMap()
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.show()  # what is hidden is laid out only when it is shown
    return made


def fill(view: HeatMap) -> None:
    view.set_matrix(np.eye(17, dtype=np.float32), fake_tokens())


def test_a_wide_map_gets_no_more_height_than_its_square(view: HeatMap) -> None:
    fill(view)
    snug_height(view, 900)
    assert 250 < view.maximumHeight() < 400
    assert view.maximumHeight() == pytest.approx(view.extent().height(), abs=1)


def test_a_high_map_gets_no_more_width(view: HeatMap) -> None:
    fill(view)
    snug_width(view, 900)
    assert 250 < view.maximumWidth() < 400
    assert view.maximumWidth() == pytest.approx(view.extent().width(), abs=1)


def test_room_that_comes_back_is_taken(view: HeatMap) -> None:
    fill(view)
    snug_width(view, 900)
    before = view.maximumWidth()
    view.resize(before, 500)
    snug_width(view, 900)
    assert view.maximumWidth() > before
    view.resize(view.width(), 300)
    snug_width(view, 900)
    assert view.maximumWidth() == before


def test_an_empty_map_is_not_limited(view: HeatMap) -> None:
    snug_height(view, 900)
    assert view.maximumHeight() == UNLIMITED
