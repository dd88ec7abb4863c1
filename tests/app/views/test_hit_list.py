"""The list of examples: rows, choosing with mouse and keys, copying, and that nothing jumps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.hit_list import ROW_HEIGHT, HitList, HitRow
from app.views.marked_text import Marked


def row(n: int) -> HitRow:
    text = f"example number {n} of many in this list"
    return HitRow(
        f"0.{900 - n}", 0.9 - n / 1000, ("number", f"{n}"), (text,), (Marked(0, 8, 14, "query"),), f"line {n}"
    )


@pytest.fixture
def hits(qtbot: QtBot) -> Iterator[HitList]:
    made = HitList()
    qtbot.addWidget(made)
    made.resize(510, 200)
    made.show()
    qtbot.waitExposed(made)
    made.set_rows([row(n) for n in range(40)])
    yield made


def test_a_click_and_enter_choose(hits: HitList, qtbot: QtBot) -> None:
    place = hits.visualRect(hits.model().index(2, 0)).center()
    with qtbot.waitSignal(hits.row_chosen) as caught:
        QTest.mouseClick(hits.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == [2]
    QTest.keyClick(hits, Qt.Key.Key_Down)
    with qtbot.waitSignal(hits.row_chosen) as caught:
        QTest.keyClick(hits, Qt.Key.Key_Return)
    assert caught.args == [3]


def test_the_current_row_stays_current_while_others_come(hits: HitList) -> None:
    hits.setCurrentIndex(hits.model().index(5, 0))
    hits.verticalScrollBar().setValue(48)
    hits.set_rows([row(-1), row(-2), *hits.rows])
    assert hits.currentIndex().row() == 7
    assert hits.verticalScrollBar().value() == 48
    hits.set_rows([row(99)])
    assert not hits.currentIndex().isValid()
    hits.set_rows([])
    assert hits.rows == ()


def test_a_row_is_copied_and_read_aloud(hits: HitList) -> None:
    hits.setCurrentIndex(hits.model().index(1, 0))
    QTest.keyClick(hits, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "0.899\tnumber → 1\texample number 1 of many in this list"
    index = hits.model().index(0, 0)
    assert "number → 0" in hits.model().data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert hits.model().data(index, Qt.ItemDataRole.ToolTipRole).startswith("line 0\nexample")
    assert hits.model().rowCount(index) == 0 and hits.model().rowCount(QModelIndex()) == 40


def test_every_width_can_be_drawn(hits: HitList) -> None:
    long = HitRow(
        "−0.123",
        -0.1,
        ("##" + "x" * 80, "[SEP]"),
        ("y" * 500, "ש" * 50),
        (Marked(0, 3, 400, "key"),),
        "",
        "z −12.3",
    )
    hits.set_rows([long])
    for width in (60, 160, 510, 1500):
        image = QImage(width, ROW_HEIGHT, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        hits.paint_row(painter, QRectF(0, 0, width, ROW_HEIGHT), 0)
        painter.end()


def test_all_rows_are_in_the_picture(hits: HitList) -> None:
    assert hits.drawing(900).size.height() == 40 * ROW_HEIGHT
    assert not hits.drawing(900).to_image().isNull()
