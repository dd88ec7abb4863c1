"""The camera of a map: zooming keeps what is under the pointer, panning stops at the border."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF

from app.views.map_view import Camera

PLOT = QRectF(30, 20, 400, 300)
FITTED = QSizeF(300, 300)


def share(camera: Camera, at: QPointF) -> tuple[float, float]:
    content = camera.content(PLOT, FITTED)
    return (at.x() - content.left()) / content.width(), (at.y() - content.top()) / content.height()


def test_at_zoom_one_the_map_fits_at_the_top_left() -> None:
    assert Camera().content(PLOT, FITTED) == QRectF(30, 20, 300, 300)
    assert Camera(1, 0.5, 0.5).content(PLOT, FITTED) == QRectF(30, 20, 300, 300)


def test_zooming_keeps_what_is_under_the_pointer() -> None:
    at = QPointF(200, 150)
    camera = Camera().zoomed(PLOT, FITTED, at, 3, 100)
    assert camera.zoom == 3
    for factor in (1.2, 2, 1 / 1.3):
        before = share(camera, at)
        camera = camera.zoomed(PLOT, FITTED, at, factor, 100)
        assert share(camera, at) == pytest.approx(before)


def test_zoom_stays_between_fitted_and_highest() -> None:
    at = PLOT.center()
    assert Camera().zoomed(PLOT, FITTED, at, 1000, 12).zoom == 12
    assert Camera(2, 0.3, 0.3).zoomed(PLOT, FITTED, at, 0.01, 12) == Camera()


def test_panning_moves_by_pixels_and_stops_at_the_border() -> None:
    camera = Camera(4, 0.25, 0.25)
    before = camera.content(PLOT, FITTED)
    after = camera.moved(PLOT, FITTED, QPointF(-40, 25)).content(PLOT, FITTED)
    assert (after.left() - before.left(), after.top() - before.top()) == pytest.approx((-40, 25))
    far = camera.moved(PLOT, FITTED, QPointF(-9000, 9000)).content(PLOT, FITTED)
    assert far.right() == pytest.approx(PLOT.right())
    assert far.top() == pytest.approx(PLOT.top())


def test_dragging_back_from_beyond_the_border_moves_at_once() -> None:
    camera = Camera(4, 0.25, 0.25).moved(PLOT, FITTED, QPointF(9000, 0))
    moved = camera.moved(PLOT, FITTED, QPointF(-10, 0))
    assert moved.content(PLOT, FITTED).left() == pytest.approx(PLOT.left() - 10)
