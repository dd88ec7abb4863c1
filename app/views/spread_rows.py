"""What each seed of each run reached: a row a run, a dot a seed, a bar at their mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.curve_looks import look_colour
from app.views.drawing import Drawing
from app.views.tables import Table
from app.views.ticks import nice_step

_ROW, _BELOW, _DOT, _GAP = 26, 20, 4.0, 10  # widget units
_MOST_LABEL = 200.0
_TICK = 90.0
_AIR = 0.08
_STACKED = 2 * _DOT


@dataclass(frozen=True)
class SpreadRow:
    """A run with what its seeds reached; look: see curve_looks, None where it is the only one."""

    name: str
    values: tuple[float, ...]
    look: int | None = None


class SpreadRows(QWidget):
    """All rows share one axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[SpreadRow, ...] = ()
        self._word: Callable[[float], str] = str
        self.setAccessibleName(tr("Spread over seeds"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[SpreadRow], word: Callable[[float], str]) -> None:
        """Show these; `word` writes a number."""
        self.rows, self._word = tuple(rows), word
        self.updateGeometry()
        self.update()

    def drawing(self) -> Drawing:
        """As wide as it is."""
        width = float(self.width())
        return Drawing(
            QSizeF(width, self.sizeHint().height()), lambda painter, _ratio: self._draw(painter, width)
        )

    def table(self) -> Table:
        """A row a seed."""
        return (tr("run"), tr("figure")), [(row.name, value) for row in self.rows for value in row.values]

    def places(self, row: int) -> list[QPointF]:
        """Where the dots of a row stand: seeds that reached the same stand above and below each other."""
        return self._places(row, self._frame(self.width()))

    def _places(self, row: int, frame: QRectF) -> list[QPointF]:
        found: list[QPointF] = []
        for value in self.rows[row].values:
            x, middle = self._across(value, frame), (row + 0.5) * _ROW
            levels = [middle + _STACKED * level for level in (0, -1, 1)]
            free = (y for y in levels if not any(_touch(QPointF(x, y), other) for other in found))
            found.append(QPointF(x, next(free, middle)))
        return found

    def _extent(self) -> tuple[float, float]:
        values = [value for row in self.rows for value in row.values]
        if not values:
            return 0.0, 1.0
        low, high = min(values), max(values)
        air = _AIR * (high - low) or 0.01 * max(abs(high), 1e-6)
        return low - air, high + air

    def _frame(self, width: float) -> QRectF:
        metrics = QFontMetricsF(font("small"))
        label = min(
            _MOST_LABEL, max((metrics.horizontalAdvance(row.name) for row in self.rows), default=0.0) + 2
        )
        left = label + _GAP
        return QRectF(left, 0, max(40.0, width - left - 40), len(self.rows) * _ROW)

    def _across(self, value: float, frame: QRectF) -> float:
        low, high = self._extent()
        return frame.left() + (value - low) / (high - low) * frame.width()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw(painter, self.width())
        painter.end()

    def _draw(self, painter: QPainter, width: float) -> None:
        colours, metrics, frame = theme(), QFontMetricsF(font("small")), self._frame(width)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small"))
        low, high = self._extent()
        step = nice_step(high - low, max(2.0, frame.width() / _TICK))
        for n in range(ceil(low / step), int(high // step) + 1):
            x = self._across(n * step, frame)
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
            painter.setPen(QColor(colours.secondary))
            word = QRectF(x - 60, frame.bottom() + 3, 120, metrics.height())
            painter.drawText(word, int(Qt.AlignmentFlag.AlignHCenter), self._word(n * step))
        for number, row in enumerate(self.rows):
            middle = (number + 0.5) * _ROW
            painter.setPen(QColor(colours.text))
            name = metrics.elidedText(row.name, Qt.TextElideMode.ElideMiddle, frame.left() - _GAP)
            area = QRectF(0, middle - _ROW / 2, frame.left() - _GAP, _ROW)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), name)
            if not row.values:
                continue
            colour = QColor(colours.accent) if row.look is None else look_colour(row.look)
            painter.setPen(QPen(colour, 1))
            ends = [QPointF(self._across(f(row.values), frame), middle) for f in (min, max)]
            painter.drawLine(*ends)
            mean = self._across(float(np.mean(row.values)), frame)
            painter.setPen(QPen(colour, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(mean, middle - 9), QPointF(mean, middle + 9))
            painter.setPen(QPen(QColor(colours.surface), 1))
            painter.setBrush(colour)
            for place in self._places(number, frame):
                painter.drawEllipse(place, _DOT, _DOT)

    def sizeHint(self) -> QSize:
        return QSize(400, len(self.rows) * _ROW + _BELOW)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())


def _touch(one: QPointF, other: QPointF) -> bool:
    return abs(one.x() - other.x()) < 2 * _DOT and abs(one.y() - other.y()) < _STACKED
