"""The embeddings panel shows the terms of the trace and asks for the similarities of one layer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.panels.embeddings import EmbeddingsPanel
from app.selection import Hover
from app.session import Session
from bert_core.measures.hidden_similarity import cosine_similarity
from bert_core.queries import Answer, Similarity
from bert_core.trace import Trace
from tests.app.answering import answer_all, answer_to, show_trace
from tests.app.fakes import fake_model_info, fake_trace

MAN, MILK = 2, 14


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def trace() -> Trace:
    return fake_trace()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[EmbeddingsPanel]:
    made = EmbeddingsPanel(session)
    qtbot.addWidget(made)
    made.resize(1440, 220)
    made.show()
    qtbot.waitExposed(made)
    yield made


@pytest.fixture
def shown(panel: EmbeddingsPanel, session: Session, trace: Trace, qtbot: QtBot) -> EmbeddingsPanel:
    show_trace(session, trace)
    qtbot.waitUntil(lambda: panel.text.strips.width() > 400)
    QGuiApplication.processEvents()
    return panel


def at(place: QPointF) -> QPoint:
    return QPoint(int(place.x()), int(place.y()))


def click(widget: QWidget, place: QPointF) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(place))


def is_of(panel: EmbeddingsPanel, trace: Trace, layer: int) -> bool:
    values = panel.text.map.values()
    return values is not None and np.array_equal(values, cosine_similarity(trace.hidden_states[layer]))


def choose(panel: EmbeddingsPanel, layer: int) -> None:
    panel.text.pane.layers.setCurrentIndex(layer)
    panel.text.pane.layers.activated.emit(layer)


def test_nothing_is_asked_for_before_the_first_trace(panel: EmbeddingsPanel, session: Session) -> None:
    assert panel.empty.isVisible() and not panel.text.strips.isVisible()
    assert session.watched == frozenset()
    session.set_hover(Hover(query=3))
    session.pin(query=3)


def test_the_strips_show_the_terms_and_the_map_the_last_layer(shown: EmbeddingsPanel, trace: Trace) -> None:
    values = shown.text.strips.values
    assert values is not None
    np.testing.assert_array_equal(values.arrays["segment"], trace.embeddings.segment)
    assert shown.text.pane.layers.currentText() == "After layer 4"
    assert is_of(shown, trace, 4)
    assert shown.text.pane.bar.accessibleName() == "Colour scale from −1 to 1"


def test_another_layer_is_asked_for_and_shown(shown: EmbeddingsPanel, session: Session, trace: Trace) -> None:
    choose(shown, 0)
    assert shown.text.pane.layers.currentText() == "Embeddings"
    assert session.watched == {Similarity(0)}
    assert shown.text.pane.values is None
    answer_all(session)
    assert is_of(shown, trace, 0)
    choose(shown, 4)
    assert is_of(shown, trace, 4), "an answer already there is shown at once"


def test_the_value_under_the_pointer_is_exact(shown: EmbeddingsPanel, session: Session, trace: Trace) -> None:
    QTest.mouseMove(shown.text.map, at(shown.text.map.cell_rect(MAN, MILK).center()))
    assert session.hover == Hover(query=MAN, key=MILK)
    value = cosine_similarity(trace.hidden_states[4])[MAN, MILK]
    assert shown.text.pane.read_out.text == "man · milk"
    assert shown.text.pane.read_out.figure == f"{value:.2f}".replace("-", "−")


def test_the_pieces_most_like_the_one_pointed_at_are_listed(
    shown: EmbeddingsPanel, session: Session, trace: Trace
) -> None:
    assert not shown.text.pane.alike.bars.rows
    session.set_hover(Hover(query=MAN))
    row = cosine_similarity(trace.hidden_states[4])[MAN]
    best = next(position for position in np.argsort(-row, kind="stable") if position != MAN)
    first = shown.text.pane.alike.bars.rows[0]
    assert first.label == trace.tokens[best].text
    assert first.figure == f"{row[best]:.2f}".replace("-", "−")
    session.set_hover(Hover())
    assert not shown.text.pane.alike.bars.rows


def test_both_pieces_of_a_pair_are_marked_in_the_strips(shown: EmbeddingsPanel, session: Session) -> None:
    before = shown.text.strips.grab().toImage()
    session.set_hover(Hover(query=MAN))
    one = shown.text.strips.grab().toImage()
    session.set_hover(Hover(query=MAN, key=MILK))
    assert shown.text.strips.grab().toImage() != one != before


def test_the_header_says_where_the_colours_end_and_what_is_under_the_pointer(
    shown: EmbeddingsPanel, session: Session
) -> None:
    drawn = shown.text.strips.drawn
    assert drawn is not None and f"{drawn.scale:.2g}" in shown.text.legend.toolTip()
    place = shown.text.strips.column_rect(MAN).center()
    QTest.mouseMove(
        shown.text.strips, at(QPointF(place.x(), shown.text.strips.strip_rect("sum").center().y()))
    )
    assert shown.text.legend.read_out.startswith("sum for ‘man’")
    QTest.mouseMove(shown.text.strips, QPoint(1, 1))
    assert shown.text.legend.read_out == ""


def test_a_click_in_the_map_pins_and_a_second_lets_go(shown: EmbeddingsPanel, session: Session) -> None:
    place = shown.text.map.cell_rect(MAN, MILK).center()
    click(shown.text.map, place)
    assert (session.selection.query, session.selection.key) == (MAN, MILK)
    click(shown.text.map, place)
    assert (session.selection.query, session.selection.key) == (None, None)


def test_pointing_at_a_piece_in_the_strips_is_told_and_a_click_pins_it(
    shown: EmbeddingsPanel, session: Session
) -> None:
    column = shown.text.strips.column_rect(MAN)
    place = QPointF(column.center().x(), shown.text.strips.strip_rect("sum").center().y())
    QTest.mouseMove(shown.text.strips, at(place))
    assert session.hover == Hover(query=MAN)
    click(shown.text.strips, place)
    assert session.selection.query == MAN
    click(shown.text.strips, place)
    assert session.selection.query is None


def test_a_hidden_panel_asks_for_nothing_and_catches_up(
    shown: EmbeddingsPanel, session: Session, trace: Trace
) -> None:
    assert session.watched == {Similarity(4)}
    shown.hide()
    assert session.watched == frozenset()
    other = fake_trace(seed=1, scene=replace(trace.scene, text_a="other"))
    session.set_scene(other.scene)
    session.accept_trace(other)
    shown.show()
    assert session.watched == {Similarity(4)}
    answer_all(session)
    assert is_of(shown, other, 4)
    values = shown.text.strips.values
    assert values is not None
    np.testing.assert_array_equal(values.arrays["token"], other.embeddings.token)


def test_an_answer_about_an_older_scene_is_ignored(
    shown: EmbeddingsPanel, session: Session, trace: Trace
) -> None:
    newer = fake_trace(size=9, seed=1)
    session.set_scene(newer.scene)
    session.accept_trace(newer)
    late = answer_to(Similarity(4), trace)
    session.accept_answer(late)
    session.answer_changed.emit(late)
    assert shown.text.pane.values is None
    # The older map may still be seen, but means nothing: its pieces are not those of the trace.
    place = shown.text.map.cell_rect(MAN, MILK).center()
    QTest.mouseMove(shown.text.map, at(place))
    click(shown.text.map, place)
    assert session.hover == Hover() and session.selection.query is None
    answer_all(session)
    assert is_of(shown, newer, 4)


def test_a_failure_is_said_and_the_strips_stay(
    panel: EmbeddingsPanel, session: Session, trace: Trace
) -> None:
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    session.accept_answer(Answer(Similarity(4), trace.scene, failure="There is not enough memory."))
    assert panel.text.map.values() is None and panel.text.pane.values is None
    assert panel.text.strips.values is not None


def test_the_last_layer_stays_the_last_and_a_chosen_one_stays_inside(
    shown: EmbeddingsPanel, session: Session
) -> None:
    larger = fake_trace(layers=6, seed=2, scene=replace(session.scene, model_id="larger"))
    show_trace(session, larger)
    assert shown.text.pane.layer == 6 and is_of(shown, larger, 6)
    choose(shown, 3)
    smaller = fake_trace(layers=2, seed=2, scene=replace(session.scene, model_id="smaller"))
    show_trace(session, smaller)
    assert shown.text.pane.layer == 2 and is_of(shown, smaller, 2)


def test_a_new_model_is_not_asked_for_a_layer_it_does_not_have(
    shown: EmbeddingsPanel, session: Session
) -> None:
    assert session.watched == {Similarity(4)}
    session.model_changed.emit(fake_model_info(layers=2))
    assert session.watched == {Similarity(2)}


@pytest.mark.parametrize(("width", "height"), [(1440, 220), (1024, 160)])
def test_nothing_overlaps_in_little_room(shown: EmbeddingsPanel, width: int, height: int) -> None:
    shown.resize(width, height)
    QGuiApplication.processEvents()
    assert (shown.width(), shown.height()) == (width, height)
    # However low the panel, the strips have what they need, without a scroll bar.
    assert shown.text.strips.height() >= shown.text.strips.minimumSizeHint().height()
    for widget in (shown.text.pane.layers, shown.text.pane.bar, shown.text.pane.read_out, shown.text.map):
        place = widget.mapTo(shown, QPoint(0, 0))
        assert place.y() >= 0 and place.y() + widget.height() <= height
        assert place.x() >= 0 and place.x() + widget.width() <= width
        assert widget.height() >= widget.minimumSizeHint().height()
    left = shown.text.map.mapTo(shown, QPoint(0, 0)).x()
    side = shown.text.pane.bar.mapTo(shown, QPoint(shown.text.pane.bar.width(), 0)).x()
    strips = shown.text.strips.mapTo(shown, QPoint(shown.text.strips.width(), 0)).x()
    assert strips <= shown.text.pane.x() + shown.text.pane.parentWidget().x() and side <= left


def test_the_numbers_are_those_shown(shown: EmbeddingsPanel, trace: Trace) -> None:
    shown.text.figures.similarity.numbers_to_clipboard()
    rows = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text(), newline="")))
    names = [token.text for token in trace.tokens]
    assert rows[0] == ["", *names] and [row[0] for row in rows[1:]] == names
    numbers = np.array([row[1:] for row in rows[1:]], dtype=np.float32)
    np.testing.assert_array_equal(numbers, cosine_similarity(trace.hidden_states[4]))


def test_a_saved_picture_says_where_it_comes_from(shown: EmbeddingsPanel, trace: Trace, tmp_path) -> None:
    for picture, word in ((shown.text.figures.similarity, "cos"), (shown.text.figures.strips, "LayerNorm")):
        path = tmp_path / f"{word}.png"
        picture.save_picture_to(path)
        image = QImage(str(path))
        assert not image.isNull() and min(image.width(), image.height()) > 300
        assert word in image.text("Formula")
        assert image.text("Sentence A") == trace.scene.text_a
