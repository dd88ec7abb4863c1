"""The Q·K·V page follows the shared selection, asks for the chosen head, and says what it shows."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.panels.attention.calculation import CalculationPage
from app.selection import Hover
from app.session import Session
from bert_core.interventions import Interventions
from bert_core.queries import Answer
from bert_core.queries_calculation import HeadSteps
from bert_core.scene import Scene
from bert_core.trace import Trace
from tests.app.answering import answer_all, show_trace
from tests.app.calculations import fake_head
from tests.app.fakes import fake_model_info, fake_trace

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
def page(qtbot: QtBot, session: Session, trace: Trace) -> Iterator[CalculationPage]:
    host = QWidget()  # a window of its own would not be made narrower than its layout likes
    qtbot.addWidget(host)
    made = CalculationPage(session)
    made.setParent(host)
    host.resize(1400, 900)
    made.resize(820, 480)
    host.show()
    qtbot.waitExposed(host)
    show_trace(session, trace)
    yield made


def select(session: Session, layer: int | None, head: int | None) -> None:
    session.select_head(layer, head)
    answer_all(session)


def strongest(trace: Trace, layer: int, head: int, query: int) -> int:
    return int(np.argmax(trace.attentions[layer, head, query]))


def test_only_the_chosen_head_is_asked_for_and_only_while_seen(
    page: CalculationPage, session: Session
) -> None:
    assert session.watched == {HeadSteps(0, 0)}
    session.select_head(2, 3)
    assert session.watched == {HeadSteps(2, 3)}
    page.hide()
    assert session.watched == set()
    page.show()
    assert session.watched == {HeadSteps(2, 3)}


def test_at_first_the_masked_piece_and_its_strongest_key(page: CalculationPage, trace: Trace) -> None:
    assert page.view.steps.position == MASK
    assert page.view.key == strongest(trace, 0, 0, MASK)
    np.testing.assert_array_equal(page.view.steps.weights, trace.attentions[0, 0, MASK])
    assert page.read_out.text.startswith("Nothing is pinned: the first masked piece")
    assert page.queries.currentIndex() == page.keys.currentIndex() == 0


def test_another_head_comes_with_its_answer(page: CalculationPage, session: Session, trace: Trace) -> None:
    session.select_head(1, 3)
    assert page.layers.currentText() == "Layer 2" and page.heads.currentText() == "Head 4"
    np.testing.assert_array_equal(page.view.steps.weights, trace.attentions[0, 0, MASK])
    answer_all(session)
    np.testing.assert_array_equal(page.view.steps.weights, trace.attentions[1, 3, MASK])


def test_pins_and_what_is_pointed_at(page: CalculationPage, session: Session, trace: Trace) -> None:
    session.pin(query=STORE)
    assert (page.view.steps.position, page.view.pinned) == (STORE, None)
    assert page.queries.currentText() == "6 store"
    session.pin(query=STORE, key=2)
    assert (page.view.key, page.view.pinned) == (2, 2)
    session.set_hover(Hover(query=3))
    assert (page.view.steps.position, page.view.key) == (3, 2)
    session.set_hover(Hover())
    assert (page.view.steps.position, page.view.key) == (STORE, 2)
    session.unpin()
    assert (page.view.steps.position, page.view.pinned) == (MASK, None)


def test_pointing_at_a_key_tells_everybody_and_works_it_out(page: CalculationPage, session: Session) -> None:
    QTest.mouseMove(page.view, page.view.layout_.score(2).center().toPoint())
    assert session.hover == Hover(0, 0, MASK, 2)
    assert page.view.key == 2
    assert page.read_out.figure.startswith("[MASK] → man: sum ")
    QApplication.sendEvent(page.view, QEvent(QEvent.Type.Leave))
    assert session.hover == Hover() and page.read_out.figure == ""


def test_a_click_pins_key_and_query_and_a_second_lets_the_key_go(
    page: CalculationPage, session: Session
) -> None:
    for pinned in ((MASK, 2), (MASK, None)):
        QTest.mouseClick(
            page.view, Qt.MouseButton.LeftButton, pos=page.view.layout_.score(2).center().toPoint()
        )
        assert (session.selection.query, session.selection.key) == pinned


def test_the_arrows_pin(page: CalculationPage, session: Session, trace: Trace) -> None:
    QTest.keyClick(page.view, Qt.Key.Key_Down)
    assert (session.selection.query, session.selection.key) == (STORE, None)
    key = strongest(trace, 0, 0, STORE)
    QTest.keyClick(page.view, Qt.Key.Key_Left)
    assert (session.selection.query, session.selection.key) == (STORE, key - 1)
    QTest.keyClick(page.view, Qt.Key.Key_Up)
    assert (session.selection.query, session.selection.key) == (MASK, key - 1)


def test_the_lists_choose(page: CalculationPage, session: Session) -> None:
    def choose(choice, index: int) -> None:
        choice.setCurrentIndex(index)
        choice.activated.emit(index)

    choose(page.layers, 3)
    choose(page.heads, 2)
    assert (session.selection.layer, session.selection.head) == (3, 2)
    choose(page.queries, 1 + STORE)
    choose(page.keys, 1 + 4)
    assert (session.selection.query, session.selection.key) == (STORE, 4)
    choose(page.queries, 0)
    assert (session.selection.query, session.selection.key) == (None, 4)


def test_an_average_shows_a_head_and_says_so(page: CalculationPage, session: Session) -> None:
    select(session, 2, None)
    assert session.watched == {HeadSteps(2, 0)}
    assert page.read_out.text.startswith("An average has no queries and keys; this is L3-H1.")
    select(session, None, None)
    assert page.read_out.text.startswith("An average has no queries and keys; this is L1-H1.")


@pytest.mark.parametrize(
    ("how", "words"), [("zero", "its output is zero"), ("uniform", "its attention is even")]
)
def test_a_head_that_is_off_is_said(page: CalculationPage, session: Session, how: str, words: str) -> None:
    changed = replace(fake_trace().scene, interventions=Interventions(heads_off={(0, 0)}, head_off=how))
    show_trace(session, fake_trace(scene=changed))
    assert words in page.read_out.text
    assert (page.view.steps.off, bool(page.view.steps.output.any())) == (how, how == "uniform")


def test_rounded_scores_are_said(page: CalculationPage, session: Session) -> None:
    assert "rounds" not in page.read_out.text
    session._model = replace(fake_model_info(), dtype="bfloat16")
    session.pin(query=STORE)
    assert "This model rounds scores to bfloat16" in page.read_out.text


def test_until_the_answer_comes_the_old_picture_stays_and_points_at_nothing(
    page: CalculationPage, session: Session
) -> None:
    longer = fake_trace(30)
    session.set_scene(longer.scene)
    session.accept_trace(longer)
    assert len(page.view.tokens) == 17
    place = page.view.layout_.score(2).center().toPoint()
    QTest.mouseMove(page.view, place)
    QTest.mouseClick(page.view, Qt.MouseButton.LeftButton, pos=place)
    QTest.keyClick(page.view, Qt.Key.Key_Down)
    assert session.hover == Hover() and session.selection.query is None
    answer_all(session)
    assert len(page.view.tokens) == 30 and page.queries.count() == 31


def test_a_failure_is_said_in_its_place(page: CalculationPage, session: Session, trace: Trace) -> None:
    session.select_head(3, 3)
    session.accept_answer(Answer(HeadSteps(3, 3), trace.scene, failure="Not enough memory."))
    assert page.empty.isVisible() and page.empty.sentence == "Not enough memory."
    assert not page.figure.picture.save_picture.isEnabled()
    select(session, 3, 2)
    assert page.view.isVisible() and page.figure.picture.save_picture.isEnabled()


def test_the_difference_from_the_reference(page: CalculationPage, session: Session, trace: Trace) -> None:
    session.keep_reference()
    other = fake_trace(scene=Scene("fake", "the man slept to [MASK] store .", trace.scene.text_b), seed=4)
    show_trace(session, other)
    steps = page.view.steps
    assert steps.difference
    expected = other.attentions[0, 0, MASK] - trace.attentions[0, 0, MASK]
    np.testing.assert_allclose(steps.weights, expected, atol=1e-6)
    session.show_reference("reference")
    answer_all(session)
    assert not page.view.steps.difference
    np.testing.assert_array_equal(page.view.steps.weights, trace.attentions[0, 0, MASK])
    session.show_reference("now")
    answer_all(session)
    np.testing.assert_array_equal(page.view.steps.weights, other.attentions[0, 0, MASK])


def test_no_difference_from_another_model(page: CalculationPage, session: Session, trace: Trace) -> None:
    session.keep_reference()
    show_trace(session, fake_trace(scene=replace(trace.scene, model_id="other")))
    assert not page.view.steps.difference
    assert page.read_out.text.startswith("The reference is of another model")


def test_the_numbers_as_a_table(page: CalculationPage, session: Session, trace: Trace) -> None:
    session.pin(query=STORE, key=2)
    page.figure.picture.numbers_to_clipboard()
    rows = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text(), newline="")))
    whole = fake_head(trace, 0, 0)
    assert rows[0][:6] == ["vector", "position", "piece", "sum", "score", "weight"] and len(rows[0]) == 14
    assert len(rows) == 1 + 1 + 4 * 17 + 1
    assert rows[1][:3] == ["query", "6", "store"] and rows[-1][0] == "output"
    np.testing.assert_array_equal(np.float32(rows[-1][6:]), whole.output[STORE])
    kinds = {row[0]: row for row in rows if row[1] == "2"}
    np.testing.assert_array_equal(np.float32(kinds["value"][6:]), whole.value[2])
    assert np.float32(kinds["weight x value"][5]) == whole.attention[STORE, 2]
    assert np.float32(kinds["query x key"][4]) == whole.scores[STORE, 2]
    assert float(kinds["query x key"][3]) == pytest.approx(float(whole.query[STORE] @ whole.key[2]), abs=1e-5)


def test_the_picture_carries_what_it_shows(page: CalculationPage, session: Session) -> None:
    select(session, 1, 2)
    session.pin(query=STORE, key=2)
    said = page.figure.picture._metadata()
    assert said["Title"] == "L2-H3: store → man"
    assert (said["Layer"], said["Head"]) == ("2", "3")
    page.figure.picture.to_clipboard()
    assert QGuiApplication.clipboard().image().width() >= 2 * page.view.width()


@pytest.mark.parametrize("width", [235, 420, 508, 1290])
def test_controls_stay_inside_the_page(page: CalculationPage, width: int, qtbot: QtBot) -> None:
    page.resize(width, 300)
    QGuiApplication.processEvents()
    assert page.width() == width
    row = [page.layers, page.heads, page.queries, page.keys, page.help_button]
    shown = [widget.geometry() for widget in row if widget.isVisible()]
    for left, right in itertools.pairwise(shown):
        assert left.right() < right.left()
    assert shown[0].left() >= 0 and shown[-1].right() < width
    assert page.queries.isVisible() == (width >= 430)
