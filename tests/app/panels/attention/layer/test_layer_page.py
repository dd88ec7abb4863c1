"""The layer page follows the chosen piece and layer, and its units."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.panels.attention.layer import LayerPage
from app.selection import Hover
from app.session import Session
from bert_core.queries import Answer
from bert_core.queries_calculation import LayerMixing, LayerSteps
from bert_core.scene import Scene
from bert_core.trace import Trace
from tests.app.answering import answer_all, show_trace
from tests.app.calculations import fake_layer, fake_mixing
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
def page(qtbot: QtBot, session: Session, trace: Trace) -> Iterator[LayerPage]:
    host = QWidget()  # a window of its own would not be made narrower than its layout likes
    qtbot.addWidget(host)
    made = LayerPage(session)
    made.setParent(host)
    host.resize(1400, 900)
    made.resize(820, 480)
    host.show()
    qtbot.waitExposed(host)
    show_trace(session, trace)
    yield made


def shows(page: LayerPage, trace: Trace, layer: int, position: int) -> bool:
    expected = fake_layer(trace, layer, position)
    return len(page.flow.steps) == 9 and np.array_equal(page.flow.steps[1].values, expected.attended)


def strongest(trace: Trace, layer: int, position: int, rank: int = 0) -> int:
    found = fake_layer(trace, layer, position)
    return int(np.argsort(-np.abs(found.activated) * found.reach, kind="stable")[rank])


def test_the_masked_piece_in_the_chosen_layer(page: LayerPage, session: Session, trace: Trace) -> None:
    assert session.watched == {LayerSteps(0, MASK), LayerMixing(0)}
    assert shows(page, trace, 0, MASK)
    assert page.flow.heading[0] is trace.tokens[MASK] and page.flow.heading[1] == "in layer 1"
    session.select_head(2, 1)
    answer_all(session)
    assert shows(page, trace, 2, MASK) and page.layers.currentText() == "Layer 3"


def test_only_while_seen(page: LayerPage, session: Session) -> None:
    page.hide()
    assert session.watched == set()


def test_pinned_and_pointed_at_pieces_are_followed(page: LayerPage, session: Session, trace: Trace) -> None:
    session.pin(key=2)
    answer_all(session)
    assert shows(page, trace, 0, 2)
    session.pin(query=STORE, key=2)
    answer_all(session)
    assert shows(page, trace, 0, STORE) and page.pieces.currentText() == "6 store"
    assert page.read_out.text == "Pinned: ‘store’. Esc lets go."
    session.set_hover(Hover(query=9))
    assert shows(page, trace, 0, STORE), "until the answer is there"
    answer_all(session)
    assert shows(page, trace, 0, 9)
    session.set_hover(Hover())
    assert shows(page, trace, 0, STORE), "it is known already"


def test_the_arrows_walk_pieces(page: LayerPage, session: Session) -> None:
    QTest.keyClick(page.flow, Qt.Key.Key_Down)
    assert session.selection.query == STORE
    answer_all(session)
    QTest.keyClick(page.flow, Qt.Key.Key_Up)
    assert session.selection.query == MASK


def test_the_arrows_walk_units_by_what_they_add(page: LayerPage, trace: Trace) -> None:
    assert page.unit == page.plot.unit == page.flow.unit == strongest(trace, 0, MASK)
    for rank in (1, 2):
        QTest.keyClick(page.flow, Qt.Key.Key_Right)
        assert page.plot.unit == strongest(trace, 0, MASK, rank)
    QTest.keyClick(page.flow, Qt.Key.Key_Left)
    assert page.plot.unit == strongest(trace, 0, MASK, 1)


def test_pointing_at_a_unit_moves_the_dot_and_leaving_moves_it_back(page: LayerPage, trace: Trace) -> None:
    at_first = page.plot.unit
    cell = page.flow.strip(5).cell(23)
    QTest.mouseMove(page.flow, cell.center().toPoint())
    assert page.plot.unit == page.flow.unit == 23
    assert page.read_out.figure.startswith("unit 23: ReLU(")
    QApplication.sendEvent(page.flow, QEvent(QEvent.Type.Leave))
    assert page.plot.unit == at_first and page.read_out.figure == ""
    third = page.list.units[2]
    QTest.mouseMove(page.list, page.list.row_rect(2).center().toPoint())
    assert page.plot.unit == third and page.read_out.figure.startswith(f"unit {third}: ")
    QApplication.sendEvent(page.list, QEvent(QEvent.Type.Leave))
    assert page.plot.unit == at_first


def test_a_click_keeps_a_unit_also_for_other_pieces(page: LayerPage, session: Session) -> None:
    page.plot.unit_clicked.emit(11)
    session.pin(query=STORE)
    answer_all(session)
    assert page.plot.unit == 11
    page.plot.unit_clicked.emit(11)
    assert page.plot.unit != 11


def test_pointing_at_a_dimension_explains_it(page: LayerPage) -> None:
    QTest.mouseMove(page.flow, page.flow.strip(3).cell(7).center().toPoint())
    assert page.read_out.figure == page.flow.steps[3].explain(7)
    QTest.mouseMove(page.flow, QPointF(60, page.flow.row(3).center().y()).toPoint())
    assert page.read_out.figure == page.flow.steps[3].explain(None)


def test_the_mixing_ratio_of_the_piece(page: LayerPage, session: Session, trace: Trace) -> None:
    ratio = float(fake_mixing(trace, 0)[MASK])
    assert [row.probability for row in page.mixing.rows] == pytest.approx([ratio, 1 - ratio])
    session.pin(query=STORE)
    answer_all(session)
    assert page.mixing.rows[0].probability == pytest.approx(float(fake_mixing(trace, 0)[STORE]))


def test_an_average_over_layers_shows_the_first_and_says_so(page: LayerPage, session: Session) -> None:
    session.select_head(None, None)
    assert LayerSteps(0, MASK) in session.watched
    assert page.read_out.text.startswith("An average over all layers has no inside; this is layer 1.")


def test_without_a_mask_the_first_piece(page: LayerPage, session: Session) -> None:
    show_trace(session, fake_trace(4))
    assert page.flow.heading[0].text == "[CLS]"
    assert page.read_out.text == "Nothing is pinned: [CLS]."


def test_the_lists_choose(page: LayerPage, session: Session) -> None:
    page.layers.activated.emit(3)
    assert session.selection.layer == 3
    page.pieces.activated.emit(1 + STORE)
    assert session.selection.query == STORE
    page.pieces.activated.emit(0)
    assert session.selection.query is None


def test_a_failure_is_said_in_its_place(page: LayerPage, session: Session, trace: Trace) -> None:
    session.select_head(3, 0)
    session.accept_answer(Answer(LayerSteps(3, MASK), trace.scene, failure="Not enough memory."))
    assert page.empty.isVisible() and page.empty.sentence == "Not enough memory."
    assert not any(picture.save_picture.isEnabled() for picture in page.figures.all)
    assert page.unit is None
    answer_all(session)
    assert page.flow.isVisible() and shows(page, trace, 3, MASK)


def test_the_difference_from_the_reference(page: LayerPage, session: Session, trace: Trace) -> None:
    session.keep_reference()
    other = fake_trace(scene=Scene("fake", "the man slept to [MASK] store .", trace.scene.text_b), seed=4)
    show_trace(session, other)
    np.testing.assert_allclose(
        page.flow.steps[0].values, other.hidden_states[0, MASK] - trace.hidden_states[0, MASK], atol=1e-6
    )
    assert page.read_out.text.startswith("Vectors: the difference.")
    session.show_reference("reference")
    answer_all(session)
    np.testing.assert_array_equal(page.flow.steps[0].values, trace.hidden_states[0, MASK])


def test_no_difference_from_another_model(page: LayerPage, session: Session, trace: Trace) -> None:
    session.keep_reference()
    show_trace(session, fake_trace(scene=replace(trace.scene, model_id="other")))
    assert shows(page, trace, 0, MASK)
    assert page.read_out.text.startswith("The reference is of another model")


def table(picture) -> list[list[str]]:
    picture.numbers_to_clipboard()
    return list(csv.reader(io.StringIO(QGuiApplication.clipboard().text(), newline="")))


def test_the_numbers_as_tables(page: LayerPage, trace: Trace) -> None:
    found = fake_layer(trace, 0, MASK)
    rows = table(page.figures.flow)
    assert len(rows) == 1 + 64 and rows[0][0] == "dimension"
    for name, values in (
        ("x", found.hidden),
        ("attention bias", found.attended_bias),
        ("gamma 2", found.output_norm.gain),
        ("output", found.output_norm.output),
    ):
        at = rows[0].index(name)
        np.testing.assert_array_equal(np.float32([row[at] for row in rows[1:]]), values)
    units = table(page.figures.units)
    assert units[0] == ["unit", "in", "out", "adds"] and len(units) == 1 + 40
    np.testing.assert_array_equal(np.float32([row[1] for row in units[1:]]), found.inner)
    np.testing.assert_allclose(
        np.float32([row[3] for row in units[1:]]), found.activated * found.reach, rtol=1e-6
    )


def test_the_pictures_carry_what_they_show(page: LayerPage, session: Session) -> None:
    session.select_head(2, 0)
    answer_all(session)
    assert page.figures.flow._metadata()["Title"] == "Inside layer 3: [MASK]"
    assert page.figures.units._metadata()["Layer"] == "3"
    for picture, view in ((page.figures.flow, page.flow), (page.figures.units, page.plot)):
        picture.to_clipboard()
        assert QGuiApplication.clipboard().image().width() >= 2 * view.width()


@pytest.mark.parametrize("width", [235, 508, 1290])
def test_the_units_stand_at_the_side_where_there_is_room(page: LayerPage, width: int) -> None:
    page.resize(width, 280)
    QGuiApplication.processEvents()
    assert page.width() == width
    assert page.plot.isVisible() == page.list.isVisible() == (width >= 420)
    assert page.flow.row(8).bottom() <= page.flow.height()
    assert page.flow.strip(0).rect.width() >= 20
    if width >= 420:
        assert page.list.units
        assert page.help_button.geometry().right() < width
