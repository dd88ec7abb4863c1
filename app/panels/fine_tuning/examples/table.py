"""The table of examples: as many rows as there are, of which those that are seen are written."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from app.panels.fine_tuning.examples.columns import WRONG, Column, columns_of
from app.panels.fine_tuning.examples.filtering import Key, Listed, is_wrong
from app.theme import font, theme
from app.translation import tr
from app.views.piece_text import visible
from app.views.table_dialog import TableView
from bert_core.finetuning.run_values import ExampleRow
from bert_core.finetuning.task_info import TaskName

_ROW, _LEAST_TEXT, _USUAL_TEXT = 26, 74, 200  # pixels
_TEXT_WEIGHT = 1.8  # of a text, where one of an answer is 1

_Index = QModelIndex | QPersistentModelIndex


class ExampleModel(QAbstractTableModel):
    """The rows at `places`, in that order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[Column, ...] = columns_of("single-sentence")
        self.rows: tuple[ExampleRow, ...] = ()
        self.places: list[int] = []
        self.known = False
        self.order: tuple[Key, bool] = ("index", False)

    def set_sort(self, key: Key, *, falling: bool) -> None:
        """By what the rows are in order: an arrow says so."""
        self.order = key, falling
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(0, len(self.columns) - 1))

    def set_rows(self, task: TaskName, listed: Listed, places: list[int], *, known: bool) -> None:
        """Show these; `known`: there are predictions."""
        self.beginResetModel()
        self.columns, self.rows, self.places, self.known = columns_of(task), listed.rows, places, known
        self.endResetModel()

    def set_places(self, places: list[int]) -> None:
        """Show others of the same rows."""
        self.beginResetModel()
        self.places = places
        self.endResetModel()

    def row_at(self, row: int) -> ExampleRow:
        """The example in a row of the table."""
        return self.rows[self.places[row]]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.places)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column, row = self.columns[index.column()], self.row_at(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            unknown = not self.known and column.key in ("right", "predicted", "confidence", "score", "loss")
            return "" if unknown else visible(column.words(row))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole and self.known and column.key in ("right", "predicted"):
            return QColor(theme().error) if is_wrong(row) else None
        if role == Qt.ItemDataRole.AccessibleTextRole and column.key == "right" and self.known:
            return tr("wrong") if is_wrong(row) else tr("right") if row.known else tr("not known")
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = {True: " ▾", False: " ▴"}[self.order[1]] if column.key == self.order[0] else ""
            return (column.title or WRONG) + arrow
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr("{tip}. Click to sort by it.", tip=column.tip)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class ExampleTable(TableView):
    """opened(ExampleRow) for a double click or Enter, pointed(ExampleRow | None) for the current row.

    sorted_by(Key, falling) when a header is clicked.
    """

    opened = Signal(object)
    pointed = Signal(object)
    sorted_by = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.examples = ExampleModel(self)
        self.setModel(self.examples)
        self.setAccessibleName(tr("Examples of the dev set"))
        self.setFont(font("base"))
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(20)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._header_clicked)
        self.doubleClicked.connect(self._double_clicked)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        self._keys: tuple[Key, ...] = ()
        self.setMinimumSize(160, 3 * _ROW)

    @property
    def current(self) -> ExampleRow | None:
        """The example that the keyboard is on."""
        index = self.currentIndex()
        return self.examples.row_at(index.row()) if index.isValid() else None

    def set_rows(self, task: TaskName, listed: Listed, places: list[int], *, known: bool) -> None:
        """Show these; the current example stays current where it is there."""
        before = self.current
        self.examples.set_rows(task, listed, places, known=known)
        keys = tuple(column.key for column in self.examples.columns)
        if keys != self._keys:
            self._keys = keys
            self._lay_out()
        self._stay_at(before)

    def set_places(self, places: list[int]) -> None:
        """Show others of the same rows."""
        before = self.current
        self.examples.set_places(places)
        self._stay_at(before)

    def set_sort(self, key: Key, *, falling: bool) -> None:
        """By what the rows are in order."""
        self.examples.set_sort(key, falling=falling)

    def show_first(self) -> None:
        """Go to the top."""
        if self.examples.places:
            self.setCurrentIndex(self.examples.index(0, 0))
        self.scrollToTop()

    def _stay_at(self, before: ExampleRow | None) -> None:
        place = None
        if before is not None:
            rows, places = self.examples.rows, self.examples.places
            place = next((n for n, at in enumerate(places) if rows[at].index == before.index), None)
        if place is None and self.examples.places:
            place = 0
        if place is None:
            self.pointed.emit(None)
        else:
            self.setCurrentIndex(self.examples.index(place, 0))
            self.pointed.emit(self.current)

    def _lay_out(self) -> None:
        """Numbers have what they need; the texts share the rest, where there is little of it with the answers, too."""
        columns = self.examples.columns
        words = [column for column in columns if column.words_wide]
        texts = sum(not column.width for column in columns)
        room = self.viewport().width() - sum(column.width for column in columns if not column.words_wide)
        usual = sum(column.width for column in words)
        tight = room - usual < texts * _USUAL_TEXT
        weights = sum(1 if column.width else _TEXT_WEIGHT for column in words)
        for n, column in enumerate(columns):
            width = column.width
            if column.words_wide and tight:
                share = room * (1 if column.width else _TEXT_WEIGHT) / weights
                width = max(_LEAST_TEXT, int(min(share, column.width or share)))
            elif not column.width:
                width = (room - usual) // texts
            self.setColumnWidth(n, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another room for the texts."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens."""
        current = self.current
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current is not None:
            self.opened.emit(current)
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(self.examples.row_at(index.row()))

    @Slot(QModelIndex, QModelIndex)
    def _current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.pointed.emit(self.current)

    @Slot(int)
    def _header_clicked(self, section: int) -> None:
        """By this column; again: the other way. Numbers fall at first, for the largest are looked for."""
        key = self._keys[section]
        order = self.examples.order
        falling = not order[1] if key == order[0] else key in ("loss", "confidence")
        self.set_sort(key, falling=falling)
        self.sorted_by.emit(key, falling)
