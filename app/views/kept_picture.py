"""What a widget draws seldom, kept as a picture, so that what moves over it costs little."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from app.theme import theme


def kept_picture(kept: QPixmap | None, widget: QWidget, paint: Callable[[QPainter, float], None]) -> QPixmap:
    """`kept`; or, where it is None or of another screen, what `paint` draws on the panel's ground.

    paint  gets a painter in units of the widget, and how many device pixels each is
    """
    ratio = widget.devicePixelRatioF()
    if kept is not None and kept.devicePixelRatio() == ratio:
        return kept
    picture = QPixmap(widget.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(theme().surface))
    painter = QPainter(picture)
    paint(painter, ratio)
    painter.end()
    return picture
