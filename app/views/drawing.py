"""A picture that can be drawn on any device: pixels, or the vectors of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPaintEngine, QPainter, QPicture, QRegion
from PySide6.QtWidgets import QWidget

from app.theme import plain, theme


@dataclass(frozen=True)
class Drawing:
    """What is drawn on a surface of `size` widget units, its corner at (0, 0).

    paint(painter, ratio) draws in widget units; what has to be pixels there gets `ratio` of them a unit. It is called
    soon after the drawing was asked for: it may look at widgets as they are then.
    """

    size: QSizeF
    paint: Callable[[QPainter, float], None]

    @property
    def whole_size(self) -> QSize:
        """The size in whole units, so that nothing is cut off."""
        return QSize(max(1, ceil(self.size.width())), max(1, ceil(self.size.height())))

    def on_background(self, painter: QPainter, ratio: float, area: QRectF | None = None) -> None:
        """Draw it on the theme's own background, which fills `area`, or the drawing's whole size."""
        whole = QRectF(QPointF(0, 0), QSizeF(self.whole_size)) if area is None else area
        painter.fillRect(whole, QColor(theme().surface))
        painter.save()
        self.paint(painter, ratio)
        painter.restore()

    def to_image(self, scale: float = 2.0) -> QImage:
        """On the theme's background, `scale` pixels a widget unit."""
        width, height = round(self.size.width() * scale), round(self.size.height() * scale)
        image = QImage(QSize(max(1, width), max(1, height)), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(scale)
        painter = QPainter(image)
        self.on_background(painter, scale)
        painter.end()
        return image


def widget_drawing(widget: QWidget, area: QRect | None = None) -> Drawing:
    """`widget` as it is on screen, or an `area` of it."""
    part = widget.rect() if area is None else area

    def paint(painter: QPainter, ratio: float) -> None:
        if painter.paintEngine().type() == QPaintEngine.Type.Raster:
            widget.render(painter, QPoint(0, 0), QRegion(part))
            return
        # Recorded and played: drawn at once, QSvgGenerator has the clips of inner widgets in the wrong place.
        record = QPicture()
        recorder = QPainter(record)
        with _in_plain_fonts(widget):
            widget.render(recorder, QPoint(0, 0), QRegion(part))
        recorder.end()
        undone = record.logicalDpiX() / painter.device().logicalDpiX()  # playing scales by how they differ
        painter.scale(undone, undone)
        painter.drawPicture(QPointF(0, 0), record)

    return Drawing(QSizeF(part.size()), paint)


@contextmanager
def _in_plain_fonts(widget: QWidget) -> Iterator[None]:
    """Inside, labels and buttons below `widget` write in plain fonts, in the places that they have."""
    changed = []
    for inner in (widget, *widget.findChildren(QWidget)):
        own = inner.testAttribute(Qt.WidgetAttribute.WA_SetFont)
        changed.append((inner, QFont(inner.font()) if own else QFont()))
    for inner, _ in changed:
        inner.setFont(plain(inner.font()))
    try:
        yield
    finally:
        for inner, before in changed:
            inner.setFont(before)
