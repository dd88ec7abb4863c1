"""The layer lens in the panel: what it shows is what the measure says, and what is clicked is put in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.panels.layer_lens import LayerLensPanel
from app.panels.layer_lens.shown import numbers_of, signed_percent
from app.selection import Hover
from app.session import Session
from app.values import Loading, ModelChoice
from bert_core import Bert
from bert_core.interventions import Interventions
from bert_core.measures.head_on_layers import layer_lens
from bert_core.queries import OfReference
from bert_core.queries_predictions import MOST_COMPARED, MOST_POSITIONS, Lens
from tests.app.reading_session import IDS, WORDS, ReadingSession, small_bert

Show = Callable[..., LayerLensPanel]


@pytest.fixture(scope="module")
def bert() -> Bert:
    return small_bert()


@pytest.fixture
def session(bert: Bert) -> ReadingSession:
    return ReadingSession(bert, "the [MASK] went to the [MASK] .", "he bought milk")


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    def shown(session: Session, size: tuple[int, int] = (1000, 200)) -> LayerLensPanel:
        panel = LayerLensPanel(session)
        panel.resize(*size)
        qtbot.addWidget(panel)
        panel.show()
        if isinstance(session, ReadingSession):
            session.settle()
        return panel

    return shown


def test_the_table_is_the_measure(session: ReadingSession, show: Show) -> None:
    panel = show(session)
    assert session.trace is not None
    lens, cells = layer_lens(session.bert, session.trace), panel.content.table.cells
    assert cells is not None and cells.positions == session.trace.masked == (2, 6)
    assert cells.layers == ("L0", "L1", "L2", "L3")
    assert [list(row) for row in cells.words] == [[WORDS[i] for i in row] for row in lens.ids[:, :, 0]]
    order = cells.shades.ravel().argsort(kind="stable").tolist()
    assert order == lens.probabilities[..., 0].ravel().argsort(kind="stable").tolist()
    assert panel.content.table.title_of(0) == "2 [MASK]"


def test_the_last_row_is_the_models_own_prediction(session: ReadingSession, show: Show) -> None:
    shown = show(session).shown
    assert shown is not None and session.trace is not None
    for column, prediction in enumerate(session.trace.mlm(10) or []):
        assert shown.lens.ids[-1, column].tolist() == [one[1] for one in prediction.candidates]
        assert shown.lens.probabilities[-1, column].tolist() == [one[2] for one in prediction.candidates]


def test_colours_by_rank_of_the_answer(session: ReadingSession, show: Show) -> None:
    panel = show(session)
    panel.content.controls.colours.setCurrentIndex(1)
    panel.content.controls.colours.chosen.emit(1)
    shown, cells = panel.shown, panel.content.table.cells
    assert shown is not None and cells is not None
    assert cells.figures[3] == ["#1", "#1"] and cells.shades[3].tolist() == [1, 1]
    ranks = shown.lens.final_ranks
    assert cells.figures[0][1] == f"#{ranks[0, 1]}"
    np.testing.assert_allclose(cells.shades, 1 - np.log(ranks) / np.log(len(WORDS)), rtol=1e-6)
    assert (
        panel.content.controls.bar.isHidden()
        and "rank of the final answer" in panel.content.controls.note.text()
    )


def test_it_says_that_the_head_was_trained_for_the_last_layer(session: ReadingSession, show: Show) -> None:
    assert (
        "Early layers are read by a head trained for the last, L3"
        in show(session).content.controls.note.text()
    )


def test_a_click_on_a_cell_lists_its_words_and_a_click_on_a_word_puts_it_in(
    qtbot: QtBot, session: ReadingSession, show: Show
) -> None:
    panel = show(session)
    place = panel.content.table.visualRect(panel.content.table.model().index(1, 1)).center()
    qtbot.mouseClick(panel.content.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    session.settle()
    assert panel.cell == (1, 1) and panel.shown is not None
    ids = panel.shown.lens.ids[1, 1].tolist()
    assert [row.label for row in panel.content.words.bars.rows] == [WORDS[i] for i in ids] and len(ids) == 10
    assert panel.content.words.title.text == "After L1, piece 6 [MASK]"
    bars = panel.content.words.bars
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=bars.label_rect(3).center().toPoint())
    assert session.scene.replaced == {6: ids[3]}
    session.settle()
    assert panel.content.table.cells is not None and panel.content.table.cells.positions == (2,)
    session.undo()
    assert not session.scene.replaced
    session.settle()
    again = panel.content.table.cells
    assert again is not None and again.positions == (2, 6)


def test_keys(qtbot: QtBot, session: ReadingSession, show: Show) -> None:
    panel = show(session)
    assert panel.cell == (3, 0), "the model's own prediction comes first"
    qtbot.keyClick(panel.content.table, Qt.Key.Key_Up)
    assert panel.cell == (2, 0)
    qtbot.keyClick(panel.content.table, Qt.Key.Key_Right)
    assert panel.cell == (2, 1)
    panel.activateWindow()
    qtbot.keyClick(panel.content.table, Qt.Key.Key_Return)
    assert panel.focusWidget() is panel.content.words.bars
    assert panel.shown is not None
    expected = int(panel.shown.lens.ids[2, 1, 1])
    qtbot.keyClick(panel.content.words.bars, Qt.Key.Key_Down)
    qtbot.keyClick(panel.content.words.bars, Qt.Key.Key_Return)
    assert session.scene.replaced == {6: expected}
    session.pin(query=2)
    qtbot.keyClick(panel.content.table, Qt.Key.Key_Escape)
    assert session.selection.query is None


def test_nothing_is_put_in_from_an_old_table(session: ReadingSession, show: Show) -> None:
    panel = show(session)
    session.set_texts("the man went to the [MASK] .", "he bought milk")
    panel.put_in(0)
    assert not session.scene.replaced, "its answers are of the text before"


def test_all_pieces_and_pinned_ones(session: ReadingSession, show: Show) -> None:
    panel = show(session)
    assert session.trace is not None
    panel.set_which("all")
    session.settle()
    assert panel.content.table.cells is not None
    assert panel.content.table.cells.positions == tuple(range(len(session.trace.tokens)))
    session.pin(query=9, key=3)
    panel.set_which("pinned")
    session.settle()
    assert panel.content.table.cells.positions == (3, 9)
    session.unpin()
    assert "No piece is pinned" in panel.empty.sentence and panel.empty.isVisible()
    panel.empty.button.click()
    session.settle()
    assert panel.which == "all" and not panel.empty.isVisible()


def test_of_many_pieces_a_part_is_looked_at(bert: Bert, show: Show) -> None:
    session = ReadingSession(bert, "the man went to the store . " * 11)
    panel = show(session)
    panel.set_which("all")
    session.settle()
    assert session.trace is not None and panel.content.table.cells is not None
    size = len(session.trace.tokens)
    assert panel.content.table.cells.positions == tuple(range(MOST_POSITIONS))
    assert (
        panel.content.controls.pager.isVisible() and panel.content.controls.range.text() == f"1–64 of {size}"
    )
    panel.content.controls.forth.click()
    session.settle()
    assert panel.content.table.cells.positions == tuple(range(MOST_POSITIONS, size))
    assert not panel.content.controls.forth.isEnabled() and panel.content.controls.back.isEnabled()
    session.set_texts("the [MASK]", "")
    session.settle()
    assert panel.content.table.cells.positions == (0, 1, 2, 3) and panel.content.controls.pager.isHidden()


def test_curves_of_the_answer_the_cells_word_and_one_that_is_typed(
    session: ReadingSession, show: Show
) -> None:
    panel = show(session)
    assert panel.shown is not None
    lens = panel.shown.lens
    final = int(lens.ids[-1, 0, 0])
    typed = next(i for i in range(5, len(WORDS)) if i not in {final, int(lens.ids[0, 0, 0])})
    panel.content.curves.word.setText(WORDS[typed].upper())
    panel.content.curves.word.editingFinished.emit()
    panel.choose(0, 2)
    session.settle()
    own = [curve.name for curve in panel.content.curves.curves.curves]
    best = WORDS[int(lens.ids[0, 0, 0])]
    assert own == list(dict.fromkeys([WORDS[final], best, WORDS[typed]]))
    assert session.trace is not None
    looked_up = layer_lens(session.bert, session.trace, [2], words=(typed,))
    np.testing.assert_array_equal(
        panel.content.curves.curves.curves[-1].values, looked_up.word_ranks[:, 0, 0]
    )
    panel.content.curves.figure.setCurrentIndex(2)
    panel.content.curves.figure.chosen.emit(2)
    np.testing.assert_array_equal(panel.content.curves.curves.curves[0].values, lens.entropies[:, 0])
    said: list[str] = []
    session.notice_given.connect(said.append)
    panel.follow("gallons")
    assert said == ["“gallons” is not one piece of this vocabulary"]


def test_the_selection_is_shared(qtbot: QtBot, session: ReadingSession, show: Show) -> None:
    panel = show(session)
    panel.content.table.hovered.emit(1)
    assert session.hover == Hover(query=6)
    panel.content.table.hovered.emit(None)
    assert session.hover == Hover()
    session.set_hover(Hover(key=6))
    assert panel.content.table.hover_cell == (3, 1)
    panel.content.table.column_clicked.emit(1)
    assert session.selection.query == 6 and panel.cell == (3, 1)
    face = panel.content.table.model().headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.FontRole)
    assert face.bold() and face.underline()
    panel.content.table.column_clicked.emit(1)
    assert session.selection.query is None


def test_the_difference_from_the_reference(session: ReadingSession, show: Show) -> None:
    panel = show(session)
    session.keep_reference()
    session.set_texts("the [MASK] went to the [MASK] .", "he bought gall")
    session.settle()
    shown, cells, reference = panel.shown, panel.content.table.cells, session.reference
    assert shown is not None and shown.before is not None and cells is not None and cells.signed
    assert reference is not None
    finals = [shown.final(column) for column in (0, 1)]
    before = layer_lens(session.bert, reference.trace, words=finals)
    for column in (0, 1):
        expected = shown.lens.final_probabilities[:, column] - before.word_probabilities[:, column, column]
        assert shown.differences is not None
        np.testing.assert_array_equal(shown.differences[:, column], expected)
        assert cells.figures[1][column] == signed_percent(expected[1])
    assert np.abs(cells.shades).max() <= 1 and (np.sign(cells.shades) == np.sign(shown.differences)).all()
    assert [curve.dashed for curve in panel.content.curves.curves.curves] == [False, True]
    assert "Now less the reference" in panel.content.controls.note.text()
    assert not panel.content.controls.colours.isEnabled()
    assert panel.figures.table._metadata()["Less"].endswith("he bought milk")


def test_the_reference_alone(session: ReadingSession, show: Show) -> None:
    panel = show(session)
    session.keep_reference()
    session.set_texts("the man went to the [MASK] .", "")
    session.show_reference("reference")
    session.settle()
    assert session.reference is not None and panel.shown is not None
    assert panel.shown.trace is session.reference.trace and panel.shown.lens.positions == (2, 6)
    assert all(isinstance(query, OfReference) for query in panel._watching.queries.values())
    said: list[str] = []
    session.notice_given.connect(said.append)
    panel.put_in(0)
    assert not session.scene.replaced and "This is the reference" in said[0]
    session.show_reference("difference")
    session.settle()
    assert panel.shown.trace is session.trace and panel.shown.before is None
    assert panel.content.controls.note.text().startswith("No difference: the reference has 9 pieces in A")


def test_fewer_pieces_are_compared_at_once(bert: Bert, show: Show) -> None:
    session = ReadingSession(bert, "the man went to the store . " * 4)
    panel = show(session)
    panel.set_which("all")
    session.keep_reference()
    session.set_texts("the dog went to the store . " + "the man went to the store . " * 3, "")
    session.settle()
    assert panel.shown is not None and panel.shown.before is not None
    assert panel.shown.lens.positions == tuple(range(MOST_COMPARED))


def test_a_reference_of_another_model(session: ReadingSession, show: Show) -> None:
    panel = show(session)
    session.keep_reference()
    assert session.reference is not None
    other = replace(session.reference.trace, scene=replace(session.reference.trace.scene, model_id="other"))
    session._refer(replace(session.reference, trace=other))
    session.settle()
    assert panel.shown is not None and panel.shown.before is None
    assert "needs the weights of the model" in panel.content.controls.note.text()
    session.show_reference("reference")
    assert "needs the weights of the model" in panel.empty.sentence and panel.content.table.cells is None
    session.settle()


def test_changes_to_the_reading_are_in_the_lens(session: ReadingSession, show: Show) -> None:
    panel = show(session)
    assert panel.shown is not None
    before = panel.shown.lens.probabilities
    session.intervene(Interventions(heads_off=frozenset({(0, 0), (1, 1)})))
    session.settle()
    assert session.trace is not None and session.trace.scene.interventions.heads_off
    expected = layer_lens(session.bert, session.trace)
    np.testing.assert_array_equal(panel.shown.lens.probabilities, expected.probabilities)
    assert not np.array_equal(panel.shown.lens.probabilities, before)


def test_a_model_without_the_head_and_a_text_without_a_mask(bert: Bert, show: Show) -> None:
    session = ReadingSession(bert, "the man went")
    panel = show(session)
    assert "No piece is masked" in panel.empty.sentence and not panel.figures.table.copy_picture.isEnabled()
    assert session.trace is not None
    session._trace = replace(session.trace, logits=None)
    panel.refresh(session.trace)
    assert "no masked-word head" in panel.empty.sentence and not panel.empty.button.isVisible()
    assert not session.watched


def test_before_the_first_analysis(show: Show) -> None:
    session = Session()
    session.set_loading(Loading(ModelChoice("mini-en")))
    panel = show(session)
    assert panel.empty.sentence == "The model is loading."
    session.set_loading(None)
    assert panel.empty.sentence == "Nothing has been read yet."


def test_hidden_it_asks_nothing(session: ReadingSession, show: Show) -> None:
    panel = show(session)
    assert Lens() in session.watched
    panel.hide()
    assert not session.watched
    session.set_texts("he went to the [MASK]", "")
    panel.show()
    session.settle()
    assert panel.content.table.cells is not None and panel.content.table.cells.positions == (5,)


def test_numbers_and_what_the_pictures_carry(session: ReadingSession, show: Show) -> None:
    panel = show(session)
    assert panel.shown is not None
    header, rows = numbers_of(panel.shown)
    listed = list(rows)
    lens = panel.shown.lens
    assert len(listed) == 4 * 2 * 10 and len(header) == len(listed[0])
    last = listed[-20]
    assert (
        last[:4] == (3, 2, "[MASK]", 1)
        and last[5] == lens.ids[3, 0, 0]
        and last[6] == lens.probabilities[3, 0, 0]
    )
    carried = panel.figures.table._metadata()
    assert carried["Positions"] == "2 6" and "LayerNorm" in carried["Formula"]
    assert carried["Sentence A"] == "the [MASK] went to the [MASK] ."
    assert not panel.figures.table._drawing().to_image().isNull()
    panel.choose(3, 6)
    curves = panel.figures.curves._metadata()
    assert curves["Position"] == "6" and curves["Title"] == "Rank by layer, piece 6 [MASK]"
    _, by_layer = panel.figures.curves._table()
    assert [row[1] for row in by_layer] == lens.final_ranks[:, 1].tolist()
    assert not panel.figures.curves._drawing().to_image().isNull()


@pytest.mark.parametrize(("width", "words", "curves", "entropy"), [
    (400, False, False, False), (600, True, False, False), (1000, True, True, False), (1900, True, True, True),
])  # fmt: skip
def test_what_there_is_room_for(
    session: ReadingSession, show: Show, width: int, words: bool, curves: bool, entropy: bool
) -> None:
    panel = show(session, (width, 200))
    sides = (panel.content.words, panel.content.curves, panel.content.curves.entropy)
    assert tuple(side.isVisible() for side in sides) == (words, curves, entropy)
    assert panel.width() == width and panel.content.table.width() > 150


def test_other_scripts(bert: Bert, show: Show) -> None:
    session = ReadingSession(bert, "שלום [MASK] 我们")
    panel = show(session)
    panel.set_which("all")
    session.settle()
    cells = panel.content.table.cells
    assert cells is not None and [token.text for token in cells.tokens[1:3]] == ["שלום", "[MASK]"]
    assert panel.content.table.title_of(1) == "1 \u2068שלום\u2069"
    assert not panel.grab().isNull() and IDS["我"] > 0


def test_of_the_note_whole_lines_are_seen(session: ReadingSession, show: Show) -> None:
    for height in (150, 157, 200, 400):
        controls = show(session, (700, height)).content.controls
        note, line = controls.note, controls.note.fontMetrics().lineSpacing()
        assert note.y() + note.height() <= controls.height()
        assert note.height() % line == 0 or note.height() == note.heightForWidth(note.width())
