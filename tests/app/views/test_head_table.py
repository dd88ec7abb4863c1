"""The table of heads: sorted, filtered, copied, and one with the selected head."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.head_table import HeadColumn, HeadTable

NAMES = ["L1-H1", "L1-H2", "L1-H3", "L2-H1", "L2-H2", "L2-H3"]
ENTROPY = np.array([2.0, 0.5, np.nan, 1.5, 3.0, 0.25])
PATTERNS = [("broad",), ("[SEP]", "vertical"), ("mixed",), ("previous token",), ("broad",), ("vertical",)]


def columns(entropy: np.ndarray = ENTROPY) -> list[HeadColumn]:
    texts = ["–" if np.isnan(value) else f"{value:.2f}" for value in entropy]
    shown = [pattern[0] for pattern in PATTERNS]
    return [
        HeadColumn("head", "Head", "Head", "Which", NAMES, np.arange(6.0)),
        HeadColumn("entropy", "Entropy", "Entropy, nats", "How wide", texts, entropy, values=entropy),
        HeadColumn("pattern", "Pattern", "Pattern", "What", shown, np.arange(6.0)[::-1], shown, PATTERNS),
    ]


@pytest.fixture
def table(qtbot: QtBot) -> HeadTable:
    made = HeadTable()
    qtbot.addWidget(made)
    made.resize(420, 240)
    made.set_columns(columns(), 3)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_rows_are_heads_in_order(table: HeadTable) -> None:
    assert table.shown_rows() == list(range(6))
    model = table.filter
    assert [model.index(row, 0).data() for row in range(6)] == NAMES
    assert model.index(1, 1).data() == "0.50"
    assert model.index(1, 2).data(Qt.ItemDataRole.ToolTipRole) == "[SEP]"
    header = model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert header == "Entropy, nats\nHow wide"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Qt.SortOrder.AscendingOrder, [5, 1, 3, 0, 4, 2]),
        (Qt.SortOrder.DescendingOrder, [4, 0, 3, 1, 5, 2]),
    ],
)
def test_unknown_numbers_come_last_either_way(
    table: HeadTable, order: Qt.SortOrder, expected: list[int]
) -> None:
    table.sortByColumn(1, order)
    assert table.shown_rows() == expected


def test_every_column_sorts_by_its_keys(table: HeadTable) -> None:
    table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert table.shown_rows() == [5, 4, 3, 2, 1, 0]


def test_new_numbers_are_sorted_in_and_the_selected_head_stays(table: HeadTable) -> None:
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    table.set_selected(1, 0)
    table.set_columns(columns(ENTROPY[::-1]), 3)
    assert table.shown_rows() == [0, 4, 2, 5, 1, 3]
    assert table.currentIndex().row() == 5
    assert table.selectionModel().isRowSelected(5)


def test_s_sorts_by_the_column_one_stands_in(table: HeadTable) -> None:
    table.setCurrentIndex(table.filter.index(0, 1))
    QTest.keyClick(table, Qt.Key.Key_S)
    assert table.shown_rows()[0] == 5
    QTest.keyClick(table, Qt.Key.Key_S)
    assert table.shown_rows()[0] == 4


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ("l2", [3, 4, 5]),
        ("BROAD", [0, 4]),
        ("vertical", [1, 5]),  # also where it is not what names the head
        ("previous token", [3]),
        ("entropy < 1", [1, 5]),
        ("entropy>=1.5", [0, 3, 4]),
        ("ent > 1.6, broad", [0, 4]),
        ("entropy <", [0, 1, 2, 3, 4, 5]),  # still being typed
        ("entropy > .", [0, 1, 2, 3, 4, 5]),
        ("entropy > −1", [0, 1, 3, 4, 5]),
        ("weight > 1", []),  # there is no such column
        ("l2,, ,broad", [4]),
        ("nothing", []),
    ],
)
def test_words_filter(table: HeadTable, words: str, expected: list[int]) -> None:
    table.filter.set_words(words)
    assert table.shown_rows() == expected


def test_a_pattern_filters_whether_or_not_it_names_the_head(table: HeadTable) -> None:
    table.filter.set_pattern("vertical")
    assert table.shown_rows() == [1, 5]
    table.filter.set_words("l1")
    assert table.shown_rows() == [1]
    table.filter.set_pattern("")
    assert table.shown_rows() == [0, 1, 2]


def test_where_the_filter_leaves_nothing_that_is_said(table: HeadTable) -> None:
    def colours() -> int:
        image = table.viewport().grab().toImage()
        return len({image.pixel(x, y) for x in range(image.width()) for y in range(60, image.height())})

    table.set_columns([], 1)
    assert colours() == 1
    table.set_columns(columns(), 3)
    table.filter.set_words("nothing")
    assert colours() > 1


def test_a_click_and_the_arrows_choose_heads(table: HeadTable) -> None:
    chosen: list[tuple[int, int]] = []
    table.head_chosen.connect(chosen.append)
    place = table.visualRect(table.filter.index(3, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Right)  # another cell of the same head
    assert chosen == [(1, 0), (1, 1)]


def test_a_head_selected_elsewhere_is_gone_to_and_not_told_again(table: HeadTable) -> None:
    chosen: list[tuple[int, int]] = []
    table.head_chosen.connect(chosen.append)
    table.set_selected(1, 2)
    assert table.currentIndex().row() == 5 and table.selectionModel().isRowSelected(5)
    table.set_selected(1, None)  # an average is no row
    assert not table.currentIndex().isValid() and not table.selectedIndexes()
    table.set_selected(1, 2)
    table.filter.set_words("l1")
    assert not table.selectedIndexes()
    table.filter.set_words("")
    assert table.selectionModel().isRowSelected(5)
    table.set_selected(11, 11)
    assert not table.selectedIndexes() and chosen == []


def test_several_rows_are_copied_as_text_with_tabs(table: HeadTable) -> None:
    table.set_selected(0, 0)
    table.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(table, key, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == ("L1-H1\t2.00\tbroad\nL1-H2\t0.50\t[SEP]\nL1-H3\t–\tmixed")
    table.set_columns(columns(), 3)  # the same again: what is chosen stays
    assert len(table.selectionModel().selectedRows()) == 3


def test_the_pointer_tells_the_head_and_its_row_is_tinted(table: HeadTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.head_hovered) as hovered:
        QTest.mouseMove(table.viewport(), table.visualRect(table.filter.index(2, 1)).center())
    assert hovered.args == [(0, 2)]
    assert not table.heads.cell(2, 1).hovered
    table.set_hovered(0, 2)
    assert table.heads.cell(2, 1).hovered and not table.heads.cell(1, 1).hovered
    table.set_hovered(9, 9)
    assert not table.heads.cell(2, 1).hovered


def test_heads_that_are_off_are_struck_out(table: HeadTable) -> None:
    table.set_columns(columns(), 3, {(1, 1)})
    assert table.heads.cell(4, 0).font.strikeOut()
    assert not table.heads.cell(3, 0).font.strikeOut() and not table.heads.cell(4, 1).font.strikeOut()


def test_columns_are_as_wide_as_what_they_hold(table: HeadTable) -> None:
    metrics = table.fontMetrics()
    for place, column in enumerate(table.heads.columns):
        widest = max(metrics.horizontalAdvance(text) for text in [*column.texts, column.title])
        assert table.columnWidth(place) > widest
    before = table.columnWidth(1)
    table.set_columns(columns(ENTROPY * 1e6), 3)
    wider = table.columnWidth(1)
    table.set_columns(columns(), 3)
    assert table.columnWidth(1) == wider > before


def test_another_model_has_other_rows(table: HeadTable) -> None:
    one = [HeadColumn("head", "Head", "Head", "", ["L1-H1", "L1-H2"], np.arange(2.0))]
    table.set_selected(0, 1)
    table.set_columns(one, 2)
    assert table.shown_rows() == [0, 1] and table.currentIndex().row() == 1
    table.set_columns([], 1)
    assert table.shown_rows() == []


def test_the_row_under_the_pointer_is_let_go(table: HeadTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.head_hovered) as hovered:
        QApplication.sendEvent(table.viewport(), QEvent(QEvent.Type.Leave))
    assert hovered.args == [None]
    with qtbot.waitSignal(table.head_hovered) as hovered:
        QTest.mouseMove(table.viewport(), table.viewport().rect().bottomRight())
    assert hovered.args == [None]
