"""A picture as a figure to be shown elsewhere: its title above, what its colours mean below, air around."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.theme import font, theme
from app.views.drawing import Drawing

_MARGIN, _GAP = 12, 8  # widget units, as are all lengths here


def figure(picture: Drawing, title: str = "", below: Drawing | None = None, caption: str = "") -> Drawing:
    """`picture` under a title, over a colour bar or a legend, and a caption of one line or more."""
    lines = caption.splitlines()
    above = QFontMetricsF(font("bold")).height() + _GAP if title else 0.0
    line_height = QFontMetricsF(font("small")).height()
    under = len(lines) * line_height + _GAP if lines else 0.0
    if below is not None:
        under += below.size.height() + _GAP
    width = max(
        picture.size.width(),
        0.0 if below is None else below.size.width(),
        QFontMetricsF(font("bold")).horizontalAdvance(title),
        *(QFontMetricsF(font("small")).horizontalAdvance(line) for line in lines),
    )

    def paint(painter: QPainter, ratio: float) -> None:
        top = float(_MARGIN)
        if title:
            _write(painter, title, "bold", theme().text, top, width)
            top += above
        _draw(painter, picture, top, ratio)
        top += picture.size.height() + _GAP
        if below is not None:
            _draw(painter, below, top, ratio)
            top += below.size.height() + _GAP
        for line in lines:
            _write(painter, line, "small", theme().secondary, top, width)
            top += line_height

    height = above + picture.size.height() + under
    return Drawing(QSizeF(ceil(width) + 2 * _MARGIN, ceil(height) + 2 * _MARGIN), paint)


def _draw(painter: QPainter, part: Drawing, top: float, ratio: float) -> None:
    painter.save()
    # On a whole pixel: an image between two would be blurred.
    painter.translate(QPointF(_MARGIN, round(top * ratio) / ratio))
    part.paint(painter, ratio)
    painter.restore()


def _write(painter: QPainter, text: str, face: str, colour: str, top: float, width: float) -> None:
    own = font("bold") if face == "bold" else font("small")
    painter.setFont(own)
    painter.setPen(QColor(colour))
    place = QRectF(_MARGIN, top, width + 1, QFontMetricsF(own).height())
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
