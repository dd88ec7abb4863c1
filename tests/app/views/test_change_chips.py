"""Chips of what is changed: one each, flowing, taken back by mouse and key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.change_chips import ChangeChips

CHANGES = [(f"L{n}-H1 off", f"meaning {n}") for n in range(1, 8)]


@pytest.fixture
def chips(qtbot: QtBot) -> ChangeChips:
    made = ChangeChips()
    qtbot.addWidget(made)
    made.resize(300, 100)
    made.set_changes(CHANGES)
    made.show()
    return made


def test_each_says_what_it_is_and_means(chips: ChangeChips) -> None:
    assert [chip.text().split("  ")[0] for chip in chips.chips] == [words for words, _ in CHANGES]
    assert all(meaning in chip.toolTip() for chip, (_, meaning) in zip(chips.chips, CHANGES, strict=True))
    assert chips.chips[0].accessibleName() == "Take back: L1-H1 off"


def test_they_flow_without_overlap_inside_the_width(chips: ChangeChips) -> None:
    places = [chip.geometry() for chip in chips.chips]
    assert all(chips.rect().contains(place) for place in places)
    assert not any(a.intersects(b) for i, a in enumerate(places) for b in places[:i])
    assert len({place.top() for place in places}) > 1
    assert chips.heightForWidth(300) > chips.heightForWidth(2000)
    assert all(chip.fontMetrics().horizontalAdvance(chip.text()) < chip.width() for chip in chips.chips)


def test_none_no_chips(chips: ChangeChips) -> None:
    chips.set_changes([])
    assert chips.chips == [] and chips.isHidden()


def test_clicked_and_keyed(chips: ChangeChips) -> None:
    taken: list[int] = []
    chips.taken_back.connect(taken.append)
    QTest.mouseClick(chips.chips[2], Qt.MouseButton.LeftButton)
    QTest.keyClick(chips.chips[4], Qt.Key.Key_Space)
    assert taken == [2, 4]


def test_the_keyboard_stays_among_them(chips: ChangeChips, qtbot: QtBot) -> None:
    chips.activateWindow()
    qtbot.waitUntil(chips.isActiveWindow)
    chips.chips[6].setFocus()
    chips.set_changes(CHANGES[:-1])
    assert chips.chips[5].hasFocus()


def test_a_long_name_is_shortened_and_an_ampersand_stays(chips: ChangeChips) -> None:
    chips.set_changes([("“" + "w" * 300 + "” hidden", ""), ("“&” hidden", "")])
    first, second = chips.chips
    assert first.width() < 300 and "www…" in first.text() and "w" * 300 in first.toolTip()
    assert second.text().startswith("“&&” hidden")
