"""Points in any number and place: which is near, where the keys lead, and when places are asked for anew."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.point_map import Floats, PointMap, towards

NAN = float("nan")
PLACES = np.array([[100.0, 50], [150, 50], [NAN, NAN], [100, 100], [165, 110]])


class Dots(PointMap):
    """Points at these places at zoom 1."""

    def __init__(self, places: Floats) -> None:
        super().__init__(None, air=10, near=5, zoom=8)
        self.places, self.asked = places, 0
        self.current: int | None = None
        self.said: list[int | None] = []

    def has_content(self) -> bool:
        return True

    def lay_out(self, content: QRectF) -> Floats:
        self.asked += 1
        zoom = content.width() / self.plot().width()
        return np.array([content.left(), content.top()]) + zoom * self.places

    def place_labels(self, points: Floats) -> dict[int, QRectF]:
        return {n: QRectF(x, y, 1, 1) for n, (x, y) in enumerate(points.tolist())}

    def current_point(self) -> int | None:
        return self.current

    def point_changed(self, index: int | None) -> None:
        self.said.append(index)

    def point_chosen(self, index: int) -> None:
        self.current = index

    def draw_map(self, painter: QPainter, ratio: float) -> None:
        """Nothing."""

    def draw_marks(self, painter: QPainter, hover: bool) -> None:
        """Nothing."""


@pytest.fixture
def dots(qtbot: QtBot) -> Dots:
    made = Dots(PLACES)
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    return made


def test_the_nearest_of_those_drawn_that_is_near(dots: Dots) -> None:
    for place, found in (((103, 52), 0), ((152, 50), 1), ((125, 50), None)):
        assert dots.nearest(QPointF(*place)) == found


@pytest.mark.parametrize("places", [np.zeros((0, 2)), np.full((3, 2), NAN)])
def test_nothing_is_drawn(qtbot: QtBot, places: Floats) -> None:
    dots = Dots(places)
    qtbot.addWidget(dots)
    QTest.keyClick(dots, Qt.Key.Key_Right)
    assert dots.nearest(QPointF(10, 10)) is None and dots.current is None


def test_pointing_says_each_once(dots: Dots) -> None:
    for place in ((100, 50), (104, 50), (125, 50), (150, 52)):
        dots.point_at(QPointF(*place))
    dots.point_at(None)
    assert dots.said == [0, None, 1, None]


def test_keys_walk_by_place_and_by_number(dots: Dots) -> None:
    way = []
    for key in ("Right", "Right", "Down", "Left", "PageUp", "PageDown", "PageDown", "PageDown"):
        QTest.keyClick(dots, Qt.Key[f"Key_{key}"])
        way.append(dots.current)
    assert way == [0, 1, 4, 3, 1, 3, 4, 0]


def test_places_are_asked_for_when_the_view_or_the_size_or_the_content_changes(dots: Dots) -> None:
    before = dots.asked
    assert dots.labels()[0].topLeft() == QPointF(*dots.points()[0].tolist())
    first = dots.asked
    dots.points(), dots.labels()
    assert first - before <= 1 and dots.asked == first
    dots.zoom_by(2.0)
    assert np.ptp(dots.points()[:2, 0]) == pytest.approx(100)
    dots.resize(400, 200)
    dots.points()
    dots.lay_out_anew()
    dots.points()
    assert dots.asked == first + 3
    assert dots.labels()[0].topLeft() == QPointF(*dots.points()[0].tolist())


def test_what_is_off_the_way_is_farther() -> None:
    points = np.array([[0.0, 0], [3, 0], [2, 1.9], [2, 3], [NAN, 0]])
    assert towards(points, 0, 0, 1) == 1
    assert towards(points, 0, 1, 0) == 3
    assert towards(points, 0, 0, -1) is None
