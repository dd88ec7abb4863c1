"""The lines of the list of runs under each other, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.panels.fine_tuning.run_row_drawing import HEIGHT, box_in, draw_row, near
from app.panels.fine_tuning.run_rows import RunRow
from app.theme import font, theme

_Index = QModelIndex | QPersistentModelIndex


class RowModel(QAbstractListModel):
    """The lines."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RunRow, ...] = ()

    def set_rows(self, rows: tuple[RunRow, ...]) -> None:
        """Show these; where the runs are the same ones, only what is written changes."""
        same = [row.folder for row in rows] == [row.folder for row in self.rows]
        if same:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.words
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip
        if role == Qt.ItemDataRole.CheckStateRole and row.tick is not None:
            return Qt.CheckState.Checked if row.tick else Qt.CheckState.Unchecked
        return None


class _Delegate(QStyledItemDelegate):
    """Draws a line."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        state, area = option.state, QRectF(option.rect)  # type: ignore[attr-defined]
        colours = theme()
        model = index.model()
        assert isinstance(model, RowModel)
        row = model.rows[index.row()]
        if row.shown:
            painter.fillRect(area, QColor(colours.accent_soft))
            painter.fillRect(QRectF(area.left(), area.top(), 2, area.height()), QColor(colours.accent))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(colours.hover))
        draw_row(painter, area, row)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRect(area.adjusted(0.5, 0.5, -1, -1))

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(160, HEIGHT)


class RowList(QListView):
    """The lines under each other.

    chosen(RunRow)        for a click, or Enter
    ticked(RunRow, bool)  for a click on the box, or Space
    cancelled(RunRow)     for a click on the × of one that waits, or Delete
    """

    chosen = Signal(object)
    ticked = Signal(object, object)
    cancelled = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RowModel(self)
        self._empty = ""
        self._on_box = False
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setProperty("kind", "bare")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._clicked)

    @property
    def rows(self) -> tuple[RunRow, ...]:
        """What is listed."""
        return self._model.rows

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
        self._model.set_rows(tuple(rows))
        self.verticalScrollBar().setValue(top)
        place = next((n for n, row in enumerate(self.rows) if row.folder == wanted), -1)
        if place >= 0 and self.currentIndex().row() != place:
            self.setCurrentIndex(self._model.index(place))
        self.viewport().update()

    def set_empty_text(self, text: str) -> None:
        """What is said where there is no run."""
        self._empty = text
        self.viewport().update()

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
        """Enter chooses, Space ticks, Delete cancels what waits."""
        index = self.currentIndex()
        row = self.rows[index.row()] if index.isValid() else None
        if row is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(row)
        elif row is not None and event.key() == (Qt.Key.Key_Delete if row.queued else Qt.Key.Key_Space):
            self._act(row)
        else:
            super().keyPressEvent(event)

    def _act(self, row: RunRow) -> None:
        if row.queued:
            self.cancelled.emit(row)
        elif row.tick is not None:
            self.ticked.emit(row, not row.tick)

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(self.rows[index.row()])

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines, or why there are none."""
        super().paintEvent(event)
        if not self.rows and self._empty:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme().secondary))
            painter.setFont(font("small"))
            area = self.viewport().rect().adjusted(4, 8, -4, -8)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap), self._empty)
            painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(220, 6 * HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 2 * HEIGHT)
