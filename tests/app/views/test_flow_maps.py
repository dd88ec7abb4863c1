"""Maps in common columns: where things stand, what a spot means, and where colours end."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.theme import apply_theme
from app.views.flow_maps import FlowMap, FlowMaps, FlowSpot
from app.views.flow_maps_layout import FlowLayout
from tests.app.fakes import fake_tokens

LAYERS = 4


def rows(size: int, seed: int = 0) -> np.ndarray:
    values = np.random.default_rng(seed).random((LAYERS, size), dtype=np.float32)
    return values / values.sum(1, keepdims=True)


def maps_of(size: int, count: int = 4) -> list[FlowMap]:
    return [FlowMap(f"map {n}", n, rows(size, n), tip=f"tip {n}") for n in range(count)]


@pytest.fixture
def view(qtbot: QtBot, qapp) -> FlowMaps:
    apply_theme(qapp, "light")
    made = FlowMaps()
    qtbot.addWidget(made)
    made.resize(400, 320)
    made.show()
    made.set_maps(maps_of(17), fake_tokens(17), LAYERS, 5)
    return made


def middle(view: FlowMaps, map_: int, layer: int, piece: int) -> QPointF:
    return QPointF(sum(view.layout_.column(piece)) / 2, view.layout_.row(map_, layer).center().y())


def test_every_cell_is_found_where_it_is_drawn(view: FlowMaps) -> None:
    for spot in (FlowSpot(0, 0, 0), FlowSpot(1, 3, 16), FlowSpot(3, 2, 7)):
        assert view.spot_at(middle(view, *spot)) == spot
    assert view.spot_at(QPointF(3, middle(view, 2, 1, 0).y())) == FlowSpot(2, 1, None)
    label = QPointF(middle(view, 0, 0, 6).x(), view.layout_.axis_top + 5)
    assert view.spot_at(label) == FlowSpot(None, None, 6)
    assert view.spot_at(QPointF(200, view.layout_.title(1).center().y())) is None


def test_where_pieces_share_a_pixel_the_strongest_is_meant(view: FlowMaps) -> None:
    values = np.full((LAYERS, 512), 0.001, np.float32)
    values[2, 301] = 0.4
    view.resize(160, 320)
    view.set_maps([FlowMap("one", 0, values)], fake_tokens(512), LAYERS, 5)
    left, right = view.layout_.column(301)
    assert right - left >= 2 > view.layout_.columns.width() / 512
    row = view.layout_.row(0, 2)
    spot = view.spot_at(QPointF(view.layout_.columns.left() + row.width() * 301.5 / 512, row.center().y()))
    assert spot == FlowSpot(0, 2, 301)


@pytest.mark.parametrize(("width", "height"), [(150, 120), (260, 250), (900, 600)])
@pytest.mark.parametrize(("pieces", "layers"), [(2, 4), (17, 12), (128, 12), (512, 12)])
def test_nothing_overlaps(width: int, height: int, pieces: int, layers: int, qapp) -> None:
    layout = FlowLayout.of(width, height, fake_tokens(pieces), 4, layers)
    bottom = 0.0
    for index in range(4):
        title, area = layout.title(index), layout.area(index)
        assert bottom <= title.top() < title.bottom() <= area.top()
        assert layout.row(index, 0).top() == area.top()
        assert layout.row(index, layers - 1).bottom() == pytest.approx(area.bottom(), abs=1)
        bottom = area.bottom()
    assert layout.axis_top >= bottom and layout.columns.right() <= width
    if height >= 250:
        assert layout.bottom <= height + 1
    for layer, after in zip(layout.labelled, layout.labelled[1:], strict=False):
        assert (after - layer) * layout.pitch >= 10


def test_colours_end_at_the_largest_of_a_row_or_of_the_map(view: FlowMaps) -> None:
    values = rows(17, 2)
    assert [view.largest(2, layer) for layer in range(LAYERS)] == values.max(1).tolist()
    assert [strip.limit for strip in view.strips(2)] == pytest.approx(values.max(1).tolist())
    view.set_maps(maps_of(17), fake_tokens(17), LAYERS, 5, common=True)
    assert [strip.limit for strip in view.strips(2)] == pytest.approx([float(values.max())] * LAYERS)


def test_the_largest_value_has_the_darkest_colour(view: FlowMaps) -> None:
    values, image = rows(17, 0), view.grab().toImage()
    ratio = view.devicePixelRatioF()

    def shade(piece: int) -> int:
        place = middle(view, 0, 1, piece) + QPointF(0, -3)
        return image.pixelColor(round(place.x() * ratio), round(place.y() * ratio)).lightness()

    order = np.argsort(values[1])
    assert shade(int(order[-1])) < shade(int(order[8])) < shade(int(order[0]))


def test_layers_that_are_not_known_are_not_drawn(view: FlowMaps) -> None:
    values = rows(17)
    values[2:] = np.nan
    view.set_maps(
        [FlowMap("half", 0, values, "working"), FlowMap("none", 1, None, "no")], fake_tokens(17), LAYERS, 0
    )
    assert len(view.strips(0)) == 2 and view.strips(1) == []
    assert view.spot_at(middle(view, 1, 2, 3)) == FlowSpot(1, 2, 3)
    view.grab()


def test_another_shape_is_refused(view: FlowMaps) -> None:
    with pytest.raises(ValueError, match="values for 4 layers and 3 pieces"):
        view.set_maps([FlowMap("one", 0, rows(17))], fake_tokens(3), LAYERS, 0)


def test_tips_say_how_a_map_is_computed_and_what_a_spot_is(view: FlowMaps) -> None:
    view.set_read(lambda spot: f"read {spot.map} {spot.layer} {spot.piece}")
    assert view.tip_at(view.layout_.title(2).center()) == "tip 2"
    assert view.tip_at(middle(view, 1, 2, 3)) == "read 1 2 3"


def test_keys_and_double_click(view: FlowMaps, qtbot: QtBot) -> None:
    walked: list[tuple[object, object]] = []
    followed: list[object] = []
    view.walked.connect(lambda *at: walked.append(at))
    view.followed.connect(followed.append)
    view.set_selection(1, 8)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Return):
        QTest.keyClick(view, key)
    assert walked == [(None, 9), (2, None), (None, 16)] and followed == [8]
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=middle(view, 0, 0, 3).toPoint())
    assert followed == [8, 3]
    assert view.accessibleDescription() == "layer 2, from [MASK] → [SEP]"


def test_the_drawing_ends_under_the_labels(view: FlowMaps) -> None:
    assert view.drawing().size.height() == pytest.approx(view.layout_.bottom, abs=1)
    assert view.drawing().to_image().width() == 2 * view.width()
