"""What the colours of a map stand for: a bar with its ends written out, and a mark for one value."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import diverging, font, sequential, theme
from app.translation import tr
from app.views.colormaps import ENTRIES, ZERO
from app.views.drawing import Drawing
from app.views.map_raster import draw_entries

_BAR = 10.0
_GAP = 8.0
_MARK = 4.0
_WIDEST = 180.0


class ColourBar(QWidget):
    """A horizontal bar from the smallest to the largest value, its title in front."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._minimum, self._maximum = 0.0, 1.0
        self._diverging = False
        self._title = ""
        self._marker: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._describe()

    def set_range(self, minimum: float, maximum: float, diverging: bool = False) -> None:
        """The values at the ends; with `diverging` the ends are -maximum and maximum."""
        wanted = (-maximum if diverging else minimum, maximum, diverging)
        if wanted != (self._minimum, self._maximum, self._diverging):
            self._minimum, self._maximum, self._diverging = wanted
            self._describe()
            self.updateGeometry()
            self.update()

    def set_title(self, title: str) -> None:
        """What is measured, "attention" say."""
        if title != self._title:
            self._title = title
            self._describe()
            self.updateGeometry()
            self.update()

    def set_marker(self, value: float | None) -> None:
        """Mark the place of a value, or none."""
        if value != self._marker:
            self._marker = value
            self.update()

    def bar_rect(self) -> QRectF:
        """Where the bar lies."""
        metrics = QFontMetricsF(font("small"))
        left = metrics.horizontalAdvance(self._low) + _GAP
        if self._title:
            left += metrics.horizontalAdvance(self._title) + 1.5 * _GAP
        right = metrics.horizontalAdvance(self._high) + _GAP
        width = max(1.0, min(_WIDEST, self.width() - left - right))
        return QRectF(round(left), round((self.height() - _BAR) / 2), round(width), _BAR)

    def marker_x(self) -> float | None:
        """Where the marker stands; values outside the range stand at its end."""
        if self._marker is None or not self._maximum > self._minimum or not np.isfinite(self._marker):
            return None
        bar = self.bar_rect()
        share = (self._marker - self._minimum) / (self._maximum - self._minimum)
        return bar.left() + bar.width() * min(1.0, max(0.0, share))

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(font("small"))
        text = sum(metrics.horizontalAdvance(part) for part in (self._title, self._low, self._high))
        return QSize(round(text + 4 * _GAP + _WIDEST), round(max(metrics.height(), _BAR + 2 * _MARK) + 2))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(hint.width() - round(_WIDEST) + 40, hint.height())

    @property
    def _low(self) -> str:
        return short(self._minimum)

    @property
    def _high(self) -> str:
        return short(self._maximum)

    def _describe(self) -> None:
        self.setAccessibleName(tr("Colour scale from {low} to {high}", low=self._low, high=self._high))
        self.setAccessibleDescription(self._title)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw(painter, self.devicePixelRatioF())
        painter.end()

    def _draw(self, painter: QPainter, ratio: float) -> None:
        look = theme()
        bar = self.bar_rect()
        width = max(1, round(bar.width() * ratio))
        # A signed table has one entry more below zero than above it: its first, which repeats the second.
        first = 2 * ZERO - ENTRIES + 1 if self._diverging else 0
        row = np.rint(np.linspace(first, ENTRIES - 1, width)).astype(np.uint8)
        strip = np.tile(row, (max(1, round(bar.height() * ratio)), 1))
        table = diverging() if self._diverging else sequential()
        draw_entries(
            painter, strip, table, look.surface, round(bar.left() * ratio), round(bar.top() * ratio), ratio
        )
        painter.setPen(QPen(QColor(look.line), 1))
        painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.setFont(font("small"))
        painter.setPen(QColor(look.secondary))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        height = float(self.height())
        painter.drawText(QRectF(0, 0, bar.left(), height), middle, self._title)
        low = QRectF(0, 0, bar.left() - _GAP, height)
        painter.drawText(low, middle | int(Qt.AlignmentFlag.AlignRight), self._low)
        high = QRectF(bar.right() + _GAP, 0, max(1.0, self.width() - bar.right() - _GAP), height)
        painter.drawText(high, middle | int(Qt.AlignmentFlag.AlignLeft), self._high)
        if (x := self.marker_x()) is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.text))
            for tip, base in ((bar.top(), bar.top() - _MARK), (bar.bottom(), bar.bottom() + _MARK)):
                corners = [QPointF(x, tip), QPointF(x - _MARK, base), QPointF(x + _MARK, base)]
                painter.drawPolygon(QPolygonF(corners))

    def drawing(self) -> Drawing:
        """The bar with its ends and its mark."""
        return Drawing(QSizeF(self.size()), self._draw)


def short(value: float) -> str:
    """At most three significant figures, a true minus sign: 0, 1, 0.25, −1."""
    return f"{value:.3g}".replace("-", "−")
