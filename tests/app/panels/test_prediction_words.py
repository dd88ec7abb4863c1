"""Finding pieces in the ranking, scoring own words, filling several masks, and the small lens below the candidates."""

from __future__ import annotations

from collections.abc import Callable
from math import log, prod

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.panels.predictions import PredictionsPanel
from app.panels.predictions.words_part import fine_percent
from app.views.bars import percent
from bert_core import Bert
from bert_core.measures.head_on_layers import layer_lens
from bert_core.measures.mask_filling import fill_masks
from bert_core.measures.word_scores import score_words
from bert_core.queries_predictions import FillMasks, Lens, WordScores
from tests.app.reading_session import IDS, WORDS, ReadingSession, small_bert

Show = Callable[..., PredictionsPanel]
A = "the [MASK] sat ."


@pytest.fixture(scope="module")
def bert() -> Bert:
    return small_bert()


@pytest.fixture
def session(bert: Bert) -> ReadingSession:
    return ReadingSession(bert, A)


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    def shown(session: ReadingSession, height: int = 700) -> PredictionsPanel:
        panel = PredictionsPanel(session)
        panel.resize(290, height)
        qtbot.addWidget(panel)
        panel.show()
        session.settle()
        return panel

    return shown


# Finding -------------------------------------------------------------------------------------------------------------


def test_typing_finds_pieces_in_the_full_ranking(qtbot: QtBot, session: ReadingSession, show: Show) -> None:
    panel = show(session)
    qtbot.keyClicks(panel.words.edit, "ma")
    session.settle()
    found = panel.words.found
    assert found.isVisible() and found.summary.text == "2 of 25 pieces hold “ma”"
    assert {row.label for row in found.bars.rows} == {"[MASK]", "man"}
    qtbot.keyClicks(panel.words.edit, "n")
    session.settle()
    (row,) = found.bars.rows
    (score,) = score_words(session.bert, A, ["man"])
    assert row.probability == pytest.approx(score.probability, rel=1e-12) and row.extra == f"#{score.rank}"
    assert found.summary.text == f"“man”: rank {score.rank} of 25, {fine_percent(score.probability)}"
    qtbot.keyClick(panel.words.edit, Qt.Key.Key_Escape)
    assert found.isHidden() and not panel.words.edit.text()
    session.settle()


def test_a_found_piece_is_put_in(qtbot: QtBot, session: ReadingSession, show: Show) -> None:
    panel = show(session)
    panel.words.edit.setText("cat")
    session.settle()
    qtbot.keyClick(panel.words.edit, Qt.Key.Key_Down)
    qtbot.keyClick(panel.words.found.bars, Qt.Key.Key_Return)
    assert session.scene.replaced == {2: IDS["cat"]}
    assert panel.words.edit.isHidden() and panel.words.found.isHidden(), "nothing is masked any more"
    session.settle()


def test_what_is_not_a_piece_is_said(session: ReadingSession, show: Show) -> None:
    panel = show(session)
    panel.words.edit.setText("gallons")
    session.settle()
    assert panel.words.found.summary.text == "No single piece of 25 holds “gallons”"
    (row,) = panel.words.found.bars.rows
    assert (row.label, row.extra) == ("gallons", "3 pcs")
    panel.words.edit.setText("qqq")
    session.settle()
    assert panel.words.found.summary.text.startswith("No piece of 25 holds “qqq”")
    assert not panel.words.found.bars.isVisible()


# Own words -----------------------------------------------------------------------------------------------------------


def keep(qtbot: QtBot, panel: PredictionsPanel, *words: str) -> None:
    for word in words:
        panel.words.edit.setText(word)
        qtbot.keyClick(panel.words.edit, Qt.Key.Key_Return)


def test_own_words_are_scored_and_kept(qtbot: QtBot, session: ReadingSession, show: Show) -> None:
    panel = show(session)
    keep(qtbot, panel, "cat", "gallons", "qqq", "cat")
    session.settle()
    words = ["gallons", "qqq", "cat"]
    assert list(panel.words.words) == words and not panel.words.edit.text()
    assert list(panel.words.scores) == list(score_words(session.bert, A, words))
    rows = panel.words.kept.bars.rows
    assert [row.extra for row in rows] == ["3 pcs", "", f"#{panel.words.scores[2].rank}"]
    assert rows[1].figure == "–" and "does not know" in rows[1].detail
    assert "gall ##on ##s" in rows[0].detail and "left to right" in rows[0].detail
    assert "filled left to right" in panel.words.kept.note.text()
    session.set_texts("he went to the [MASK]", "")
    session.settle()
    assert list(panel.words.scores) == list(score_words(session.bert, "he went to the [MASK]", words))
    assert panel.words.kept.title.text == "Own words at piece 5"


