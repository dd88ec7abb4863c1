"""The prune part of the measures view: what it asks for, and the slider between order, interventions and undo."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.attention.measures import MeasuresPage
from app.panels.attention.measures.prune_part import PrunePart
from app.panels.attention.measures.sources import examples_source
from app.session import Session
from app.values import LoadedModel, ModelChoice
from app.views.choice import Choice
from bert_core.head_order import random_order, removal_order
from bert_core.interventions import Interventions
from bert_core.queries import Answer, Progress, Query
from bert_core.queries_measures import HeadImportance, SetImportance, Texts
from bert_core.queries_pruning import ACCURACY, IS_NEXT, KL, LOSS, PruneCurve, SetPruning, TextPruning
from bert_core.scene import Scene
from bert_core.trace import Trace
from tests.app.fakes import MASK_ID, fake_model_info, fake_tokens, fake_trace

LAYERS, HEADS = 3, 4
TOTAL = LAYERS * HEADS
VALUES = np.random.default_rng(3).random((LAYERS, HEADS))
ORDER = removal_order(VALUES)
COUNTS = tuple(range(TOTAL + 1))
EXAMPLES = examples_source(None)
TEXT = Texts((("the man went to [MASK] store", "it was late"),))


def load(session: Session, **changes: object) -> None:
    info = replace(fake_model_info(LAYERS, HEADS, model_id="m"), **changes)
    session.set_model(LoadedModel(ModelChoice("m"), info, lambda a, b: (), ("cpu",)))


def read(session: Session, masked: bool = True) -> Trace:
    """The analysis of the scene comes."""
    tokens = fake_tokens(9)
    if not masked:
        tokens = tuple(
            replace(token, text="the", id=MASK_ID + 4) if token.text == "[MASK]" else token
            for token in tokens
        )
    trace = fake_trace(scene=session.scene, tokens=tokens, layers=LAYERS, heads=HEADS, hidden=16)
    session.accept_trace(trace)
    return trace


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    made.begin(Scene("", *TEXT.pairs[0]))
    load(made)
    read(made)
    return made


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> Iterator[MeasuresPage]:
    made = MeasuresPage(session)
    qtbot.addWidget(made)
    made.resize(510, 300)
    made.set_view("prune")
    made.show()
    qtbot.waitExposed(made)
    yield made


def come(session: Session, query: Query, value: object = None, progress: Progress | None = None) -> None:
    session.accept_answer(Answer(query, session.scene, value, progress=progress))


def importance(session: Session, source: object = TEXT) -> None:
    come(session, SetImportance(source), HeadImportance(VALUES, 1, 1))


def curve(**lines: object) -> PruneCurve:
    return PruneCurve(
        COUNTS, lines or {KL: np.linspace(0, 6, TOTAL + 1), IS_NEXT: np.linspace(0.9, 0.3, TOTAL + 1)}, 1
    )


def of_text(session: Session, order: object = ORDER) -> TextPruning:
    scene = session.scene
    return TextPruning(replace(scene, interventions=replace(scene.interventions, heads_off=set())), order)


def ready(page: MeasuresPage, session: Session) -> PrunePart:
    """With the order of the text on screen and its curve."""
    page.pruning.pane.button.click()
    importance(session)
    come(session, of_text(session), curve())
    return page.pruning


def choose(page: MeasuresPage, index: int) -> None:
    page.sources.setCurrentIndex(index)
    page.sources.activated.emit(index)


def pick(choice: Choice, index: int) -> None:
    choice.setCurrentIndex(index)
    choice.activated.emit(index)


# What is asked for


def test_importance_is_offered_first_with_what_it_takes(page: MeasuresPage, session: Session) -> None:
    pane = page.pruning.pane
    assert not pane.has_chart and pane.button.isVisible()
    assert "not known yet over this text" in pane.message.text() and "a gradient" in pane.message.text()
    assert SetImportance(TEXT) not in session.watched
    pane.button.click()
    assert SetImportance(TEXT) in session.watched and not pane.button.isVisible()
    importance(session)
    assert pane.has_chart and page.pruning.order == ORDER
    assert of_text(session) in session.watched and page.jobs.pruning_line.isVisible()
    choose(page, 1)
    assert not pane.has_chart and f"each of {len(EXAMPLES.pairs)} texts" in pane.message.text()


def test_the_curve_comes_point_by_point(page: MeasuresPage, session: Session) -> None:
    page.pruning.pane.button.click()
    importance(session)
    some = np.full(TOTAL + 1, np.nan)
    some[[0, TOTAL]] = 0.0, 6.0
    come(session, of_text(session), progress=Progress(2, TOTAL + 1, "pruning", curve(**{KL: some})))
    line = page.pruning.pane.chart.plot.line
    assert line.at(0) == (0.0, True) and line.at(6) == (3.0, False)
    assert page.jobs.pruning_line.words.text.startswith("Pruning: 2 of 13 readings")
    assert page.pruning.pane.chart.plot.total == TOTAL
    come(session, of_text(session), curve())
    assert page.jobs.pruning_line.isHidden()
    assert "at what is masked" in page.pruning.pane.said.text and "output zero" in page.pruning.pane.said.text


def test_over_a_set(page: MeasuresPage, session: Session) -> None:
    choose(page, 1)
    page.pruning.pane.button.click()
    importance(session, EXAMPLES)
    query = SetPruning(EXAMPLES, ORDER)
    assert query in session.watched
    values = {LOSS: np.linspace(3, 7, TOTAL + 1), ACCURACY: np.linspace(0.5, 0, TOTAL + 1)}
    come(session, query, PruneCurve(COUNTS, values, 15))
    pane = page.pruning.pane
    assert pane.said.text.startswith("Means over 15 texts; loss: masked words")
    assert "the same at each point" in pane.said.text
    assert [pane.measure.itemText(n) for n in range(pane.measure.count())] == ["Loss", "Guessed right"]
    page.pruning.remove(6)
    assert pane.slider.words.figure == "loss 5.00 (+2.00)"
    pick(pane.measure, 1)
    assert pane.slider.words.figure == "right 25.0 % (−25.0)" and pane.chart.plot.share
    session.set_texts("another text", "")
    read(session)
    assert pane.has_chart and pane.chart.plot.removed == 6  # kept for the session


def test_what_was_cancelled_goes_on_when_it_is_wanted(page: MeasuresPage, session: Session) -> None:
    choose(page, 1)
    page.pruning.pane.button.click()
    importance(session, EXAMPLES)
    query = SetPruning(EXAMPLES, ORDER)
    half = np.full(TOTAL + 1, np.nan)
    half[0] = 3.0
    come(session, query, progress=Progress(15, 195, "pruning", PruneCurve(COUNTS, {LOSS: half}, 15)))
    page.jobs.pruning_line.cancel_button.click()
    assert query not in session.watched
    assert page.jobs.pruning_line.end.text() == "Pruning: Cancelled after 15 of 195 readings"
    assert page.pruning.pane.chart.plot.line.at(0) == (3.0, True)
    page.hide()
    page.show()
    assert query not in session.watched  # a person stopped it
    assert page.jobs.pruning_line.again_button.text() == "Go on"
    page.jobs.pruning_line.again_button.click()
    assert query in session.watched


def test_another_order_to_compare_with(page: MeasuresPage, session: Session) -> None:
    part = ready(page, session)
    assert part.pane.chart.plot.other is None
    pick(part.pane.compare, 1)
    random = random_order(LAYERS, HEADS, 0)
    assert of_text(session, random) in session.watched
    come(session, of_text(session, random), curve(**{KL: np.linspace(0, 12, TOTAL + 1)}))
    part.remove(6)
    assert part.pane.slider.words.figure == "KL 3.00 · random order (seed 0) 6.00"
    pick(part.pane.compare, 2)
    assert of_text(session, ORDER[::-1]) in session.watched
    assert part.pane.chart.plot.other is None  # not known yet
    pick(part.pane.compare, 0)
    assert of_text(session, ORDER[::-1]) not in session.watched


def test_importance_as_it_is_sorts_otherwise(page: MeasuresPage, session: Session) -> None:
    part = ready(page, session)
    pick(part.pane.order, 1)
    assert part.order == removal_order(VALUES, normalised=False) != ORDER
    assert of_text(session, part.order) in session.watched


def test_a_text_without_a_mask_gets_one_for_this(page: MeasuresPage, session: Session) -> None:
    read(session, masked=False)
    page.pruning.pane.button.click()
    importance(session)
    assert SetPruning(TEXT, ORDER) in session.watched
    assert page.pruning.pane.said.text.startswith("Nothing is masked here")


def test_the_text_is_followed_once_it_was_asked_for(
    page: MeasuresPage, session: Session, qtbot: QtBot
) -> None:
    part = ready(page, session)
    part.remove(2)
    session.set_texts("the man went to [MASK] shop", "it was late")
    read(session)
    assert part.pane.has_chart and part.order == ORDER  # that of the text before, for a moment
    new = Texts((("the man went to [MASK] shop", "it was late"),))
    qtbot.waitUntil(lambda: SetImportance(new) in session.watched)
    come(session, SetImportance(new), HeadImportance(VALUES[::-1].copy(), 1, 1))
    assert part.order == removal_order(VALUES[::-1]) and of_text(session, part.order) in session.watched


def test_what_a_model_cannot_do_is_said(page: MeasuresPage, session: Session) -> None:
    load(session, has_mlm=False, has_nsp=False)
    read(session)
    pane = page.pruning.pane
    assert "neither the masked-word head" in pane.message.text() and not pane.button.isVisible()
    page.pruning.remove(3)
    assert not session.scene.interventions
    said: list[object] = []
    session.notice_given.connect(said.append)
    page.pruning.remove_more()
    assert said == ["The order of removal is not known yet: compute importance first"]
    load(session, has_mlm=False)
    session.set_texts("the man", "")
    read(session)
    assert "Add a second sentence" in pane.message.text()
    session.set_texts("the man", "it was late")
    read(session)
    assert pane.button.isVisible()


def test_a_twin_says_that_it_is_not_pruned(qtbot: QtBot, session: Session) -> None:
    session.keep_reference()
    twin = MeasuresPage(session, twin=True)
    qtbot.addWidget(twin)
    twin.set_view("prune")
    twin.show()
    assert "not from the reference" in twin.pruning.pane.message.text()


def test_it_works_while_a_difference_is_shown(page: MeasuresPage, session: Session) -> None:
    session.keep_reference()
    part = ready(page, session)
    part.remove(3)
    assert session.scene.interventions.heads_off == set(ORDER[:3])


# The slider


def test_the_slider_switches_off_exactly_its_first_heads(page: MeasuresPage, session: Session) -> None:
    part = ready(page, session)
    session.intervene(Interventions(direction="left-to-right", head_off="uniform"))
    read(session)
    slider = part.pane.slider.slider
    for key, removed in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Up, 2),
        (Qt.Key.Key_PageUp, 3),
        (Qt.Key.Key_Left, 2),
        (Qt.Key.Key_End, TOTAL),
        (Qt.Key.Key_Home, 0),
    ):
        QTest.keyClick(slider, key)
        assert session.scene.interventions == Interventions(
            heads_off=set(ORDER[:removed]), direction="left-to-right", head_off="uniform"
        )
        assert part.removed == part.pane.slider.value == part.pane.slider.number.value() == removed
    part.remove_more(4)
    part.remove_more(-1)
    assert part.removed == 3 and part.pane.slider.words.toolTip().count("L") == 3
    part.pane.slider.number.setValue(7)
    assert session.scene.interventions.heads_off == set(ORDER[:7])


def test_a_drag_is_one_step_to_undo(page: MeasuresPage, session: Session) -> None:
    part = ready(page, session)
    slider = part.pane.slider
    for drag in ((2, 4, 6), (7, 9)):
        slider.slider.setSliderDown(True)
        for removed in drag:
            slider.slider.setValue(removed)
            assert session.scene.interventions.heads_off == set(ORDER[:removed])
        slider.slider.setSliderDown(False)
    session.undo()
    assert part.removed == slider.value == part.pane.chart.plot.removed == 6
    session.undo()
    assert part.removed == slider.value == 0 and not session.can_undo
    session.redo()
    session.redo()
    assert part.removed == slider.value == 9


def test_keys_one_after_another_are_one_step_until_one_rests(page: MeasuresPage, session: Session) -> None:
    part = ready(page, session)
    for _ in range(3):
        QTest.keyClick(part.pane.slider.slider, Qt.Key.Key_Right)
    part.pane.slider.begin_gesture()  # as after a second
    QTest.keyClick(part.pane.slider.slider, Qt.Key.Key_Right)
    session.undo()
    assert part.removed == 3
    session.undo()
    assert part.removed == 0


def test_drawing_along_the_chart_removes_heads(page: MeasuresPage, session: Session) -> None:
    part = ready(page, session)
    chart = part.pane.chart

    def at(removed: int) -> QPoint:
        return QPoint(round(chart.plot.x_of(removed, chart.size().toSizeF())), chart.height() // 2)

    QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=at(4))
    QTest.mouseMove(chart, at(8))
    QTest.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=at(8))
    assert session.scene.interventions.heads_off == set(ORDER[:8]) and part.pane.slider.value == 8
    QTest.mouseMove(chart, at(2))
    assert part.pane.slider.words.text == f"2 removed, last L{ORDER[1][0] + 1}-H{ORDER[1][1] + 1}"
    assert session.scene.interventions.heads_off == set(ORDER[:8])
    session.undo()
    assert not session.scene.interventions and not session.can_undo


def test_heads_switched_by_hand_are_not_lied_about(page: MeasuresPage, session: Session) -> None:
    part = ready(page, session)
    session.intervene(Interventions(heads_off=set(ORDER[:3])))
    assert part.removed == part.pane.slider.value == 3  # whoever switched them
    session.intervene(Interventions(heads_off={*ORDER[:3], ORDER[7]}))
    assert part.removed is None and part.pane.chart.plot.removed is None
    assert part.pane.slider.value == 3
    assert part.pane.slider.words.text.startswith("4 heads are off, but not the first 4 of this order")
    QTest.keyClick(part.pane.slider.slider, Qt.Key.Key_Right)
    assert session.scene.interventions.heads_off == set(ORDER[:4]) and part.removed == 4


def test_what_cannot_be_changed_now_moves_the_slider_back(page: MeasuresPage, session: Session) -> None:
    part = ready(page, session)
    session.intervene(Interventions(hidden={2}))
    read(session)
    importance(session)
    session.set_scene(replace(session.scene, text_a="something else"))  # not read yet: its pieces are unknown
    part.pane.slider.slider.setValue(5)
    assert part.pane.slider.value == 0 and not session.scene.interventions.heads_off


# Pictures and layout


def test_numbers_and_pictures(page: MeasuresPage, session: Session, tmp_path: Path) -> None:
    picture = page.figures.pruning
    assert not picture.save_picture.isEnabled()
    part = ready(page, session)
    pick(part.pane.compare, 1)
    come(session, of_text(session, random_order(LAYERS, HEADS, 0)), curve())
    assert picture.save_picture.isEnabled()
    picture.numbers_to_clipboard()
    rows = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text(), newline="")))
    assert rows[0] == [
        "heads removed",
        "removed last",
        "KL of the masked word, nats",
        "p(is next)",
        "KL of the masked word, nats, random order (seed 0)",
        "p(is next), random order (seed 0)",
    ]
    assert len(rows) == TOTAL + 2 and rows[3][:3] == ["2", f"L{ORDER[1][0] + 1}-H{ORDER[1][1] + 1}", "1.0"]
    picture.save_picture_to(tmp_path / "curve.svg")
    text = (tmp_path / "curve.svg").read_text(encoding="utf-8")
    assert "heads removed" in text and "random order (seed 0)" in text and "output zero" in text
    assert "normalised in each layer" in text


def test_beside_the_table_where_it_is_wide(page: MeasuresPage, session: Session) -> None:
    ready(page, session)
    assert not page.table_pane.isVisible() and not page.over.isVisible()
    page.resize(1150, 560)
    assert page.table_pane.isVisible() and page.pruning.pane.isVisible() and page.over.isVisible()


def test_the_handle_runs_along_the_axis(page: MeasuresPage, session: Session) -> None:
    part = ready(page, session)
    slider, chart = part.pane.slider.slider, part.pane.chart
    left, right = (chart.plot.x_of(removed, chart.size().toSizeF()) for removed in (0, TOTAL))
    own = slider.mapTo(part.pane, QPoint(0, 0)).x() - chart.mapTo(part.pane, QPoint(0, 0)).x()
    assert own < left < own + 20 and own + slider.width() - 20 < right < own + slider.width()
