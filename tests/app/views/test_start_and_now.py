"""Blocks of what was said at the start and now."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSizeF
from pytestqt.qtbot import QtBot

from app.views.start_and_now import Said, StartAndNow


@pytest.fixture
def view(qtbot: QtBot) -> StartAndNow:
    made = StartAndNow("Predictions")
    qtbot.addWidget(made)
    made.set_blocks([Said(f"Piece {n}", "cat 5 %", "dog 6 %", True) for n in range(4)], "start", "step 40")
    made.resize(280, 200)
    return made


def test_blocks_stand_in_as_many_columns_as_there_is_room_for(view: StartAndNow) -> None:
    assert view.columns(280) == 1
    assert view.columns(530) == 2
    assert view.columns(5000) == 4  # no more than there are blocks
    assert view.sizeHint().height() > 100
    view.resize(600, 200)
    assert view.sizeHint().height() < 120


def test_it_says_how_many_it_has_room_for(view: StartAndNow) -> None:
    line = view.sizeHint().height() / 4
    assert view.room(QSizeF(280, 1)) == 1
    assert view.room(QSizeF(280, 2 * line)) == 2
    assert view.room(QSizeF(600, 2 * line)) == 4


def test_all_of_it_can_be_heard_and_drawn(view: StartAndNow) -> None:
    assert view.accessibleDescription().startswith("Piece 0: cat 5 % → dog 6 %; Piece 1")
    assert view.toolTip().count("\n") == 3
    assert not view.grab().isNull()
    assert not view.drawing().to_image(1.0).isNull()
    view.set_blocks((), "start", "step 40")
    assert not view.grab().isNull()
