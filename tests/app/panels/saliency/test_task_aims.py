"""Saliency of what a tuned model says: the predicted class, a tag, an answer, a number; and what is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.input_colours import InputColours
from app.panels.saliency import SaliencyPanel
from app.panels.saliency.target import aim_of
from app.panels.saliency.wishes import Wish, Wishes
from app.session import Session
from bert_core.explanations import (
    Attribution,
    CandidateTarget,
    ClassTarget,
    NextTarget,
    ScoreTarget,
    SpanTarget,
    TagTarget,
    Target,
)
from bert_core.finetuning.task_info import TaskInfo
from bert_core.queries import Answer, OfReference, Query
from bert_core.queries_flow import RolloutRows
from bert_core.queries_saliency import GradientXInput, IntegratedGradients, LeaveOneOut, WhatIf, WhatIfTable
from bert_core.trace import Trace
from tests.app.fakes import fake_model_info, fake_trace
from tests.app.panels.saliency.saying import value_of

CLASSES = TaskInfo("sentence-pair", ("no", "perhaps", "yes"))
TAGS = TaskInfo("tagging", ("O", "B-A", "I-A"))
QUESTIONS = TaskInfo("question-answering")


def named(target: Target, trace: Trace) -> Target:
    """What is predicted: the last class; piece 2 as B-A; pieces 10 to 12, all pushed on by another text."""
    more = 1 - trace.tokens[1].id % 2
    if isinstance(target, ClassTarget) and target.label is None:
        return replace(target, label=2 - more)
    if isinstance(target, TagTarget):
        place = 2 + more if target.position is None else target.position
        return replace(target, position=place, label=1 if target.label is None else target.label)
    if isinstance(target, SpanTarget) and target.start is None:
        return replace(target, start=10, end=12)
    return target


def say(session: Session) -> None:
    """Answer what is watched, targets named, until nothing more is asked."""
    for _ in range(4):
        for query in sorted(session.watched, key=repr):
            assert session.trace is not None
            of, about = query, session.trace
            if isinstance(query, OfReference):
                assert session.reference is not None
                of, about = query.query, session.reference.trace
            session.accept_answer(Answer(query, session.trace.scene, _named_value(of, about)))
        QTest.qWait(1)  # what is told is asked about in the next round


def _named_value(query: Query, trace: Trace) -> object:
    value = value_of(query, trace)
    if isinstance(value, Attribution):
        return replace(value, target=named(value.target, trace))
    if isinstance(value, WhatIfTable):
        return WhatIfTable(tuple(replace(one, target=named(one.target, trace)) for one in value.outcomes))
    return value


def shown(qtbot: QtBot, task: TaskInfo, trace: Trace | None = None) -> tuple[SaliencyPanel, Session]:
    session = Session()
    session._model = replace(fake_model_info(), task=task)
    panel = SaliencyPanel(session)
    qtbot.addWidget(panel)
    panel.resize(1000, 260)
    panel.show()
    trace = fake_trace() if trace is None else trace
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    say(session)
    return panel, session


def test_the_predicted_class_comes_first(qtbot: QtBot) -> None:
    panel, session = shown(qtbot, CLASSES)
    target = ClassTarget()
    assert session.watched == {
        *(IntegratedGradients(target), GradientXInput(target), LeaveOneOut(target)),
        RolloutRows(0),
    }
    assert panel.saliency.aim.words == "the class ‘yes’" and not panel.saliency.aim.open
    assert panel.chooser.of.currentText() == "Class of the pair"
    assert panel.chooser.label.currentText() == "predicted: yes" and panel.chooser.word.isHidden()
    assert [panel.chooser.label.itemText(n) for n in range(4)] == ["predicted: yes", "no", "perhaps", "yes"]
    assert panel.saliency.read_out.text.startswith("Explained: the class ‘yes’, logit 3.00.")
    assert "the class ‘yes’" in panel.saliency.figures.lanes._metadata()["Target"]


def test_another_class_and_unit(qtbot: QtBot) -> None:
    panel, session = shown(qtbot, CLASSES)
    panel.chooser.label.chosen.emit(1)
    panel.chooser.scale.chosen.emit(2)
    assert GradientXInput(ClassTarget(0, "probability")) in session.watched
    say(session)
    assert panel.saliency.aim.words == "the class ‘no’" and panel.chooser.label.currentText() == "no"
    panel.explain_task()
    assert GradientXInput(ClassTarget(None, "probability")) in session.watched


def test_masks_and_the_next_sentence_can_still_be_explained(qtbot: QtBot) -> None:
    panel, session = shown(qtbot, CLASSES)
    names = [panel.chooser.of.itemText(n) for n in range(panel.chooser.of.count())]
    assert names == ["Class of the pair", "[MASK], piece 5", "Next sentence"]
    panel.chooser.of.chosen.emit(1)
    assert any(
        isinstance(q, GradientXInput) and isinstance(q.target, CandidateTarget) for q in session.watched
    )
    assert panel.chooser.of.currentIndex() == 1 and panel.chooser.label.isHidden()
    panel.chooser.of.chosen.emit(2)
    assert GradientXInput(NextTarget()) in session.watched
    panel.chooser.of.chosen.emit(0)
    assert GradientXInput(ClassTarget()) in session.watched


def test_a_tag_is_read_from_its_piece(qtbot: QtBot) -> None:
    panel, session = shown(qtbot, TAGS)
    assert panel.saliency.aim.words == "the tag B-A of ‘man’, piece 2"
    assert RolloutRows(2) in session.watched and panel.saliency.lanes.target == 2
    assert panel.chooser.piece.currentText() == "first tagged"
    assert panel.chooser.piece.count() == 1 + 14  # every word has one piece here
    panel.chooser.piece.chosen.emit(4)
    assert GradientXInput(TagTarget(4)) in session.watched and RolloutRows(4) in session.watched
    say(session)
    assert panel.chooser.piece.currentText() == "4 to" and "piece 4" in panel.saliency.aim.words
    other = fake_trace(15)
    session.set_scene(other.scene)
    session.accept_trace(other)
    assert GradientXInput(TagTarget()) in session.watched  # the place was of the text before


def test_an_answer_is_quoted(qtbot: QtBot) -> None:
    panel, session = shown(qtbot, QUESTIONS)
    assert panel.saliency.aim.words == "the answer ‘bought a gallon’" and RolloutRows(10) in session.watched
    panel.explain(SpanTarget(0, 0))
    assert GradientXInput(SpanTarget(0, 0)) in session.watched
    assert panel.saliency.aim.words == "that there is no answer"
    panel.explain(SpanTarget(9, 10))
    assert GradientXInput(SpanTarget(9, 10)) in session.watched
    say(session)
    assert panel.saliency.aim.words == "the answer ‘he bought’"
    assert "logit of its begin" in panel.saliency.read_out.text


def test_a_number_has_one_unit(qtbot: QtBot) -> None:
    panel, session = shown(qtbot, TaskInfo("regression"))
    assert GradientXInput(ScoreTarget()) in session.watched
    assert panel.chooser.scale.count() == 1 and panel.chooser.of.currentText() == "Number"
    panel.chooser.scale.chosen.emit(0)
    assert GradientXInput(ScoreTarget()) in session.watched
    assert "the number that the model gives" in panel.saliency.read_out.text


def test_the_reference_is_asked_about_what_is_predicted_now(qtbot: QtBot) -> None:
    panel, session = shown(qtbot, CLASSES)
    session.keep_reference()
    before = session.scene
    other = fake_trace(scene=replace(before, replaced={1: 100}), tokens=_other_tokens())
    session.set_scene(other.scene)
    session.accept_trace(other)
    assert not any(isinstance(query, OfReference) for query in session.watched)  # not known yet
    say(session)
    expected = named(ClassTarget(), other)
    assert expected == ClassTarget(1)
    assert OfReference(GradientXInput(expected), before) in session.watched
    assert panel.saliency.shown is not None and panel.saliency.shown.difference
    assert set(panel.saliency.shown.values) == {"integrated", "gradient", "omission", "rollout"}


def _other_tokens() -> list:  # type: ignore[type-arg]
    tokens = list(fake_trace().tokens)
    tokens[1] = replace(tokens[1], id=tokens[1].id + 1)
    return tokens


def test_what_if_tells_of_the_class(qtbot: QtBot) -> None:
    panel, session = shown(qtbot, CLASSES)
    panel.show_what_if()
    say(session)
    assert WhatIf(ClassTarget(), "candidates", 1, 20) in session.watched
    columns = panel.what_if.table.changes.columns
    assert [column.title for column in columns][:4] == ["change", "its p", "p(yes)", "change of p"]
    assert "the class ‘yes’, p = 50.00 %" in panel.what_if.read_out.text


def test_what_if_tells_a_number_as_it_is(qtbot: QtBot) -> None:
    panel, session = shown(qtbot, TaskInfo("regression"))
    panel.show_what_if()
    say(session)
    columns = {column.title: column for column in panel.what_if.table.changes.columns}
    assert columns["number"].texts[0] == "0.500" and columns["change"].texts[1] == "−0.010"
    assert "KL" not in columns and "%" not in panel.what_if.read_out.text


@pytest.mark.parametrize("kind", ["gradient", "rollout"])
def test_the_input_is_coloured_by_what_the_task_hangs_on(qtbot: QtBot, kind: str) -> None:
    panel, session = shown(qtbot, TAGS)
    panel.hide()
    wishes, colours = Wishes.of(session), InputColours.of(session)
    wishes.set(replace(wishes.now, colours=kind))  # type: ignore[arg-type]
    say(session)
    assert colours.now is not None and "the tag B-A of ‘man’" in colours.now.name
    if kind == "rollout":
        assert session.watched == {RolloutRows(2)}


def test_another_model_has_other_classes(qtbot: QtBot) -> None:
    _, session = shown(qtbot, CLASSES)
    wishes = Wishes.of(session)
    wishes.set(replace(wishes.now, label=1, tagged=3, span=(1, 2)))
    session.model_changed.emit(session.model)
    assert (wishes.now.label, wishes.now.tagged, wishes.now.span) == (None, None, None)


def test_where_the_task_has_nothing_to_say_something_else_is_explained() -> None:
    trace = fake_trace()
    alone = replace(trace, scene=replace(trace.scene, text_b=None))
    assert isinstance(aim_of(alone, Wish(), QUESTIONS).target, CandidateTarget)
    assert isinstance(aim_of(alone, Wish(), CLASSES).target, ClassTarget)
    assert isinstance(aim_of(trace, Wish(label=9), CLASSES).target, ClassTarget)
    assert aim_of(trace, Wish(label=9), CLASSES).target == ClassTarget()
