"""How often each class was taken for another: gold classes in rows, predicted ones in columns."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, radians, sin
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import diverging, font, theme
from app.translation import tr
from app.views.amounts import share
from app.views.arrows import ARROWS
from app.views.cell_ink import ink_of
from app.views.drawing import Drawing
from app.views.tables import Table

Counts = NDArray[np.int64]
Mode = Literal["counts", "shares"]

_GAP = 6.0  # widget units, as are all lengths here
_CELL, _LEAST = 72.0, 8.0
_MOST_LABEL = 120.0
_ROW, _NUMBER_HEIGHT = 13.0, 15.0
_SLANT = 50.0
_COS, _SIN = cos(radians(_SLANT)), sin(radians(_SLANT))
_NONE: Counts = np.zeros((0, 0), dtype=np.int64)


@dataclass(frozen=True)
class _Places:
    """Where the cells are, and how large."""

    grid: QRectF
    cell: float

    def rect(self, row: int, column: int) -> QRectF:
        return QRectF(
            self.grid.left() + column * self.cell, self.grid.top() + row * self.cell, self.cell, self.cell
        )

    def at(self, place: QPointF, size: int) -> tuple[int, int] | None:
        if not size or not self.grid.contains(place):
            return None
        row = int((place.y() - self.grid.top()) / self.cell)
        column = int((place.x() - self.grid.left()) / self.cell)
        return min(row, size - 1), min(column, size - 1)


class ConfusionMatrix(QWidget):
    """Right answers stand on the diagonal, in blue; wrong ones beside it, in orange. Shares are those of a row.

    A cell's colour is its share of the row, also where counts are written.
    pointed(row, column | None, None) as the pointer or the arrow keys pass; chosen(row, column) for a click or Enter.
    """

    pointed = Signal(object, object)
    chosen = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.labels: tuple[str, ...] = ()
        self.counts: Counts = _NONE
        self.mode: Mode = "counts"
        self._hover: tuple[int, int] | None = None
        self.setAccessibleName(tr("Confusion matrix"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_counts(self, labels: tuple[str, ...], counts: Counts) -> None:
        """Show these: [n, n], gold by predicted. A cell that was pointed at stays so where the classes are the same."""
        if labels != self.labels:
            self._hover = None
        self.labels, self.counts = labels, counts
        self.update()

    def set_mode(self, mode: Mode) -> None:
        """What is written in the cells."""
        self.mode = mode
        self.update()

    @property
    def shares(self) -> NDArray[np.float64]:
        """[n, n] of each row; 0 in a row without an example."""
        return row_shares(self.counts)

    def word(self, row: int, column: int) -> str:
        """What a cell says in full."""
        return tr(
            "{gold} taken for {predicted}: {n} of {total} ({share})",
            gold=self.labels[row],
            predicted=self.labels[column],
            n=f"{int(self.counts[row, column]):,}",
            total=f"{int(self.counts[row].sum()):,}",
            share=share(float(self.shares[row, column])),
        )

    def rect_of(self, row: int, column: int) -> QRectF:
        """Where a cell is."""
        return self._places(QSizeF(self.size())).rect(row, column)

    # As a picture ------------------------------------------------------------------------------------------------

    def drawing(self) -> Drawing:
        """As large as it is on screen, without the room around."""
        places = self._places(QSizeF(self.size()))
        size = QSizeF(
            ceil(places.grid.right() + self._overhang(places.cell)) + 1, ceil(places.grid.bottom()) + 1
        )

        def paint(painter: QPainter, ratio: float) -> None:
            self._draw(painter, places, None)

        return Drawing(size, paint)

    def table(self) -> Table:
        """Counts, gold classes in rows."""
        header = (tr("gold, predicted:"), *self.labels)
        return header, [(label, *row) for label, row in zip(self.labels, self.counts.tolist(), strict=True)]

    # Drawing -----------------------------------------------------------------------------------------------------

    def _places(self, size: QSizeF) -> _Places:
        n = max(1, len(self.labels))
        line = QFontMetricsF(font("small")).height()
        long = self._longest(size)
        left, top = line + _GAP + long + _GAP, line + long * _SIN + line * _COS + _GAP
        room = min(size.width() - left - 2, size.height() - top - 2)
        cell = max(_LEAST, min(_CELL, room / n, (size.width() - left - self._overhang(_LEAST)) / n))
        return _Places(QRectF(left, top, n * cell, n * cell), cell)

    def _longest(self, size: QSizeF) -> float:
        """Of the labels, as far as there is room."""
        metrics = QFontMetricsF(font("small"))
        most = min(_MOST_LABEL, 0.3 * min(size.width(), size.height()))
        return min(most, max((metrics.horizontalAdvance(label) for label in self.labels), default=0.0))

    def _overhang(self, cell: float) -> float:
        """How far the last slanted label reaches past the grid."""
        return max(0.0, self._longest(QSizeF(self.size())) * _COS - cell / 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw(painter, self._places(QSizeF(self.size())), self._hover)
        painter.end()

    def _draw(self, painter: QPainter, places: _Places, marked: tuple[int, int] | None) -> None:
        if not self.labels:
            return
        colours, table, inks = theme(), diverging(), ink_of(theme(), True)
        shares, counts = self.shares, self.counts
        wide = places.cell >= self._number_width() and places.cell >= _NUMBER_HEIGHT
        painter.setFont(font("small"))
        for row in range(len(self.labels)):
            for column in range(len(self.labels)):
                rect = places.rect(row, column)
                strength = round(127 * float(shares[row, column]))
                entry = 128 - strength if row == column else 128 + strength
                painter.fillRect(rect, QColor(*(int(c) for c in table[entry][:3])))
                if wide and (counts[row, column] or row == column):
                    painter.setPen(inks[entry])
                    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self._number(row, column))
        painter.setPen(QPen(QColor(colours.line), 1))
        size = len(self.labels)
        for n in range(size + 1) if places.cell >= _ROW else (0, size):
            at = n * places.cell
            grid = places.grid
            painter.drawLine(grid.topLeft() + QPointF(at, 0), grid.bottomLeft() + QPointF(at, 0))
            painter.drawLine(grid.topLeft() + QPointF(0, at), grid.topRight() + QPointF(0, at))
        self._draw_labels(painter, places, marked)
        if marked is not None:
            painter.setPen(QPen(QColor(colours.selection), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(places.rect(*marked).adjusted(1, 1, -1, -1))

    def _number(self, row: int, column: int) -> str:
        if self.mode == "shares":
            return f"{100 * self.shares[row, column]:.0f}"
        return f"{int(self.counts[row, column])}"

    def _number_width(self) -> float:
        metrics = QFontMetricsF(font("small"))
        widest = "100" if self.mode == "shares" else str(int(self.counts.max(initial=0)))
        return metrics.horizontalAdvance(widest) + 4

    def _draw_labels(self, painter: QPainter, places: _Places, marked: tuple[int, int] | None) -> None:
        colours, metrics = theme(), QFontMetricsF(font("small"))
        grid, cell = places.grid, places.cell
        line, long = metrics.height(), self._longest(QSizeF(self.size()))
        step = max(1, ceil(_ROW / cell))
        painter.setPen(QColor(colours.secondary))
        painter.save()
        painter.translate(grid.left() - _GAP - long - _GAP - line, grid.center().y())
        painter.rotate(-90)
        gold = QRectF(-grid.height() / 2, 0, grid.height(), line)
        painter.drawText(gold, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip), tr("gold"))
        painter.restore()
        above = QRectF(grid.left(), 0, max(grid.width(), 80), line)
        painter.drawText(above, int(Qt.AlignmentFlag.AlignLeft), tr("predicted"))
        for n, label in enumerate(self.labels):
            strong = marked is not None
            text = metrics.elidedText(label, Qt.TextElideMode.ElideRight, long + 1)
            if n % step == 0 or (strong and marked is not None and n == marked[0]):
                painter.setPen(
                    QColor(colours.text if marked is not None and n == marked[0] else colours.secondary)
                )
                area = QRectF(
                    grid.left() - _GAP - long - 2, grid.top() + (n + 0.5) * cell - line / 2, long + 2, line
                )
                painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
            if n % step == 0 or (strong and marked is not None and n == marked[1]):
                painter.setPen(
                    QColor(colours.text if marked is not None and n == marked[1] else colours.secondary)
                )
                painter.save()
                painter.translate(grid.left() + (n + 0.5) * cell, grid.top() - _GAP / 2)
                painter.rotate(-_SLANT)
                painter.drawText(QPointF(0, metrics.xHeight() / 2), text)
                painter.restore()

    # Pointing ----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which cell it is."""
        self._point(self._places(QSizeF(self.size())).at(event.position(), len(self.labels)))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point(None)
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        cell = self._places(QSizeF(self.size())).at(event.position(), len(self.labels))
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._point(cell)
            self.chosen.emit(*cell)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Enter chooses."""
        step, last = ARROWS.get(Qt.Key(event.key())), len(self.labels) - 1
        if step is not None and last >= 0:
            row, column = self._hover if self._hover is not None else (-step[0], -step[1])
            self._point((min(max(row + step[0], 0), last), min(max(column + step[1], 0), last)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._hover is not None:
            self.chosen.emit(*self._hover)
        else:
            super().keyPressEvent(event)

    def _point(self, cell: tuple[int, int] | None) -> None:
        if cell != self._hover:
            self._hover = cell
            self.setCursor(Qt.CursorShape.ArrowCursor if cell is None else Qt.CursorShape.PointingHandCursor)
            self.setAccessibleDescription("" if cell is None else self.word(*cell))
            self.update()
            self.pointed.emit(*(cell or (None, None)))

    def sizeHint(self) -> QSize:
        n = max(2, len(self.labels))
        side = round(min(560, 150 + n * _CELL))
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 180)


def row_shares(counts: Counts) -> NDArray[np.float64]:
    """[n, n] of each row; 0 in a row without an example."""
    totals = counts.sum(axis=1, keepdims=True)
    found: NDArray[np.float64] = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    return found
