"""The paragraph page: what it asks, what is drawn, and what a click does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.panels.next_sentence.continuity_panel import ContinuityPanel
from bert_core.interventions import Interventions
from bert_core.queries import Answer, Progress, Query
from bert_core.queries_next_sentence import Continuity, ContinuityOf
from bert_core.scene import Scene
from tests.app.answering_session import AnsweringSession
from tests.app.fakes import fake_model_info

TEXT = "The cat sat. The dog sat. The milk."
FOUND = Continuity(("The cat sat.", "The dog sat.", "The milk."), (2.0, -1.0), (0.0, 0.0), frozenset({1}))


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
    panel.set_part("paragraph")
    return panel


def asked(session: AnsweringSession) -> list[Query]:
    return [query for query in session.watched if isinstance(query, ContinuityOf)]


def read(qtbot, session: AnsweringSession) -> ContinuityPanel:
    panel = shown(qtbot, session)
    panel.paragraph.set_text(TEXT)
    session.accept_answer(Answer(ContinuityOf(TEXT), session.scene, FOUND))
    return panel


def test_a_paragraph_is_read_and_its_breaks_are_marked(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.paragraph
    page.set_text(TEXT)
    assert asked(session) == [ContinuityOf(TEXT)]
    session.accept_answer(Answer(ContinuityOf(TEXT), session.scene, FOUND))
    assert page.view.thread_.sentences == FOUND.sentences and [*page.view.thread_.breaks] == [1]
    assert page.said.text == (
        "3 sentences · neighbours 57% on average, random pairs 50% · 1 break · 1 pairs did not fit whole"
    )
    assert "mostly judges topic" in page.note.text and page.line.isHidden()
    page.break_button.click()
    assert page.view.current == 1
    page.threshold.setValue(90)
    assert [*page.view.thread_.breaks] == [0, 1] and "2 breaks" in page.said.text
    page.threshold.setValue(5)
    assert not page.view.thread_.breaks and "no breaks" in page.said.text
    assert page.break_button.isHidden()


def test_typing_asks_once_there_is_a_pause(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.paragraph
    page.editor.setPlainText("The cat.")
    page.editor.setPlainText(TEXT)
    assert asked(session) == []
    qtbot.waitUntil(lambda: asked(session) == [ContinuityOf(TEXT)])


def test_a_pair_is_read_and_undo_takes_it_back(qtbot, session) -> None:
    panel = read(qtbot, session)
    page = panel.paragraph
    assert page.view.read is None
    page.view.pair_chosen.emit(1)
    assert (session.scene.text_a, session.scene.text_b) == ("The dog sat.", "The milk.")
    assert page.view.read == 1
    session.undo()
    assert (session.scene.text_a, session.scene.text_b) == ("the cat", "the dog")
    assert page.view.read is None
    page.load(2)
    assert session.scene.text_a == "the cat"


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_paragraph_asks_nothing(qtbot, session, text: str) -> None:
    panel = read(qtbot, session)
    page = panel.paragraph
    page.set_text(text)
    assert asked(session) == [] and page.view.thread_.sentences == ()
    assert page.view.empty_text.startswith("Each sentence") and page.said.text == ""
    assert page.example_button.isVisible() and not page.picture.copy_numbers.isEnabled()


def test_one_sentence_has_no_neighbour(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.paragraph
    page.set_text("The cat sat.")
    one = Continuity(("The cat sat.",), ())
    session.accept_answer(Answer(ContinuityOf("The cat sat."), session.scene, one))
    assert page.said.text.startswith("One sentence has no neighbour")
    assert page.view.thread_.sentences == one.sentences and page.view.current == 0


def test_progress_is_drawn_and_cancelled(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.paragraph
    page.set_text(TEXT)
    part = replace(FOUND, log_odds=(2.0,), random=())
    session.accept_answer(Answer(ContinuityOf(TEXT), session.scene, progress=Progress(1, 4, "pairs", part)))
    assert page.view.thread_.shares == part.is_next and page.line.bar.value() == 250
    assert "neighbours 88% on average · no breaks" in page.said.text
    page.line.cancel_button.click()
    assert asked(session) == [] and "Cancelled" in page.line.end.text()
    page.refresh(session.trace)
    assert asked(session) == []  # it stays cancelled
    page.line.again_button.click()
    assert asked(session) == [ContinuityOf(TEXT)]


def test_changes_in_force_count(qtbot, session) -> None:
    panel = read(qtbot, session)
    page = panel.paragraph
    session.intervene(Interventions(heads_off={(0, 1)}, hidden={1}))
    assert asked(session) == [ContinuityOf(TEXT, Interventions(heads_off={(0, 1)}))]
    assert "in force count here" in page.note.text


def test_a_failure_is_said(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.paragraph
    page.set_text(TEXT)
    session.accept_answer(Answer(ContinuityOf(TEXT), session.scene, failure="Not enough memory."))
    assert page.line.end.text() == "Not enough memory."
    page.line.again_button.click()
    assert asked(session) == [ContinuityOf(TEXT)]


def test_a_model_without_the_head(qtbot) -> None:
    session = AnsweringSession(replace(fake_model_info(), has_nsp=False))
    session.begin(Scene("", "the cat", "the dog"))
    session.load()
    panel = shown(qtbot, session)
    page = panel.paragraph
    page.set_text(TEXT)
    assert asked(session) == [] and "no next-sentence head" in page.view.empty_text


def test_another_model_reads_it_anew(qtbot, session) -> None:
    panel = read(qtbot, session)
    page = panel.paragraph
    session.info = replace(session.info, model_id="another")
    session.load()
    assert asked(session) == [ContinuityOf(TEXT)] and page.view.thread_.sentences == ()


def test_the_example_has_two_scenes(qtbot, session) -> None:
    panel = shown(qtbot, session)
    page = panel.paragraph
    page.example_button.click()
    [query] = asked(session)
    assert isinstance(query, ContinuityOf) and "bank" in query.text and "bat" in query.text
    assert page.example_button.isHidden()


def test_pictures_and_numbers(qtbot, session) -> None:
    panel = read(qtbot, session)
    page = panel.paragraph
    header, rows = page._table()
    assert header == ("number", "sentence", "p(is next)", "log odds", "break", "cut")
    assert rows == [
        (1, "The cat sat.", "", "", "", 0),
        (2, "The dog sat.", "0.880797", "2.0000", 0, 0),
        (3, "The milk.", "0.268941", "-1.0000", 1, 1),
    ]
    said = page.picture._metadata()
    assert said["Threshold"] == "0.5" and "Sentence A" not in said
    assert page._drawing().size.height() > 3 * 28
