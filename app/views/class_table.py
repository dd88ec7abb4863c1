"""Precision, recall and F1 of each class, with bars, and how many examples it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.curve_looks import look_pen
from app.views.drawing import Drawing
from app.views.tables import Table

_ROW, _PAD, _GAP, _BAR = 24, 6, 10, 6  # widget units
_MOST_LABEL, _LEAST_LABEL, _LEAST_BAR = 170.0, 40.0, 18.0
_FIGURES = 3
_SIGN = 20  # of the curve, with the gap behind


@dataclass(frozen=True)
class ClassRow:
    """One class; figures from 0 to 1. look: of its curve, where there is one (see curve_looks)."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    look: int | None = None

    @property
    def figures(self) -> tuple[float, float, float]:
        """In the order of the columns."""
        return self.precision, self.recall, self.f1


class ClassTable(QWidget):
    """chosen(str) is emitted with a class's name for a click on it, or Enter."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ClassRow, ...] = ()
        self._current = -1
        self.setAccessibleName(tr("Figures of each class"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[ClassRow]) -> None:
        """Show these."""
        self.rows = tuple(rows)
        self._current = min(self._current, len(rows) - 1)
        self.updateGeometry()
        self.update()

    def drawing(self) -> Drawing:
        """All rows, as wide as they are."""
        width = float(self.width())

        def paint(painter: QPainter, ratio: float) -> None:
            self._draw(painter, width, -1)

        return Drawing(QSizeF(width, (len(self.rows) + 1) * _ROW), paint)

    def table(self) -> Table:
        """The same as numbers."""
        header = (tr("class"), tr("precision"), tr("recall"), tr("F1"), tr("examples"))
        return header, [(row.label, *row.figures, row.support) for row in self.rows]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw(painter, self.width(), self._current if self.hasFocus() else -1)
        painter.end()

    def _draw(self, painter: QPainter, width: float, current: int) -> None:
        colours, small = theme(), QFontMetricsF(font("small"))
        label = min(
            _MOST_LABEL, max((small.horizontalAdvance(row.label) for row in self.rows), default=0.0) + 2
        )
        sign = _SIGN if any(row.look is not None for row in self.rows) else 0
        last = small.horizontalAdvance("00,000") + 2
        number = small.horizontalAdvance("100.0") + 4
        heads = (tr("precision"), tr("recall"), tr("F1"))
        least = max(number + _LEAST_BAR, *(small.horizontalAdvance(head) + 2 for head in heads))
        label = max(
            _LEAST_LABEL, min(label, width - 2 * _PAD - sign - last - _FIGURES * (least + _GAP) - _GAP)
        )
        column = max(least, (width - 2 * _PAD - sign - label - last - _GAP) / _FIGURES - _GAP)
        column = min(column, 190.0)
        starts = [_PAD + sign + label + _GAP + n * (column + _GAP) for n in range(_FIGURES)]
        end = QRectF(starts[-1] + column + _GAP, 0, last, _ROW)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(font("small"))
        painter.setPen(QColor(colours.secondary))
        painter.drawText(QRectF(_PAD, 0, label, _ROW), left, tr("class"))
        for start, head in zip(starts, heads, strict=True):
            painter.drawText(QRectF(start, 0, column, _ROW), left, head)
        painter.drawText(end.adjusted(-_GAP, 0, 0, 0), right | Qt.TextFlag.TextDontClip, tr("examples"))
        for place, row in enumerate(self.rows, 1):
            top = float(place * _ROW)
            if place - 1 == current:
                painter.fillRect(QRectF(0, top, width, _ROW), QColor(colours.accent_soft))
            painter.setPen(QColor(colours.text))
            name = small.elidedText(row.label, Qt.TextElideMode.ElideRight, label)
            painter.drawText(QRectF(_PAD + sign, top, label, _ROW), left, name)
            if row.look is not None:
                middle = top + _ROW / 2
                painter.setPen(look_pen(row.look, 2.0))
                painter.drawLine(QPointF(_PAD, middle), QPointF(_PAD + _SIGN - 6, middle))
            for start, value in zip(starts, row.figures, strict=True):
                track = QRectF(start, top + (_ROW - _BAR) / 2, column - number, _BAR)
                painter.fillRect(track, QColor(colours.bar_track))
                track.setWidth(track.width() * min(1.0, max(0.0, value)))
                painter.fillRect(track, QColor(colours.accent))
                painter.setPen(QColor(colours.text))
                painter.drawText(QRectF(start, top, column, _ROW), right, f"{100 * value:.1f}")
            painter.setPen(QColor(colours.secondary))
            painter.drawText(end.translated(0, top), right, f"{row.support:,}")

    def _row_at(self, y: float) -> int | None:
        row = int(y // _ROW) - 1
        return row if 0 <= row < len(self.rows) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        row = self._row_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self._current = row
            self.update()
            self.chosen.emit(self.rows[row].label)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Enter chooses."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and self.rows:
            self._current = min(max(self._current + step, 0), len(self.rows) - 1)
            self.setAccessibleDescription(self.rows[self._current].label)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._current < len(self.rows):
            self.chosen.emit(self.rows[self._current].label)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(420, ceil((len(self.rows) + 1) * _ROW))

    def minimumSizeHint(self) -> QSize:
        return QSize(350, self.sizeHint().height())
