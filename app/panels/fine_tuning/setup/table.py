"""The first rows of a file, above each column what part it plays."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QTableWidget, QTableWidgetItem, QWidget

from app.file_questions.data import DataReport
from app.panels.fine_tuning.setup.making import Unwheeled
from app.panels.fine_tuning.setup.roles import role_title
from app.theme import font
from app.translation import tr
from bert_core.finetuning.data_values import ROLES

_COLUMNS = 40
"""A file may have thousands."""
_SHOWN, _NARROW, _TEXT, _WIDE, _ROW = 6, 104, 160, 300, 24  # rows; pixels


class PreviewTable(QTableWidget):
    """role_chosen(str, str): a column, and the role that it is to have; "" for none."""

    role_chosen = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._calm = Unwheeled(self)
        self._shape: object = None
        self._widest = -1
        self.combos: list[QComboBox] = []
        self.setAccessibleName(tr("The first rows of the file"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setFont(font("small"))
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.horizontalHeader().setFont(font("small"))
        self.horizontalHeader().setHighlightSections(False)
        self.setShowGrid(False)

    def show_report(self, report: DataReport) -> None:
        """The rows, and the roles of their columns."""
        roles = {name: role for role, name in report.layout.columns}
        places = _shown(report.columns, roles)
        shape = report.columns, places, report.rows, report.layout.task, report.fixed
        if shape != self._shape:
            self._shape = shape
            self._fill(report, places)
        for combo, place in zip(self.combos, places, strict=True):
            column = report.columns[place]
            role = roles.get(column, "")
            if report.fixed:
                role = column
            combo.setCurrentIndex(max(0, combo.findData(role)))
            combo.setToolTip(tr("What “{column}” is in this task", column=column))

    def _fill(self, report: DataReport, places: tuple[int, ...]) -> None:
        columns = [report.columns[place] for place in places]
        rows = [[row[place] for place in places] for row in report.rows]
        self.clear()
        self.setRowCount(len(rows) + 1)
        self.setColumnCount(len(columns))
        self.setHorizontalHeaderLabels(columns)
        self.setRowHeight(0, _ROW + 6)
        self.combos = []
        for number, column in enumerate(columns):
            combo = QComboBox()
            self._calm.calm(combo)
            combo.setFont(font("small"))
            combo.setAccessibleName(tr("Role of {column}", column=column))
            combo.addItem(tr("not used"), "")
            for role in ROLES[report.layout.task]:
                combo.addItem(role_title(role), role)
            combo.setEnabled(not report.fixed)
            combo.setProperty("column", column)
            combo.activated.connect(self._activated)
            self.combos.append(combo)
            self.setCellWidget(0, number, combo)
        for row, values in enumerate(rows, 1):
            for number, value in enumerate(values):
                item = QTableWidgetItem(value.replace("\n", " "))
                item.setToolTip(value)
                self.setItem(row, number, item)
        self._set_widths(rows, len(columns))
        header = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(header + _ROW + 6 + min(_SHOWN, len(rows)) * _ROW + 14)

    def _set_widths(self, rows: list[list[str]], count: int) -> None:
        """Texts wide, the rest narrow; the widest takes what is left over."""
        lengths = [sum(len(row[number]) for row in rows) / max(1, len(rows)) for number in range(count)]
        for number, length in enumerate(lengths):
            self.setColumnWidth(number, round(min(_WIDE, max(_NARROW, 7 * length))))
        self._widest = lengths.index(max(lengths)) if lengths else -1
        self._stretch()

    def _stretch(self) -> None:
        if self._shape is None or self._widest < 0:
            return
        others = sum(self.columnWidth(n) for n in range(self.columnCount()) if n != self._widest)
        self.setColumnWidth(self._widest, max(_TEXT, self.viewport().width() - others))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The widest column takes what is left over."""
        super().resizeEvent(event)
        self._stretch()

    @Slot(int)
    def _activated(self, _: int) -> None:
        combo = self.sender()
        if isinstance(combo, QComboBox):
            self.role_chosen.emit(combo.property("column"), combo.currentData())


def _shown(columns: tuple[str, ...], roles: dict[str, str]) -> tuple[int, ...]:
    """Which columns are shown of a file that has very many: those with a role, and the first of the others."""
    if len(columns) <= _COLUMNS:
        return tuple(range(len(columns)))
    used = [place for place, name in enumerate(columns) if name in roles]
    others = [place for place in range(len(columns)) if place not in set(used)]
    return tuple(sorted((*used, *others[: max(0, _COLUMNS - len(used))])))
