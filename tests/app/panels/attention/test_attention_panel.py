"""The attention panel follows the session, asks only for what it shows, and tells the session what a person does."""

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

from app.panels.attention import AttentionPanel, maps_page, numbers
from app.panels.attention.figures import MOST_ROWS
from app.selection import Hover
from app.session import Session
from bert_core.queries import Answer, MeanAttention, MosaicLevels
from bert_core.trace import Trace
from tests.app.answering import answer_all, answer_to, show_trace
from tests.app.fakes import fake_trace

STORE, STOP = 6, 7


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def trace() -> Trace:
    return fake_trace()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[AttentionPanel]:
    made = AttentionPanel(session)
    qtbot.addWidget(made)
    made.resize(810, 570)
    made.show()
    qtbot.waitExposed(made)
    yield made


@pytest.fixture
def shown(panel: AttentionPanel, session: Session, trace: Trace, qtbot: QtBot) -> AttentionPanel:
    """The panel with a trace, its mosaic there, and laid out."""
    show_trace(session, trace)
    qtbot.waitUntil(lambda: panel.maps.mosaic.head_rect(3, 3).isValid() and panel.maps.map.width() > 200)
    QGuiApplication.processEvents()
    return panel


def click(widget: QWidget, place: QPointF) -> None:
    QTest.mouseClick(
        widget,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(int(place.x()), int(place.y())),
    )


def point(widget: QWidget, place: QPointF) -> None:
    QTest.mouseMove(widget, QPoint(int(place.x()), int(place.y())))


def only(rows: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(rows, newline="")))


def is_of(panel: AttentionPanel, weights: np.ndarray) -> bool:
    shown = panel.maps.map.values()
    return shown is not None and np.allclose(shown, weights, atol=1e-6)


# Choosing a head


def test_nothing_is_shown_and_nothing_breaks_before_the_first_trace(
    panel: AttentionPanel, session: Session
) -> None:
    assert panel.empty.isVisible() and not panel.maps.mosaic.isVisible()
    session.select_head(1, 1)
    session.pin(query=3)
    session.set_hover(Hover(query=3))
    assert panel.maps.map.values() is None


def test_a_trace_brings_the_selected_head(shown: AttentionPanel, trace: Trace) -> None:
    assert not shown.empty.isVisible()
    assert is_of(shown, trace.attentions[0, 0])
    assert shown.maps.head_pane.name.text() == "L1-H1"


def test_a_click_in_the_mosaic_selects_that_head(
    shown: AttentionPanel, session: Session, trace: Trace
) -> None:
    click(shown.maps.mosaic, shown.maps.mosaic.head_rect(2, 1).center())
    assert (session.selection.layer, session.selection.head) == (2, 1)
    assert is_of(shown, trace.attentions[2, 1])
    assert shown.maps.head_pane.name.text() == "L3-H2"
    chooser = shown.maps.head_pane.chooser
    assert (chooser.layers.currentText(), chooser.heads.currentText()) == ("Layer 3", "Head 2")


def test_arrows_walk_the_heads(shown: AttentionPanel, session: Session) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left):
        QTest.keyClick(shown.maps.mosaic, key)
    assert (session.selection.layer, session.selection.head) == (1, 1)


def choose(shown: AttentionPanel, layer: int, head: int | None) -> None:
    """As a person does with the two lists; entry 0 is the average."""
    chooser = shown.maps.head_pane.chooser
    chooser.layers.setCurrentIndex(layer)
    chooser.layers.activated.emit(layer)
    if head is not None:
        chooser.heads.setCurrentIndex(head)
        chooser.heads.activated.emit(head)


def test_the_lists_choose_heads_and_averages(shown: AttentionPanel, session: Session, trace: Trace) -> None:
    exact = trace.attentions.astype(np.float64)
    choose(shown, 4, 3)
    assert (session.selection.layer, session.selection.head) == (3, 2)
    assert is_of(shown, exact[3, 2])
    choose(shown, 4, 0)
    assert (session.selection.layer, session.selection.head) == (3, None)
    assert is_of(shown, exact[3].mean(axis=0))
    assert shown.maps.head_pane.name.text() == "Average of layer 4"
    choose(shown, 0, None)
    assert (session.selection.layer, session.selection.head) == (None, None)
    assert is_of(shown, exact.mean(axis=(0, 1)))
    assert not shown.maps.head_pane.chooser.heads.isEnabled()


