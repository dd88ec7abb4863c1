"""The map of heads: distances are true, every head can be reached, and names do not overlap."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.head_points import HeadPoints

CROSS = np.array([[0, 0], [1, 0], [2, 0], [0, 1], [0, -1], [-1, 0.0]])  # 2 layers x 3 heads


@pytest.fixture
def points(qtbot: QtBot) -> HeadPoints:
    made = HeadPoints()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.set_heads(CROSS, 3, ["broad"] * 6)
    made.show()
    return made


def at(points: HeadPoints, layer: int, head: int) -> QPoint:
    return points.place_of(layer, head).toPoint()


def test_places_and_patterns_are_as_many(points: HeadPoints) -> None:
    with pytest.raises(ValueError, match="6, 2"):
        points.set_heads(CROSS, 3, ["broad"])


@pytest.mark.parametrize("size", [(400, 300), (160, 90), (900, 200), (200, 700)])
@pytest.mark.parametrize("zoom", [1.0, 4.0])
def test_distances_are_true_and_the_second_axis_points_up(
    points: HeadPoints, size: tuple[int, int], zoom: float
) -> None:
    points.resize(*size)
    points.zoom_by(zoom)
    shown = points.points()
    scale = (shown[1] - shown[0])[0]
    assert scale > 0
    np.testing.assert_allclose(shown - shown[0], (CROSS - CROSS[0]) * (scale, -scale), atol=1e-6)
    if zoom == 1.0:
        assert all(points.plot().contains(QPointF(*place)) for place in shown.tolist())


@pytest.mark.parametrize(
    "places", [np.zeros((6, 2)), np.stack([np.arange(6.0), np.zeros(6)], 1), np.zeros((1, 2))]
)
def test_heads_in_one_place_or_on_a_line_are_drawn(points: HeadPoints, places: np.ndarray) -> None:
    points.set_heads(places, 3, ["mixed"] * len(places))
    assert all(points.plot().contains(QPointF(*place)) for place in points.points().tolist())
    assert not points.grab().isNull()
    assert points.head_at(points.place_of(0, 0)) == (0, 0)


def test_the_nearest_head_is_meant_if_it_is_near(points: HeadPoints) -> None:
    assert points.head_at(points.place_of(1, 1) + QPointF(4, -4)) == (1, 1)
    assert points.head_at((points.place_of(0, 1) + points.place_of(0, 2)) / 2) is None


def test_a_click_and_the_pointer_tell_the_head(points: HeadPoints, qtbot: QtBot) -> None:
    with qtbot.waitSignal(points.head_clicked) as clicked:
        QTest.mouseClick(points, Qt.MouseButton.LeftButton, pos=at(points, 1, 0))
    assert clicked.args == [(1, 0)]
    with qtbot.waitSignal(points.head_hovered) as hovered:
        QTest.mouseMove(points, at(points, 0, 2))
    assert hovered.args == [(0, 2)]
    with qtbot.waitSignal(points.head_hovered) as hovered:
        QTest.mouseMove(points, QPoint(2, 2))
    assert hovered.args == [None]


def test_arrows_go_to_the_nearest_in_their_direction(points: HeadPoints) -> None:
    walked: list[tuple[int, int]] = []
    points.head_clicked.connect(walked.append)
    points.head_clicked.connect(lambda head: points.set_selected(*head))
    points.set_selected(0, 0)
    keys = (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left)
    for key in (*keys, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(points, key)
    # Right to 1 and 2; there is nothing farther; back to 0; up, back, and down.
    assert walked == [(0, 1), (0, 2), (0, 1), (0, 0), (1, 0), (0, 0), (1, 1)]


def test_every_head_is_reached_though_others_hide_it(points: HeadPoints) -> None:
    points.set_heads(np.zeros((6, 2)), 3, ["mixed"] * 6)
    walked: list[tuple[int, int]] = []
    points.head_clicked.connect(walked.append)
    points.head_clicked.connect(lambda head: points.set_selected(*head))
    for _ in range(6):
        QTest.keyClick(points, Qt.Key.Key_PageDown)
    assert walked == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    QTest.keyClick(points, Qt.Key.Key_PageDown)
    QTest.keyClick(points, Qt.Key.Key_PageUp)
    assert walked[-2:] == [(0, 0), (1, 2)]


def test_names_touch_neither_each_other_nor_points(points: HeadPoints) -> None:
    places = np.random.default_rng(0).normal(size=(144, 2))
    points.set_heads(places, 12, ["mixed"] * 144)
    shown = points.points()
    labels = points.labels()
    assert 10 < len(labels) < 144
    areas = list(labels.values())
    for n, (index, area) in enumerate(labels.items()):
        assert points.plot().contains(area)
        assert not any(area.intersects(other) for other in areas[:n])
        near = [other for other in range(144) if other != index]
        assert not any(area.contains(QPointF(*shown[other].tolist())) for other in near)


def test_the_selected_and_the_hovered_are_marked(points: HeadPoints) -> None:
    plain = points.grab().toImage()
    points.set_selected(0, 2)
    selected = points.grab().toImage()
    points.set_hovered(1, 2)
    both = points.grab().toImage()
    assert plain != selected != both
    assert points.accessibleDescription() == "L1-H3"
    points.set_selected(7, 9)  # of another model
    points.set_hovered(None, None)
    assert points.grab().toImage() == plain


def test_a_zoomed_map_follows_what_is_walked_to(points: HeadPoints) -> None:
    points.set_selected(0, 0)
    points.zoom_by(8, points.place_of(0, 0))
    assert not QRectF(points.plot()).contains(points.place_of(0, 1))
    points.head_clicked.connect(lambda head: points.set_selected(*head))
    QTest.keyClick(points, Qt.Key.Key_Right)
    assert QRectF(points.plot()).contains(points.place_of(0, 1))


def test_without_places_there_is_a_sentence(points: HeadPoints) -> None:
    points.set_heads(None)
    assert points.head_at(QPointF(200, 150)) is None
    QTest.keyClick(points, Qt.Key.Key_Right)
    assert not points.grab().isNull()
