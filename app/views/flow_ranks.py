"""Rank correlations of several measures with each other: a triangle of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.theme import diverging, font, theme
from app.translation import tr
from app.views.cell_ink import ink_of
from app.views.colormaps import signed_entries
from app.views.drawing import Drawing
from app.views.worked_numbers import places

_CELL, _WIDEST, _GAP = 24.0, 74.0, 6.0  # pixels, as are all lengths here
_NOTHING = "–"


class RankTriangle(QWidget):
    """Each measure from the second on has a row, each but the last a column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._values: NDArray[np.float64] = np.empty((0, 0))
        self._difference = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Rank correlations"))

    @property
    def values(self) -> NDArray[np.float64]:
        """[K, K] as shown."""
        return self._values

    def set_values(
        self, names: Sequence[str], values: NDArray[np.float64], *, difference: bool = False
    ) -> None:
        """Show float64 [K, K], -1 to 1, or differences of such; NaN where there is none."""
        self._names, self._values, self._difference = tuple(names), values, difference
        self.setAccessibleDescription(self.words())
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """All of them in a line."""
        pairs = [(row, column) for row in range(1, len(self._names)) for column in range(row)]
        return "; ".join(self._pair(row, column) for row, column in pairs)

    def _pair(self, row: int, column: int) -> str:
        return f"{self._names[column]} – {self._names[row]}: {self._text(row, column)}"

    def _text(self, row: int, column: int) -> str:
        value = float(self._values[row, column])
        return _NOTHING if np.isnan(value) else places(value, 2, sign=self._difference)

    def cell(self, row: int, column: int) -> QRectF:
        """Where the correlation of two measures stands."""
        metrics = QFontMetricsF(font("small"))
        names = max((metrics.horizontalAdvance(name) for name in self._names[1:]), default=0.0) + _GAP
        count = max(1, len(self._names) - 1)
        width = min(_WIDEST, max(24.0, (self.width() - names - 1) / count))
        top = metrics.height() + 2 + (row - 1) * _CELL
        return QRectF(round(names + column * width), round(top), round(width) - 1, _CELL - 1)

    def sizeHint(self) -> QSize:
        high = QFontMetricsF(font("small")).height() + 4 + _CELL * max(0, len(self._names) - 1)
        return QSize(240, round(high))

    def minimumSizeHint(self) -> QSize:
        return QSize(140, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        self._draw(QPainter(self), self.devicePixelRatioF())

    def drawing(self) -> Drawing:
        """All of it."""
        wide = self.cell(1, max(0, len(self._names) - 2)).right() + 1
        return Drawing(QSizeF(wide, self.sizeHint().height()), self._draw)

    def _draw(self, painter: QPainter, ratio: float) -> None:
        look, table, inks = theme(), diverging(), ink_of(theme(), True)
        count, metrics = len(self._names), QFontMetricsF(font("small"))
        painter.setFont(font("small"))
        painter.setPen(QColor(look.secondary))
        for index in range(count - 1):
            top, side = self.cell(1, index), self.cell(index + 1, 0)
            above = QRectF(top.left() - 10, 0, top.width() + 20, metrics.height())
            painter.drawText(above, _CENTRE, self._names[index])
            painter.drawText(
                QRectF(0, side.top(), side.left() - _GAP, side.height()), _RIGHT, self._names[index + 1]
            )
        for row in range(1, count):
            for column in range(row):
                value, place = float(self._values[row, column]), self.cell(row, column)
                if np.isnan(value):
                    painter.fillRect(place, QColor(look.hover))
                    painter.setPen(QColor(look.secondary))
                else:
                    entry = int(signed_entries(np.array([value], np.float32), 1.0)[0])
                    painter.fillRect(place, QColor(*table[entry, :3].tolist()))
                    painter.setPen(inks[entry])
                painter.drawText(place, _CENTRE, self._text(row, column))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = QPointF(event.pos())
            for row in range(1, len(self._names)):
                for column in range(row):
                    if self.cell(row, column).contains(place):
                        QToolTip.showText(event.globalPos(), f"<p>{self._pair(row, column)}</p>", self)
                        return True
            QToolTip.hideText()
            return True
        return super().event(event)


_CENTRE = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
