"""Charts: what they show, which part of it, and what is read at the pointer."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme import apply_theme, theme
from app.views.curve_chart import AxisSpec, ChartSpec, Curve
from app.views.curves import CurveGrid
from app.views.plot import Plot
from app.views.plot_drawing import Level
from app.views.vector_files import svg_bytes

X = np.arange(1, 101) * 1000.0
LOSS = 9.0 - 6.0 * np.arange(100) / 99
AXIS = AxisSpec("pieces")
NONE = np.empty(0)
SPECS = (
    ChartSpec("loss", "Loss", "nats"),
    ChartSpec("share", "Share", "", "share"),
    ChartSpec("none", "None"),
)


@pytest.fixture
def grid(qtbot: QtBot) -> CurveGrid:
    grid = CurveGrid(SPECS)
    qtbot.addWidget(grid)
    grid.resize(900, 400)
    grid.show()
    return grid


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, "light")
    yield
    apply_theme(qapp, "light")


def curves(end: int = 100) -> dict[str, list[Curve]]:
    dots = Curve(X[:end], LOSS[:end], np.array([5000.0, 20000.0]), np.array([8.9, 7.5]))
    return {
        "loss": [dots],
        "share": [Curve(X[:end], LOSS[:end] / 10, NONE, NONE)],
        "none": [Curve(NONE, NONE, NONE, NONE)],
    }


def test_what_there_is_is_shown(grid: CurveGrid) -> None:
    grid.set_curves(curves(), AXIS, 5)
    loss, share = grid.charts["loss"], grid.charts["share"]
    np.testing.assert_array_equal(loss.plot.shown("every"), (X, LOSS))
    assert len(loss.plot.shown("mean")[0]) == 100
    np.testing.assert_array_equal(loss.plot.shown("dots")[1], [8.9, 7.5])
    assert loss.isVisible() and share.isVisible()
    assert grid.charts["none"].is_empty and not grid.charts["none"].isVisible()
    assert grid.columns == 2
    (low, high), (bottom, top) = loss.plot.view()
    assert low == 1000 and 100_000 < high < 103_000
    assert 2 < bottom < 3 and 9 < top < 10


def test_without_smoothing_every_point_is_the_curve(grid: CurveGrid) -> None:
    grid.set_curves(curves(), AXIS, 1)
    plot = grid.charts["loss"].plot
    assert len(plot.shown("every")[0]) == 0
    np.testing.assert_array_equal(plot.shown("mean")[1], LOSS)


def test_gaps_and_steps_back_are_put_in_order(grid: CurveGrid) -> None:
    x, y = np.array([1.0, 3.0, 2.0, np.nan, 4.0]), np.array([1.0, 3.0, 2.0, 9.0, np.nan])
    grid.set_curves({"loss": [Curve(x, y, NONE, NONE)]}, AXIS)
    np.testing.assert_array_equal(grid.charts["loss"].plot.shown("mean"), ([1, 2, 3], [1, 2, 3]))


def test_it_grows_until_a_part_is_chosen_and_again_after(grid: CurveGrid) -> None:
    grid.set_curves(curves(50), AXIS)
    loss, share = grid.charts["loss"].plot, grid.charts["share"].plot
    assert loss.view()[0][1] < 52_000
    grid.set_curves(curves(100), AXIS)
    assert loss.view()[0][1] > 100_000
    loss.moved.emit((10_000.0, 20_000.0))
    assert loss.view()[0] == share.view()[0] == (10_000, 20_000)
    bottom, top = loss.view()[1]
    assert bottom > 7 and top < 9, "y follows what is seen of x"
    grid.set_curves(curves(60), AXIS)
    assert loss.view()[0] == (10_000, 20_000)
    loss.fit_wanted.emit()
    assert loss.view()[0][0] == share.view()[0][0] == 1000 and loss.view()[0][1] > 60_000


def turn(plot: Plot, place: QPointF, units: int) -> None:
    event = QWheelEvent(
        place,
        plot.mapToGlobal(place),
        QPoint(),
        QPoint(0, units),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot, event)


def test_dragging_pans_and_a_double_click_shows_all(grid: CurveGrid, qtbot: QtBot) -> None:
    grid.set_curves(curves(), AXIS)
    plot = grid.charts["loss"].plot
    low, high = plot.view()[0]
    frame = plot.frame()
    start = frame.center().toPoint()
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(plot, start - QPoint(50, 0))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=start - QPoint(50, 0))
    far = 50 / frame.width() * (high - low)
    for chart in (grid.charts["loss"], grid.charts["share"]):
        np.testing.assert_allclose(chart.plot.view()[0], (low + far, high + far))
    qtbot.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=start)
    np.testing.assert_allclose(plot.view()[0], (low, high))


def test_by_keyboard(grid: CurveGrid, qtbot: QtBot) -> None:
    grid.set_curves(curves(), AXIS)
    plot, beside = grid.charts["loss"].plot, grid.charts["share"].plot
    low, high = whole = plot.view()[0]
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    near = beside.view()[0]
    assert near[1] - near[0] == pytest.approx((high - low) / 1.25)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert beside.view()[0][0] == pytest.approx(near[0] + 0.1 * (near[1] - near[0]))
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    qtbot.keyClick(plot, Qt.Key.Key_Minus)
    np.testing.assert_allclose(beside.view()[0], whole)
    qtbot.keyClick(plot, Qt.Key.Key_Minus)
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    np.testing.assert_allclose(plot.view()[0], whole)


def test_the_wheel_zooms_along_x_and_y_follows(grid: CurveGrid, qtbot: QtBot) -> None:
    grid.set_curves(curves(), AXIS)
    plot = grid.charts["loss"].plot
    before, middle = plot.view(), plot.frame().center()
    turn(plot, middle, 120)
    low, high = grid.charts["share"].plot.view()[0]
    assert high - low == pytest.approx((before[0][1] - before[0][0]) * 1.0015**-120)
    assert (low + high) / 2 == pytest.approx(sum(before[0]) / 2), "about the pointer"
    assert plot.view()[1] != before[1], "y follows"
    # On the y axis it is the person who chooses, until all is wanted again.
    chosen = plot.view()[1]
    turn(plot, QPointF(5, middle.y()), 120)
    narrow = plot.view()[1]
    assert narrow[1] - narrow[0] < chosen[1] - chosen[0] and plot.view()[0] == (low, high)
    plot.look(1000, 90_000)
    assert plot.view()[1] == narrow
    grid.fit()
    assert plot.view()[1][1] > 9


def test_logarithmic_axes(grid: CurveGrid) -> None:
    x = np.array([0.0, 10.0, 100.0, 1000.0])
    y = np.array([1.0, -1.0, 10.0, 100.0])
    grid.set_curves({"loss": [Curve(x, y, NONE, NONE)]}, AXIS, 1, (True, True))
    plot = grid.charts["loss"].plot
    np.testing.assert_array_equal(plot.shown("mean"), ([100, 1000], [10, 100]))
    (low, high), (bottom, top) = plot.view()
    assert low == pytest.approx(100) and high == pytest.approx(1000, rel=0.05)
    assert 7 < bottom < 10 and 100 < top < 140
    grid.set_curves({"loss": [Curve(x, y, NONE, NONE)]}, AXIS, 1, (False, False))
    np.testing.assert_array_equal(plot.shown("mean")[0], x)


def test_values_are_read_in_every_chart(grid: CurveGrid) -> None:
    grid.set_curves(curves(), AXIS, 5)
    loss, share = grid.charts["loss"], grid.charts["share"]
    newest = loss.read_out.text()
    loss.plot.hovered.emit(20_010.0)
    assert loss.unit.text() == "20.00 k"
    assert loss.read_out.text().startswith("7.848 · mean ") and loss.read_out.text().endswith(
        "●</span> 7.500"
    )
    assert share.read_out.text().startswith("78.5 %")
    loss.plot.hovered.emit(None)
    assert loss.read_out.text() == newest and loss.unit.text() == "nats"


@pytest.mark.parametrize("level", [50.0, -1e-6, 0.0])
def test_a_level_curve_is_shown_level(grid: CurveGrid, level: float) -> None:
    y = np.full(100, level) * (1 + 1e-14 * np.sin(X))
    grid.set_curves({"loss": [Curve(X, y, NONE, NONE)]}, AXIS, 10)
    bottom, top = grid.charts["loss"].plot.view()[1]
    assert bottom < level < top and top - bottom > 0.1 * abs(level)


def test_small_numbers_share_a_power_of_ten(grid: CurveGrid) -> None:
    grid.set_curves({"loss": [Curve(X, LOSS * 1e-4, NONE, NONE)]}, AXIS)
    chart = grid.charts["loss"]
    assert chart.unit.text() == "nats in 10⁻⁴"
    assert [text for _, text in chart.plot.picture().y_ticks][:2] == ["3", "4"]


def test_numbers_as_a_table(grid: CurveGrid) -> None:
    grid.set_curves(curves(), AXIS, 5)
    header, rows = grid.charts["loss"].table()
    assert header == ("pieces", "Loss", "exponential mean over 5 points", "Loss, held-out")
    rows = list(rows)
    assert len(rows) == 102
    assert rows[0][:2] == (1000.0, 9.0) and rows[5] == (5000.0, "", "", 8.9)


def texts_in(data: bytes) -> list[str]:
    return ["".join(text.itertext()) for text in ET.fromstring(data).iter("{http://www.w3.org/2000/svg}text")]


def test_a_chart_as_a_picture_shows_what_is_seen(grid: CurveGrid) -> None:
    grid.set_curves(curves(), AXIS, 5)
    chart = grid.charts["loss"]
    chart.plot.look_y(5, 8)
    picture = chart.plot.picture()
    assert picture.x[0] == 1000 and picture.y == (5, 8)
    assert picture.x_label == "pieces" and "50.00 k" not in picture.x_label
    frame = chart.plot.frame()
    ends = picture.places((np.array([1000.0, picture.x[1]]), np.array([5.0, 8.0])), frame)
    assert ends[0] == frame.bottomLeft() and ends[1] == frame.topRight()
    assert [text for _, text in picture.y_ticks] and all(5 <= at <= 8 for at, _ in picture.y_ticks)
    strands = {strand.role: strand for strand in picture.strands}
    np.testing.assert_allclose(strands["dots"].y, [8.9, 7.5])
    every = strands["every"]
    np.testing.assert_allclose(np.interp(every.x, X, LOSS), every.y, atol=0.1)
    drawing = chart.drawing()
    assert drawing.size == QSizeF(chart.size())
    root = ET.fromstring(svg_bytes(drawing, {}))
    lines = list(root.iter("{http://www.w3.org/2000/svg}polyline"))
    assert len(list(root.iter())) < 200 and max(len(line.attrib["points"].split()) for line in lines) > 50
    said = texts_in(svg_bytes(drawing, {}))
    for text in ("Loss", "nats", "pieces", *(text for _, text in (*picture.x_ticks, *picture.y_ticks))):
        assert text in said


def test_a_logarithmic_chart_as_a_picture(grid: CurveGrid) -> None:
    x = np.array([10.0, 100.0, 1000.0])
    grid.set_curves({"loss": [Curve(x, x, NONE, NONE)]}, AXIS, 1, (True, True))
    picture = grid.charts["loss"].plot.picture()
    strands = {strand.role: strand for strand in picture.strands}
    np.testing.assert_allclose((strands["mean"].x, strands["mean"].y), ([1, 2, 3], [1, 2, 3]))
    assert (1.0, "10") in picture.x_ticks and (3.0, "1,000") in picture.y_ticks
    assert "every" not in strands


def test_all_charts_as_a_picture_stand_as_on_screen(grid: CurveGrid) -> None:
    grid.set_curves(curves(), AXIS, 5)
    drawing = grid.drawing()
    assert drawing.size.width() >= grid.charts["loss"].width() + grid.charts["share"].width()
    said = texts_in(svg_bytes(drawing, {}))
    assert {"Loss", "Share", "nats"} <= set(said) and "None" not in said
    assert any("%" in text for text in said)
    image = drawing.to_image(1)
    found = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(0, image.height(), 2)}
    assert {theme().accent, theme().segment_b} <= found


def test_the_theme_can_change(grid: CurveGrid, qapp: QApplication) -> None:
    grid.set_curves(curves(), AXIS, 5)
    plot = grid.charts["loss"].plot
    light = plot.grab().toImage()
    apply_theme(qapp, "dark")
    dark = plot.grab().toImage()
    assert light.pixelColor(1, 1).name() != dark.pixelColor(1, 1).name() == theme().surface


def several() -> list[Curve]:
    return [
        Curve(X, LOSS, X[9::10], LOSS[9::10], name="a", look=0, best=(50_000.0, 6.0)),
        Curve(X, LOSS + 1, NONE, NONE, name="b", look=1),
        Curve(X, LOSS + 2, NONE, NONE, name="b · 0", look=1, one_of_many=True),
    ]


def test_several_runs_stand_in_one_chart(grid: CurveGrid) -> None:
    levels = {"loss": (Level(12.0, "guessing"),)}
    grid.set_curves({"loss": several()}, AXIS, 5, levels=levels)
    chart = grid.charts["loss"]
    roles = [(strand.role, strand.look) for strand in chart.plot.strands]
    assert ("one of many", 1) in roles and ("mean", 0) in roles and ("mean", 1) in roles
    assert not any(role == "every" for role, _ in roles), "of several only the means stay clear"
    assert [role for role, _ in roles].index("one of many") < [role for role, _ in roles].index("mean")
    picture = chart.plot.picture()
    assert [(ring.x, ring.y) for ring in picture.rings] == [(50_000, 6)]
    assert [level.words for level in picture.levels] == ["guessing"] and picture.y[1] > 12
    dots = next(strand for strand in chart.plot.strands if strand.role == "dots" and len(strand.x))
    assert dots.lines, "joined, so that it is seen whose they are"
    chart.plot.hovered.emit(50_000.0)
    assert chart.read_out.text().count("●") == 2, "single seeds are not read"
    header, rows = chart.table()
    assert header[0] == "run" and [row[0] for row in rows].count("b · 0") == 100


def test_a_long_curve_is_drawn_with_as_many_points_as_pixels(grid: CurveGrid) -> None:
    x = np.arange(20_000.0)
    y = np.sin(x / 500) + 0.1 * np.cos(x * 3)
    grid.set_curves({"loss": [Curve(x, y, NONE, NONE)]}, AXIS, 50)
    plot = grid.charts["loss"].plot
    drawn = {strand.role: len(strand.x) for strand in plot.picture().strands}
    assert drawn["every"] <= 2 * plot.frame().width() + 2 and drawn["mean"] <= plot.frame().width() + 2
    every = next(strand for strand in plot.picture().strands if strand.role == "every")
    assert every.y.max() == y.max() and every.y.min() == y.min(), "no peak is lost"


def test_a_pointer_costs_no_drawing_of_curves(grid: CurveGrid) -> None:
    grid.set_curves(curves(), AXIS, 5)
    plot = grid.charts["loss"].plot
    plot.grab()
    kept = plot._kept
    plot.mark(20_000.0)
    plot.grab()
    assert plot._kept is kept
    grid.set_curves(curves(50), AXIS, 5)
    plot.grab()
    assert plot._kept is not kept


def test_room_decides_how_many_stand_beside_each_other(grid: CurveGrid) -> None:
    grid.set_curves(curves(), AXIS)
    grid.resize(400, 700)
    assert grid.columns == 1
    grid.resize(900, 400)
    assert grid.columns == 2
