"""The ranking page: what it asks, what it lists, and what a click does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest

from app.panels.next_sentence.continuity_panel import ContinuityPanel
from bert_core.interventions import Interventions
from bert_core.queries import Answer, Progress, Query
from bert_core.queries_next_sentence import Candidate, RankCandidates, Ranking, RankSentences
from bert_core.scene import Scene
from tests.app.answering_session import AnsweringSession
from tests.app.fakes import fake_model_info


@pytest.fixture
def session() -> AnsweringSession:
    made = AnsweringSession()
    made.begin(Scene("", "the cat", "the dog"))
    made.load()
    return made


def shown(qtbot, session: AnsweringSession) -> ContinuityPanel:
    panel = ContinuityPanel(session)
    panel.resize(900, 220)
    qtbot.addWidget(panel)
    panel.show()
    panel.ranking.editor.setPlainText("milk\n\n  store \nmilk\n")
    panel.ranking._settle.stop()
    panel.ranking.watch()
    return panel


def asked(session: AnsweringSession, kind: type[Query]) -> Query:
    [query] = [query for query in session.watched if isinstance(query, kind)]
    return query


def answer(session: AnsweringSession, query: Query, value: object = None, **more: object) -> None:
    session.accept_answer(Answer(query, session.scene, value, **more))  # type: ignore[arg-type]


def ranked(*texts: str, own: str = "", text_a: str = "the cat", seen: int | None = None) -> Ranking:
    """Best first; the own one is not among those that were read."""
    best = tuple(
        Candidate(text, 2.0 - n, -1 if text == own else n, 0, own=text == own) for n, text in enumerate(texts)
    )
    rank = texts.index(own) + 1 if own else None
    read = len(texts) - bool(own) if seen is None else seen
    return Ranking(text_a, best, rank, read, 1)


def test_own_sentences_are_ranked_after_a(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page, query = panel.ranking, asked(session, RankCandidates)
    assert query == RankCandidates(("milk", "store"), "the dog")
    assert not page.list.rows and page.list.empty_text == "Reading…"
    answer(session, query, ranked("store", "the dog", "milk", own="the dog"))
    assert [(row.place, row.sentence, row.mark, row.read) for row in page.list.rows] == [
        ("1", "store", "", False),
        ("2", "the dog", "B", True),
        ("3", "milk", "", False),
    ]
    assert [row.figure for row in page.list.rows] == ["88%", "73%", "50%"]
    assert page.said.text == "B is number 2 of 3 · 2 of 3 above 50%"
    assert page.after.text == "After “the cat”"


def test_a_click_reads_it_as_b_and_undo_takes_it_back(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page, query = panel.ranking, asked(session, RankCandidates)
    answer(session, query, ranked("store", "the dog", "milk", own="the dog"))
    page.list.row_chosen.emit(2)
    assert (session.scene.text_a, session.scene.text_b) == ("the cat", "milk")
    assert asked(session, RankCandidates) == query  # what was taken to come next stays
    answer(session, query, ranked("store", "the dog", "milk", own="the dog"))
    assert [row.read for row in page.list.rows] == [False, False, True]
    assert [row.mark for row in page.list.rows] == ["", "B", ""]
    session.undo()
    assert session.scene.text_b == "the dog" and asked(session, RankCandidates) == query
    session.set_texts("the cat", "the")
    assert asked(session, RankCandidates) == RankCandidates(("milk", "store"), "the")
    page.put_in(99)
    assert session.scene.text_b == "the"


def test_enter_chooses_and_copies(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.ranking
    answer(session, asked(session, RankCandidates), ranked("store", "the dog", "milk", own="the dog"))
    page.list.setFocus()
    page.list.setCurrentIndex(page.list.model().index(0, 0))
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert session.scene.text_b == "store"


def test_a_failure_is_said(qtbot, session) -> None:
    panel = shown(qtbot, session)
    answer(session, asked(session, RankCandidates), failure="Too long.")
    assert panel.ranking.list.empty_text == "Too long."


def test_without_a_second_sentence_there_is_no_rank(qtbot, session) -> None:
    session.set_texts("the cat", "")
    panel = shown(qtbot, session)
    query = asked(session, RankCandidates)
    assert query == RankCandidates(("milk", "store"), "")
    answer(session, query, ranked("store", "milk"))
    assert panel.ranking.said.text == "2 sentences · 1 of 2 above 50%"
    assert not panel.ranking.add_button.isEnabled()


def test_without_a_first_sentence_there_is_nothing_to_ask(qtbot, session) -> None:
    panel = shown(qtbot, session)
    session.set_texts(" ", "the dog")
    assert not any(isinstance(query, RankCandidates) for query in session.watched)
    assert panel.ranking.list.empty_text.startswith("Type sentence A first")
    session.set_texts("the cat", "the dog")
    assert asked(session, RankCandidates)


@pytest.mark.parametrize(("pooler", "words"), [(False, "no pooler"), (True, "no next-sentence head")])
def test_a_model_that_cannot(qtbot, pooler: bool, words: str) -> None:
    session = AnsweringSession(replace(fake_model_info(), has_nsp=False, has_pooler=pooler))
    session.begin(Scene("", "the cat", "the dog"))
    session.load()
    panel = shown(qtbot, session)
    page = panel.ranking
    assert words in page.list.empty_text and "Choose one" in page.list.empty_text
    assert not session.watched and not page.picture.copy_numbers.isEnabled()


def test_b_is_added_once(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.ranking
    page.add_button.click()
    assert page.candidates == ("milk", "store", "the dog")
    page.watch()
    assert not page.add_button.isEnabled()


def test_nothing_is_asked_while_hidden(qtbot, session) -> None:
    panel = shown(qtbot, session)
    panel.hide()
    assert not session.watched
    session.set_texts("the dog", "milk")
    panel.show()
    assert asked(session, RankCandidates) == RankCandidates(("milk", "store"), "milk")
    panel.set_part("paragraph")
    assert not any(isinstance(query, RankCandidates) for query in session.watched)


def test_sentences_of_a_text(qtbot, session, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("milk\nstore\n", encoding="utf-8")
    panel = shown(qtbot, session)
    page = panel.ranking
    page.texts.choose_file(str(path))
    query = asked(session, RankSentences)
    assert isinstance(query, RankSentences)
    assert (query.text_a, query.own, query.interventions) == ("the cat", "the dog", Interventions())
    assert page.side.isHidden() and not page.rank_button.isEnabled()
    answer(session, query, progress=Progress(4, 10, "ranking", ranked("milk", "the dog", own="the dog")))
    assert page.line.isVisible() and page.line.bar.value() == 400 and page.line.words.text == "40 %"
    assert [row.sentence for row in page.list.rows] == ["milk", "the dog"]
    panel.hide()
    assert query in session.watched  # it goes on
    panel.show()
    answer(session, query, ranked("milk", "the dog", "store", own="the dog", seen=500))
    assert page.line.isHidden() and page.said.text.startswith("B is number 2 of 501")
    session.set_texts("the dog", "milk")
    assert "press Rank" in page.note.text and page.after.text == "After “the cat”"
    page.put_in(2)
    assert (session.scene.text_a, session.scene.text_b) == ("the cat", "store")
    page.texts.choose_own()
    assert page.side.isVisible() and asked(session, RankCandidates)


def test_a_text_is_cancelled_and_begun_again(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.ranking
    page.texts.choose_built_in()
    query = asked(session, RankSentences)
    answer(session, query, progress=Progress(4, 10, "ranking", ranked("milk")))
    page.line.cancel_button.click()
    assert query not in session.watched and "Cancelled" in page.line.end.text()
    assert [row.sentence for row in page.list.rows] == ["milk"]
    page.line.again_button.click()
    assert query in session.watched


def test_a_file_that_cannot_be_read(qtbot, session, tmp_path: Path) -> None:
    panel = shown(qtbot, session)
    page = panel.ranking
    page.texts.choose_file(str(tmp_path / "gone.txt"))
    answer(session, asked(session, RankSentences), failure="gone.txt: The file cannot be read.")
    assert "cannot be read" in page.line.end.text() and page.rank_button.isEnabled()


def test_another_model_forgets(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.ranking
    page.texts.choose_built_in()
    answer(session, asked(session, RankSentences), ranked("milk"))
    session.load()
    assert page.list.rows == () and "Press Rank" in page.list.empty_text


def test_changes_count_but_for_those_at_single_pieces(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.ranking
    assert page.note.isHidden()
    session.intervene(Interventions(heads_off={(0, 1)}, hidden={1}))
    assert "in force count here" in page.note.text and "single pieces" in page.note.text
    page.texts.choose_built_in()
    query = asked(session, RankSentences)
    assert isinstance(query, RankSentences) and query.interventions == Interventions(heads_off={(0, 1)})
    session.intervene(Interventions(direction="left-to-right"))
    page.texts.choose_own()
    assert "the same for all" in page.note.text


def test_pictures_and_numbers(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.ranking
    assert not page.picture.copy_numbers.isEnabled()
    answer(session, asked(session, RankCandidates), ranked("store", "the dog", "milk", own="the dog"))
    assert page.picture.copy_numbers.isEnabled()
    header, rows = page._table()
    assert header[:4] == ("rank", "p(is next)", "log odds", "sentence")
    assert [(row[0], row[3], row[5]) for row in rows] == [(1, "store", 0), (2, "the dog", 1), (3, "milk", 0)]
    assert page._drawing().size.height() > 3 * 24
    said = page.picture._metadata()
    assert said["Sentence A"] == "the cat" and said["Ranking"].startswith("B is number 2")
    assert [title for title, _ in panel.pictures] == ["Which comes next?", "Continuity of a paragraph"]


def test_a_paste_that_is_too_long_is_cut_and_said(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.ranking
    said: list[str] = []
    session.notice_given.connect(said.append)
    mime = QMimeData()
    mime.setText("a " * 150_000)
    page.editor.clear()
    page.editor.insertFromMimeData(mime)
    assert said == ["100,000 characters were left out: there is room for no more"]


def test_distractors_to_begin_with_are_in_the_models_language(qtbot) -> None:
    session = AnsweringSession(replace(fake_model_info(), chinese=True))
    session.begin(Scene("", "我", "你"))
    panel = ContinuityPanel(session)
    qtbot.addWidget(panel)
    assert panel.ranking.editor.text.isascii()
    session.load()
    assert panel.ranking.candidates and not panel.ranking.editor.text.isascii()
