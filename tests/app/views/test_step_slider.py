"""The slider follows the newest record until a person moves it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.step_slider import StepSlider


@pytest.fixture
def slider(qtbot: QtBot) -> StepSlider:
    made = StepSlider()
    qtbot.addWidget(made)
    made.set_steps((0, 10, 20))
    made.show()
    return made


def test_it_stands_at_the_newest_and_follows(slider: StepSlider) -> None:
    told: list[object] = []
    slider.wanted.connect(told.append)
    assert (slider.record, slider.follows) == (2, True)
    slider.set_steps((0, 10, 20, 30))
    assert slider.record == 3
    assert not slider.newest.isEnabled()
    assert told == []  # whoever gives it the steps shows them


def test_moved_it_stays_where_it_is(slider: StepSlider) -> None:
    QTest.keyClick(slider.slider, Qt.Key.Key_Left)
    assert slider.record == 1
    slider.set_steps((0, 10, 20, 30, 40))
    assert slider.record == 1
    assert slider.newest.isEnabled()


def test_where_a_record_went_it_stands_at_the_one_before(slider: StepSlider) -> None:
    slider.go(1)
    slider.set_steps((0, 20, 30))
    assert slider.record == 0
    slider.go(1)
    slider.set_steps((0, 5, 20, 30))
    assert slider.record == 2


def test_at_the_end_it_follows_again(slider: StepSlider, qtbot: QtBot) -> None:
    slider.go(0)
    with qtbot.waitSignal(slider.wanted) as told:
        slider.newest.click()
    assert told.args == [2]
    slider.set_steps((0, 10, 20, 30))
    assert slider.record == 3


def test_keys_walk(slider: StepSlider) -> None:
    told: list[object] = []
    slider.wanted.connect(told.append)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_End):
        QTest.keyClick(slider.slider, key)
    slider.step_by(-2)
    slider.step_by(-5)
    assert told == [0, 1, 2, 0]


def test_another_run_begins_at_its_newest(slider: StepSlider) -> None:
    slider.go(0)
    slider.set_steps((0, 7), anew=True)
    assert slider.record == 1


def test_one_record_leaves_nothing_to_move(slider: StepSlider) -> None:
    slider.set_steps((0,), anew=True)
    assert not slider.slider.isEnabled()
    slider.set_steps(())
    assert (slider.record, slider.follows) == (0, True)
