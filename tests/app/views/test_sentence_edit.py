"""The sentence editor: what is typed, pasted and set comes out again, whatever it is made of."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout, QWidget

from app.views.sentence_edit import MOST_PASTED, SentenceEdit

FACE, HIGH, LOW = "\U0001f600", "\ud83d", "\ude00"


@pytest.fixture
def edit(qtbot):
    holder = QWidget()
    column = QVBoxLayout(holder)
    made = SentenceEdit()
    column.addWidget(made)
    column.addStretch(1)
    qtbot.addWidget(holder)
    holder.resize(280, 400)
    holder.show()
    made.setFocus()
    yield made


def said(edit: SentenceEdit) -> list[str]:
    heard: list[str] = []
    edit.edited.connect(heard.append)
    return heard


def paste(edit: SentenceEdit, text: str, html: str = "") -> None:
    data = QMimeData()
    data.setText(text)
    if html:
        data.setHtml(html)
    edit.insertFromMimeData(data)


def test_typing_is_said_at_once(edit, qtbot) -> None:
    heard = said(edit)
    qtbot.keyClicks(edit, "ab")
    qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    assert heard == ["a", "ab", "a"]


@pytest.mark.parametrize(
    "text",
    [
        f"a{FACE}b",
        HIGH,
        f"x{HIGH}y{LOW}{FACE}",
        "\ufeffa",
        "\ufffea",
        "a\xa0b\u2028c",
        "one\ntwo\n",
        "سلام 汉字",
        "\x00\x01",
    ],
)
def test_any_text_survives_being_set_and_typed_behind(edit, qtbot, text: str) -> None:
    edit.set_text(text)
    assert edit.text == text
    heard = said(edit)
    edit.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(edit, "z")
    assert heard == [text + "z"]
    qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    assert heard[-1] == text


def test_setting_is_no_edit_and_keeps_the_cursor_with_its_neighbours(edit) -> None:
    edit.set_text(f"{FACE} the cat sat")
    heard = said(edit)
    edit.moveCursor(QTextCursor.MoveOperation.End)
    end = edit.textCursor().position()
    edit.set_text(f"{FACE} the dog sat")
    assert edit.textCursor().position() == end
    edit.set_text(f"{FACE} the old dog sat")
    assert edit.textCursor().position() == end + 4
    assert heard == []
    assert edit.toPlainText() == f"{FACE} the old dog sat"


def test_replacing_everything_by_hand(edit, qtbot) -> None:
    edit.set_text(f"one\ntwo{FACE}")
    heard = said(edit)
    edit.selectAll()
    qtbot.keyClicks(edit, "z")
    edit.selectAll()
    qtbot.keyClick(edit, Qt.Key.Key_Delete)
    assert heard == ["z", ""]


def test_a_half_character_that_only_qt_holds_is_let_go(edit) -> None:
    edit.set_text("ab")
    heard = said(edit)
    cursor = edit.textCursor()
    cursor.setPosition(1)
    cursor.insertText(HIGH)
    assert heard == ["ab"]
    assert edit.document().characterCount() - 1 == 2


def test_a_paste_is_plain_and_cut_where_it_does_not_fit(edit, qtbot) -> None:
    cut: list[int] = []
    edit.left_out.connect(cut.append)
    paste(edit, "bold", "<b>bold</b>")
    assert edit.text == "bold" and cut == []
    paste(edit, FACE * 20_000)
    assert edit.text == "bold" + FACE * (MOST_PASTED - 4)
    assert cut == [10_004]
    edit.selectAll()
    paste(edit, "x" * MOST_PASTED)
    assert edit.text == "x" * MOST_PASTED and cut == [10_004]
    edit.moveCursor(QTextCursor.MoveOperation.End)
    paste(edit, "yy")
    assert cut == [10_004, 2]


def test_undo_and_redo_are_asked_for_not_done(edit, qtbot) -> None:
    qtbot.keyClicks(edit, "abc")
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    with qtbot.waitSignal(edit.undo_wanted):
        qtbot.keyClick(edit, Qt.Key.Key_Z, control)
    with qtbot.waitSignal(edit.redo_wanted):
        qtbot.keyClick(edit, Qt.Key.Key_Z, control | shift)
    with qtbot.waitSignal(edit.redo_wanted):
        qtbot.keyClick(edit, Qt.Key.Key_Y, control)
    assert edit.text == "abc"


def test_tab_leaves_and_enter_is_a_line_end(edit, qtbot) -> None:
    other = QLineEdit(edit.parentWidget())
    other.show()
    qtbot.keyClicks(edit, "a")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.text == "a\n"
    assert other.hasFocus()


def test_it_grows_from_two_lines_to_five(edit, qtbot) -> None:
    line = edit.fontMetrics().lineSpacing()
    heights = []
    for lines in (1, 2, 3, 5, 9):
        edit.set_text("\n".join("x" * lines))
        qtbot.waitUntil(lambda lines=lines: edit.document().size().height() == lines)
        heights.append(edit.height())
    assert heights[0] == heights[1]
    assert heights[2] - heights[1] == pytest.approx(line, abs=1)
    assert heights[3] - heights[1] == pytest.approx(3 * line, abs=1)
    edit.set_lines(1, 2)
    assert edit.height() <= heights[0]
    assert heights[3] - 8 < heights[4] <= heights[3]  # it scrolls: no margin is needed below the last line


def test_marks_are_counted_in_code_points_and_go_with_the_text(edit, qtbot) -> None:
    edit.set_text(f"{FACE} cat")
    edit.set_marks([(2, 5)])
    (selection,) = edit.extraSelections()
    assert selection.cursor.selectedText() == "cat"
    qtbot.keyClicks(edit, "z")
    assert edit.marks == () and edit.extraSelections() == []


def test_ctrl_k_is_left_to_the_window(edit) -> None:
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QApplication.sendEvent(edit, asked)
    assert not asked.isAccepted()


def test_the_menu_has_the_sessions_undo(edit, qtbot) -> None:
    edit.set_steps(True, False)
    place = QPoint(5, 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, edit.mapToGlobal(place))
    QApplication.sendEvent(edit.viewport(), event)
    (menu,) = edit.findChildren(QMenu)
    actions = {action.objectName(): action for action in menu.actions()}
    assert actions["edit-undo"].isEnabled() and not actions["edit-redo"].isEnabled()
    with qtbot.waitSignal(edit.undo_wanted):
        actions["edit-undo"].trigger()
    menu.close()


def test_right_to_left_text_begins_on_the_right(edit) -> None:
    edit.set_text("سلام")
    assert edit.cursorRect(QTextCursor(edit.document())).x() > edit.viewport().width() / 2
    assert edit.text == "سلام"
    edit.set_text("hello")
    assert edit.cursorRect(QTextCursor(edit.document())).x() < edit.viewport().width() / 2
