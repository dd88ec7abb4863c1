"""What stands beside the lines tells what is wanted, and shows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.attention.lines.shown import Shown
from app.panels.attention.lines.side import Side
from app.panels.attention.lines.threshold import STEPS


@pytest.fixture
def side(qtbot: QtBot) -> Iterator[Side]:
    made = Side()
    qtbot.addWidget(made)
    made.swatches.set_count(4)
    made.set_shown(Shown())
    made.show()
    qtbot.waitExposed(made)
    yield made


@pytest.fixture
def wanted(side: Side) -> list[Shown]:
    heard: list[Shown] = []
    side.wanted.connect(heard.append)
    return heard


def test_the_threshold_moves_by_round_numbers(side: Side, wanted: list[Shown]) -> None:
    slider = side.threshold.slider
    assert side.threshold.value == 0.1 and side.threshold.number.text() == "0.1"
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert wanted == [Shown(threshold=0.08)] and side.threshold.number.text() == "0.08"
    QTest.keyClick(slider, Qt.Key.Key_Home)
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert [shown.threshold for shown in wanted[1:]] == [0.0, 0.9]
    assert list(STEPS) == sorted(set(STEPS))


def test_differences_have_a_threshold_of_their_own(side: Side, wanted: list[Shown]) -> None:
    side.set_shown(Shown(), signed=True)
    assert side.threshold.value == 0.02 and side.threshold.title.text() == "Changes from"
    QTest.keyClick(side.threshold.slider, Qt.Key.Key_Right)
    assert wanted == [Shown(change_threshold=0.03)]
    side.set_shown(Shown())
    assert side.threshold.value == 0.1 and side.threshold.title.text() == "Weights from"


def test_showing_says_nothing(side: Side, wanted: list[Shown]) -> None:
    shown = Shown(True, frozenset({1}), 0.3, 0.05, frozenset({(0, 1)}), False)
    side.set_shown(shown)
    assert wanted == []
    assert side.swatches.shown == {0, 2, 3}
    assert side.threshold.value == 0.3
    assert [at for at, button in side.directions.buttons.items() if not button.isChecked()] == [(0, 1)]
    assert not side.special.isChecked()


def test_heads_are_hidden_one_by_one_or_all(side: Side, wanted: list[Shown]) -> None:
    side.swatches.toggle(2)
    assert wanted == [Shown(hidden=frozenset({2}))]
    side.set_shown(wanted[-1])
    assert side.all_button.text() == "Show all"
    side.all_button.click()
    assert wanted[-1] == Shown()
    side.set_shown(wanted[-1])
    assert side.all_button.text() == "Hide all"
    side.all_button.click()
    assert wanted[-1].hidden == {0, 1, 2, 3}


def test_directions_are_switched_off(side: Side, wanted: list[Shown]) -> None:
    side.directions.buttons[1, 0].click()
    side.set_shown(wanted[-1])
    side.directions.buttons[0, 0].click()
    assert [shown.switched_off for shown in wanted] == [{(1, 0)}, {(1, 0), (0, 0)}]


def test_without_b_there_is_no_direction_to_choose_and_it_says_why(side: Side) -> None:
    side.directions.set_paired(False)
    for button in side.directions.buttons.values():
        assert not button.isEnabled() and "no sentence B" in button.toolTip()
    side.directions.set_paired(True)
    for (of, to), button in side.directions.buttons.items():
        assert button.isEnabled()
        assert button.accessibleName() == f"Lines from {'AB'[of]} to {'AB'[to]}"


def test_special_pieces_are_left_out(side: Side, wanted: list[Shown]) -> None:
    side.special.click()
    assert wanted == [Shown(special=False)]


def test_why_there_are_no_heads_to_choose(side: Side) -> None:
    side.set_why_no_heads("because")
    assert not side.swatches.isEnabled() and side.swatches.toolTip() == "because"
    assert not side.all_button.isEnabled() and side.all_button.toolTip() == "because"
    side.set_why_no_heads("")
    assert side.swatches.isEnabled() and side.all_button.isEnabled()


def test_it_scrolls_rather_than_ask_for_height(side: Side) -> None:
    assert side.minimumSizeHint().height() <= 60
