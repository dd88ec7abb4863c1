"""A table that is sorted by any column with the mouse or the keys, and pointed at."""

from __future__ import annotations

import math

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Slot,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from app.theme import font
from app.views.table_dialog import TableView

_ROW = 22  # pixels

Index = QModelIndex | QPersistentModelIndex


class SortedTable(TableView):
    """Rows are known by their number in the model, wherever they stand. Whole rows are chosen.

    S sorts by the column one stands in, and turns the order round.
    """

    def dress(self, name: str, model: QAbstractItemModel, rows: QSortFilterProxyModel) -> None:
        """Show the rows of this model, sorted by that one."""
        self._rows = rows
        rows.setSourceModel(model)
        self.setModel(rows)
        self.setAccessibleName(name)
        self.setFont(font("small"))
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setFont(font("small"))
        self.horizontalHeader().setHighlightSections(False)
        self.entered.connect(self._entered)
        self.viewportEntered.connect(self._left)

    def point_to(self, row: int | None) -> None:
        """The pointer is over a row, or over none."""
        raise NotImplementedError

    def row_at(self, index: Index) -> int:
        """The row of a cell of the table; -1 for that of none."""
        return self._rows.mapToSource(index).row()

    def shown_rows(self) -> list[int]:
        """The rows as they stand now."""
        return [self.row_at(self._rows.index(place, 0)) for place in range(self._rows.rowCount())]

    @Slot(QModelIndex)
    def _entered(self, index: QModelIndex) -> None:
        self.point_to(self.row_at(index))

    @Slot()
    def _left(self) -> None:
        self.point_to(None)

    def viewportEvent(self, event: QEvent) -> bool:
        """The pointer leaves the rows."""
        if event.type() == QEvent.Type.Leave:
            self._left()
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """S sorts; all else is that of tables."""
        if event.key() == Qt.Key.Key_S and not event.modifiers():
            column, header = max(0, self.currentIndex().column()), self.horizontalHeader()
            rising = header.sortIndicatorSection() != column or (
                header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            )
            order = Qt.SortOrder.AscendingOrder if rising else Qt.SortOrder.DescendingOrder
            self.sortByColumn(column, order)
        else:
            super().keyPressEvent(event)


def is_less(one: float, other: float, order: Qt.SortOrder) -> bool:
    """For a model that is sorted in this order: NaN comes last, whichever way."""
    if math.isnan(one) or math.isnan(other):
        first, second = (one, other) if order == Qt.SortOrder.AscendingOrder else (other, one)
        return math.isnan(second) and not math.isnan(first)
    return one < other
