"""What changes did to a number: a row a change, sorted by any column, the change itself as a bar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
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
from app.views.table_dialog import TableView

_ROW, _PAD, _TITLE_PAD = 22, 22, 34  # pixels, as are all lengths here
_BAR, _LEAST_BARS, _MOST_BARS = 10, 110, 420
_WIDEST_TEXT, _EDGE = 240, 8
_UP, _DOWN = 228, 28  # entries of the diverging table

_Index = QModelIndex | QPersistentModelIndex


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

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() or not self.columns else len(self.columns[0].texts)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
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

    def lessThan(self, left: _Index, right: _Index) -> bool:
        model = self.sourceModel()
        assert isinstance(model, ChangeTableModel)
        rising = self.sortOrder() == Qt.SortOrder.AscendingOrder
        keys = model.columns[left.column()].keys
        one, other = (
            (float(index.row()), False)
            if keys is None
            else (keys[index.row()], math.isnan(keys[index.row()]))
            for index in (left, right)
        )
        if 0 in (left.row(), right.row()):
            return (left.row() == 0) == rising and left.row() != right.row()
        if one[1] or other[1]:
            return (other[1] and not one[1]) if rising else (one[1] and not other[1])
        return one[0] < other[0]


class ChangeTable(TableView):
    """The first row, the text as it is, stays on top. Rows are numbered as they were given.

    taken(row)    double click or Enter
    hovered(row)  under the pointer, or None
    S sorts by the column one stands in, and turns the order round.
    """

    taken = Signal(object)
    hovered = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers_room = 0  # of the column with bars
        self.changes = ChangeTableModel(self)
        self.sorted = _Sorted(self)
        self.sorted.setSourceModel(self.changes)
        self.setModel(self.sorted)
        self.setItemDelegate(_Bars(self))
        self.setAccessibleName(name)
        self.setFont(font("small"))
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setFont(font("small"))
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.doubleClicked.connect(self._taken)
        self.entered.connect(self._entered)
        self.viewportEntered.connect(self._left)

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
        index = self.sorted.mapToSource(self.currentIndex())
        return index.row() if index.isValid() else None

    def go_to(self, row: int) -> None:
        """Make this row the current one."""
        index = self.sorted.mapFromSource(self.changes.index(row, 0))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def shown_rows(self) -> list[int]:
        """The rows as they stand now."""
        return [
            self.sorted.mapToSource(self.sorted.index(row, 0)).row() for row in range(self.sorted.rowCount())
        ]

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
        self.taken.emit(self.sorted.mapToSource(index).row())

    @Slot(QModelIndex)
    def _entered(self, index: QModelIndex) -> None:
        self.hovered.emit(self.sorted.mapToSource(index).row())

    @Slot()
    def _left(self) -> None:
        self.hovered.emit(None)

    def viewportEvent(self, event: QEvent) -> bool:
        """The pointer leaves the rows."""
        if event.type() == QEvent.Type.Leave:
            self._left()
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes a row, S sorts; all else is that of tables."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.row is not None:
            self.taken.emit(self.row)
        elif event.key() == Qt.Key.Key_S and not event.modifiers():
            column, header = max(0, self.currentIndex().column()), self.horizontalHeader()
            rising = header.sortIndicatorSection() != column or (
                header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            )
            order = Qt.SortOrder.AscendingOrder if rising else Qt.SortOrder.DescendingOrder
            self.sortByColumn(column, order)
        else:
            super().keyPressEvent(event)


class _Bars(QStyledItemDelegate):
    """A bar from the middle, to the right where a number grew; the number at the right of it."""

    def __init__(self, table: ChangeTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        column = self._table.changes.columns[index.column()]
        super().paint(painter, option, index)
        if not column.bars or column.keys is None:
            return
        value = column.keys[self._table.sorted.mapToSource(self._table.sorted.index(index.row(), 0)).row()]
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
