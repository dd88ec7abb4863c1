"""A map as a figure to be shown elsewhere: its title above, what its colours mean below, air around."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from app.theme import font, theme
from app.views.colour_bar import ColourBar

_MARGIN, _GAP = 12, 8  # widget units, as are all lengths here


def figure(picture: QImage, title: str = "", bar: ColourBar | None = None, caption: str = "") -> QImage:
    """`picture` (of any device pixel ratio) under a title, over a colour bar or a caption."""
    scale = picture.devicePixelRatio()
    map_size = picture.deviceIndependentSize()
    above = QFontMetricsF(font("bold")).height() + _GAP if title else 0.0
    scale_image = None if bar is None else bar.to_image(scale)
    under = QFontMetricsF(font("small")).height() + _GAP if caption else 0.0
    if scale_image is not None:
        under += scale_image.deviceIndependentSize().height() + _GAP
    width = max(
        map_size.width(),
        QFontMetricsF(font("bold")).horizontalAdvance(title),
        QFontMetricsF(font("small")).horizontalAdvance(caption),
    )
    size = QSizeF(width + 2 * _MARGIN, above + map_size.height() + under + 2 * _MARGIN)
    image = QImage((size * scale).toSize(), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(theme().surface))
    painter = QPainter(image)
    top = float(_MARGIN)
    if title:
        _write(painter, title, "bold", theme().text, top, width)
        top += above
    painter.drawImage(QPointF(_MARGIN, top), picture)
    top += map_size.height() + _GAP
    if scale_image is not None:
        painter.drawImage(QPointF(_MARGIN, top), scale_image)
        top += scale_image.deviceIndependentSize().height() + _GAP
    if caption:
        _write(painter, caption, "small", theme().secondary, top, width)
    painter.end()
    return image


def _write(painter: QPainter, text: str, face: str, colour: str, top: float, width: float) -> None:
    own = font("bold") if face == "bold" else font("small")
    painter.setFont(own)
    painter.setPen(QColor(colour))
    place = QRectF(_MARGIN, top, width + 1, QFontMetricsF(own).height())
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
