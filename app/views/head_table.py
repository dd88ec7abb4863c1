"""All heads as a table: sorted by any column, filtered by words, comparisons and pattern, copied as text."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.head_cells import Cell, HeadCells
from app.views.sorted_table import Index, SortedTable, is_less

Floats = NDArray[np.float64]
Head = tuple[int, int]

_PAD = 20  # pixels, beside the text of a cell, and
_TITLE_PAD = 14  # beside a title
_MARK = 22
_LONGEST = "previous token 0.96 > 0.5"

_COMPARED = re.compile(r"^\s*(.+?)\s*(<=|>=|<|>)\s*([-+−]?[\d.]*)\s*$")
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


@dataclass(frozen=True, eq=False)
class HeadColumn:
    """One property of N = layers x heads heads, in that order.

    name      a word for it, the same in every language
    title     what stands above it, and
    full      its name in full, with its unit
    about     what it is, in a sentence
    texts     what its cells say, N
    keys      by what it is sorted: float64 [N], NaN comes last
    details   what a cell says in full, N; empty: what its text says
    patterns  the names of patterns that a head shows, N tuples, the first of which names it; empty but for one column
    values    float64 [N] numbers behind the texts; None where there are none
    signed    whether the numbers are differences
    short     what there is room for in a small cell, N; empty: the texts
    """

    name: str
    title: str
    full: str
    about: str
    texts: Sequence[str]
    keys: Floats
    details: Sequence[str] = ()
    patterns: Sequence[tuple[str, ...]] = ()
    values: Floats | None = None
    signed: bool = False
    short: Sequence[str] = ()


class HeadTableModel(QAbstractTableModel):
    """The columns; their first is the heads' names, and a row is a head."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[HeadColumn, ...] = ()
        self.heads = 1
        self._off: frozenset[Head] = frozenset()
        self._hovered: Head | None = None

    def set_columns(self, columns: Sequence[HeadColumn], heads: int, off: Collection[Head] = ()) -> None:
        """Show these, `heads` a layer; those that are `off` are struck out. What is selected stays if it can."""
        same = (
            self.heads == heads
            and [column.name for column in self.columns] == [column.name for column in columns]
            and self._rows() == (len(columns[0].texts) if columns else 0)
        )
        if not same:
            self.beginResetModel()
        self.columns, self.heads, self._off = tuple(columns), heads, frozenset(off)
        if same and columns:
            last = self.index(self._rows() - 1, len(columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(columns) - 1)
        elif not same:
            self.endResetModel()

    def set_hovered(self, head: Head | None) -> None:
        """Tint the row of a head that is pointed at here or elsewhere."""
        before, self._hovered = self._hovered, head
        for row in {self.row_of(before), self.row_of(head)} - {None}:
            assert row is not None
            ends = self.index(row, 0), self.index(row, len(self.columns) - 1)
            self.dataChanged.emit(*ends, [Qt.ItemDataRole.BackgroundRole])

    def head_of(self, row: int) -> Head:
        """The head of a row."""
        return divmod(row, self.heads)

    def row_of(self, head: Head | None) -> int | None:
        """The row of a head, if there is one."""
        if head is None or head[1] >= self.heads:
            return None
        row = head[0] * self.heads + head[1]
        return row if row < self._rows() else None

    def column_named(self, name: str) -> int | None:
        """Where a column is."""
        return next((n for n, column in enumerate(self.columns) if column.name == name), None)

    def _rows(self) -> int:
        return len(self.columns[0].texts) if self.columns else 0

    # What Qt asks.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else self._rows()

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column, row = self.columns[index.column()], index.row()
        if role == Qt.ItemDataRole.DisplayRole:
            return column.texts[row]
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.details[row] if column.details else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_side(column) | Qt.AlignmentFlag.AlignVCenter)
        return None

    def cell(self, row: int, column: int) -> Cell:
        """What is drawn there."""
        shown, head = self.columns[column], self.head_of(row)
        letters = font("small")
        if not column and head in self._off:
            letters = QFont(letters)
            letters.setStrikeOut(True)
        return Cell(
            shown.texts[row],
            letters,
            int(_side(shown) | Qt.AlignmentFlag.AlignVCenter),
            shown.patterns[row][0] if shown.patterns else "",
            head == self._hovered,
        )

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{column.full}\n{column.about}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return column.full
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_side(column) | Qt.AlignmentFlag.AlignVCenter)
        return None