def test_the_method_is_chosen(qtbot: QtBot, session: ReadingSession, show: Show) -> None:
    panel = show(session)
    keep(qtbot, panel, "gallons")
    session.settle()
    actions = panel.words.kept.way.menu().actions()
    assert [action.isChecked() for action in actions] == [True, False, False]
    actions[2].trigger()
    session.settle()
    assert list(panel.words.scores) == list(
        score_words(session.bert, A, ["gallons"], method="pseudo-log-likelihood")
    )
    assert panel.words.kept.way.text() == "each given the others ▾"
    assert "pseudo-log-likelihood" in panel.words.kept.note.text()


def test_a_word_is_dropped(qtbot: QtBot, session: ReadingSession, show: Show) -> None:
    panel = show(session)
    keep(qtbot, panel, "cat", "dog", "milk")
    session.settle()
    assert len(panel.words.kept.crosses) == 3
    panel.words.kept.crosses[1].click()
    assert panel.words.words == ("cat", "milk")
    session.settle()
    assert [row.label for row in panel.words.kept.bars.rows] == ["cat", "milk"]
    qtbot.keyClick(panel.words.kept.bars, Qt.Key.Key_Delete)
    qtbot.keyClick(panel.words.kept.bars, Qt.Key.Key_Delete)
    assert not panel.words.words and panel.words.kept.isHidden()
    session.settle()
    assert not any(isinstance(query, WordScores) for query in session.watched)


def test_own_words_are_put_in_pieces_in_a_place_and_longer_ones_into_the_text(
    qtbot: QtBot, session: ReadingSession, show: Show
) -> None:
    panel = show(session)
    keep(qtbot, panel, "cat", "gallons", "qqq")
    session.settle()
    said: list[str] = []
    session.notice_given.connect(said.append)
    panel.words.kept.picked.emit(2)
    assert session.scene.text_a == A and "qqq" in said[0]
    panel.words.kept.picked.emit(1)
    assert session.scene.text_a == "the gallons sat ."
    session.undo()
    assert session.scene.text_a == A
    session.settle()
    panel.words.kept.picked.emit(0)
    assert session.scene.replaced == {2: IDS["cat"]}


def test_the_pinned_mask_is_the_one(qtbot: QtBot, bert: Bert, show: Show) -> None:
    session = ReadingSession(bert, "the [MASK] went to the [MASK]")
    panel = show(session)
    keep(qtbot, panel, "milk")
    session.settle()
    assert panel.current == 2
    session.pin(query=6)
    session.settle()
    assert panel.current == 6
    (expected,) = score_words(bert, session.scene.text_a, ["milk"], position=6)
    assert panel.words.scores == (expected,)
    session.pin(query=1)
    assert panel.current == 2, "which is not masked"


def test_in_a_narrow_panel_everything_has_room(qtbot: QtBot, session: ReadingSession, show: Show) -> None:
    panel = show(session)
    panel.resize(240, 500)
    keep(qtbot, panel, "gallons", "cat")
    panel.words.edit.setText("a")
    session.settle()
    qtbot.waitUntil(panel.words.kept.crosses[1].isVisible)
    view = panel.area.viewport()
    qtbot.waitUntil(lambda: panel.list.width() <= view.width())
    for widget in (*panel.words.kept.crosses, panel.words.kept.way, panel.words.found.bars):
        assert view.rect().contains(widget.mapTo(view, widget.rect().topRight()).x(), 1)


def test_numbers_of_own_words(qtbot: QtBot, session: ReadingSession, show: Show) -> None:
    panel = show(session)
    keep(qtbot, panel, "gallons", "qqq")
    session.settle()
    header, rows = panel.words_picture._table()
    first, second = list(rows)
    score = panel.words.scores[0]
    assert len(header) == len(first) == len(second)
    assert first[:4] == ("gallons", "gall ##on ##s", score.probability, score.log_probability)
    assert second[0] == "qqq" and second[-1] == "unknown"
    assert panel.words_picture._metadata()["Position"] == "2"


