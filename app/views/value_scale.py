"""A number on its scale, beside another to compare it with."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.axis_ticks import even_ticks
from app.views.worked_numbers import figure

_SIDE, _LINE = 18.0, 16.0  # pixels, as are all lengths here: margins, and from the top to the axis
_HIGH, _LEAST, _USUAL = 42, 120, 320
_TICK_EVERY = 52.0
_MARK = 6.0
_EASY = (1.0, 5.0, 10.0, 100.0)


class ValueScale(QWidget):
    """A full mark for the value, a hollow one for that of the reference."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._value: float | None = None
        self._other: float | None = None
        self._low, self._high = 0.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    @property
    def value(self) -> float | None:
        """What is shown."""
        return self._value

    @property
    def other(self) -> float | None:
        """What it is compared with."""
        return self._other

    @property
    def reach(self) -> tuple[float, float]:
        """From where to where the scale goes."""
        return self._low, self._high

    def set_values(self, value: float | None, other: float | None, reach: tuple[float, float]) -> None:
        """Show these on a scale that reaches from the one to the other, and further where they lie outside."""
        low, high = reach
        for one in (value, other):
            if one is not None and math.isfinite(one):
                low, high = min(low, one), max(high, one)
        if not high > low:
            high = low + 1.0
        self._value, self._other, self._low, self._high = value, other, low, high
        said = "–" if value is None else figure(value, 3)
        if other is not None:
            said = tr("{value}, reference {other}", value=said, other=figure(other, 3))
        self.setAccessibleName(f"{self._name}: {said}")
        self.setToolTip(said)
        self.update()

    def x_of(self, value: float) -> float:
        """Where a value stands."""
        return _SIDE + (self.width() - 2 * _SIDE) * (value - self._low) / (self._high - self._low)

    def sizeHint(self) -> QSize:
        return QSize(_USUAL, _HIGH)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, _HIGH)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.line_strong), 1))
        painter.drawLine(QPointF(_SIDE, _LINE), QPointF(self.width() - _SIDE, _LINE))
        painter.setFont(font("small"))
        for value, text in even_ticks(self._low, self._high, (self.width() - 2 * _SIDE) / _TICK_EVERY):
            x = self.x_of(value)
            painter.setPen(QPen(QColor(look.line_strong), 1))
            painter.drawLine(QPointF(x, _LINE), QPointF(x, _LINE + 4))
            painter.setPen(QColor(look.secondary))
            place = QRectF(x - 30, _LINE + 5, 60, 18)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        if self._other is not None and math.isfinite(self._other):
            self._mark(painter, self._other, hollow=True)
        if self._value is not None and math.isfinite(self._value):
            self._mark(painter, self._value, hollow=False)

    def _mark(self, painter: QPainter, value: float, *, hollow: bool) -> None:
        look, x = theme(), self.x_of(value)
        colour = QColor(look.segment_b if hollow else look.accent)
        painter.setPen(QPen(colour, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else colour)
        painter.drawPolygon(
            QPolygonF([QPointF(x, _LINE), QPointF(x - _MARK, _LINE - 10), QPointF(x + _MARK, _LINE - 10)])
        )


def easy_reach(value: float) -> tuple[float, float]:
    """A scale that the value may be of, where nobody says: 0 to 1, 5, 10 or 100, or both ways."""
    if not math.isfinite(value):
        return 0.0, 1.0
    high = next((one for one in _EASY if abs(value) <= one * 1.05), abs(value))
    return (0.0, high) if value >= -0.05 * high else (-high, high)
