"""Rows below each other in a list that scrolls: chosen with the mouse or the keys, copied, and read aloud."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.theme import font, theme
from app.views.drawing import Drawing

_Index = QModelIndex | QPersistentModelIndex


class AnyRow(Protocol):
    """What every row can say of itself."""

    @property
    def words(self) -> str:
        """All of it as text, tabs between its parts."""

    @property
    def tip(self) -> str:
        """What the tool tip says."""


Row = TypeVar("Row", bound=AnyRow)


class RowsModel(QAbstractListModel, Generic[Row]):
    """The rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()

    def set_rows(self, rows: tuple[Row, ...], *, same: bool) -> None:
        """Show these; where they are the `same` ones, only what is written changes."""
        if not same:
            self.beginResetModel()
        self.rows = rows
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.words.replace("\t", ", ")
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip
        return None


class _Delegate(QStyledItemDelegate):
    """Has the view draw a row."""

    def __init__(self, view: RowsView[Row]) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        self._view.paint_item(painter, QRectF(option.rect), index.row(), option.state)  # type: ignore[attr-defined]

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(100, self._view.row_height)


class RowsView(QListView, Generic[Row]):
    """Its subclasses say how high a row is and `paint_row` it. Rows are numbered from the top.

    row_chosen(number) is emitted for a click on a row, or Enter on the current one.
    """

    row_chosen = Signal(object)
    row_height: ClassVar[int]  # pixels

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: RowsModel[Row] = self.make_model()
        self._empty = ""
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setFont(font("base"))
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._clicked)

    # What a list says of itself

    def make_model(self) -> RowsModel[Row]:
        """What holds the rows."""
        return RowsModel(self)

    def key_of(self, row: Row) -> object:
        """By what a row is known again when others are listed."""
        return row

    def paint_row(self, painter: QPainter, area: QRectF, number: int) -> None:
        """Draw what stands in a row."""
        raise NotImplementedError

    def paint_item(self, painter: QPainter, area: QRectF, number: int, state: QStyle.StateFlag) -> None:
        """Draw a row on its ground."""
        paint_ground(painter, area, state, chosen=bool(state & QStyle.StateFlag.State_Selected))
        self.paint_row(painter, area, number)

    def choose(self, number: int) -> None:
        """As by a click."""
        self.row_chosen.emit(number)

    # What it does with it

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is listed."""
        return self._model.rows

    def set_rows(self, rows: Sequence[Row]) -> None:
        """List these; the current row stays current where it goes, and nothing scrolls."""
        if tuple(rows) == self.rows:
            return
        current, top = self.currentIndex().row(), self.verticalScrollBar().value()
        before = self.rows[current] if 0 <= current < len(self.rows) else None
        self._put(tuple(rows))
        if before is not None:
            self._go_to(self.key_of(before))
        self.verticalScrollBar().setValue(top)

    def _put(self, rows: tuple[Row, ...]) -> None:
        same = [self.key_of(row) for row in rows] == [self.key_of(row) for row in self.rows]
        self._model.set_rows(rows, same=same)

    def _go_to(self, key: object) -> None:
        """To the row of this key, if there is one and it is not the current one."""
        number = next((n for n, row in enumerate(self.rows) if self.key_of(row) == key), -1)
        if number >= 0 and self.currentIndex().row() != number:
            self.setCurrentIndex(self._model.index(number))

    @property
    def empty_text(self) -> str:
        """What is said where there is no row."""
        return self._empty

    def set_empty_text(self, text: str) -> None:
        """Say this there."""
        if text != self._empty:
            self._empty = text
            self.setAccessibleDescription(text)
            self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(420, 6 * self.row_height)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 2 * self.row_height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses, Ctrl+C copies the row."""
        current = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            self.choose(current.row())
        elif event.matches(QKeySequence.StandardKey.Copy) and current.isValid():
            QGuiApplication.clipboard().setText(self.rows[current.row()].words)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or why there are none."""
        super().paintEvent(event)
        if not self.rows and self._empty:
            painter = QPainter(self.viewport())
            self.paint_empty(painter, QRectF(self.viewport().rect()))
            painter.end()

    def paint_empty(self, painter: QPainter, area: QRectF) -> None:
        """Say why there are no rows."""
        painter.setFont(font("base"))
        painter.setPen(QColor(theme().secondary))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area.adjusted(16, 8, -16, -8), int(flags), self._empty)

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self.choose(index.row())


def paint_ground(
    painter: QPainter, area: QRectF, state: QStyle.StateFlag, *, chosen: bool, tint: str = ""
) -> None:
    """What a row stands on: a stripe and a tint where it is `chosen`, another tint under the pointer, or its own."""
    colours = theme()
    hovered = state & QStyle.StateFlag.State_MouseOver
    if ground := tint or (colours.accent_soft if chosen else colours.hover if hovered else ""):
        painter.fillRect(area, QColor(ground))
    if chosen:
        painter.fillRect(QRectF(area.left(), area.top(), 2, area.height()), QColor(colours.accent))


def rows_drawing(count: int, size: QSizeF, paint_row: Callable[[QPainter, QRectF, int], None]) -> Drawing:
    """So many rows below each other, each of this size."""

    def paint(painter: QPainter, ratio: float) -> None:
        for number in range(count):
            paint_row(painter, QRectF(QPointF(0, number * size.height()), size), number)

    return Drawing(QSizeF(size.width(), max(1, count) * size.height()), paint)
