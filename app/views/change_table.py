"""What changes did to a number: a row a change, sorted by any column, the change itself as a bar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QRectF,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.theme import diverging, font, theme
from app.views.sorted_table import Index, SortedTable, is_less

_PAD, _TITLE_PAD = 22, 34  # pixels, as are all lengths here
_BAR, _LEAST_BARS, _MOST_BARS = 10, 110, 420
_WIDEST_TEXT, _EDGE = 240, 8
_UP, _DOWN = 228, 28  # entries of the diverging table


@dataclass(frozen=True)
class ChangeColumn:
    """One column of N rows.

    title   what stands above it, and
    about   what it is, in a sentence
    texts   what its cells say
    keys    by what it is sorted, numbers; NaN comes last, whichever way. None: the order of the rows
    bars    whether the keys are drawn as bars from zero
    """

    title: str
    about: str
    texts: tuple[str, ...]
    keys: tuple[float, ...] | None = None
    bars: bool = False

    @property
    def numbers(self) -> bool:
        """Whether its cells are numbers, which stand at the right."""
        return self.keys is not None


class ChangeTableModel(QAbstractTableModel):
    """The columns; `first` is the row that stays on top, `marked` rows are in bold."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[ChangeColumn, ...] = ()
        self.details: tuple[str, ...] = ()
        self.marked: frozenset[int] = frozenset()

    def set_columns(
        self, columns: Sequence[ChangeColumn], details: Sequence[str], marked: frozenset[int]
    ) -> None:
        """Show these; rows are added where the first ones stay as they are."""
        count, more = self.rowCount(), len(columns[0].texts) if columns else 0
        same = [column.title for column in columns] == [column.title for column in self.columns]
        grown = same and more >= count > 0 and self.columns[0].texts == columns[0].texts[:count]
        if not grown:
            self.beginResetModel()
        elif more > count:
            self.beginInsertRows(QModelIndex(), count, more - 1)
        self.columns, self.details, self.marked = tuple(columns), tuple(details), marked
        if not grown:
            self.endResetModel()
        elif more > count:
            self.endInsertRows()
        if grown:
            self.dataChanged.emit(self.index(0, 0), self.index(more - 1, len(columns) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() or not self.columns else len(self.columns[0].texts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column, row = self.columns[index.column()], index.row()
        if role == Qt.ItemDataRole.DisplayRole:
            return column.texts[row]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"<p>{self.details[row]}</p>"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.numbers else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole and row in self.marked:
            return font("bold")
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{column.title}\u2003" if column.numbers else column.title  # there the arrow stands
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"<p>{column.about}</p>"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.numbers else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class _Sorted(QSortFilterProxyModel):
    """By the keys of a column; the first row stays on top, and what has no number comes last."""

    def lessThan(self, left: Index, right: Index) -> bool:
        model = self.sourceModel()
        assert isinstance(model, ChangeTableModel)
        if 0 in (left.row(), right.row()):
            rising = self.sortOrder() == Qt.SortOrder.AscendingOrder
            return (left.row() == 0) == rising and left.row() != right.row()
        keys = model.columns[left.column()].keys
        if keys is None:
            return left.row() < right.row()
        return is_less(keys[left.row()], keys[right.row()], self.sortOrder())


class ChangeTable(SortedTable):
    """The first row, the text as it is, stays on top. Rows are numbered as they were given.

    taken(row)    double click or Enter
    hovered(row)  under the pointer, or None
    """

    taken = Signal(object)
    hovered = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.changes, self.sorted = ChangeTableModel(self), _Sorted(self)
        self.dress(name, self.changes, self.sorted)
        self._numbers_room = 0  # of the column with bars
        self.setItemDelegate(_Bars(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.doubleClicked.connect(self._taken)

    def set_columns(
        self,
        columns: Sequence[ChangeColumn],
        details: Sequence[str],
        marked: frozenset[int] = frozenset(),
    ) -> None:
        """Show these; `details` is what is said of each row, `marked` rows are in bold."""
        chosen = self.row
        self.changes.set_columns(columns, details, marked)
        self._fit_widths()
        if chosen is not None and chosen < self.changes.rowCount() and self.row != chosen:
            self.go_to(chosen)

    @property
    def row(self) -> int | None:
        """The current row."""
        index = self.currentIndex()
        return self.row_at(index) if index.isValid() else None

    def go_to(self, row: int) -> None:
        """Make this row the current one."""
        index = self.sorted.mapFromSource(self.changes.index(row, 0))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def largest(self, column: int) -> float:
        """Where bars of a column end."""
        keys = self.changes.columns[column].keys or ()
        return max((abs(key) for key in keys if math.isfinite(key)), default=0.0)

    def _fit_widths(self) -> None:
        """Columns are as wide as what they hold; bars take what is left."""
        cells, taken, bars = QFontMetricsF(font("bold")), 0, None
        for place, column in enumerate(self.changes.columns):
            widest = max((cells.horizontalAdvance(text) for text in column.texts), default=0.0)
            width = max(min(widest, _WIDEST_TEXT) + _PAD, cells.horizontalAdvance(column.title) + _TITLE_PAD)
            if column.bars:
                bars, self._numbers_room = place, round(width)
            self.setColumnWidth(place, round(width))
            taken += round(width)
        if bars is not None:
            room = self.viewport().width() - taken
            self.setColumnWidth(bars, self._numbers_room + max(_LEAST_BARS, min(_MOST_BARS, room)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Bars get what is left."""
        super().resizeEvent(event)
        self._fit_widths()

    def bar_width(self, column: int) -> int:
        """How much of a column its bars may take, in both directions together."""
        return max(0, self.columnWidth(column) - self._numbers_room)

    @Slot(QModelIndex)
    def _taken(self, index: QModelIndex) -> None:
        self.taken.emit(self.row_at(index))

    def point_to(self, row: int | None) -> None:
        """Tell of it."""
        self.hovered.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes a row; all else is that of sorted tables."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.row is not None:
            self.taken.emit(self.row)
        else:
            super().keyPressEvent(event)


class _Bars(QStyledItemDelegate):
    """A bar from the middle, to the right where a number grew; the number at the right of it."""

    def __init__(self, table: ChangeTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        column = self._table.changes.columns[index.column()]
        super().paint(painter, option, index)
        if not column.bars or column.keys is None:
            return
        value = column.keys[self._table.row_at(self._table.sorted.index(index.row(), 0))]
        limit = self._table.largest(index.column())
        area = QRectF(option.rect)  # type: ignore[attr-defined]
        width = self._table.bar_width(index.column())
        middle = area.left() + _EDGE + width / 2
        painter.save()
        chosen = option.state & QStyle.StateFlag.State_Selected  # type: ignore[attr-defined]
        painter.setPen(QColor(theme().on_accent if chosen else theme().line_strong))
        painter.drawLine(round(middle), round(area.top()) + 3, round(middle), round(area.bottom()) - 3)
        if math.isfinite(value) and value and limit:
            length = width / 2 * value / limit
            red, green, blue = diverging()[_UP if value > 0 else _DOWN, :3].tolist()
            top = area.center().y() - _BAR / 2
            painter.fillRect(
                QRectF(min(middle, middle + length), top, abs(length), _BAR), QColor(red, green, blue)
            )
        painter.restore()
