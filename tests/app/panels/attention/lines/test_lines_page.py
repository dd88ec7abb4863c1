"""The lines page follows the session, draws the right weights, and tells the session what a person does."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.panels.attention import AttentionPanel, numbers
from app.panels.attention.lines import LinesPage, figures
from app.panels.attention.lines.shown import WhatIsShown
from app.reference import Reference
from app.selection import Hover, Selection
from app.session import Session
from bert_core.interventions import Interventions
from bert_core.queries import MeanAttention, OfReference
from bert_core.scene import Scene
from bert_core.trace import Trace
from tests.app.answering import answer_all, show_trace
from tests.app.fakes import fake_tokens, fake_trace

STORE, STOP = 6, 7
SPECIALS = {0, 8, 16}


@pytest.fixture
def session(qapp: object) -> Session:
    return Session()


@pytest.fixture
def trace() -> Trace:
    return fake_trace()


@pytest.fixture
def page(qtbot: QtBot, session: Session, trace: Trace) -> Iterator[LinesPage]:
    made = LinesPage(session)
    qtbot.addWidget(made)
    made.resize(640, 460)
    made.show()
    qtbot.waitExposed(made)
    show_trace(session, trace)
    yield made


def found(page: LinesPage) -> set[tuple[int, int, int]]:
    lines = page.view.lines()
    return set(zip(lines.head.tolist(), lines.query.tolist(), lines.key.tolist(), strict=True))


def reaching(weights: np.ndarray, threshold: float = 0.1) -> set[tuple[int, int, int]]:
    return {at for at in np.ndindex(weights.shape) if abs(weights[at]) >= threshold}


def refer(session: Session, trace: Trace) -> None:
    """As if this trace had been kept, and differences from it were to be shown."""
    session._refer(Reference(trace, "fake"))


def middle(page: LinesPage, piece: int, *, left: bool) -> QPoint:
    return page.view.row_rect(piece, left=left).center().toPoint()


# Which weights


def test_all_heads_of_the_chosen_layer_have_lines(page: LinesPage, session: Session, trace: Trace) -> None:
    assert found(page) == reaching(trace.attentions[0])
    session.select_head(2, 1)
    assert found(page) == reaching(trace.attentions[2])
    assert page.chooser.layers.currentText() == "Layer 3"


def test_the_chosen_head_alone_in_its_own_colour(page: LinesPage, session: Session, trace: Trace) -> None:
    session.select_head(1, 3)
    page.head_button.click()
    assert found(page) == reaching(trace.attentions[1, 3][None])
    assert not page.side.swatches.isEnabled() and page.side.swatches.toolTip()
    session.select_head(1, 2)
    assert found(page) == reaching(trace.attentions[1, 2][None])
    page.side.swatches.set_shown({0})
    page.layer_button.click()
    assert found(page) == reaching(trace.attentions[1])


def test_averages_are_drawn_up_to_their_largest_weight(
    page: LinesPage, session: Session, trace: Trace
) -> None:
    session.select_head(1, None)
    page.head_button.click()
    mean = trace.attentions[1].mean(axis=0)
    assert found(page) == reaching(mean[None])
    strands = page.view.strands(page.view.lines())
    assert strands.look.max() == len(strands.colour) - 1


def test_the_average_of_everything_has_no_heads_to_choose(
    page: LinesPage, session: Session, trace: Trace
) -> None:
    session.select_head(None, None)
    assert found(page) == reaching(trace.attentions.mean(axis=(0, 1))[None])
    assert not page.side.swatches.isEnabled()
    assert "average over all layers" in page.note.text()
    session.select_head(0, 0)
    assert page.side.swatches.isEnabled() and not page.note.isVisible()


def test_a_long_average_is_asked_for(
    page: LinesPage, session: Session, trace: Trace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "AT_ONCE", 10)
    monkeypatch.setattr("app.panels.attention.lines.page.AT_ONCE", 10)
    assert MeanAttention() not in session.watched
    session.select_head(None, None)
    assert MeanAttention() in session.watched and not page.view.has_content()
    answer_all(session)
    assert found(page) == reaching(trace.attentions.mean(axis=(0, 1))[None])
    session.select_head(0, 0)
    assert MeanAttention() not in session.watched


def test_a_shorter_text_takes_the_place_of_a_longer_one(page: LinesPage, session: Session) -> None:
    session.pin(query=12)
    page.side.special.click()
    page.side.directions.buttons[0, 1].click()
    short = fake_trace(2, seed=4)
    show_trace(session, short)
    assert page.view.tokens == short.tokens
    assert found(page) == {at for at in reaching(short.attentions[0]) if at[1:] == (1, 1)}
    page.side.special.click()
    assert found(page) == reaching(short.attentions[0])


def test_nothing_breaks_before_the_first_trace(qtbot: QtBot, session: Session) -> None:
    page = LinesPage(session)
    qtbot.addWidget(page)
    page.show()
    session.select_head(1, 1)
    session.set_hover(Hover(query=3))
    page.side.special.click()
    page.head_button.click()
    assert len(page.view.lines()) == 0


# What is left out


def test_heads_are_switched_off_singly_and_stay_so(page: LinesPage, session: Session, trace: Trace) -> None:
    page.side.swatches.toggle(2)
    assert found(page) == {at for at in reaching(trace.attentions[0]) if at[0] != 2}
    session.select_head(3, 0)
    assert found(page) == {at for at in reaching(trace.attentions[3]) if at[0] != 2}
    page.side.all_button.click()
    assert found(page) == reaching(trace.attentions[3])


def test_the_threshold_stays_with_other_texts(page: LinesPage, session: Session) -> None:
    page.side.threshold.slider.setValue(page.side.threshold.slider.value() + 3)
    threshold = page.side.threshold.value
    other = fake_trace(12, seed=5)
    show_trace(session, other)
    assert threshold > 0.1 and page.side.threshold.value == threshold
    assert found(page) == reaching(other.attentions[0], threshold)


@pytest.mark.parametrize("direction", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_directions_are_left_out(page: LinesPage, trace: Trace, direction: tuple[int, int]) -> None:
    page.side.directions.buttons[direction].click()
    segments = [token.segment for token in trace.tokens]
    expected = {at for at in reaching(trace.attentions[0]) if (segments[at[1]], segments[at[2]]) != direction}
    assert found(page) == expected != reaching(trace.attentions[0])


def test_without_b_directions_do_nothing(page: LinesPage, session: Session) -> None:
    page.side.directions.buttons[0, 0].click()
    alone = fake_trace(tokens=[replace(token, segment=0) for token in fake_tokens(9)])
    show_trace(session, alone)
    assert not page.side.directions.buttons[0, 0].isEnabled()
    assert found(page) == reaching(alone.attentions[0])


def test_special_pieces_are_left_out_and_it_is_said(page: LinesPage, trace: Trace) -> None:
    assert not page.note.isVisible()
    page.side.special.click()
    assert found(page) == {at for at in reaching(trace.attentions[0]) if not SPECIALS & set(at[1:])}
    assert "no longer sum to 1" in page.note.text() and page.note.isVisible()
    assert "no longer sum to 1" in page.caption()
    page.side.special.click()
    assert not page.note.isVisible()


# The shared selection


def test_pointing_at_a_piece_points_everywhere(page: LinesPage, session: Session) -> None:
    session.select_head(1, 2)
    QTest.mouseMove(page.view, middle(page, STORE, left=True))
    assert session.hover == Hover(1, None, STORE, None)
    QTest.mouseMove(page.view, middle(page, STOP, left=False))
    assert session.hover == Hover(1, None, None, STOP)
    page.head_button.click()
    QTest.mouseMove(page.view, middle(page, STORE, left=True))
    assert session.hover == Hover(1, 2, STORE, None)
    QTest.mouseMove(page.view, page.view.plot().center().toPoint())
    assert session.hover == Hover()


def test_what_is_pointed_at_elsewhere_shows_its_lines_here(
    page: LinesPage, session: Session, trace: Trace
) -> None:
    session.set_hover(Hover(query=STORE))
    assert found(page) == {at for at in reaching(trace.attentions[0]) if at[1] == STORE}
    session.set_hover(Hover(3, 1, STORE, STOP))
    assert found(page) == {at for at in reaching(trace.attentions[0]) if at[1:] == (STORE, STOP)}


def test_a_click_pins_and_another_lets_go(page: LinesPage, session: Session) -> None:
    for expected in ((STORE, None), (None, None)):
        QTest.mouseClick(
            page.view,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            middle(page, STORE, left=True),
        )
        assert (session.selection.query, session.selection.key) == expected


def test_what_is_pinned_elsewhere_is_shown_here(page: LinesPage, session: Session, trace: Trace) -> None:
    session.pin(key=STOP)
    assert found(page) == {at for at in reaching(trace.attentions[0]) if at[2] == STOP}
    session.unpin()
    assert found(page) == reaching(trace.attentions[0])


def test_pointing_at_a_swatch_shows_its_head_everywhere(
    page: LinesPage, session: Session, trace: Trace
) -> None:
    swatches = page.side.swatches
    QTest.mouseMove(swatches, swatches.swatch_rect(2).center().toPoint())
    assert session.hover == Hover(0, 2)
    assert found(page) == {at for at in reaching(trace.attentions[0]) if at[0] == 2}
    session.set_hover(Hover(3, 2))
    assert found(page) == reaching(trace.attentions[0])  # a head of another layer


def test_the_lists_choose_head_and_layer(page: LinesPage, session: Session, trace: Trace) -> None:
    page.chooser.layers.setCurrentIndex(3)
    page.chooser.layers.activated.emit(3)
    assert session.selection == Selection(2, 0)
    assert found(page) == reaching(trace.attentions[2])


def test_hidden_it_costs_nothing_and_catches_up(page: LinesPage, session: Session) -> None:
    page.hide()
    other = fake_trace(12, seed=8)
    show_trace(session, other)
    session.select_head(2, 2)
    page._wanted.set(replace(page.shown, threshold=0.3))
    assert page.view.tokens != other.tokens
    page.show()
    assert found(page) == reaching(other.attentions[2], 0.3)
    assert page.side.threshold.value == 0.3


# What is said


def test_it_says_how_many_lines_there_are(page: LinesPage, trace: Trace) -> None:
    count = len(reaching(trace.attentions[0]))
    assert page.read_out.text == f"{count} lines from 0.1 up"
    page.side.threshold.slider.setValue(page.side.threshold.slider.maximum())
    left = len(reaching(trace.attentions[0], 0.9))
    assert page.read_out.text == f"{left} lines from 0.9 up"


def test_where_no_weight_is_large_enough_the_largest_is_said(page: LinesPage, session: Session) -> None:
    even = replace(fake_trace(), attentions=np.full((4, 4, 17, 17), 1 / 17, dtype=np.float32))
    show_trace(session, even)
    assert page.read_out.text == "No weight reaches 0.1: the largest is 0.059."


def test_a_piece_is_said_with_its_weights_and_two_with_every_head(
    page: LinesPage, session: Session, trace: Trace
) -> None:
    row = trace.attentions[0, :, STORE]
    head, key = np.unravel_index(row.argmax(), row.shape)
    session.pin(query=STORE)
    first = f"store attends to: {trace.tokens[key].text} H{head + 1} {row[head, key]:.2f}"
    assert page.read_out.text.startswith(first)
    session.set_hover(Hover(key=STOP))
    weights = sorted(row[:, STOP].tolist(), reverse=True)
    assert page.read_out.text.startswith("store → .: H")
    assert [float(part.split()[1]) for part in page.read_out.text.split(": ")[1].split(", ")] == [
        round(weight, 2) for weight in weights
    ]


def test_there_are_bars_where_there_is_room(page: LinesPage, session: Session, qtbot: QtBot) -> None:
    assert not page.bars.isVisible()
    page.resize(1250, 600)
    session.pin(query=STORE)
    assert page.bars.isVisible() and page.bars.title.text() == "store attends to:"
    qtbot.waitUntil(lambda: page.bars.geometry().right() < page.side.geometry().left())
    assert page.view.geometry().right() < page.bars.geometry().left()
    assert page.view.width() >= 500
    refer(session, fake_trace(seed=3))
    assert not page.bars.isVisible()  # changes below zero have no length
    session.let_go_reference()
    assert page.bars.isVisible()


def test_a_narrow_page_has_room_for_the_lines(session: Session, trace: Trace, qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    page = LinesPage(session)
    row = QHBoxLayout(around)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(page)
    around.resize(600, 300)
    around.show()
    show_trace(session, trace)
    assert page.side.isVisible()
    around.resize(260, 300)
    qtbot.waitUntil(lambda: not page.side.isVisible() and page.view.width() == 260)
    around.resize(600, 300)
    qtbot.waitUntil(lambda: page.side.isVisible() and page.side.geometry().right() < 600)


# Differences


def test_differences_are_signed_and_have_their_own_threshold(
    page: LinesPage, session: Session, trace: Trace
) -> None:
    before = fake_trace(seed=3)
    refer(session, before)
    change = trace.attentions[0] - before.attentions[0]
    assert found(page) == reaching(change, 0.02)
    lines = page.view.lines()
    np.testing.assert_array_equal(lines.weight, change[lines.head, lines.query, lines.key])
    assert "Orange: more than in the reference" in page.note.text()
    assert page.side.threshold.title.text() == "Changes from"
    session.pin(query=STORE)
    assert page.read_out.text.startswith("what “store” attends to changed by:")
    page.head_button.click()
    assert found(page) == {at for at in reaching(change[:1], 0.02) if at[1] == STORE}
    session.let_go_reference()
    session.unpin()
    assert found(page) == reaching(trace.attentions[0, :1])


def test_long_averages_are_asked_for_twice(
    page: LinesPage, session: Session, trace: Trace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "AT_ONCE", 10)
    monkeypatch.setattr("app.panels.attention.lines.page.AT_ONCE", 10)
    before = fake_trace(seed=3, scene=Scene("fake", "before"))
    refer(session, before)
    session.select_head(None, None)
    wanted = OfReference(MeanAttention(), before.scene)
    assert {MeanAttention(), wanted} <= session.watched
    assert not page.view.has_content()


def test_a_twin_shows_the_reference_as_the_page_shows_what_is_now(
    qtbot: QtBot, page: LinesPage, session: Session
) -> None:
    other = fake_trace(9, seed=6)
    refer(session, other)
    twin = LinesPage(session, twin=True)
    qtbot.addWidget(twin)
    page.side.threshold.slider.setValue(page.side.threshold.slider.value() + 2)
    twin.show()
    assert found(twin) == reaching(other.attentions[0], page.side.threshold.value)
    page.side.swatches.toggle(1)
    assert found(twin) == {
        at for at in reaching(other.attentions[0], page.side.threshold.value) if at[0] != 1
    }
    assert not twin.side.isVisible() and not twin.chooser.isVisible()
    assert WhatIsShown.of(session).now.hidden == {1}


def test_a_page_that_has_not_seen_the_new_text_yet_waits_for_it(
    qtbot: QtBot, page: LinesPage, session: Session
) -> None:
    second = LinesPage(session)  # hears of a new trace after the first, which tells that the heads are others
    qtbot.addWidget(second)
    second.show()
    page.side.special.click()
    page.side.swatches.toggle(1)
    other = fake_trace(9, heads=6, seed=2)
    show_trace(session, other)
    expected = {at for at in reaching(other.attentions[0]) if not SPECIALS & set(at[1:])}
    assert found(page) == found(second) == expected


# Changes, pictures, and the panel


def test_the_chosen_head_and_those_that_are_off_are_marked(page: LinesPage, session: Session) -> None:
    scene = Scene("fake", "x", interventions=Interventions(heads_off={(1, 0), (1, 3), (2, 2)}))
    show_trace(session, fake_trace(scene=scene))
    session.select_head(1, 2)
    assert page.side.swatches._chosen == 2 and page.side.swatches._off == {0, 3}


def test_the_numbers_are_those_of_the_lines(page: LinesPage, session: Session, trace: Trace) -> None:
    session.pin(query=STORE)
    page.figures.lines.numbers_to_clipboard()
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text(), newline="")))
    written = {(int(row["head"]) - 1, int(row["query"]), int(row["key"])): row["weight"] for row in rows}
    expected = {at for at in reaching(trace.attentions[0]) if at[1] == STORE}
    assert set(written) == expected
    assert all(np.float32(weight) == trace.attentions[0][at] for at, weight in written.items())
    assert {row["layer"] for row in rows} == {"1"} and {row["query piece"] for row in rows} == {"store"}


def test_too_many_numbers_are_not_offered(
    page: LinesPage, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page.figures.lines.copy_numbers.isEnabled()
    monkeypatch.setattr(figures, "MOST_ROWS", 10)
    show_trace(session, fake_trace(seed=2))
    assert not page.figures.lines.copy_numbers.isEnabled() and page.figures.lines.copy_picture.isEnabled()


def test_the_picture_says_what_it_is(page: LinesPage, session: Session, tmp_path) -> None:
    session.select_head(2, 1)
    page.side.swatches.toggle(0)
    path = tmp_path / "lines.png"
    page.figures.lines.save_picture_to(path)
    image = QImage(str(path))
    assert image.text("Title") == "Lines of layer 3"
    assert image.text("Layer") == "3" and image.text("Head") == "2, 3, 4"
    assert "lines from 0.1 up" in image.text("Lines")
    page.head_button.click()
    page.figures.lines.save_picture_to(path)
    assert QImage(str(path)).text("Title") == "Lines of L3-H2"
    assert QImage(str(path)).text("Head") == "2"


def test_the_panel_has_a_tab_for_it(qtbot: QtBot, session: Session, trace: Trace) -> None:
    panel = AttentionPanel(session)
    qtbot.addWidget(panel)
    panel.resize(640, 460)
    panel.show()
    show_trace(session, trace)
    panel.tab_row.buttons["lines"].click()
    page = panel.findChild(LinesPage)
    assert isinstance(page, LinesPage) and page.isVisible()
    assert found(page) == reaching(trace.attentions[0])
