"""The table of layers by pieces: cells, colours, clicks and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.theme import diverging, sequential
from app.views.lens_table import LEAST_ROW, LensCells, LensTable
from tests.app.fakes import fake_tokens


def cells(columns: int = 3, rows: int = 5, *, signed: bool = False) -> LensCells:
    shades = np.linspace(-1 if signed else 0, 1, rows * columns, dtype=np.float32).reshape(rows, columns)
    return LensCells(
        tokens=fake_tokens(17)[:columns],
        positions=tuple(range(columns)),
        layers=tuple(f"L{n}" for n in range(rows)),
        words=[[f"word{row}{column}" for column in range(columns)] for row in range(rows)],
        figures=[[f"{row}{column}%" for column in range(columns)] for row in range(rows)],
        said=lambda row, column: f"cell {row} {column}",
        shades=shades,
        signed=signed,
    )


@pytest.fixture
def table(qtbot: QtBot) -> LensTable:
    made = LensTable("Lens")
    qtbot.addWidget(made)
    made.resize(500, 160)
    made.show()
    made.set_cells(cells())
    return made


def test_colours_go_from_end_to_end(table: LensTable) -> None:
    assert table.colour_of(0, 0) == QColor(*sequential()[0, :3].tolist())
    assert table.colour_of(4, 2) == QColor(*sequential()[255, :3].tolist())
    table.set_cells(cells(signed=True))
    assert table.colour_of(2, 1) == QColor(*diverging()[128, :3].tolist())
    assert table.colour_of(0, 0) == QColor(*diverging()[1, :3].tolist())


def test_rows_and_columns_share_the_room(table: LensTable) -> None:
    assert 3 * table.columnWidth(0) <= table.viewport().width() and table.columnWidth(0) > 140
    assert 5 * table.rowHeight(0) <= table.viewport().height()
    table.set_cells(cells(17, 13))
    assert table.rowHeight(12) == LEAST_ROW and table.columnWidth(16) == 92
    assert table.horizontalScrollBar().maximum() > 0


def test_words_for_whoever_cannot_see(table: LensTable) -> None:
    index = table.model().index(1, 2)
    assert index.data() == "word12 12%"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "cell 1 2"
    assert table.model().headerData(4, Qt.Orientation.Vertical) == "L4"
    bold = [
        table.model().headerData(row, Qt.Orientation.Vertical, Qt.ItemDataRole.FontRole).bold()
        for row in range(5)
    ]
    assert bold == [False, False, False, False, True]


def test_a_click_and_the_arrows_choose_a_cell(qtbot: QtBot, table: LensTable) -> None:
    chosen: list[tuple[object, object]] = []
    table.cell_chosen.connect(lambda *cell: chosen.append(cell))
    place = table.visualRect(table.model().index(1, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert chosen == [(1, 1), (2, 1), (2, 0)]
    entered: list[tuple[object, object]] = []
    table.cell_entered.connect(lambda *cell: entered.append(cell))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert entered == [(2, 0)]


def test_what_is_set_from_outside_is_not_told_of(qtbot: QtBot, table: LensTable) -> None:
    with qtbot.assertNotEmitted(table.cell_chosen):
        table.set_current(3, 2)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (3, 2)
    table.set_cells(cells())
    assert table.currentIndex().row() == 3, "the same shape keeps the place"


def test_the_pointer_tells_its_column(qtbot: QtBot, table: LensTable) -> None:
    told: list[object] = []
    table.hovered.connect(told.append)
    for column in (0, 0, 2):
        qtbot.mouseMove(table.viewport(), table.visualRect(table.model().index(1, column)).center())
    assert told == [0, 2] and table.hover_cell == (1, 2)
    table.set_hover(1)
    assert table.hover_cell == (4, 1)
    table.set_hover(None)
    assert table.hover_cell is None


def test_plain_it_is_as_high_as_its_rows(qtbot: QtBot) -> None:
    made = LensTable("Lens", plain=True)
    qtbot.addWidget(made)
    made.resize(260, 100)
    made.set_cells(cells(1, 13))
    assert made.sizeHint().height() == 13 * LEAST_ROW + 2
    assert made.horizontalHeader().isHidden()


def test_the_picture_has_all_columns(table: LensTable) -> None:
    table.set_cells(cells(17, 13))
    drawing = table.drawing()
    assert drawing.size.width() > 17 * 100 and drawing.size.height() > 13 * 20
    assert not drawing.to_image().isNull()
