from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QRectF, QSizeF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from app.theme import apply_theme, theme
from app.views.drawing import Drawing, widget_drawing


def squares(ratios: list[float]) -> Drawing:
    def paint(painter: QPainter, ratio: float) -> None:
        ratios.append(ratio)
        painter.fillRect(QRectF(10, 10, 5, 5), QColor("#123456"))
        painter.translate(1000, 0)

    return Drawing(QSizeF(40.2, 30), paint)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_pixels_on_the_background_of_the_theme(qapp, look):
    apply_theme(qapp, look)
    ratios: list[float] = []
    image = squares(ratios).to_image(3)
    assert ratios == [3]
    assert (image.width(), image.height(), image.devicePixelRatio()) == (121, 90, 3)
    assert image.pixelColor(36, 36) == QColor("#123456")
    assert image.pixelColor(0, 0).name() == image.pixelColor(120, 89).name() == theme().surface
    apply_theme(qapp, "light")


def test_its_whole_size_cuts_nothing_off(qapp):
    assert squares([]).whole_size.toTuple() == (41, 30)
    assert Drawing(QSizeF(0, 0), lambda painter, ratio: None).to_image().size().toTuple() == (1, 1)


def test_a_widget_as_a_sharp_picture(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(40, 30)
    image = widget_drawing(widget).to_image(3)
    assert (image.width(), image.height(), image.devicePixelRatio()) == (120, 90, 3)
    assert widget_drawing(widget, QRect(0, 0, 20, 10)).to_image(2).size().toTuple() == (40, 20)