def test_a_double_click_shows_the_head_alone(shown: AttentionPanel, session: Session) -> None:
    place = shown.maps.mosaic.head_rect(1, 2).center().toPoint()
    QTest.mouseDClick(shown.maps.mosaic, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert (session.selection.layer, session.selection.head) == (1, 2)
    assert shown.view == "one" and shown.tab_row.buttons["one"].isChecked()
    assert not shown.maps.mosaic.isVisible() and shown.maps.map.isVisible()


def test_the_tabs_change_the_view(shown: AttentionPanel) -> None:
    shown.tab_row.buttons["one"].click()
    assert not shown.maps.mosaic.isVisible() and shown.maps.map.isVisible()
    shown.tab_row.buttons["all"].click()
    assert shown.maps.mosaic.isVisible() and shown.maps.map.isVisible()


def test_a_narrow_panel_shows_the_mosaic_alone(shown: AttentionPanel) -> None:
    shown.resize(480, 520)
    assert shown.maps.mosaic.isVisible() and not shown.maps.map.isVisible()
    shown.resize(810, 570)
    assert shown.maps.mosaic.isVisible() and shown.maps.map.isVisible()


# Reading weights


def test_pointing_at_a_cell_reads_its_exact_weight(
    shown: AttentionPanel, session: Session, trace: Trace
) -> None:
    session.select_head(1, 3)
    point(shown.maps.map, shown.maps.map.cell_rect(STORE, STOP).center())
    assert session.hover == Hover(1, 3, STORE, STOP)
    assert shown.maps.head_pane.read_out.text == "store → ."
    assert shown.maps.head_pane.read_out.figure == f"{trace.attentions[1, 3, STORE, STOP]:.4f}"


def test_what_is_pointed_at_stays_so_when_another_head_is_chosen(
    shown: AttentionPanel, session: Session, trace: Trace
) -> None:
    session.set_hover(Hover(0, 0, STORE, STOP))
    session.select_head(3, 1)
    assert shown.maps.head_pane.read_out.figure == f"{trace.attentions[3, 1, STORE, STOP]:.4f}"


def test_pointing_into_the_mosaic_reads_that_head_and_leaves_the_large_one(
    shown: AttentionPanel, session: Session, trace: Trace
) -> None:
    session.select_head(0, 1)
    area = shown.maps.mosaic.head_rect(2, 3)
    point(shown.maps.mosaic, area.topLeft() + QPointF(area.width() * 7.5 / 17, area.height() * 6.5 / 17))
    assert session.hover == Hover(2, 3, 6, 7)
    assert shown.maps.mosaic_pane.read_out.text == "L3-H4 · store → ."
    assert shown.maps.mosaic_pane.read_out.figure == f"{trace.attentions[2, 3, 6, 7]:.4f}"
    assert is_of(shown, trace.attentions[0, 1])
    assert shown.maps.head_pane.read_out.figure == f"{trace.attentions[0, 1, 6, 7]:.4f}"


def test_the_entropy_is_the_mean_over_rows_and_that_of_the_row_pointed_at(
    shown: AttentionPanel, session: Session, trace: Trace
) -> None:
    weights = trace.attentions[0, 0].astype(np.float64)
    rows = -(weights * np.log(weights)).sum(axis=1)
    assert shown.maps.head_pane.info.text == f"mean entropy {rows.mean():.2f} nats"
    session.set_hover(Hover(query=STORE))
    assert shown.maps.head_pane.info.text == f"mean entropy {rows.mean():.2f} nats · store"
    assert shown.maps.head_pane.info.figure == f"{rows[STORE]:.2f}"


# Pins


def test_a_click_pins_a_cell_and_a_second_lets_go(shown: AttentionPanel, session: Session) -> None:
    place = shown.maps.map.cell_rect(STORE, STOP).center()
    click(shown.maps.map, place)
    assert (session.selection.query, session.selection.key) == (STORE, STOP)
    click(shown.maps.map, place)
    assert (session.selection.query, session.selection.key) == (None, None)


def test_a_click_on_a_row_label_pins_the_row_and_lists_what_it_attends_to(
    shown: AttentionPanel, session: Session, trace: Trace
) -> None:
    row = shown.maps.map.cell_rect(STORE, None)
    click(shown.maps.map, QPointF(row.left() - 12, row.center().y()))
    assert (session.selection.query, session.selection.key) == (STORE, None)
    weights = trace.attentions[0, 0, STORE]
    largest = np.argsort(-weights)[:5]
    expected = ", ".join(f"{trace.tokens[p].text} {weights[p]:.2f}" for p in largest if weights[p] >= 0.005)
    assert shown.maps.head_pane.listed.text() == f"store attends to: {expected}"


def test_a_pinned_column_lists_what_attends_to_it(
    shown: AttentionPanel, session: Session, trace: Trace
) -> None:
    column = shown.maps.map.cell_rect(None, STORE)
    click(shown.maps.map, QPointF(column.center().x() + 2, column.top() - 8))
    assert (session.selection.query, session.selection.key) == (None, STORE)
    largest = int(np.argmax(trace.attentions[0, 0, :, STORE]))
    weight = trace.attentions[0, 0, largest, STORE]
    start = f"store is attended to by: {trace.tokens[largest].text} {weight:.2f}"
    assert shown.maps.head_pane.listed.text().startswith(start)


def test_one_head_alone_lists_the_pinned_row_as_bars(
    shown: AttentionPanel, session: Session, trace: Trace
) -> None:
    shown.set_view("one")
    session.select_head(1, 2)
    session.pin(query=STORE)
    QGuiApplication.processEvents()
    pane = shown.maps.head_pane
    assert pane.bars.isVisible() and not pane.listed.isVisible()
    assert pane.bars.title.text() == "store attends to:"
    weights = np.sort(trace.attentions[1, 2, STORE])[::-1]
    rows = pane.bars.bars.rows
    assert len(rows) >= 10
    np.testing.assert_allclose([row.probability for row in rows], weights[: len(rows)], atol=1e-7)
    assert pane.bars.bars.geometry().bottom() <= pane.bars.height()
    assert shown.minimumSizeHint().height() < 350, "the list asks for no height of its own"
    shown.resize(360, 640)
    assert not pane.bars.isVisible() and pane.listed.isVisible()


def test_escape_lets_go(shown: AttentionPanel, session: Session) -> None:
    session.pin(query=STORE)
    QTest.keyClick(shown.maps.map, Qt.Key.Key_Escape)
    assert session.selection.query is None
    assert "Click a cell" in shown.maps.head_pane.listed.text()


def test_a_pin_beyond_a_shorter_text_is_not_drawn(shown: AttentionPanel, session: Session) -> None:
    session.set_hover(Hover(query=400, key=2))
    session.pin(query=400)
    assert shown.maps.head_pane.read_out.figure == ""


# Scale


def test_colours_end_at_one_or_at_the_heads_largest_weight(
    shown: AttentionPanel, session: Session, trace: Trace
) -> None:
    assert MosaicLevels(False) in session.watched
    assert shown.maps.head_pane.bar.accessibleName() == "Colour scale from 0 to 1"
    shown.maps.scale.setCurrentIndex(1)
    shown.maps.scale.activated.emit(1)
    assert MosaicLevels(True) in session.watched and MosaicLevels(False) not in session.watched
    assert (
        shown.maps.head_pane.bar.accessibleName()
        == f"Colour scale from 0 to {trace.attentions[0, 0].max():.3g}"
    )
    before = shown.maps.mosaic.image()
    answer_all(session)
    after = shown.maps.mosaic.image()
    assert before is not None and not before.per_head
    assert after is not None and after.per_head


def test_fit_shows_the_whole_map_again(shown: AttentionPanel) -> None:
    shown.maps.map.zoom_by(3)
    shown.maps.mosaic.zoom_by(2)
    assert shown.maps.map.zoom > 1 and shown.maps.mosaic.zoom > 1
    shown.maps.fit_button.click()
    assert shown.maps.map.zoom == shown.maps.mosaic.zoom == 1


# Queries


def test_a_hidden_panel_asks_for_nothing_and_catches_up(
    shown: AttentionPanel, session: Session, trace: Trace
) -> None:
    assert session.watched == {MosaicLevels(False)}
    shown.hide()
    assert session.watched == frozenset()
    other = fake_trace(seed=1, scene=replace(trace.scene, text_a="other"))
    session.set_scene(other.scene)
    session.accept_trace(other)
    session.select_head(2, 2)
    assert is_of(shown, trace.attentions[0, 0])
    shown.show()
    assert session.watched == {MosaicLevels(False)}
    assert is_of(shown, other.attentions[2, 2])


def test_one_head_alone_needs_no_mosaic(shown: AttentionPanel, session: Session) -> None:
    shown.set_view("one")
    assert session.watched == frozenset()
    shown.set_view("all")
    assert session.watched == {MosaicLevels(False)}


def test_an_answer_about_an_older_scene_is_ignored(
    shown: AttentionPanel, session: Session, trace: Trace
) -> None:
    old = shown.maps.mosaic.image()
    newer = fake_trace(size=9, seed=1)
    session.set_scene(newer.scene)
    session.accept_trace(newer)
    late = answer_to(MosaicLevels(False), trace)
    session.accept_answer(late)
    session.answer_changed.emit(late)
    assert shown.maps.mosaic.image() is old
    # What is pointed at in the older picture means nothing, and must not be looked up in the newer trace.
    point(shown.maps.mosaic, shown.maps.mosaic.head_rect(1, 1).bottomRight() - QPointF(3, 3))
    click(shown.maps.mosaic, shown.maps.mosaic.head_rect(1, 1).bottomRight() - QPointF(3, 3))
    assert session.hover == Hover()
    assert (session.selection.layer, session.selection.head) == (0, 0)
    answer_all(session)
    image = shown.maps.mosaic.image()
    assert image is not None and image.size == 9


def test_a_failure_is_said_in_place_of_the_mosaic(
    panel: AttentionPanel, session: Session, trace: Trace
) -> None:
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    session.accept_answer(Answer(MosaicLevels(False), trace.scene, failure="There is not enough memory."))
    assert panel.maps.mosaic.image() is None
    assert is_of(panel, trace.attentions[0, 0])


def test_the_average_of_a_long_text_is_asked_for(
    shown: AttentionPanel, session: Session, trace: Trace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (numbers, maps_page):
        monkeypatch.setattr(module, "AT_ONCE", trace.attentions.size - 1)
    session.select_head(None, None)
    assert MeanAttention() in session.watched
    assert shown.maps.map.values() is None
    answer_all(session)
    assert is_of(shown, trace.attentions.mean(axis=(0, 1)))
    session.select_head(1, None)
    assert MeanAttention() not in session.watched
    assert is_of(shown, trace.attentions[1].mean(axis=0))


def test_a_model_of_another_shape_changes_the_lists(shown: AttentionPanel, session: Session) -> None:
    session.select_head(3, 3)
    small = fake_trace(layers=2, heads=3, seed=2, scene=replace(session.scene, model_id="small"))
    show_trace(session, small)
    assert (session.selection.layer, session.selection.head) == (1, 2)
    assert is_of(shown, small.attentions[1, 2])
    assert (shown.maps.head_pane.chooser.layers.count(), shown.maps.head_pane.chooser.heads.count()) == (3, 4)


# Figures


def test_the_numbers_of_a_head_are_its_weights(shown: AttentionPanel, session: Session, trace: Trace) -> None:
    session.select_head(2, 1)
    shown.maps.figures.head.numbers_to_clipboard()
    rows = only(QGuiApplication.clipboard().text())
    names = [token.text for token in trace.tokens]
    assert rows[0] == ["", *names]
    assert [row[0] for row in rows[1:]] == [*names, "(mean of all rows)"]
    numbers = np.array([row[1:] for row in rows[1:]], dtype=np.float32)
    np.testing.assert_array_equal(numbers[:-1], trace.attentions[2, 1])
    np.testing.assert_allclose(numbers[-1], trace.attentions[2, 1].mean(axis=0), rtol=1e-6)


def test_a_saved_picture_says_where_it_comes_from(
    shown: AttentionPanel, session: Session, trace: Trace, tmp_path
) -> None:
    session.select_head(2, 1)
    path = tmp_path / "head.png"
    shown.maps.figures.head.save_picture_to(path)
    image = QImage(str(path))
    assert not image.isNull()
    assert image.text("Title") == "L3-H2"
    assert (image.text("Layer"), image.text("Head")) == ("3", "2")
    assert image.text("Sentence A") == trace.scene.text_a
    assert image.text("Sentence B") == trace.scene.text_b
    assert "softmax" in image.text("Formula")


@pytest.mark.parametrize(("size", "enabled"), [(17, True), (256, False)])
def test_a_table_too_long_to_write_at_once_is_not_offered(
    panel: AttentionPanel, session: Session, size: int, enabled: bool
) -> None:
    trace = fake_trace(size)
    assert (trace.attentions.size <= MOST_ROWS) is enabled
    show_trace(session, trace)
    assert panel.maps.figures.heads.copy_numbers.isEnabled() is enabled
    assert panel.maps.figures.head.copy_numbers.isEnabled()


def test_what_cannot_be_written_is_said(shown: AttentionPanel, tmp_path, qtbot: QtBot) -> None:
    picture = shown.maps.figures.head
    with qtbot.waitSignal(picture.failed) as said:
        picture.save_picture_to(tmp_path / "nowhere" / "head.png")
    assert said.args is not None and "nowhere" in said.args[0]


def test_next_to_nothing_to_see_is_said_with_what_to_do(
    panel: AttentionPanel, session: Session, trace: Trace
) -> None:
    even = np.full_like(trace.attentions, 1 / len(trace.tokens))
    show_trace(session, replace(trace, attentions=even))
    assert "“per head” shows more" in panel.maps.mosaic_pane.read_out.text
    panel.maps.set_own_scale(True)
    answer_all(session)
    assert panel.maps.mosaic_pane.read_out.text == "Each head: colours from 0 to its own largest weight"


def test_a_broad_grid_gets_more_of_the_width(panel: AttentionPanel, session: Session, qtbot: QtBot) -> None:
    show_trace(session, fake_trace(layers=2, heads=8))
    qtbot.waitUntil(lambda: panel.maps.mosaic_pane.width() > 1.2 * panel.maps.head_pane.width())
    square = fake_trace(layers=4, heads=4, scene=replace(session.scene, model_id="square"))
    show_trace(session, square)
    qtbot.waitUntil(lambda: abs(panel.maps.mosaic_pane.width() - panel.maps.head_pane.width()) < 20)
