"""Numbers to be read: rows come as they are scrolled to, and what is selected can be copied."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.views.table_dialog import AT_ONCE, TableDialog, TableModel

HEADER = ("piece", "weight")


def test_rows_are_made_as_they_are_wanted(qtbot: QtBot) -> None:
    made: list[int] = []

    def rows() -> Iterator[tuple[str, int]]:
        for number in range(AT_ONCE + 30):
            made.append(number)
            yield "x", number

    model = TableModel((HEADER, rows()))
    assert len(made) == model.rowCount() == AT_ONCE and model.canFetchMore()
    model.fetchMore()
    assert model.rowCount() == AT_ONCE + 30 and not model.canFetchMore()
    assert model.index(AT_ONCE + 29, 1).data() == str(AT_ONCE + 29)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert tester.model() is model


def test_cells_say_what_the_csv_says(qtbot: QtBot) -> None:
    model = TableModel((HEADER, [("the", np.float32(0.1)), ("模", 1e-30), ("", "")]))
    assert [model.headerData(n, Qt.Orientation.Horizontal) for n in (0, 1)] == list(HEADER)
    assert model.headerData(0, Qt.Orientation.Vertical) == "1"
    assert [model.index(row, 1).data() for row in range(3)] == ["0.1", "1e-30", ""]
    sides = [model.index(0, column).data(Qt.ItemDataRole.TextAlignmentRole) for column in (0, 1)]
    assert sides[0] & Qt.AlignmentFlag.AlignLeft.value and sides[1] & Qt.AlignmentFlag.AlignRight.value
    assert TableModel(((), [])).columnCount() == 0


def test_what_is_selected_is_copied(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = TableDialog("Weights", (HEADER, [("a", 1), ("b", 2), ("c", 3)]), parent)
    dialog.open_beside()
    assert dialog.isVisible() and not dialog.isModal() and dialog.windowTitle() == "Weights"
    chosen = dialog.view.selectionModel()
    for row, column in ((0, 0), (0, 1), (2, 1)):
        chosen.select(dialog.model.index(row, column), QItemSelectionModel.SelectionFlag.Select)
    QTest.keyClick(dialog.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "a\t1\n\t3"
    with qtbot.waitSignal(dialog.destroyed):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