class HeadFilter(QSortFilterProxyModel):
    """Sorts by a column's keys, unknown ones last either way, and shows the heads that are asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._terms: tuple[str, ...] = ()
        self._pattern = ""

    @property
    def heads(self) -> HeadTableModel:
        """The columns behind it."""
        model = self.sourceModel()
        assert isinstance(model, HeadTableModel)
        return model

    def set_words(self, words: str) -> None:
        """Show heads whose name or pattern has each of these words or phrases, parted by commas.

        "entropy < 1" compares a column, meant by the beginning of its name or title, with a number.
        """
        terms = tuple(term.strip().casefold() for term in words.split(",") if term.strip())
        if terms != self._terms:
            self._terms = terms
            self.invalidate()

    def set_pattern(self, pattern: str) -> None:
        """Show heads that have this pattern, named by it or not; an empty name shows all."""
        if pattern != self._pattern:
            self._pattern = pattern
            self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        shown = next((c.patterns[row] for c in self.heads.columns if c.patterns), ())
        if self._pattern and self._pattern not in shown:
            return False
        return all(self._has(row, term, shown) for term in self._terms)

    def _has(self, row: int, term: str, shown: tuple[str, ...]) -> bool:
        columns = self.heads.columns
        if match := _COMPARED.match(term):
            column = next((c for c in columns if c.values is not None and _is_meant(c, match[1])), None)
            try:
                limit = float(match[3].replace("−", "-"))
            except ValueError:
                return True  # still being typed
            return (
                column is not None
                and column.values is not None
                and (_COMPARISONS[match[2]](float(column.values[row]), limit))
            )
        return any(term in words.casefold() for words in (columns[0].texts[row], *shown))

    def lessThan(self, left: Index, right: Index) -> bool:
        keys = self.heads.columns[left.column()].keys
        return is_less(float(keys[left.row()]), float(keys[right.row()]), self.sortOrder())


class HeadTable(SortedTable):
    """Rows are heads; the current one is the selected head.

    head_chosen   (layer, head) gone to with the mouse or the arrow keys
    head_hovered  (layer, head) under the pointer, or None
    """

    head_chosen = Signal(object)
    head_hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heads, self.filter = HeadTableModel(self), HeadFilter(self)
        self.dress(tr("Measures of all heads"), self.heads, self.filter)
        self._head: Head | None = None
        self._widths: dict[str, int] = {}
        self.setItemDelegate(HeadCells(self._cell_of, self))
        self.horizontalHeader().setStretchLastSection(False)
        self.horizontalHeader().setMinimumSectionSize(24)
        self.selectionModel().currentRowChanged.connect(self._went)
        self.filter.modelReset.connect(self._restore)
        self.filter.layoutChanged.connect(self._restore)

    def set_columns(self, columns: Sequence[HeadColumn], heads: int, off: Collection[Head] = ()) -> None:
        """Show these; see HeadTableModel."""
        self.heads.set_columns(columns, heads, off)
        self._fit_widths()
        self._restore()

    def set_selected(self, layer: int | None, head: int | None) -> None:
        """Go to the row of this head; with None, to none."""
        self._head = None if layer is None or head is None else (layer, head)
        self._restore()

    def set_hovered(self, layer: int | None, head: int | None) -> None:
        """Tint the row of a head."""
        self.heads.set_hovered(None if layer is None or head is None else (layer, head))

    def full_width(self) -> int:
        """So wide it is with all columns, without scrolling."""
        bar = self.verticalScrollBar().sizeHint().width()
        return self.horizontalHeader().length() + bar + 2 * self.frameWidth()

    def _cell_of(self, index: Index) -> Cell:
        at = self.filter.mapToSource(index)
        return self.heads.cell(at.row(), at.column())

    def _fit_widths(self) -> None:
        """Columns grow with what they hold, and do not shrink again; a person may change them."""
        cells = QFontMetrics(font("small"))
        for place, column in enumerate(self.heads.columns):
            widest = max((cells.horizontalAdvance(text) for text in column.texts), default=0)
            if column.name == "pattern":
                widest = max(widest, cells.horizontalAdvance(_LONGEST)) + _MARK
            width = max(widest + _PAD, cells.horizontalAdvance(column.title) + _TITLE_PAD)
            if width > self._widths.get(column.name, 0):
                self._widths[column.name] = width
                self.setColumnWidth(place, width)

    @Slot()
    def _restore(self) -> None:
        """The current row is that of the selected head, however rows have moved; chosen others stay chosen."""
        model = self.selectionModel()
        row = self.heads.row_of(self._head)
        if row is None:
            model.clear()
            return
        wanted = self.filter.mapFromSource(self.heads.index(row, max(0, self.currentIndex().column())))
        if not wanted.isValid():
            model.clear()
        elif wanted.row() != self.currentIndex().row() or not model.isRowSelected(wanted.row()):
            flags = QItemSelectionModel.SelectionFlag
            model.setCurrentIndex(wanted, flags.ClearAndSelect | flags.Rows)
            self.scrollTo(wanted)

    @Slot(QModelIndex, QModelIndex)
    def _went(self, current: QModelIndex, _before: QModelIndex) -> None:
        if not current.isValid():
            return
        head = self.heads.head_of(self.row_at(current))
        if head != self._head:
            self._head = head
            self.head_chosen.emit(head)

    def point_to(self, row: int | None) -> None:
        """Tell of its head."""
        self.head_hovered.emit(None if row is None else self.heads.head_of(row))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows, or a sentence where the filter leaves none."""
        super().paintEvent(event)
        if self.heads.rowCount() and not self.filter.rowCount():
            painter = QPainter(self.viewport())
            painter.setFont(font("base"))
            painter.setPen(QColor(theme().secondary))
            area = self.viewport().rect().adjusted(12, 12, -12, -12)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area, int(flags), tr("No head is like that. Change the filter."))
            painter.end()


def _side(column: HeadColumn) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignLeft if column.values is None else Qt.AlignmentFlag.AlignRight


def _is_meant(column: HeadColumn, words: str) -> bool:
    return any(name.casefold().startswith(words) for name in (column.title, column.name, column.full))
