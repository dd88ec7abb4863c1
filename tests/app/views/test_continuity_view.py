"""The thread of sentences: where pairs are, keys, breaks, pictures, and thousands of sentences."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.views.continuity_view import MOST_DRAWN, ROW_HEIGHT, ContinuityView, Thread

SENTENCES = ("One.", "Two.", "三。", "أربعة.", "Five.")
THREAD = Thread(SENTENCES, (0.9, 0.2, 0.6, 0.1), 0.5, {1: "cut"})


def made(qtbot, thread: Thread = THREAD) -> ContinuityView:
    view = ContinuityView()
    view.resize(500, 3 * ROW_HEIGHT)
    qtbot.addWidget(view)
    view.show()
    view.set_thread(thread)
    return view


def test_breaks_are_below_the_threshold() -> None:
    assert THREAD.breaks == (1, 3)
    assert Thread(SENTENCES, (0.5,), 0.5).breaks == ()


def test_the_nearest_boundary_is_the_pair(qtbot) -> None:
    view = made(qtbot)
    assert [view.pair_at(QPointF(9, y)) for y in (0, 28, 41, 43, 70)] == [0, 0, 0, 1, 1]
    view.verticalScrollBar().setValue(2 * ROW_HEIGHT)
    assert view.pair_at(QPointF(9, 83)) == 3
    assert made(qtbot, Thread(("One.",))).pair_at(QPointF(9, 9)) is None


def test_a_click_chooses_a_pair(qtbot) -> None:
    view = made(qtbot)
    chosen: list[int] = []
    view.pair_chosen.connect(chosen.append)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 2 * ROW_HEIGHT))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=QPoint(200, ROW_HEIGHT))
    assert chosen == [1] and view.current == 1


def test_keys_walk_pairs_and_breaks(qtbot) -> None:
    view = made(qtbot)
    chosen: list[int] = []
    view.pair_chosen.connect(chosen.append)
    for key, current in (
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Down, 1),
        (Qt.Key.Key_N, 3),
        (Qt.Key.Key_N, 1),
        (Qt.Key.Key_P, 3),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_P, 3),
        (Qt.Key.Key_End, 3),
    ):
        QTest.keyClick(view, key)
        assert view.current == current
    top = view.verticalScrollBar().value()
    assert top <= 3 * ROW_HEIGHT and top + view.viewport().height() >= 5 * ROW_HEIGHT
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen == [3]
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == view.words_of(3)


def test_pairs_in_words(qtbot) -> None:
    view = made(qtbot)
    assert view.words_of(0) == "One.\n→ Two.\nis next: 90%"
    assert view.words_of(1) == "Two.\n→ 三。\nis next: 20% · the thread breaks here · cut"
    assert view.accessibleDescription() == view.words_of(0)
    view.set_thread(Thread(SENTENCES, ()))
    assert view.words_of(0).endswith("is next: …")


def test_fewer_sentences_keep_the_keyboard_inside(qtbot) -> None:
    view = made(qtbot)
    view.go_to(3)
    view.set_read(3)
    view.set_thread(Thread(SENTENCES[:2], (0.9,)))
    assert view.current == 0
    view.grab()
    view.set_thread(Thread(("One.",)))
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.current == 0 and view.accessibleDescription() == "One."
    view.set_thread(Thread())
    view.set_empty_text("Nothing.")
    view.grab()
    assert view.accessibleDescription() == "Nothing."


def test_thousands_of_long_sentences(qtbot) -> None:
    size = 2000
    view = made(qtbot, Thread(("word " * 400,) * size, (0.7,) * (size - 1)))
    bar = view.verticalScrollBar()
    assert bar.maximum() == size * ROW_HEIGHT - view.viewport().height()
    bar.setValue(bar.maximum())
    view.grab()
    assert view.drawing(500).size.height() == MOST_DRAWN * ROW_HEIGHT
    assert len(view.words_of(0)) < 1000
