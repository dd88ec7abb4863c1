"""The changes in force above the maps: said, taken back, and with their effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.attention import AttentionPanel
from app.panels.attention.effect_words import effect_lines, effect_summary
from app.session import Session
from app.values import LoadedModel, ModelChoice
from bert_core.interventions import Interventions
from bert_core.queries import Answer, Effect, InterventionEffect, MaskEffect
from bert_core.trace import Trace
from tests.app.answering import answer_all
from tests.app.fakes import fake_model_info, fake_trace

CHANGED = Interventions(heads_off={(0, 1), (2, 3)}, direction="left-to-right")


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    trace = fake_trace()
    made.begin(trace.scene)
    info = fake_model_info(model_id=trace.scene.model_id)
    made.set_model(LoadedModel(ModelChoice("m"), info, lambda a, b: trace.tokens, ("cpu",)))
    made.accept_trace(replace(trace, scene=made.scene))
    return made


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[AttentionPanel]:
    made = AttentionPanel(session)
    qtbot.addWidget(made)
    made.resize(810, 570)
    made.show()
    yield made


def read(session: Session) -> Trace:
    """Bring the trace of the scene, and the answers."""
    trace = fake_trace(scene=session.scene)
    session.accept_trace(trace)
    answer_all(session)
    return trace


def test_hidden_and_silent_while_nothing_is_changed(panel: AttentionPanel, session: Session) -> None:
    assert panel.changes.isHidden()
    assert InterventionEffect() not in session.watched


def test_chips_come_at_once_and_the_effect_with_the_trace(panel: AttentionPanel, session: Session) -> None:
    session.intervene(CHANGED)
    bar = panel.changes
    assert bar.isVisible()
    assert [chip.text().split("  ")[0] for chip in bar.chips.chips] == [
        "reads left to right", "L1-H2 off", "L3-H4 off",
    ]  # fmt: skip
    assert "Comparing" in bar.effect.text()
    read(session)
    assert InterventionEffect() in session.watched
    assert "dog 50.0% → milk 75.0%, KL 0.30 nats" in bar.effect.text()
    assert "is next 25.0% → 87.5%" in bar.effect.text()


def test_a_click_takes_one_back_and_the_link_all(panel: AttentionPanel, session: Session) -> None:
    session.intervene(CHANGED)
    read(session)
    QTest.mouseClick(panel.changes.chips.chips[1], Qt.MouseButton.LeftButton)
    assert session.scene.interventions == replace(CHANGED, heads_off={(2, 3)})
    read(session)
    QTest.mouseClick(panel.changes.all_button, Qt.MouseButton.LeftButton)
    assert not session.scene.interventions and panel.changes.isHidden()
    read(session)
    assert InterventionEffect() not in session.watched
    session.undo()
    assert len(panel.changes.chips.chips) == 2


def test_the_large_head_has_a_switch(panel: AttentionPanel, session: Session) -> None:
    read(session)
    session.select_head(1, 0)
    button = panel.maps.head_pane.off_button
    assert button.isVisible() and not button.isChecked()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert session.scene.interventions.heads_off == {(1, 0)}
    read(session)
    assert button.isChecked()
    session.select_head(1, 1)
    assert not button.isChecked()
    session.select_head(1, None)
    assert button.isHidden()


def test_why_there_is_no_effect_is_said(panel: AttentionPanel, session: Session) -> None:
    session.intervene(CHANGED)
    trace = fake_trace(scene=session.scene)
    session.accept_trace(trace)
    session.accept_answer(Answer(InterventionEffect(), trace.scene, failure="Too long."))
    assert panel.changes.effect.text() == "Too long."


def test_words_of_an_effect() -> None:
    trace = fake_trace()
    one = MaskEffect(3, 0.0012, (("cat", 0.9),), (("cat", 0.9996),))
    two = MaskEffect(5, 1.2, (("a", 0.5),), (("b", 0.0001),))
    both = Effect((one, two), None, None)
    assert effect_summary(both, trace) == "[MASK] 2: a 50.0% → b 0.01%, KL 1.20 nats  ·  largest of 2 masks"
    assert effect_lines(both, trace).splitlines()[:2] == [
        "[MASK] 1 at 3: cat 90.0% → 99.96%, KL 0.0012 nats",
        "[MASK] 2 at 5: a 50.0% → b 0.01%, KL 1.20 nats",
    ]
    assert effect_summary(Effect((), None, None), trace) == "Mask a piece to see what this changes."
