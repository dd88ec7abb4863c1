"""The heads' fields: a click switches, a double click leaves one, and the keyboard does the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.head_swatches import HeadSwatches

LEFT, NO_KEYS, ALT = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.AltModifier,
)
ALL = frozenset(range(12))


@pytest.fixture
def swatches(qtbot: QtBot) -> Iterator[HeadSwatches]:
    made = HeadSwatches()
    qtbot.addWidget(made)
    made.set_count(12)
    made.resize(130, made.sizeHint().height())
    made.show()
    qtbot.waitExposed(made)
    yield made


@pytest.fixture
def said(swatches: HeadSwatches) -> list[object]:
    heard: list[object] = []
    swatches.shown_changed.connect(heard.append)
    return heard


def at(swatches: HeadSwatches, head: int) -> QPoint:
    return swatches.swatch_rect(head).center().toPoint()


def test_at_first_all_are_on(swatches: HeadSwatches) -> None:
    assert swatches.shown == ALL


def test_a_click_switches_one(swatches: HeadSwatches, said: list[object]) -> None:
    QTest.mouseClick(swatches, LEFT, NO_KEYS, at(swatches, 5))
    assert swatches.shown == ALL - {5}
    QTest.mouseClick(swatches, LEFT, NO_KEYS, at(swatches, 5))
    assert said == [ALL - {5}, ALL]


def test_alt_and_click_leaves_only_that_one(swatches: HeadSwatches, said: list[object]) -> None:
    QTest.mouseClick(swatches, LEFT, ALT, at(swatches, 5))
    assert said == [frozenset({5})]


def test_a_double_click_leaves_only_that_one(swatches: HeadSwatches) -> None:
    for head in (5, 7):  # the first is on before it, the second off
        QTest.mouseClick(swatches, LEFT, NO_KEYS, at(swatches, head))
        QTest.mouseDClick(swatches, LEFT, NO_KEYS, at(swatches, head))
        QTest.mouseRelease(swatches, LEFT, NO_KEYS, at(swatches, head))
        assert swatches.shown == {head}


def test_a_press_that_slips_off_switches_nothing(swatches: HeadSwatches, said: list[object]) -> None:
    QTest.mousePress(swatches, LEFT, NO_KEYS, at(swatches, 5))
    QTest.mouseRelease(swatches, LEFT, NO_KEYS, at(swatches, 6))
    assert said == []


def test_the_keyboard_does_the_same(swatches: HeadSwatches) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left):
        QTest.keyClick(swatches, key)
    assert swatches.current == 4
    QTest.keyClick(swatches, Qt.Key.Key_Space)
    assert swatches.shown == ALL - {4}
    assert swatches.accessibleDescription() == "Head 5, not shown"
    QTest.keyClick(swatches, Qt.Key.Key_Return)
    assert swatches.shown == {4}
    assert swatches.accessibleDescription() == "Head 5, shown"
    QTest.keyClick(swatches, Qt.Key.Key_Left)
    QTest.keyClick(swatches, Qt.Key.Key_Up)
    assert swatches.current == 3


def test_all_or_none(swatches: HeadSwatches, said: list[object]) -> None:
    swatches.all_or_none()
    swatches.all_or_none()
    swatches.toggle(3)
    swatches.all_or_none()
    assert said == [frozenset(), ALL, ALL - {3}, ALL]


def test_it_says_what_is_pointed_at(swatches: HeadSwatches) -> None:
    heard: list[object] = []
    swatches.hovered.connect(heard.append)
    QTest.mouseMove(swatches, at(swatches, 2))
    QTest.mouseMove(swatches, at(swatches, 9))
    QTest.mouseMove(swatches, QPoint(0, 0))
    assert heard == [2, 9, None]


def test_another_number_of_heads_switches_all_on(swatches: HeadSwatches, said: list[object]) -> None:
    swatches.toggle(3)
    swatches.set_count(12)
    assert swatches.shown == ALL - {3}
    swatches.set_count(16)
    assert swatches.shown == frozenset(range(16)) and said == [ALL - {3}]


@pytest.mark.parametrize("count", [1, 4, 12, 16, 24, 40])
def test_fields_lie_inside_and_apart(swatches: HeadSwatches, count: int) -> None:
    swatches.set_count(count)
    swatches.resize(130, swatches.sizeHint().height())
    rects = [swatches.swatch_rect(head) for head in range(count)]
    assert all(swatches.rect().toRectF().contains(rect) for rect in rects)
    assert not any(a.intersects(b) for n, a in enumerate(rects) for b in rects[:n])
    assert [swatches.spot_at(rect.center()) for rect in rects] == list(range(count))
    assert min(rect.width() for rect in rects) > 17


def test_the_legend_names_the_heads_that_are_on(swatches: HeadSwatches) -> None:
    whole = swatches.legend().size.width()
    swatches.set_shown({1, 10})
    assert 0 < swatches.legend().size.width() < whole / 4
    assert not swatches.legend().to_image().isNull()


def test_every_state_can_be_painted(swatches: HeadSwatches) -> None:
    swatches.set_chosen(3)
    swatches.set_off({3, 4})
    swatches.set_plain(True)
    swatches.setEnabled(False)
    assert not swatches.grab().isNull()
