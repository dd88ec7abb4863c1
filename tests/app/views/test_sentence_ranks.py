"""The list of ranked sentences: rows, keys, pictures, and any script."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtTest import QTest

from app.theme import font
from app.views.sentence_ranks import MOST_DRAWN, ROW_HEIGHT, SentenceRanks, SentenceRow, shortened

ROWS = [
    SentenceRow("1", "83%", 0.83, "He bought milk.", mark="B", read=True, detail="line 3"),
    SentenceRow("2", "17%", 0.17, "العربية لغة جميلة"),
    SentenceRow("3", "<0.1%", 0.0001, "long " * 10_000),
    SentenceRow("4", "–", float("nan"), "a\u202e\x00b"),
]


def made(qtbot) -> SentenceRanks:
    view = SentenceRanks()
    view.resize(500, 120)
    qtbot.addWidget(view)
    view.show()
    view.set_rows(ROWS)
    return view


def test_a_click_and_enter_choose(qtbot) -> None:
    view = made(qtbot)
    chosen: list[int] = []
    view.row_chosen.connect(chosen.append)
    place = view.visualRect(view.model().index(1, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen == [1, 2]


def test_the_current_sentence_stays_current_where_it_goes(qtbot) -> None:
    view = made(qtbot)
    view.setCurrentIndex(view.model().index(1, 0))
    view.set_rows([ROWS[1], ROWS[0]])
    assert view.currentIndex().row() == 0
    view.set_rows([ROWS[0]])
    assert not view.currentIndex().isValid()


def test_rows_are_told_in_words(qtbot) -> None:
    view = made(qtbot)
    index = view.model().index(0, 0)
    assert index.data() == "1, 83%, B, He bought milk."
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "He bought milk.\nline 3"
    view.setCurrentIndex(index)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1\t83%\tB\tHe bought milk."
    assert "‹U+0000›" in view.model().index(3, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_why_there_is_nothing(qtbot) -> None:
    view = made(qtbot)
    view.set_rows([])
    view.set_empty_text("Nothing yet.")
    assert view.empty_text == view.accessibleDescription() == "Nothing yet."
    view.grab()


def test_a_picture_has_all_rows_up_to_a_limit(qtbot) -> None:
    view = made(qtbot)
    assert view.drawing(600).size.height() == len(ROWS) * ROW_HEIGHT
    view.drawing(600).to_image()
    view.set_rows(ROWS * 100)
    assert view.drawing(600).size.height() == MOST_DRAWN * ROW_HEIGHT


def test_long_sentences_are_cut_to_the_place(qtbot) -> None:
    metrics = QFontMetricsF(font("base"))
    shown = shortened("long " * 10_000, metrics, QRectF(0, 0, 200, 20))
    assert shown.endswith("…") and 150 < metrics.horizontalAdvance(shown) <= 200
    assert shortened("short", metrics, QRectF(0, 0, 200, 20)) == "short"
