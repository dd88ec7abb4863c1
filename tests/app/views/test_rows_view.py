"""What all lists of rows have in common."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.rows_view import RowsView, rows_drawing


@dataclass(frozen=True)
class Bead:
    name: str
    size: int = 1

    @property
    def words(self) -> str:
        return f"{self.name}\t{self.size}"

    @property
    def tip(self) -> str:
        return f"tip of {self.name}"


class Beads(RowsView[Bead]):
    row_height = 20

    def key_of(self, row: Bead) -> str:
        return row.name

    def paint_row(self, painter: QPainter, area: QRectF, number: int) -> None:
        painter.drawText(area, self.rows[number].name)


def made(qtbot: QtBot, count: int = 30) -> Beads:
    view = Beads("Beads")
    qtbot.addWidget(view)
    view.resize(200, 100)
    view.show()
    view.set_rows([Bead(f"b{n}") for n in range(count)])
    return view


def test_rows_are_told_in_words_and_copied(qtbot: QtBot) -> None:
    view = made(qtbot)
    index = view.model().index(2, 0)
    assert index.data() == index.data(Qt.ItemDataRole.AccessibleTextRole) == "b2, 1"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "tip of b2"
    assert view.model().rowCount(index) == 0
    view.setCurrentIndex(index)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "b2\t1"


def test_a_row_is_chosen_by_a_click_and_enter(qtbot: QtBot) -> None:
    view = made(qtbot)
    chosen: list[int] = []
    view.row_chosen.connect(chosen.append)
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(1, 0)).center()
    )
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen == [1, 2]


def test_the_current_row_goes_with_its_key_and_nothing_scrolls(qtbot: QtBot) -> None:
    view = made(qtbot)
    view.setCurrentIndex(view.model().index(5, 0))
    view.verticalScrollBar().setValue(33)
    view.set_rows([Bead("new"), *view.rows])
    assert (view.currentIndex().row(), view.verticalScrollBar().value()) == (6, 33)
    view.set_rows([Bead("new")])
    assert not view.currentIndex().isValid()


def test_where_the_rows_are_the_same_ones_only_what_is_written_changes(qtbot: QtBot) -> None:
    view = made(qtbot)
    view.setCurrentIndex(view.model().index(5, 0))
    with qtbot.assertNotEmitted(view.model().modelReset), qtbot.waitSignal(view.model().dataChanged):
        view.set_rows([Bead(row.name, 7) for row in view.rows])
    assert view.currentIndex().row() == 5 and view.currentIndex().data() == "b5, 7"


def test_why_there_is_nothing_is_said_and_read_aloud(qtbot: QtBot) -> None:
    view = made(qtbot, 0)
    before = view.grab().toImage()
    view.set_empty_text("No beads.")
    assert view.empty_text == view.accessibleDescription() == "No beads."
    assert view.grab().toImage() != before


def test_a_picture_has_the_rows_below_each_other(qapp: object) -> None:
    areas: list[QRectF] = []
    drawing = rows_drawing(3, QSizeF(50, 20), lambda painter, area, number: areas.append(area))
    assert drawing.size == QSizeF(50, 60)
    drawing.to_image()
    assert areas[:3] == [QRectF(0, 20 * n, 50, 20) for n in range(3)]
    assert rows_drawing(0, QSizeF(50, 20), lambda *_: None).size == QSizeF(50, 20)