@pytest.mark.parametrize(("share", "written"), [
    (0.12, "12%"), (0.00018, "0.018%"), (3.1e-9, "3.1e−7%"), (0.0052, "0.52%"), (0.0, "0%"), (1.0, "100%"),
])  # fmt: skip
def test_small_shares_have_their_digits(share: float, written: str) -> None:
    assert fine_percent(share) == written


# Filling -------------------------------------------------------------------------------------------------------------


def test_several_masks_filled_most_certain_first(bert: Bert, show: Show) -> None:
    text = "the [MASK] went to the [MASK] [MASK]"
    session = ReadingSession(bert, text)
    panel = show(session)
    assert panel.fill.isVisible() and panel.fill.opener.text() == "▸ Fill all 3 masks"
    assert not any(isinstance(query, FillMasks) for query in session.watched), "folded, it asks for nothing"
    panel.fill.opener.click()
    session.settle()
    expected = fill_masks(bert, text)
    assert panel.fill.filling is not None and panel.fill.filling.filled == expected.filled
    assert [row.label for row in panel.fill.bars.rows] == [
        f"{n} {one.piece}" for n, one in enumerate(expected.filled, 1)
    ]
    assert [row.extra for row in panel.fill.bars.rows] == [f"p{one.position}" for one in expected.filled]
    product = prod(one.probability for one in expected.filled)
    assert panel.fill.note.text().startswith(f"Product {fine_or_log(product)}")
    panel.fill.set_order("together")
    session.settle()
    together = fill_masks(bert, text, order="together").filled
    assert panel.fill.filling.filled == together
    _, rows = panel.fill.table()
    assert [row[1] for row in rows] == [2, 6, 7]
    panel.fill.put_in.click()
    assert dict(session.scene.replaced) == {one.position: one.id for one in together}
    session.settle()
    assert panel.blocks == () and panel.fill.isHidden()
    session.undo()
    assert not session.scene.replaced, "one step"


def fine_or_log(product: float) -> str:
    return percent(product) if product >= 0.0005 else f"e^{log(product):.1f}"


def test_one_mask_needs_no_filling(session: ReadingSession, show: Show) -> None:
    assert show(session).fill.isHidden()


# The small lens ------------------------------------------------------------------------------------------------------


def test_the_lens_below_the_candidates(qtbot: QtBot, session: ReadingSession, show: Show) -> None:
    panel = show(session)
    assert Lens() in session.watched, "as the lens panel asks, so that it is read once"
    assert session.trace is not None
    lens, cells = layer_lens(session.bert, session.trace), panel.lens.table.cells
    assert panel.lens.isVisible() and cells is not None
    assert [row[0] for row in cells.words] == [WORDS[i] for i in lens.ids[:, 0, 0]]
    wanted: list[tuple[object, object]] = []
    panel.lens_wanted.connect(lambda *cell: wanted.append(cell))
    place = panel.lens.table.visualRect(panel.lens.table.model().index(1, 0)).center()
    qtbot.mouseClick(panel.lens.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert wanted == [(1, 2)]
    qtbot.keyClick(panel.lens.table, Qt.Key.Key_Down)
    qtbot.keyClick(panel.lens.table, Qt.Key.Key_Return)
    assert wanted == [(1, 2), (2, 2)]


def test_the_lens_takes_no_room_that_candidates_need(session: ReadingSession, show: Show) -> None:
    panel = show(session, 250)
    assert panel.lens.isHidden() and Lens() not in session.watched
    panel.resize(290, 700)
    session.settle()
    assert panel.lens.isVisible() and panel.lens.table.cells is not None
    session.set_texts("the man sat", "")
    assert panel.lens.isHidden()


def test_hidden_it_asks_nothing(qtbot: QtBot, session: ReadingSession, show: Show) -> None:
    panel = show(session)
    keep(qtbot, panel, "cat")
    assert session.watched
    panel.hide()
    assert not session.watched


def test_a_hundred_candidates(session: ReadingSession, show: Show) -> None:
    panel = show(session)
    panel.set_top_k(100)
    assert len(panel.blocks[0].bars.rows) == len(WORDS), "there are no more pieces than that"
    assert panel.area.verticalScrollBar().maximum() > 0 or panel.area.height() > len(WORDS) * 22
