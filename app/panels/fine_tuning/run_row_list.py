"""The lines of the list of runs under each other, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QWidget

from app.panels.fine_tuning.run_row_drawing import HEIGHT, box_in, draw_row, near
from app.panels.fine_tuning.run_rows import RunRow
from app.theme import font, theme
from app.translation import tr
from app.views.rows_view import RowsModel, RowsView, paint_ground

_Index = QModelIndex | QPersistentModelIndex


class _Ticked(RowsModel[RunRow]):
    """Some can be ticked."""

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        tick = self.rows[index.row()].tick
        if role == Qt.ItemDataRole.CheckStateRole and tick is not None:
            return Qt.CheckState.Checked if tick else Qt.CheckState.Unchecked
        return super().data(index, role)


class RowList(RowsView[RunRow]):
    """The lines under each other.

    chosen(RunRow)        for a click, or Enter
    ticked(RunRow, bool)  for a click on the box, or Space
    cancelled(RunRow)     for a click on the × of one that waits, or Delete
    """

    chosen = Signal(object)
    ticked = Signal(object, object)
    cancelled = Signal(object)
    row_height = HEIGHT

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Runs"), parent)
        self._on_box = False
        self.setProperty("kind", "bare")

    def make_model(self) -> _Ticked:
        """Of ticks, too."""
        return _Ticked(self)

    def key_of(self, row: RunRow) -> str:
        """Where the run is."""
        return row.folder

    def set_rows(self, rows: Sequence[RunRow]) -> None:
        """List these. The arrow keys' place stays at its run, or goes to another one that is shown from now on."""
        if tuple(rows) == self.rows:
            return
        here, before = self.currentIndex().row(), self.rows
        wanted = before[here].folder if 0 <= here < len(before) else ""
        shown = [next((row.folder for row in some if row.shown), "") for some in (before, rows)]
        if shown[0] != shown[1] or not wanted:
            wanted = shown[1]
        top = self.verticalScrollBar().value()
        self._put(tuple(rows))
        self.verticalScrollBar().setValue(top)
        self._go_to(wanted)
        self.viewport().update()

    def choose(self, number: int) -> None:
        """As by a click."""
        self.chosen.emit(self.rows[number])

    def box_of(self, number: int) -> QRectF:
        """Where the box, or the ×, of a line stands in the viewport."""
        return box_in(QRectF(self.visualRect(self._model.index(number))))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on a box is none on the line."""
        index = self.indexAt(event.position().toPoint())
        self._on_box = index.isValid() and near(self.box_of(index.row()), event.position())
        if self._on_box:
            self._act(self.rows[index.row()])
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._on_box:
            self._on_box = False
            event.accept()
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks, Delete cancels what waits."""
        index = self.currentIndex()
        row = self.rows[index.row()] if index.isValid() else None
        if row is not None and event.key() == (Qt.Key.Key_Delete if row.queued else Qt.Key.Key_Space):
            self._act(row)
        else:
            super().keyPressEvent(event)

    def _act(self, row: RunRow) -> None:
        if row.queued:
            self.cancelled.emit(row)
        elif row.tick is not None:
            self.ticked.emit(row, not row.tick)

    def paint_item(self, painter: QPainter, area: QRectF, number: int, state: QStyle.StateFlag) -> None:
        """The run that is shown stands out, and so does the one that the keys are at."""
        row = self.rows[number]
        paint_ground(painter, area, state, chosen=row.shown)
        draw_row(painter, area, row)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRect(area.adjusted(0.5, 0.5, -1, -1))

    def paint_empty(self, painter: QPainter, area: QRectF) -> None:
        """Small, at the top."""
        painter.setPen(QColor(theme().secondary))
        painter.setFont(font("small"))
        flags = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(area.adjusted(4, 8, -4, -8), int(flags), self.empty_text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(220, 6 * HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 2 * HEIGHT)
