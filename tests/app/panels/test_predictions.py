"""The predictions panel: a block for each mask, putting candidates in, taking them back, and having nothing to show."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication

from app.panels.predictions import FIRST_BLOCKS, MORE_BLOCKS, PredictionsPanel, longest_piece
from app.selection import Hover
from app.values import Loading, ModelChoice
from bert_core.scene import Scene
from tests.app.answering_session import IDS, AnsweringSession
from tests.app.fakes import fake_model_info

MASK = IDS["[MASK]"]


@pytest.fixture
def session() -> AnsweringSession:
    made = AnsweringSession()
    made.begin(Scene("", "the [MASK] sat .", "[MASK] milk"))
    made.load()
    return made


def shown(qtbot, session: AnsweringSession) -> PredictionsPanel:
    panel = PredictionsPanel(session)
    panel.resize(290, 500)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def labels(panel: PredictionsPanel, block: int = 0) -> list[str]:
    return [row.label for row in panel.blocks[block].bars.rows]


def test_a_block_for_each_mask_best_candidate_first(qtbot, session) -> None:
    panel = shown(qtbot, session)
    assert [block.name.text() for block in panel.blocks] == ["[MASK], piece 2", "[MASK], piece 6"]
    assert labels(panel)[:3] == ["dog", "store", "##ing"]
    assert len(labels(panel)) == 7
    row = panel.blocks[0].bars.rows[0]
    assert session.trace is not None
    assert row.probability == session.trace.candidates(2, 1).candidates[0][2]
    assert panel.empty.isHidden()


def test_how_many_candidates(qtbot, session) -> None:
    panel = shown(qtbot, session)
    actions = {action.text(): action for action in panel.chooser.menu().actions()}
    assert list(actions) == ["top 5", "top 7", "top 10", "top 20", "top 50", "top 100"]
    assert actions["top 7"].isChecked()
    actions["top 20"].trigger()
    assert len(labels(panel)) == 20 and panel.chooser.text() == "top 20 ▾"
    assert actions["top 20"].isChecked() and not actions["top 7"].isChecked()


def test_a_candidate_is_put_in_and_taken_back(qtbot, session) -> None:
    panel = shown(qtbot, session)
    bars = panel.blocks[0].bars
    place = bars.label_rect(1).center().toPoint()
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=place)
    assert session.scene.replaced == {2: IDS["store"]}
    assert [block.position for block in panel.blocks] == [6]
    assert list(panel.put_in.sentences) == ["piece 2: “store” put in, typed “[MASK]”"]
    panel.put_in.take_back(0)
    assert not session.scene.replaced
    assert not panel.put_in.sentences and panel.put_in.isHidden()
    assert [block.position for block in panel.blocks] == [2, 6]


def test_a_mask_put_by_a_click_says_what_was_typed_and_can_go(qtbot, session) -> None:
    panel = shown(qtbot, session)
    session.toggle_mask(3)
    assert [not block.back.isHidden() for block in panel.blocks] == [False, True, False]
    assert panel.blocks[1].back.text().startswith("sat")
    assert panel.put_in.sentences == ()
    panel.blocks[1].back.click()
    assert not session.scene.replaced


def test_nothing_is_put_in_while_the_analysis_is_old(qtbot, session) -> None:
    panel = shown(qtbot, session)
    session.held = True
    session.set_texts("the [MASK] dog sat .", "[MASK] milk")
    panel.blocks[0].bars.row_clicked.emit(0)
    assert not session.scene.replaced


def test_marks_go_both_ways(qtbot, session) -> None:
    panel = shown(qtbot, session)
    first, second = panel.blocks
    first.name.click()
    assert session.selection.query == 2
    assert first.name.font().bold() and not second.name.font().bold()
    first.name.click()
    assert session.selection.query is None
    session.set_hover(Hover(query=1, key=6))
    assert second.name.font().underline() and not first.name.font().underline()
    middle = QPointF(5, 5)
    QApplication.sendEvent(first, QEnterEvent(middle, middle, middle))
    assert session.hover == Hover(query=2)
    QApplication.sendEvent(first, QEvent(QEvent.Type.Leave))
    assert session.hover == Hover()
    session.pin(query=6)
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert session.selection.query is None


def test_without_a_mask_it_offers_to_make_one(qtbot, session) -> None:
    panel = shown(qtbot, session)
    session.set_texts("the cat sat .", "store")
    assert panel.empty.sentence == "Click a piece, or type [MASK], and the model guesses it."
    assert not panel.chooser.isVisible() and not panel.picture.copy_picture.isEnabled()
    panel.empty.button.click()
    assert session.scene.replaced == {6: MASK}
    assert panel.empty.isHidden() and len(panel.blocks) == 1


def test_the_longest_piece_is_a_whole_ordinary_word(session) -> None:
    trace = session.read(Scene("", "the cat sat .", "milk"))
    pieces = [token.text for token in trace.tokens]
    assert longest_piece(trace) == pieces.index("milk")
    parted = [replace(t, word=1) if t.text in ("the", "milk") else t for t in trace.tokens]
    assert longest_piece(replace(trace, tokens=tuple(parted))) == pieces.index("sat")
    assert longest_piece(session.read(Scene("", " . ", ""))) is None


def test_no_text_no_button(qtbot, session) -> None:
    panel = shown(qtbot, session)
    session.set_texts("", "")
    assert not panel.empty.isHidden() and panel.empty.button.isHidden()


def test_a_model_without_the_head_says_what_to_do(qtbot) -> None:
    session = AnsweringSession(replace(fake_model_info(), has_mlm=False))
    session.begin(Scene("", "the [MASK]", ""))
    session.load()
    panel = shown(qtbot, session)
    assert "no masked-word head" in panel.empty.sentence and "Choose one" in panel.empty.sentence
    assert panel.blocks == ()


def test_before_the_first_analysis(qtbot) -> None:
    session = AnsweringSession()
    session.set_loading(Loading(ModelChoice("mini-en")))
    panel = shown(qtbot, session)
    assert panel.empty.sentence == "The model is loading."
    session.set_loading(None)
    assert panel.empty.sentence == "Nothing has been read yet."


def test_sixty_masks_are_folded_and_only_those_on_screen_worked_out(qtbot, session) -> None:
    panel = shown(qtbot, session)
    session.set_texts("[MASK] " * 60, "")
    assert len(panel.blocks) == FIRST_BLOCKS
    assert panel.more.isVisible() and panel.more.text() == "and 52 more"
    panel.more.click()
    assert len(panel.blocks) == FIRST_BLOCKS + MORE_BLOCKS
    assert panel.more.text() == f"and {52 - MORE_BLOCKS} more"
    worked_out = [block.prediction is not None for block in panel.blocks]
    assert worked_out[0] and not any(worked_out[10:])
    bar = panel.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 1000)
    bar.setValue(bar.maximum())
    assert panel.blocks[-1].prediction is not None
    assert panel.blocks[20].prediction is None
    panel.more.click()
    assert len(panel.blocks) == 60 and not panel.more.isVisible()
    session.set_texts("[MASK]", "")
    assert len(panel.blocks) == 1
    session.set_texts("[MASK] " * 60, "")
    assert len(panel.blocks) == FIRST_BLOCKS


def test_many_pieces_put_in_are_folded(qtbot, session) -> None:
    panel = shown(qtbot, session)
    session.set_scene(
        replace(session.scene, text_a="cat " * 9, replaced={p: IDS["dog"] for p in range(1, 9)})
    )
    assert len(panel.put_in.sentences) == 3
    assert panel.put_in.more.text() == "and 5 more"
    panel.put_in.more.click()
    assert len(panel.put_in.sentences) == 8 and panel.put_in.more.isHidden()


def test_the_numbers_and_the_picture_have_all_masks(qtbot, session) -> None:
    panel = shown(qtbot, session)
    header, rows = panel._table()
    rows = list(rows)
    assert header == ("piece", "typed", "rank", "candidate", "id", "probability")
    assert len(rows) == 14
    assert rows[0][:5] == (2, "[MASK]", 1, "dog", IDS["dog"])
    assert rows[7][0] == 6
    assert panel.picture._metadata()["Sentence A"] == "the [MASK] sat ."
    assert panel._drawing().size.width() == panel.list.width() + 24
