"""The saliency panel: what is explained, what is drawn of it, and what is asked for when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from scipy.stats import spearmanr

from app.input_colours import InputColours
from app.panels.saliency import SaliencyPanel
from app.panels.saliency.wishes import Wishes
from app.selection import Hover
from app.session import Session
from bert_core.explanations import CandidateTarget, NextTarget
from bert_core.interventions import Interventions
from bert_core.measures.attention_rollout import rollout
from bert_core.queries import Answer, OfReference, Progress
from bert_core.queries_flow import RolloutRows
from bert_core.queries_saliency import GradientXInput, IntegratedGradients, LeaveOneOut
from bert_core.trace import Trace
from tests.app.fakes import fake_model_info, fake_tokens, fake_trace
from tests.app.panels.saliency.saying import attribution, say, show

MASK, STORE = 5, 6


@pytest.fixture
def session() -> Session:
    made = Session()
    made._model = fake_model_info()
    return made


@pytest.fixture
def trace() -> Trace:
    return fake_trace()


@pytest.fixture
def panel(qtbot: QtBot, session: Session, trace: Trace) -> Iterator[SaliencyPanel]:
    made = SaliencyPanel(session)
    qtbot.addWidget(made)
    made.resize(1000, 260)
    made.show()
    qtbot.waitExposed(made)
    show(session, trace)
    yield made


def best(trace: Trace, place: int = 0, position: int = MASK) -> int:
    return trace.candidates(position, place + 1).candidates[place][1]


def test_the_first_mask_s_best_candidate(panel: SaliencyPanel, session: Session, trace: Trace) -> None:
    target = CandidateTarget(MASK, best(trace))
    assert session.watched == {
        IntegratedGradients(target),
        GradientXInput(target),
        LeaveOneOut(target),
        RolloutRows(MASK),
    }
    expected = [
        attribution(trace, target, "integrated gradients").scores,
        attribution(trace, target, "gradient x input").scores,
        attribution(trace, target, "leave-one-out").scores,
        rollout(trace.attentions)[-1, MASK],
    ]
    for lane, values in zip(panel.saliency.lanes.lanes, expected, strict=True):
        assert lane.values is not None
        np.testing.assert_allclose(lane.values, values, atol=1e-6)
    assert panel.saliency.lanes.target == MASK and panel.chooser.of.currentText() == "[MASK], piece 5"
    assert panel.chooser.word.currentText() == trace.vocabulary[best(trace)]
    assert panel.saliency.lanes.lanes[0].aside == "gap 0.20 %, 15 steps"
    assert "logit 3.00" in panel.saliency.read_out.text and "it is 1.00" in panel.saliency.read_out.text


@pytest.mark.parametrize("signed", [False, True])
def test_rank_correlations(panel: SaliencyPanel, trace: Trace, signed: bool) -> None:
    panel.saliency.ranking.chosen.emit(int(signed))
    kept = [p for p, token in enumerate(trace.tokens) if not token.special and p != MASK]
    rows = np.stack([lane.values for lane in panel.saliency.lanes.lanes if lane.values is not None])[:, kept]
    expected = spearmanr(rows if signed else np.abs(rows), axis=1).statistic
    np.testing.assert_allclose(panel.saliency.side.ranks.values, expected, atol=1e-9)
    assert panel.saliency.side.over.text().startswith(
        "Spearman over 13 pieces, by " + ("score" if signed else "size")
    )


def test_another_word_unit_and_baseline(panel: SaliencyPanel, session: Session, trace: Trace) -> None:
    panel.chooser.word.chosen.emit(2)
    panel.chooser.scale.chosen.emit(2)
    panel.saliency.baseline.chosen.emit(1)
    assert (
        IntegratedGradients(CandidateTarget(MASK, best(trace, 2), "probability"), "[PAD]") in session.watched
    )
    say(session)
    assert "[PAD]" in panel.saliency.read_out.text
    line = panel.chooser.word.lineEdit()
    assert line is not None
    line.setText("word150")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert LeaveOneOut(CandidateTarget(MASK, 150, "probability")) in session.watched
    line.setText("")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert LeaveOneOut(CandidateTarget(MASK, best(trace), "probability")) in session.watched


def test_a_word_that_is_none(panel: SaliencyPanel, session: Session, trace: Trace, qtbot: QtBot) -> None:
    line = panel.chooser.word.lineEdit()
    assert line is not None
    line.setText("nosuchword")
    with qtbot.waitSignal(session.notice_given) as told:
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert "not one piece" in told.args[0] and line.text() == trace.vocabulary[best(trace)]


def test_the_next_sentence(panel: SaliencyPanel, session: Session) -> None:
    panel.show_what_if()
    panel.explain_next()
    assert panel.view == "saliency" and panel.chooser.of.currentText() == "Next sentence"
    assert session.watched >= {IntegratedGradients(NextTarget()), RolloutRows(0)}
    assert panel.chooser.word.isHidden()
    panel.chooser.scale.chosen.emit(2)
    assert GradientXInput(NextTarget("logit")) in session.watched
    panel.explain_word()
    assert RolloutRows(MASK) in session.watched


def test_without_a_mask_the_next_sentence(panel: SaliencyPanel, session: Session) -> None:
    tokens = [replace(token, id=9, text="x") if token.text == "[MASK]" else token for token in fake_tokens()]
    show(session, fake_trace(tokens=tokens))
    assert GradientXInput(NextTarget()) in session.watched
    session.intervene(Interventions(direction="left-to-right"))
    show(session, replace(fake_trace(tokens=tokens), scene=session.scene))
    assert "nothing in the text can count" in panel.saliency.read_out.text


@pytest.mark.parametrize(
    ("logits", "nsp", "text_b", "said"),
    [
        (False, False, "b", "neither a masked-word head"),
        (False, True, "", "Type a second sentence"),
        (True, False, "b", "Nothing is masked"),
        (True, True, "", "Nothing is predicted yet"),
    ],
)
def test_nothing_to_explain(
    panel: SaliencyPanel, session: Session, logits: bool, nsp: bool, text_b: str, said: str
) -> None:
    tokens = [replace(token, id=9, text="x") if token.text == "[MASK]" else token for token in fake_tokens()]
    trace = fake_trace(tokens=tokens)
    trace = replace(
        trace,
        scene=replace(trace.scene, text_b=text_b or None),
        logits=trace.logits if logits else None,
        nsp=trace.nsp if nsp else None,
    )
    show(session, trace)
    assert said in panel.saliency.empty.sentence and not panel.saliency.lanes.isVisible()
    assert not session.watched and not panel.chooser.isEnabled()
    panel.show_what_if()
    assert said in panel.what_if.empty.sentence and not session.watched


def test_an_incomplete_sum_is_said(panel: SaliencyPanel, session: Session, trace: Trace) -> None:
    target = CandidateTarget(MASK, best(trace, 1))
    panel.chooser.word.chosen.emit(1)
    value = attribution(trace, target, "integrated gradients", gap=0.023)
    say(session)
    session.accept_answer(Answer(IntegratedGradients(target), trace.scene, replace(value, steps=511)))
    assert panel.saliency.lanes.lanes[0].warns
    assert "miss their sum by 2.3 % after 511 steps" in panel.saliency.warning.text()


def test_pointing_pinning_and_keys(panel: SaliencyPanel, session: Session, qtbot: QtBot) -> None:
    lanes = panel.saliency.lanes
    session.set_hover(Hover(query=STORE))
    value = lanes.lanes[0].values
    assert value is not None and panel.saliency.read_out.text == "‘store’, piece 6"
    assert panel.saliency.read_out.figure.startswith("IG ")
    session.set_hover(Hover())
    left, right = lanes.layout_.column(2)
    QTest.mouseClick(lanes, Qt.MouseButton.LeftButton, pos=QPoint(round((left + right) / 2), 20))
    assert session.selection.query == 2
    QTest.keyClick(lanes, Qt.Key.Key_Right)
    assert session.selection.query == 3
    QTest.keyClick(lanes, Qt.Key.Key_End)
    assert session.selection.query == 16
    QTest.keyClick(lanes, Qt.Key.Key_Home)
    QTest.keyClick(lanes, Qt.Key.Key_Return)
    assert panel.view == "what-if" and session.selection.query == 0
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert session.selection.query is None


def test_hidden_it_asks_for_nothing(panel: SaliencyPanel, session: Session) -> None:
    panel.hide()
    assert not session.watched
    panel.show()
    assert len(session.watched) == 4


def test_what_takes_long_is_told_and_can_be_stopped(
    panel: SaliencyPanel, session: Session, trace: Trace
) -> None:
    panel.chooser.word.chosen.emit(3)
    target = CandidateTarget(MASK, best(trace, 3))
    progress = Progress(31, 63, "gradients", attribution(trace, target, "integrated gradients"))
    session.accept_answer(Answer(IntegratedGradients(target), trace.scene, progress=progress))
    assert panel.saliency.job.words.text == "Integrated gradients 31 of 63"
    panel.saliency.job.cancel_button.click()
    assert session.watched == {GradientXInput(target), RolloutRows(MASK)}
    assert panel.saliency.lanes.lanes[2].note == "Stopped."
    panel.saliency.job.again_button.click()
    say(session)
    assert all(lane.values is not None for lane in panel.saliency.lanes.lanes)
    assert panel.saliency.job.isHidden()


def test_what_is_late_does_not_keep_the_rest_waiting(
    panel: SaliencyPanel, session: Session, trace: Trace, qtbot: QtBot
) -> None:
    panel.chooser.word.chosen.emit(3)
    target = CandidateTarget(MASK, best(trace, 3))
    value = attribution(trace, target, "gradient x input")
    session.accept_answer(Answer(GradientXInput(target), trace.scene, value))
    qtbot.waitUntil(lambda: panel.saliency.lanes.lanes[0].values is None)
    assert panel.saliency.lanes.lanes[0].note == "Working it out…"
    shown = panel.saliency.lanes.lanes[1].values
    assert shown is not None and shown.tolist() == value.scores.tolist()


def test_the_reference_and_the_difference(panel: SaliencyPanel, session: Session, trace: Trace) -> None:
    before = [lane.values for lane in panel.saliency.lanes.lanes]
    session.keep_reference()
    tokens = [
        replace(token, id=77, text="hut") if p == STORE else token for p, token in enumerate(trace.tokens)
    ]
    scene = trace.scene.replacing(STORE, 77)
    now = replace(fake_trace(tokens=tokens, scene=scene, seed=3), logits=trace.logits)
    show(session, now)
    target = CandidateTarget(MASK, best(trace))
    assert OfReference(LeaveOneOut(target), trace.scene) in session.watched
    shown = panel.saliency.shown
    assert shown is not None and shown.difference
    after = attribution(now, target, "leave-one-out").scores
    assert before[2] is not None
    np.testing.assert_allclose(shown.values["omission"], after - before[2])
    assert panel.compared.text() == "Now less the reference."
    session.show_reference("reference")
    say(session)
    drawn = panel.saliency.lanes.lanes[2].values
    assert drawn is not None and drawn.tolist() == before[2].tolist()
    assert OfReference(LeaveOneOut(target), trace.scene) in session.watched


def test_the_input_is_coloured_also_while_the_panel_is_hidden(
    panel: SaliencyPanel, session: Session, trace: Trace
) -> None:
    colours = InputColours.of(session)
    assert colours.now is None
    panel.saliency.colours.chosen.emit(3)
    say(session)
    target = CandidateTarget(MASK, best(trace))
    assert colours.now is not None and colours.now.scene == trace.scene and colours.now.signed
    assert colours.now.values.tolist() == attribution(trace, target, "leave-one-out").scores.tolist()
    assert colours.now.limit == np.abs(colours.now.values).max()
    panel.hide()
    assert session.watched == {LeaveOneOut(target)}
    other = fake_trace(12)
    show(session, other)
    assert colours.now is not None and colours.now.scene == other.scene and len(colours.now.values) == 12
    panel.next_colours()
    assert Wishes.of(session).now.colours == "rollout"
    say(session)
    assert colours.now is not None and not colours.now.signed
    panel.next_colours()
    assert colours.now is None and not session.watched


def test_the_picture_s_numbers(panel: SaliencyPanel, trace: Trace) -> None:
    header, rows = panel.saliency.figures.lanes._table()
    listed = list(rows)
    assert list(header)[2:6] == [
        "Integrated gradients",
        "Gradient × input",
        "Leave one out",
        "Attention rollout",
    ]
    assert len(listed) == len(trace.tokens)
    metadata = panel.saliency.figures.lanes._metadata()
    assert metadata["Baseline"] == "[MASK]" and metadata["Completeness"] == "gap 0.002 after 15 steps"
    assert panel.saliency.figures.lanes._drawing().size.width() > 300
