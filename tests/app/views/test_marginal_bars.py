"""Bars stand under their columns, as high as their values, at every zoom."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from app.theme import apply_theme
from app.views.heat_map import HeatMap
from app.views.marginal_bars import Margin, MarginalBars, margin_height
from app.views.picked_cells import Picked
from tests.app.fakes import fake_attentions, fake_tokens

pytestmark = pytest.mark.usefixtures("qapp")


def margin(values: list[float], **more: object) -> Margin:
    return Margin(np.array(values, dtype=np.float32), "mean", **more)  # type: ignore[arg-type]


def laid_out(made: Margin, width: float = 100, left: float = 50) -> MarginalBars:
    across = left + width / len(made.values) * np.arange(len(made.values) + 1)
    return MarginalBars(made, QRectF(left, 0, width, 100), across, 45)


def test_heights_are_in_proportion() -> None:
    bars = laid_out(margin([0.5, 0.25, 0, 1]))
    heights = [bars.bar(column).height() for column in range(4)]
    np.testing.assert_allclose(heights, [20, 10, 0, 40])
    assert all(bars.bar(column).bottom() == bars.area.bottom() for column in range(4))
    assert [bars.bar(column).left() for column in range(4)] == [50, 75, 100, 125]


def test_differences_go_both_ways() -> None:
    bars = laid_out(margin([0.5, -0.5, 0.25], signed=True))
    up, down, half = (bars.bar(column) for column in range(3))
    middle = bars.area.center().y()
    assert (up.bottom(), down.top(), half.bottom()) == (middle, middle, middle)
    assert up.height() == down.height() == 2 * half.height() == 20


def test_the_even_share_has_room_though_no_bar_reaches_it() -> None:
    even = np.array([0.25, 0.5], dtype=np.float32)
    assert margin([0.1, 0.2], even=even).largest == 0.5
    assert margin([0, 0]).largest == 1


def test_a_place_belongs_to_the_column_above() -> None:
    bars = laid_out(margin([0.5, 0.25, 0, 1]))
    assert bars.column_at(QPointF(80, bars.area.center().y())) == 1
    assert bars.column_at(QPointF(80, bars.area.top() - 2)) is None
    assert bars.column_at(QPointF(151, bars.area.center().y())) is None


@pytest.fixture
def heat(qtbot) -> HeatMap:
    made = HeatMap(several=True)
    qtbot.addWidget(made)
    made.resize(420, 440)
    made.set_matrix(fake_attentions(1, 1, 17)[0, 0], fake_tokens(17))
    values = np.linspace(0.1, 0.9, 17, dtype=np.float32)
    made.set_margin(Margin(values, "mean", np.full(17, 0.2, dtype=np.float32)))
    made.show()
    return made


@pytest.mark.parametrize("zoom", [1, 3.5])
def test_bars_stand_under_their_columns_at_every_zoom(heat: HeatMap, zoom: float) -> None:
    heat.zoom_by(zoom, QPointF(300, 300))
    bars = heat.bars()
    assert bars is not None
    for column in range(17):
        cell = heat.cell_rect(None, column)
        assert bars.bar(column).left() == cell.left()
        assert abs(bars.bar(column).width() - cell.width()) <= 1
    assert bars.area.bottom() <= heat.height()
    assert heat.extent().height() <= heat.height() + 1


def test_a_bar_can_be_pointed_at_and_clicked_like_a_label(qtbot, heat: HeatMap) -> None:
    bars = heat.bars()
    assert bars is not None
    place = QPointF(heat.cell_rect(None, 5).center().x(), bars.area.center().y())
    assert heat.cell_at(place) == (None, 5)
    with qtbot.waitSignal(heat.cell_clicked) as clicked:
        qtbot.mouseClick(heat, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert clicked.args == [(None, 5)]


def test_bars_of_another_number_of_columns_are_not_drawn(heat: HeatMap) -> None:
    heat.set_matrix(fake_attentions(1, 1, 9)[0, 0], fake_tokens(9))
    assert heat.bars() is None
    heat.grab()
    heat.set_margin(None)
    assert heat.plot().bottom() > heat.height() - 10


def test_shift_and_ctrl_pick_several(qtbot, heat: HeatMap) -> None:
    picked: list[Picked] = []

    def follow(now: Picked) -> None:
        picked.append(now)
        heat.set_selection(*now.cell, now.queries[1:], now.keys[1:])

    heat.picked.connect(follow)
    heat.set_selection(3, None)
    shift, ctrl = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier

    def click(query: int, held: Qt.KeyboardModifier) -> None:
        place = QPoint(8, int(heat.cell_rect(query, None).center().y()))
        qtbot.mouseClick(heat, Qt.MouseButton.LeftButton, held, place)

    click(5, shift)
    assert picked[-1] == Picked((3, 4, 5))
    click(9, ctrl)
    assert picked[-1] == Picked((3, 4, 5, 9))
    click(4, ctrl)
    assert picked[-1] == Picked((3, 5, 9))
    heat.set_selection(3, None)
    qtbot.keyClick(heat, Qt.Key.Key_Down, shift)
    qtbot.keyClick(heat, Qt.Key.Key_Down, shift)
    qtbot.keyClick(heat, Qt.Key.Key_Up, shift)
    assert [now.queries for now in picked[-3:]] == [(3, 4), (3, 4, 5), (3, 4)]
    qtbot.keyClick(heat, Qt.Key.Key_Right, shift)
    assert picked[-1] == Picked((3, 4), (0,))
    assert "man" not in heat.accessibleDescription() and "went, to" in heat.accessibleDescription()
    heat.grab()


def test_other_maps_take_shift_for_a_plain_click(qtbot) -> None:
    plain = HeatMap()
    qtbot.addWidget(plain)
    plain.resize(300, 300)
    plain.set_matrix(fake_attentions(1, 1, 9)[0, 0], fake_tokens(9))
    place = plain.cell_rect(2, 3).center().toPoint()
    with qtbot.waitSignal(plain.cell_clicked) as clicked:
        qtbot.mouseClick(plain, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place)
    assert clicked.args == [(2, 3)]


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("size", [3, 512])
def test_it_draws_few_and_many(qapp, name: str, size: int) -> None:
    apply_theme(qapp, name)
    bars = laid_out(margin([1 / size] * size, even=np.full(size, 0.5, dtype=np.float32)), width=200)
    image = QImage(300, 160, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    bars.draw(painter)
    bars.draw_marked(painter, [0, size - 1, size + 4], size - 1)
    painter.end()
    assert margin_height(100) < margin_height(400) == margin_height(4000)
