"""The input panel: typing, undoing, masking, pinning, replacing, and what it says of long texts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QApplication

from app.input_colours import InputColours, PieceColours
from app.panels.input import InputPanel
from app.selection import Hover
from app.values import Loading, ModelChoice
from app.views.sentence_edit import MOST_PASTED
from bert_core.interventions import Interventions
from bert_core.scene import Scene
from tests.app.answering_session import IDS, AnsweringSession

CONTROL = Qt.KeyboardModifier.ControlModifier


def shown(qtbot, session: AnsweringSession) -> InputPanel:
    panel = InputPanel(session)
    panel.resize(290, 700)
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.fixture
def session() -> AnsweringSession:
    made = AnsweringSession()
    made.begin(Scene("", "the cat sat .", "the dog"))
    made.load()
    return made


def click(qtbot, panel: InputPanel, position: int, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    place = panel.strip.chip_rect(position).center().toPoint()
    qtbot.mouseClick(panel.strip, Qt.MouseButton.LeftButton, modifiers, place)


def move_to(panel: InputPanel, place: QPointF) -> None:
    no_button = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, place, no_button, no_button, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(panel.strip, event)


def texts(session: AnsweringSession) -> list[str]:
    assert session.trace is not None
    return [token.text for token in session.trace.tokens]


def menu_texts(panel: InputPanel, position: int) -> dict[str, bool]:
    menu = panel.piece_menu(position)
    assert menu is not None
    return {action.text(): action.isEnabled() for action in menu.actions() if action.text()}


def choose(panel: InputPanel, position: int, words: str) -> None:
    menu = panel.piece_menu(position)
    assert menu is not None
    next(action for action in menu.actions() if action.text() == words).trigger()


def test_it_shows_what_the_session_holds(qtbot, session) -> None:
    panel = shown(qtbot, session)
    assert (panel.edit_a.text, panel.edit_b.text) == ("the cat sat .", "the dog")
    assert [token.text for token in panel.strip.tokens] == texts(session)
    assert (panel.count_a.text(), panel.count_b.text(), panel.count.text()) == (
        "6 pieces",
        "3 pieces",
        "9 of 512",
    )


def test_typing_reaches_the_scene_and_the_chips_follow(qtbot, session) -> None:
    panel = shown(qtbot, session)
    panel.edit_a.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(panel.edit_a, " [MASK]")
    qtbot.keyClicks(panel.edit_b, "a")
    assert session.scene.text_a == "the cat sat . [MASK]"
    assert session.scene.text_b == "the doga"
    assert panel.strip.tokens[5].text == "[MASK]"


def test_chips_stay_while_the_analysis_is_older_than_the_text(qtbot, session) -> None:
    panel = shown(qtbot, session)
    before = panel.strip.tokens
    session.held = True
    qtbot.keyClicks(panel.edit_a, "x")
    assert panel.strip.tokens == before
    click(qtbot, panel, 2)
    assert not session.scene.replaced


@pytest.mark.parametrize("text", ["\U0001f600 the cat", "a \ud83d cat", "\ufeffthe", "汉字 cat\nthe"])
def test_any_text_survives_typing_behind_it_and_undoing(qtbot, session, text: str) -> None:
    session.set_scene(Scene(session.scene.model_id, text, ""))
    panel = shown(qtbot, session)
    panel.edit_a.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(panel.edit_a, " cat")
    assert session.scene.text_a == text + " cat"
    while session.scene.text_a != text:
        qtbot.keyClick(panel.edit_a, Qt.Key.Key_Z, CONTROL)
    assert panel.edit_a.text == text


def test_the_other_sentence_keeps_its_own_line_ends(qtbot, session) -> None:
    session.set_scene(Scene(session.scene.model_id, "the\r\ncat", ""))
    panel = shown(qtbot, session)
    qtbot.keyClicks(panel.edit_b, "a")
    assert session.scene.text_a == "the\r\ncat"


def test_undo_in_an_editor_takes_back_text_and_masks_alike(qtbot, session) -> None:
    panel = shown(qtbot, session)
    panel.edit_a.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(panel.edit_a, "x")
    click(qtbot, panel, 2)
    assert session.scene.replaced == {2: IDS["[MASK]"]}
    qtbot.keyClick(panel.edit_a, Qt.Key.Key_Z, CONTROL)
    assert not session.scene.replaced and session.scene.text_a == "the cat sat .x"
    qtbot.keyClick(panel.edit_a, Qt.Key.Key_Z, CONTROL)
    assert panel.edit_a.text == "the cat sat ."
    assert panel.edit_a.textCursor().position() == len("the cat sat .")
    qtbot.keyClick(panel.edit_a, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(panel.edit_b, Qt.Key.Key_Y, CONTROL)
    assert panel.edit_a.text == "the cat sat .x" and session.scene.replaced


def test_a_click_masks_and_a_second_one_puts_back(qtbot, session) -> None:
    panel = shown(qtbot, session)
    click(qtbot, panel, 2)
    assert texts(session)[2] == "[MASK]"
    assert "typed: cat" in panel.strip.readout(2)
    click(qtbot, panel, 2)
    assert texts(session)[2] == "cat"


def test_shift_pins_further_pieces_and_all_are_marked(qtbot, session) -> None:
    panel = shown(qtbot, session)
    both = CONTROL | Qt.KeyboardModifier.ShiftModifier
    for position in (3, 1, 6):
        click(qtbot, panel, position, both)
    assert session.selection.queries == (3, 1, 6)
    assert panel.strip._pinned == {1, 3, 6}
    click(qtbot, panel, 3, both)
    assert session.selection.queries == (1, 6)
    session.pin(query=2, key=5)
    click(qtbot, panel, 4, both)
    assert (session.selection.queries, session.selection.keys) == ((2, 4), (5,))
    click(qtbot, panel, 2, CONTROL)
    assert session.selection.queries == ()


def test_pinning_here_and_marks_from_elsewhere(qtbot, session) -> None:
    panel = shown(qtbot, session)
    click(qtbot, panel, 2, CONTROL)
    assert session.selection.query == 2
    assert list(panel.edit_a.marks) == [(4, 7)]
    click(qtbot, panel, 2, CONTROL)
    assert session.selection.query is None
    session.pin(query=1, key=7)
    session.set_hover(Hover(query=3, key=6))
    assert list(panel.edit_a.marks) == [(0, 3), (8, 11)]
    assert list(panel.edit_b.marks) == [(0, 3), (4, 7)]
    click(qtbot, panel, 7, CONTROL)
    assert (session.selection.query, session.selection.key) == (None, None)
    session.pin(query=1)
    qtbot.keyClick(panel.edit_a, Qt.Key.Key_Escape)
    assert session.selection.query is None


def test_hovering_a_chip_is_said(qtbot, session) -> None:
    panel = shown(qtbot, session)
    move_to(panel, panel.strip.chip_rect(3).center())
    assert session.hover == Hover(query=3)
    marked = panel.strip.grab().toImage()
    session.set_hover(Hover(query=3, key=6))
    assert panel.strip.grab().toImage() != marked, "the key is marked as well as the query"
    move_to(panel, QPointF(panel.strip.width() - 1, panel.strip.height() - 1))
    assert session.hover == Hover()


def test_the_menu_offers_what_can_be_done(qtbot, session) -> None:
    panel = shown(qtbot, session)
    usual = {"Mask": True, "Replace by…": True, "Pin": True, "Copy piece": True, "Hide from attention": True}
    usual |= {f"Leave out its {term} embedding": True for term in ("token", "segment", "position")}
    assert menu_texts(panel, 2) == usual | {f"Copy id {IDS['cat']}": True}
    special = menu_texts(panel, 0)
    assert (special["Mask"], special["Replace by…"], special["Pin"]) == (False, False, True)
    choose(panel, 2, "Mask")
    assert menu_texts(panel, 2)["Unmask (put back “cat”)"]
    session.replace_piece(2, IDS["store"])
    now = menu_texts(panel, 2)
    assert now["Mask"] and now["Put back “cat”"]
    choose(panel, 2, "Copy piece")
    assert QGuiApplication.clipboard().text() == "store"
    choose(panel, 2, "Pin")
    assert menu_texts(panel, 2)["Unpin"]
    choose(panel, 2, "Put back “cat”")
    assert not session.scene.replaced


def test_how_a_piece_is_read_can_be_changed(qtbot, session) -> None:
    panel = shown(qtbot, session)
    plain = panel.strip.grab().toImage()
    choose(panel, 2, "Hide from attention")
    choose(panel, 3, "Leave out its token embedding")
    choose(panel, 3, "Leave out its position embedding")
    assert session.scene.interventions == Interventions(hidden={2}, dropped={"token": {3}, "position": {3}})
    assert "hidden from attention" in panel.strip.readout(2)
    assert "left out of its sum: token, position" in panel.strip.readout(3)
    assert panel.strip.grab().toImage() != plain
    choose(panel, 3, "Leave out its token embedding")
    choose(panel, 2, "Hide from attention")
    assert session.scene.interventions == Interventions(dropped={"position": {3}})
    assert "hidden" not in panel.strip.readout(2)
    session.intervene(Interventions(dropped={"position": "all"}))
    assert menu_texts(panel, 3)["Leave out its position embedding"] is False, "it is left out everywhere"


def test_replacing_by_a_piece_of_the_vocabulary(qtbot, session) -> None:
    panel = shown(qtbot, session)
    dialog = panel.ask_replacement(2)
    assert dialog is not None
    qtbot.keyClicks(dialog.line, "xyzzy")
    assert dialog.says.text() == "xyzzy is no piece of this vocabulary"
    assert not dialog.good.isEnabled()
    dialog.line.clear()
    qtbot.keyClicks(dialog.line, "STO")
    assert dialog.offered.count() == 1
    dialog.offered.setCurrentRow(0)
    dialog.offered.itemActivated.emit(dialog.offered.item(0))
    assert dialog.piece_id == IDS["store"]
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert session.scene.replaced == {2: IDS["store"]}


def test_truncation_is_said(qtbot) -> None:
    session = AnsweringSession(limit=6)
    session.load()
    panel = shown(qtbot, session)
    session.set_texts("the cat", "the dog sat")
    assert panel.left_out.isVisible()
    assert panel.left_out.text() == "2 pieces left out (0 of A, 2 of B): this model reads at most 6"
    assert panel.count.text() == "6 of 6"
    session.set_texts("the cat the cat the cat", "")
    assert panel.left_out.text() == "2 pieces left out: this model reads at most 6"
    session.set_texts("the", "")
    assert not panel.left_out.isVisible()


def test_a_huge_paste_is_cut_and_that_is_said_until_the_text_changes(qtbot, session) -> None:
    panel = shown(qtbot, session)
    data = QMimeData()
    data.setText("cat " * 250_000)
    panel.edit_a.selectAll()
    panel.edit_a.insertFromMimeData(data)
    assert len(session.scene.text_a) == MOST_PASTED
    assert panel.cut.isVisible() and "990,000" in panel.cut.text()
    qtbot.keyClick(panel.edit_a, Qt.Key.Key_Backspace)
    assert not panel.cut.isVisible()


def test_while_the_model_loads_one_can_type(qtbot) -> None:
    session = AnsweringSession()
    session.begin(Scene("", "the cat", ""))
    session.set_loading(Loading(ModelChoice("mini-en")))
    panel = shown(qtbot, session)
    assert panel.hint.text() == "The model is loading. You can type already."
    assert not panel.chips.isVisible()
    panel.edit_a.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(panel.edit_a, " sat")
    assert session.scene.text_a == "the cat sat"
    session.set_loading(None)
    assert panel.hint.text().startswith("No model is loaded")
    session.load()
    assert texts(session)[1:4] == ["the", "cat", "sat"]
    assert panel.chips.isVisible() and panel.hint.text().startswith("Click a piece")


def test_the_chips_take_the_height_they_need_and_scroll_when_there_is_less(qtbot, session) -> None:
    panel = shown(qtbot, session)
    qtbot.waitUntil(lambda: panel.chips.height() == panel.strip.heightForWidth(panel.chips.width()))
    session.set_texts("cat " * 400, "")
    bar = panel.chips.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert panel.hint.geometry().bottom() < panel.height()
    panel.strip.setFocus()
    qtbot.keyClick(panel.strip, Qt.Key.Key_End)
    assert bar.value() > 0.9 * bar.maximum()


def test_focus_goes_where_it_is_asked_to(qtbot, session) -> None:
    panel = shown(qtbot, session)
    panel.focus_b()
    qtbot.waitUntil(panel.edit_b.hasFocus)
    panel.focus_a()
    qtbot.waitUntil(panel.edit_a.hasFocus)


@pytest.mark.parametrize("height", [290, 330, 450, 700])
def test_nothing_overlaps_however_low_the_panel(qtbot, session, height: int) -> None:
    panel = shown(qtbot, session)
    session.set_texts("the cat sat on the mat and " * 9, "the dog " * 20)
    panel.resize(240, height)
    parts = [panel.count_a, panel.edit_a, panel.count_b, panel.edit_b, panel.count, panel.chips, panel.hint]

    def apart() -> bool:
        seen = [part.geometry() for part in parts if part.isVisible()]
        inside = seen[-1].bottom() <= panel.height()
        return inside and all(above.bottom() < below.top() for above, below in pairwise(seen))

    qtbot.waitUntil(apart)


def test_a_low_panel_leaves_the_room_to_the_pieces(qtbot, session) -> None:
    panel = shown(qtbot, session)
    session.set_texts("the cat sat on the mat and " * 4, "the dog")
    high = panel.edit_b.height()
    panel.resize(240, 300)
    qtbot.waitUntil(lambda: panel.edit_b.height() < high)
    assert not panel.hint.isVisible()
    qtbot.waitUntil(lambda: panel.chips.height() >= 100)  # four lines of chips


def test_pieces_are_coloured_by_what_another_panel_says(qtbot, session) -> None:
    panel = shown(qtbot, session)
    colours = InputColours.of(session)
    assert panel.legend.isHidden()
    size = len(texts(session))
    colours.set(PieceColours(session.scene, "what it did", np.linspace(-2, 1, size)))
    assert panel.legend.isVisible() and panel.colour_words.text == "what it did"
    assert panel.colour_bar.accessibleName() == "Colour scale from −2 to 2"
    assert panel.strip.readout(0).endswith("what it did −2.00")
    session.set_texts("the cat", "the dog")
    assert panel.legend.isHidden() and "what it did" not in panel.strip.readout(0), "it was of another text"
    session.undo()
    assert panel.strip.readout(0).endswith("what it did −2.00")
    colours.set(None)
    assert panel.legend.isHidden()
