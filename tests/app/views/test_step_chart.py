"""A chart says the value that is pointed at, or that of the strong curve."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.views.step_chart import StepChart
from app.views.step_plot import StepCurve

STEPS = (0, 1000)


@pytest.fixture
def chart(qtbot: QtBot) -> StepChart:
    made = StepChart("Drift by layer", "mean over heads")
    qtbot.addWidget(made)
    made.resize(400, 200)
    curves = (
        StepCurve("L1", "#112233", np.array([0.0, 0.25], np.float32)),
        StepCurve("L2", "#445566", np.array([0.0, np.nan], np.float32)),
    )
    made.set_curves(curves, STEPS, 0.0, 1.0, strong=0)
    made.show()
    return made


def said(chart: StepChart) -> tuple[str, str]:
    return chart.read_out.text, chart.read_out.figure


def test_it_says_the_strong_curve_at_the_marked_step(chart: StepChart) -> None:
    assert said(chart) == ("L1", "0.25")
    chart.set_record(0)
    assert said(chart) == ("L1", "0.00")
    chart.set_strong(1)
    chart.set_record(1)
    assert said(chart) == ("L2", "–")


def test_pointing_says_which_step(chart: StepChart) -> None:
    told: list[object] = []
    chart.pointed.connect(told.append)
    chart.view.pointed.emit((1, 0))
    assert said(chart) == ("L1, step 1,000", "0.25")
    chart.view.pointed.emit(None)
    assert said(chart) == ("L1", "0.25")
    assert told == [(1, 0), None]


def test_what_is_measured_gives_way_where_there_is_little_room(chart: StepChart) -> None:
    assert chart.unit.isVisible()
    chart.resize(200, 150)
    assert not chart.unit.isVisible()
    assert chart.title.toolTip() == "mean over heads"
    chart.resize(400, 150)
    chart.set_unit("with the start")
    assert chart.unit.isVisible()
    assert chart.title.toolTip() == "with the start"


def test_its_table_has_a_row_a_step(chart: StepChart) -> None:
    header, rows = chart.table()
    assert list(header) == ["step", "L1", "L2"]
    assert [list(row) for row in rows] == [[0, "0", "0"], [1000, "0.25", ""]]


def test_empty_it_says_why(chart: StepChart) -> None:
    chart.set_curves((), (), 0.0, 1.0, empty="Nothing is masked.")
    assert said(chart) == ("", "")
    assert not chart.drawing("Title").to_image(1.0).isNull()
