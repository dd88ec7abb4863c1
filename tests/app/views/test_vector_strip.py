"""A strip shows each value in its place, and says which value is where."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.theme import diverging, sequential, theme
from app.views.vector_strip import Texts, VectorStrip, limit_of, paint_numbers, paint_rows, pooled

RAMP = np.array([-2, -1, 0, 1, 2], np.float32)


def drawn(strips: list[VectorStrip], width: int = 400, height: int = 60, ratio: float = 1.0) -> QImage:
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("#123456"))
    painter = QPainter(image)
    paint_rows(painter, ratio, strips)
    painter.end()
    return image


def colour(strip: VectorStrip, value: float) -> QColor:
    table = diverging() if strip.signed else sequential()
    return QColor(*map(int, table[int(strip.entries(np.array([value], np.float32))[0]), :3]))


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_each_cell_has_its_values_colour(qtbot: QtBot, ratio: float) -> None:
    strip = VectorStrip(RAMP, 2.0, QRectF(20, 10, 100, 16))
    image = drawn([strip], ratio=ratio)
    for index, value in enumerate(RAMP):
        centre = strip.cell(index).center() * ratio
        assert image.pixelColor(int(centre.x()), int(centre.y())) == colour(strip, value)
        assert strip.index_at(strip.cell(index).center().x(), ratio) == index
    assert image.pixelColor(int(10 * ratio), int(18 * ratio)) == QColor("#123456")


def test_cells_are_parted_where_they_can_spare_a_pixel(qtbot: QtBot) -> None:
    image = drawn([VectorStrip(RAMP, 2.0, QRectF(0, 0, 100, 16))])
    assert image.pixelColor(19, 8) == QColor(theme().surface)
    close = VectorStrip(np.tile(RAMP, 20), 2.0, QRectF(0, 0, 100, 16))
    assert drawn([close]).pixelColor(19, 8) == colour(close, 2.0)


def test_what_is_not_finite_has_no_colour(qtbot: QtBot) -> None:
    values = np.array([-np.inf, np.nan, 1.0], np.float32)
    strip = VectorStrip(values, 1.0, QRectF(0, 0, 90, 16))
    image = drawn([strip])
    assert image.pixelColor(15, 8) == colour(strip, 0.0) == image.pixelColor(45, 8)
    assert image.pixelColor(75, 8) == colour(strip, 1.0)


def test_values_that_share_a_pixel_are_averaged_or_the_strongest_wins(qtbot: QtBot) -> None:
    values = np.zeros(1000, np.float32)
    values[500:510] = 2.0
    values[505] = -5.0
    expected = {"mean": float(values[500:510].mean()), "strongest": -5.0}
    for pool, value in expected.items():
        strip = VectorStrip(values, 5.0, QRectF(0, 0, 100, 16), pool=pool)
        image = drawn([strip])
        assert image.pixelColor(50, 8) == colour(strip, value)
        assert image.pixelColor(49, 8) == colour(strip, 0.0)
        assert strip.index_at(50.5) == 505


def test_pooling_keeps_what_needs_none_and_covers_everything() -> None:
    assert pooled(RAMP, 5, "mean") is RAMP
    np.testing.assert_allclose(pooled(RAMP, 2, "mean"), [-1.5, 1.0])
    np.testing.assert_allclose(pooled(RAMP, 2, "strongest"), [-2.0, 2.0])


def test_strips_drawn_together_are_as_drawn_alone(qtbot: QtBot) -> None:
    strips = [
        VectorStrip(RAMP * scale, 2.0, QRectF(20, 10 + 20 * row, 100 - 20 * row, 16))
        for row, scale in enumerate((1.0, -1.0))
    ]
    image = drawn(strips)
    for strip, scale in zip(strips, (1.0, -1.0), strict=True):
        for index, value in enumerate(RAMP):
            centre = strip.cell(index).center()
            assert image.pixelColor(int(centre.x()), int(centre.y())) == colour(strip, value * scale)
    assert image.pixelColor(60, 28) == QColor(theme().surface)


def test_a_part_of_a_vector_knows_its_indices(qtbot: QtBot) -> None:
    strip = VectorStrip(RAMP, 2.0, QRectF(0, 0, 100, 16), first=10)
    assert strip.indices == range(10, 15)
    assert strip.index_at(50.0) == 12
    assert strip.cell(12).center().x() == 50


@pytest.mark.parametrize(
    ("limit", "width", "decimals"),
    [
        (2.0, 60.0, 2),
        (2.0, 31.0, 1),
        (2.0, 20.0, None),
        (0.09, 34.0, 2),
        (0.09, 60.0, 3),
        (12.0, 31.0, 1),
        (200, 60.0, 0),
    ],
)
def test_numbers_stand_where_there_is_room(
    qtbot: QtBot, limit: float, width: float, decimals: int | None
) -> None:
    assert VectorStrip(RAMP, limit, QRectF(0, 0, 5 * width, 16)).decimals() == decimals
    assert VectorStrip(RAMP, limit, QRectF(0, 0, 5 * width, 10)).decimals() is None, "too low"


def test_numbers_are_kept_and_a_longer_one_gets_fewer_places(qtbot: QtBot) -> None:
    texts = Texts()
    strip = VectorStrip(np.array([-22.4, 1.26, 0.0], np.float32), 4.0, QRectF(0, 0, 90, 16))
    image = QImage(100, 20, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_numbers(painter, [strip], texts)
    painter.end()
    tried = set(texts._texts)
    assert {"−22", "1.3", "0.0"} <= tried and "1" not in tried


def test_the_limit_leaves_out_the_largest_few() -> None:
    values = np.ones(1000, np.float32)
    values[:5] = 100.0
    assert limit_of(values) == 1.0
    assert limit_of(values, share=1.0) == 100.0
    assert limit_of(np.array([np.inf, -3.0], np.float32), share=1.0) == 3.0
    assert limit_of(np.zeros(4, np.float32)) == 1.0
    assert limit_of(np.array([], np.float32)) == 1.0
    sparse = np.zeros(1000, np.float32)
    sparse[0] = 7.0
    assert limit_of(sparse) == 7.0, "most are 0, but not all"


def test_a_strip_of_nothing_draws_nothing(qtbot: QtBot) -> None:
    image = drawn([VectorStrip(np.empty(0, np.float32), 1.0, QRectF(0, 0, 100, 16))])
    assert image.pixelColor(5, 5) == QColor("#123456")
