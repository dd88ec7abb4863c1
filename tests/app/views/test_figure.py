from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QColor, QPainter

from app.theme import theme
from app.views.colour_bar import ColourBar
from app.views.drawing import Drawing
from app.views.figure import figure


def picture() -> Drawing:
    def paint(painter: QPainter, ratio: float) -> None:
        painter.fillRect(QRectF(0, 0, 200, 100), QColor("#123456"))
        painter.scale(5, 5)  # what a part does to the painter stays with it

    return Drawing(QSizeF(200, 100), paint)


def test_title_bar_and_caption_stand_round_the_picture(qtbot):
    bar = ColourBar()
    qtbot.addWidget(bar)
    bar.resize(bar.sizeHint())
    bare = figure(picture())
    full = figure(picture(), "L1-H1", bar.drawing(), "colours from 0 to 1")
    assert bare.size.toTuple() == (224, 124)
    assert full.size.height() - bare.size.height() > 2 * bar.height()
    image = full.to_image(2)
    assert image.pixelColor(2 * 100, 2 * 60) == QColor("#123456")
    assert image.pixelColor(0, 0).name() == theme().surface
    under = [image.pixelColor(2 * 30, y).name() for y in range(2 * 145, image.height())]
    assert set(under) - {theme().surface}, "the bar is there"
    assert image.pixelColor(2 * 12, image.height() - 2).name() == theme().surface


def test_a_long_caption_or_legend_widens_it(qtbot):
    assert figure(picture(), caption="a " * 200).size.width() > figure(picture()).size.width()
    assert figure(picture(), below=Drawing(QSizeF(500, 10), picture().paint)).size.width() == 524


def test_a_caption_of_two_lines_is_as_wide_as_the_longer_and_twice_as_high(qtbot):
    one, two = figure(picture(), caption="a " * 100), figure(picture(), caption="a " * 100 + "\nb")
    assert two.size.width() == one.size.width()
    line = figure(picture(), caption="b").size.height() - figure(picture()).size.height()
    assert 0 < two.size.height() - one.size.height() < line
    image = two.to_image(1)
    surface = theme().surface
    rows = [
        y
        for y in range(120, image.height())
        if {image.pixelColor(x, y).name() for x in range(12, 24)} != {surface}
    ]
    assert max(rows) - min(rows) > two.size.height() - one.size.height()
