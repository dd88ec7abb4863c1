"""A piece's way through a layer: strips in their places, what is under the pointer, keys."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.views.flow_steps import FlowSpot, FlowStep
from app.views.layer_flow import LayerFlow
from app.views.vector_strip import limit_of, pooled
from tests.app.fakes import fake_tokens

SIZES = [16, 16, 16, 40, 16]


def step(index: int, size: int) -> FlowStep:
    values = np.random.default_rng(index).normal(0, 1, size).astype(np.float32)

    def explain(at: int | None) -> str:
        return f"step {index}: {'all' if at is None else at}"

    units = size == 40
    plus = 0 if index == 2 else None
    return FlowStep(
        f"name {index}", f"note {index}", values, 3.0, explain, "box" if units else "", plus, units
    )


STEPS = [step(index, size) for index, size in enumerate(SIZES)]


@pytest.fixture
def flow(qtbot: QtBot) -> LayerFlow:
    made = LayerFlow()
    qtbot.addWidget(made)
    made.resize(520, 300)
    made.set_steps(STEPS, fake_tokens()[5], "in layer 1")
    made.show()
    qtbot.waitExposed(made)
    return made


def heard(signal) -> list:
    said: list = []
    signal.connect(said.append)
    return said


def test_the_steps_stand_below_each_other(flow: LayerFlow) -> None:
    rows = [flow.row(index) for index in range(5)]
    for above, below in itertools.pairwise(rows):
        assert above.bottom() <= below.top()
    assert rows[-1].bottom() <= flow.height()
    for index in range(5):
        strip = flow.strip(index)
        assert rows[index].contains(strip.rect.center())
        assert (
            flow.names_right <= flow.shapes_right < strip.rect.left() < strip.rect.right() < flow.norms_left
        )
        np.testing.assert_array_equal(strip.values, STEPS[index].values)


def test_vectors_share_a_limit_of_what_is_drawn_and_units_have_their_own(flow: LayerFlow) -> None:
    vectors = [s.values for s in STEPS if not s.units]
    assert flow.limit(0) == flow.limit(4) == limit_of(*vectors)
    assert flow.limit(3) == 3.0
    assert flow.shared == 1
    many = FlowStep("x", "", np.tile(np.array([1, -1], np.float32), 4000), 1.0, lambda at: "")
    flow.set_steps([many])
    columns = int(flow.strip(0).rect.width())
    assert flow.shared == -(-8000 // columns)
    assert (
        flow.limit(0) == pytest.approx(limit_of(pooled(many.values, columns, "mean"))) and flow.limit(0) < 0.5
    )


def test_pointing_says_the_step_and_the_value(flow: LayerFlow) -> None:
    spots = heard(flow.hovered)
    QTest.mouseMove(flow, flow.strip(1).cell(7).center().toPoint())
    QTest.mouseMove(flow, QPoint(60, int(flow.row(4).center().y())))
    QApplication.sendEvent(flow, QEvent(QEvent.Type.Leave))
    assert spots == [FlowSpot(1, 7), FlowSpot(4), None]
    assert flow.readout(FlowSpot(1, 7)) == "step 1: 7" and flow.readout(FlowSpot(4)) == "step 4: all"


def test_a_click_chooses_a_unit_and_nothing_else(flow: LayerFlow) -> None:
    clicks = heard(flow.unit_clicked)
    for index in (1, 3):
        place = flow.strip(index).cell(7).center().toPoint()
        QTest.mouseClick(flow, Qt.MouseButton.LeftButton, pos=place)
    assert clicks == [7]


def test_the_arrows(flow: LayerFlow) -> None:
    walked, ranked, spots = heard(flow.walked), heard(flow.ranked), heard(flow.hovered)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
        QTest.keyClick(flow, key)
    assert (walked, ranked) == ([-1, 1], [-1, 1])
    shift = Qt.KeyboardModifier.ShiftModifier
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left):
        QTest.keyClick(flow, key, shift)
    assert spots == [FlowSpot(0, 0), FlowSpot(0, 1), FlowSpot(1, 1), FlowSpot(0, 1), FlowSpot(0, 0)]
    assert flow.accessibleDescription() == "step 0: 0"


def test_a_spot_that_is_no_more_is_let_go(flow: LayerFlow) -> None:
    QTest.mouseMove(flow, flow.strip(4).cell(7).center().toPoint())
    flow.set_steps(STEPS[:2])
    assert flow.spot is None


def test_the_residual_line_leads_around_what_lies_between(flow: LayerFlow) -> None:
    start, end = flow.node(0), flow.node(2)
    lane = QPointF(start.x() - 14, (start.y() + end.y()) / 2)
    image = flow.grab().toImage()
    ground = image.pixelColor(2, int(lane.y()))
    across = [image.pixelColor(int(lane.x()) + dx, int(lane.y())) for dx in (-1, 0, 1)]
    assert any(colour != ground for colour in across)
    below = [image.pixelColor(int(lane.x()) + dx, int(flow.node(4).y())) for dx in (-1, 0, 1)]
    assert all(colour == ground for colour in below)


def test_a_unit_is_marked_over_its_place(flow: LayerFlow) -> None:
    cell = flow.strip(3).cell(20)
    above = (int(cell.center().x()), int(cell.top()) - 2)
    before = flow.grab().toImage().pixelColor(*above)
    flow.set_unit(20)
    assert flow.grab().toImage().pixelColor(*above) != before


def test_notes_come_with_height(flow: LayerFlow) -> None:
    assert flow.notes_fit
    flow.resize(520, 150)
    assert not flow.notes_fit and flow.row(4).bottom() <= 150


def test_the_tool_tip_is_the_read_out(flow: LayerFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, widget: shown.append(text))
    place = flow.strip(2).cell(3).center().toPoint()
    QApplication.sendEvent(flow, QHelpEvent(QEvent.Type.ToolTip, place, flow.mapToGlobal(place)))
    assert shown == ["<p>step 2: 3</p>"]


def test_nothing_is_drawn_of_nothing(flow: LayerFlow) -> None:
    flow.set_steps([])
    flow.grab()
    QTest.keyClick(flow, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert flow.spot_at(QPointF(50, 50)) is None


def test_the_drawing_ends_where_the_steps_do(flow: LayerFlow) -> None:
    flow.resize(520, 900)
    assert flow.drawing().size.height() < 400
    assert flow.drawing().to_image(1.0).height() < 400
