"""Curves over recorded steps: where things stand, and what pointer and keys say."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.theme import apply_theme
from app.views.step_curves import StepCurves
from app.views.step_plot import StepCurve, layer_colour

STEPS = (0, 10, 20, 100)


def values(*numbers: float) -> np.ndarray:
    return np.array(numbers, np.float32)


@pytest.fixture
def view(qtbot: QtBot) -> StepCurves:
    made = StepCurves("Drift by layer")
    qtbot.addWidget(made)
    made.resize(400, 200)
    curves = (
        StepCurve("L1", "#112233", values(0, 0.1, 0.2, 0.3)),
        StepCurve("L2", "#445566", values(0, np.nan, 0.6, 0.9)),
    )
    made.set_curves(curves, STEPS, 0.0, 1.0)
    made.show()
    return made


def place(view: StepCurves, record: int, value: float) -> QPointF:
    return QPointF(view.across(record), view.height_of(value))


def test_steps_stand_at_their_true_distance(view: StepCurves) -> None:
    frame = view.frame()
    across = [view.across(n) for n in range(4)]
    assert across[0] == pytest.approx(frame.left())
    assert across[-1] == pytest.approx(frame.right())
    assert (across[3] - across[2]) / (across[1] - across[0]) == pytest.approx(8.0)
    assert view.height_of(0.0) == pytest.approx(frame.bottom())
    assert view.height_of(1.0) == pytest.approx(frame.top())
    assert frame.right() < view.width() - 20  # room for names


def test_the_nearest_is_found(view: StepCurves) -> None:
    assert view.nearest(place(view, 2, 0.55)) == (2, 1)
    assert view.nearest(place(view, 2, 0.25)) == (2, 0)
    assert view.nearest(place(view, 1, 0.9)) == (1, 0)  # of the other nothing is known there
    assert view.record_at(-50) == 0
    assert view.record_at(5000) == 3


def test_pointing_is_told_once(view: StepCurves, qtbot: QtBot) -> None:
    told: list[object] = []
    view.pointed.connect(told.append)
    for _ in range(2):
        QTest.mouseMove(view, place(view, 3, 0.88).toPoint())
        qtbot.waitUntil(lambda: bool(told))
    QTest.mouseMove(view, place(view, 0, 0.0).toPoint())
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == [(3, 1), (0, 0)]


def test_a_click_and_the_arrows_choose(view: StepCurves, qtbot: QtBot) -> None:
    told: list[object] = []
    view.chosen.connect(told.append)
    view.chosen.connect(view.set_record)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place(view, 1, 0.5).toPoint())
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place(view, 1, 0.7).toPoint())  # already there
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(view, key)
    assert told == [1, 2, 3, 2]
    assert view.accessibleDescription() == "L1 0.20, L2 0.60"


def test_without_a_mark_the_arrows_start_at_the_newest(view: StepCurves, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.chosen) as told:
        QTest.keyClick(view, Qt.Key.Key_Left)
    assert told.args == [2]


def test_figures_follow_the_reach_of_the_axis(view: StepCurves) -> None:
    assert view.plot.word(0.5) == "0.50"
    view.set_curves(view.curves, STEPS, 0.999, 1.0)
    assert view.plot.word(0.99912) == "0.99912"


def test_one_record_and_none_are_drawn(view: StepCurves) -> None:
    view.set_curves((StepCurve("L1", "#112233", values(0.5)),), (7,))
    view.set_record(0)
    assert view.nearest(QPointF(5, 5)) == (0, 0)
    assert not view.grab().isNull()
    view.set_curves((), ())
    view.set_empty_text("Nothing.")
    assert view.nearest(QPointF(5, 5)) is None
    assert not view.grab().isNull()
    assert view.drawing().to_image(1.0).width() == view.width()


@pytest.mark.parametrize("count", [2, 6, 24])
def test_names_do_not_stand_over_each_other(view: StepCurves, count: int) -> None:
    curves = [StepCurve(f"L{n}", layer_colour(n, count), values(0, 0, 0, n / 1000)) for n in range(count)]
    view.resize(300, 110)
    view.set_curves(curves, STEPS, strong=1)
    named = view.plot.names(view.frame(), QSizeF(view.size()))
    assert len(named) >= min(count, 4)
    areas = sorted((area for _, area in named), key=QRectF.top)
    for upper, lower in pairwise(areas):
        assert upper.bottom() <= lower.top() + 1e-6
    assert areas[0].top() >= 0
    assert areas[-1].bottom() <= view.height()
    assert all(area.right() <= view.width() for area in areas)
    heights = [area.top() for _, area in sorted(named)]
    assert heights == sorted(heights, reverse=True)  # the order of the curves' ends
    assert not view.grab().isNull()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_layers_are_told_apart_by_lightness(qapp: object, theme: str) -> None:
    apply_theme(qapp, theme)  # type: ignore[arg-type]
    try:
        colours = [layer_colour(n, 12) for n in range(12)]
        assert len(set(colours)) == 12
        light = [sum(int(colour[at : at + 2], 16) for at in (1, 3, 5)) for colour in colours]
        assert light == sorted(light, reverse=theme == "light")
        assert layer_colour(0, 1) == colours[-1]
    finally:
        apply_theme(qapp, "light")  # type: ignore[arg-type]
