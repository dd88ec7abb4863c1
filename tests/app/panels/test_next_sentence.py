"""The next-sentence panel: two bars and a sentence, or why there are none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.panels.next_sentence import NextSentencePanel
from app.values import Loading, ModelChoice
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
        (0.52, "The model cannot tell whether B follows A."),
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
