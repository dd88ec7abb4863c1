from __future__ import annotations

from PySide6.QtGui import QColor, QImage

from app.views.colour_bar import ColourBar
from app.views.figure import figure


def picture(scale: float) -> QImage:
    made = QImage(round(200 * scale), round(100 * scale), QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(scale)
    made.fill(QColor("#123456"))
    return made


def test_title_bar_and_caption_stand_round_the_picture(qtbot):
    bar = ColourBar()
    qtbot.addWidget(bar)
    bar.resize(bar.sizeHint())
    bare = figure(picture(2.0))
    full = figure(picture(2.0), "L1-H1", bar, "colours from 0 to 1")
    assert bare.devicePixelRatio() == full.devicePixelRatio() == 2.0
    assert bare.width() == full.width() and full.height() - bare.height() > 2 * bar.height()
    middle = full.deviceIndependentSize() / 2
    assert full.pixelColor(round(2 * middle.width()), 2 * 60) == QColor("#123456")
    assert full.pixelColor(0, 0) != QColor("#123456")


def test_a_long_caption_widens_it(qtbot):
    assert figure(picture(1.0), caption="a " * 200).width() > figure(picture(1.0)).width()
