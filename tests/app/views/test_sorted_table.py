"""What all sorted tables have in common."""

from __future__ import annotations

from math import nan

import pytest
from PySide6.QtCore import QEvent, QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.sorted_table import SortedTable, is_less

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


class Table(SortedTable):
    def __init__(self) -> None:
        super().__init__()
        self.pointed: list[int | None] = []
        model = QStandardItemModel(self)
        for name, kind in (("b", "x"), ("c", "z"), ("a", "y")):
            model.appendRow([QStandardItem(name), QStandardItem(kind)])
        self.dress("Letters", model, QSortFilterProxyModel(self))

    def point_to(self, row: int | None) -> None:
        self.pointed.append(row)


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    made = Table()
    qtbot.addWidget(made)
    made.resize(300, 150)
    made.show()
    return made


def test_rows_are_known_by_their_number_wherever_they_stand(table: Table) -> None:
    assert table.shown_rows() == [2, 0, 1]
    assert table.row_at(table.model().index(0, 1)) == 2


def test_s_sorts_by_the_column_one_stands_in_and_turns_the_order_round(table: Table) -> None:
    table.setCurrentIndex(table.model().index(0, 1))
    QTest.keyClick(table, Qt.Key.Key_S)
    assert table.shown_rows() == [0, 2, 1]
    QTest.keyClick(table, Qt.Key.Key_S)
    assert table.shown_rows() == [1, 2, 0]


def test_it_is_pointed_at_and_left(table: Table) -> None:
    table.entered.emit(table.model().index(0, 0))
    table.viewportEntered.emit()
    QApplication.sendEvent(table.viewport(), QEvent(QEvent.Type.Leave))
    assert table.pointed == [2, None, None]


@pytest.mark.parametrize(
    ("one", "other", "order", "less"),
    [
        *((1, 2, UP, True), (2, 1, UP, False), (1, 2, DOWN, True), (nan, 1, UP, False), (1, nan, UP, True)),
        *((nan, 1, DOWN, True), (1, nan, DOWN, False), (nan, nan, UP, False), (nan, nan, DOWN, False)),
    ],
)
def test_nan_comes_last_whichever_way(one: float, other: float, order: Qt.SortOrder, less: bool) -> None:
    assert is_less(one, other, order) is less  # a model sorts by "greater" where the order is turned round
