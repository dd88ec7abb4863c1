"""Numbers of a picture as a table to be read, with as many rows made as are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QLabel, QTableView, QVBoxLayout, QWidget

from app.theme import font
from app.translation import tr
from app.views.tables import Table

AT_ONCE = 500
"""Rows that are made when more are scrolled to."""

_WIDEST = 360  # pixels, of a column at first
_MEASURED = 20  # rows whose widths count for that

_Index = QModelIndex | QPersistentModelIndex


class TableModel(QAbstractTableModel):
    """A header, and rows that are taken from what makes them as the view scrolls down."""

    def __init__(self, table: Table, parent: QObject | None = None) -> None:
        super().__init__(parent)
        header, rows = table
        self._header = [str(name) for name in header]
        self._coming = iter(rows)
        self._rows: list[Sequence[object]] = []
        self._all = False
        self.fetchMore()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._header)

    def canFetchMore(self, parent: _Index = QModelIndex()) -> bool:  # noqa: B008
        return not parent.isValid() and not self._all

    def fetchMore(self, parent: _Index = QModelIndex()) -> None:  # noqa: B008
        more = list(islice(self._coming, AT_ONCE))
        self._all = len(more) < AT_ONCE
        if more:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(more) - 1)
            self._rows += more
            self.endInsertRows()

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        value = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return str(value)  # in full, as in the CSV
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if _is_number(value) else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._header[section] if orientation == Qt.Orientation.Horizontal else str(section + 1)


class TableView(QTableView):
    """What is selected is copied with Ctrl+C, for a spreadsheet; Qt would copy one cell of it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, or what a table does."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.selected_text())
        else:
            super().keyPressEvent(event)

    def selected_text(self) -> str:
        """The selected cells, tabs between columns; one that is not selected in a selected row is empty."""
        chosen = {(index.row(), index.column()): str(index.data()) for index in self.selectedIndexes()}
        rows, columns = (sorted({place[along] for place in chosen}) for along in (0, 1))
        return "\n".join("\t".join(chosen.get((row, column), "") for column in columns) for row in rows)


class TableDialog(QDialog):
    """A window with the numbers."""

    def __init__(self, title: str, table: Table, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.model = TableModel(table, self)
        self.view = TableView()
        self.view.setAccessibleName(title)
        self.view.setModel(self.model)
        self.view.setFont(font("base"))
        self.view.setWordWrap(False)
        self.view.verticalHeader().setDefaultSectionSize(24)
        self.view.horizontalHeader().setResizeContentsPrecision(_MEASURED)
        self.view.resizeColumnsToContents()
        for column in range(self.model.columnCount()):
            if self.view.columnWidth(column) > _WIDEST:
                self.view.setColumnWidth(column, _WIDEST)
        self.hint = QLabel(tr("Select cells and press Ctrl+C to copy them."))
        self.hint.setProperty("kind", "secondary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.view)
        layout.addWidget(self.hint)
        self.resize(760, 480)

    def open_beside(self) -> None:
        """Show it; the window behind stays usable."""
        self.setModal(False)
        self.show()
        self.view.setFocus()


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True
