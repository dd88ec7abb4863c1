"""A spot is told of once, has a tool tip, and is let go of when the pointer or the focus goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views.pointed import PointedView

NAMES = ("none", "<b>bold</b>", "two\nlines")


class Beads(PointedView[int]):
    """Ten pixels a bead."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[int | None] = []
        self.presses: list[int | None] = []
        self.paints = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.resize(200, 20)

    def spot_at(self, place: QPointF) -> int | None:
        bead = int(place.x() // 10)
        return bead if bead < len(NAMES) else None

    def readout(self, spot: int) -> str:
        return NAMES[spot]

    def spot_changed(self) -> None:
        self.changes.append(self.spot)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.presses.append(self.pressed_on(event))

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1


@pytest.fixture
def beads(qtbot: QtBot) -> Iterator[Beads]:
    window = QWidget()
    qtbot.addWidget(window)
    column, made = QVBoxLayout(window), Beads()
    column.addWidget(made)
    window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.resize(240, 60)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    yield made  # not returned: the window lives as long


def heard(beads: Beads) -> list[int | None]:
    said: list[int | None] = []
    beads.hovered.connect(said.append)
    return said


def tips(beads: Beads, monkeypatch: pytest.MonkeyPatch, *across: int) -> list[str]:
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, widget: shown.append(text))
    monkeypatch.setattr(QToolTip, "hideText", lambda: shown.append(""))
    for x in across:
        QApplication.sendEvent(beads, QHelpEvent(QEvent.Type.ToolTip, QPoint(x, 5), QPoint(x, 5)))
    return shown


def test_the_pointer_s_spot_is_told_once(beads: Beads) -> None:
    said = heard(beads)
    for x in (2, 6, 13, 90, 95, 4):
        QTest.mouseMove(beads, QPoint(x, 5))
    QApplication.sendEvent(beads, QEvent(QEvent.Type.Leave))
    assert said == [0, 1, None, 0, None] == beads.changes
    assert beads.spot is None


def test_a_spot_is_known_and_shown_when_others_hear_of_it(beads: Beads) -> None:
    known: list[tuple[int | None, list[int | None]]] = []
    beads.hovered.connect(lambda _spot: known.append((beads.spot, list(beads.changes))))
    beads.point_to(2)
    beads.point_to(2)
    assert known == [(2, [2])]


def test_what_the_keyboard_was_on_is_let_go_of_with_the_focus(qtbot: QtBot, beads: Beads) -> None:
    said = heard(beads)
    beads.setFocus()
    beads.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    beads.point_to(1)
    before = beads.paints
    beads.window().setFocus()
    assert said == [1, None]
    qtbot.waitUntil(lambda: beads.paints > before)  # its ring goes


def test_focus_that_comes_redraws(qtbot: QtBot, beads: Beads) -> None:
    beads.window().setFocus()
    qtbot.waitUntil(lambda: beads.paints > 0)
    QApplication.processEvents()
    before = beads.paints
    beads.setFocus()
    qtbot.waitUntil(lambda: beads.paints > before)


def test_what_the_pointer_is_on_stays_when_the_focus_goes(beads: Beads) -> None:
    beads.setFocus()
    beads.point_to(1)
    beads.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    beads.window().setFocus()
    assert beads.spot == 1


def test_the_tool_tip_is_the_read_out_as_it_is_written(beads: Beads, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tips(beads, monkeypatch, 5, 15, 25, 95) == [
        "<p>none</p>",
        "<p>&lt;b&gt;bold&lt;/b&gt;</p>",
        "<p style='white-space:pre-wrap'>two<br>lines</p>",
        "",
    ]


def test_a_tool_tip_of_the_whole_goes_first(beads: Beads, monkeypatch: pytest.MonkeyPatch) -> None:
    beads.setToolTip("nothing can be chosen")
    assert "none" not in "".join(tips(beads, monkeypatch, 5))


def test_only_the_left_button_presses(beads: Beads) -> None:
    QTest.mousePress(beads, Qt.MouseButton.LeftButton, pos=QPoint(15, 5))
    QTest.mousePress(beads, Qt.MouseButton.RightButton, pos=QPoint(15, 5))
    QTest.mousePress(beads, Qt.MouseButton.LeftButton, pos=QPoint(95, 5))
    assert beads.presses == [1, None, None]
