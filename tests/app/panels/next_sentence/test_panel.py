"""The next-sentence panel: two bars and a sentence, or why there are none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.panels.next_sentence import NextSentencePanel
from app.values import Loading, ModelChoice
from bert_core.interventions import Interventions
from bert_core.queries import Answer
from bert_core.queries_next_sentence import SwappedScore
from bert_core.scene import Scene
from bert_core.trace import NspScore
from tests.app.answering_session import AnsweringSession
from tests.app.fakes import fake_model_info


@pytest.fixture
def session() -> AnsweringSession:
    made = AnsweringSession()
    made.begin(Scene("", "the cat", "the dog"))
    made.load()
    return made


def shown(qtbot, session: AnsweringSession) -> NextSentencePanel:
    panel = NextSentencePanel(session)
    panel.resize(290, 200)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_both_probabilities(qtbot, session) -> None:
    panel = shown(qtbot, session)
    rows = [(row.label, row.probability, row.role) for row in panel.bars.rows]
    assert rows == [("B follows A", 0.93, "accent"), ("B is random", 0.07, "segment_b")]
    assert panel.scores.isVisible() and panel.empty.isHidden()
    header, numbers = panel._table()
    assert list(numbers) == [("B follows A", 0.93), ("B is random", 0.07)] and len(header) == 2
    assert panel.picture._metadata()["Sentence B"] == "the dog"
    assert panel._drawing().size.width() == panel.scores.width() + 24


@pytest.mark.parametrize(
    ("is_next", "words"),
    [
        (0.93, "The model thinks that B follows A."),
        (0.52, "The model is unsure about B."),
        (0.03, "The model thinks that B has nothing to do with A."),
    ],
)
def test_the_same_as_a_sentence(qtbot, session, is_next: float, words: str) -> None:
    panel = shown(qtbot, session)
    session.accept_trace(replace(session.trace, nsp=NspScore(is_next, 1 - is_next)))
    assert panel.sentence.text() == words


def test_without_a_second_sentence(qtbot, session) -> None:
    panel = shown(qtbot, session)
    session.set_texts("the cat", "  \n")
    assert panel.empty.sentence.startswith("Type a second sentence")
    assert panel.scores.isHidden() and not panel.picture.copy_numbers.isEnabled()
    session.set_texts("the cat", "the")
    assert panel.scores.isVisible() and panel.picture.copy_numbers.isEnabled()


@pytest.mark.parametrize(("pooler", "words"), [(False, "no pooler"), (True, "no next-sentence head")])
def test_a_model_that_cannot(qtbot, pooler: bool, words: str) -> None:
    session = AnsweringSession(replace(fake_model_info(), has_nsp=False, has_pooler=pooler))
    session.begin(Scene("", "the cat", "the dog"))
    session.load()
    panel = shown(qtbot, session)
    assert words in panel.empty.sentence and "Choose one" in panel.empty.sentence


def test_before_the_first_analysis(qtbot) -> None:
    session = AnsweringSession()
    session.set_loading(Loading(ModelChoice("mini-en")))
    panel = shown(qtbot, session)
    assert panel.empty.sentence == "The model is loading."
    session.set_loading(None)
    assert panel.empty.sentence == "Nothing has been read yet."


def test_the_other_way_round(qtbot, session) -> None:
    panel = shown(qtbot, session)
    assert SwappedScore() in session.watched and panel.swapped.figure == "…"
    session.accept_answer(Answer(SwappedScore(), session.scene, 0.41))
    assert (panel.swapped.text, panel.swapped.figure) == ("B first:", "41%")
    assert list(panel._table()[1])[-1] == ("A follows B (swapped)", 0.41)
    session.set_texts("the cat", "the")
    assert SwappedScore() in session.watched
    session.accept_answer(Answer(SwappedScore(), session.scene, 0.02))
    assert panel.swapped.figure == "2%"
    panel.hide()
    assert SwappedScore() not in session.watched


def test_what_the_other_way_round_leaves_out_is_said(qtbot, session) -> None:
    panel = shown(qtbot, session)
    assert "As typed" not in panel.swapped.toolTip()
    session.intervene(Interventions(hidden={1}))
    assert "As typed" in panel.swapped.toolTip()


def test_swapping_is_one_step_to_undo(qtbot, session) -> None:
    panel = shown(qtbot, session)
    panel.swap_button.click()
    assert (session.scene.text_a, session.scene.text_b) == ("the dog", "the cat")
    session.undo()
    assert (session.scene.text_a, session.scene.text_b) == ("the cat", "the dog")


def test_it_asks_for_reasons_and_for_others(qtbot, session) -> None:
    panel = shown(qtbot, session)
    with qtbot.waitSignal(panel.why_wanted):
        panel.why_button.click()
    with qtbot.waitSignal(panel.more_wanted):
        panel.more_button.click()
    session.set_texts("the cat", "")
    assert panel.links.isHidden() and SwappedScore() not in session.watched


def test_everything_fits_into_its_place(qtbot, session) -> None:
    panel = shown(qtbot, session)
    for width in (290, 240):
        panel.resize(width, 160)
        assert panel.links.geometry().bottom() < panel.height()
        assert panel.why_button.mapTo(panel, panel.why_button.rect().bottomRight()).x() < width
