"""The flow page shows what the measures say of the followed piece, and how they agree."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from scipy.stats import rankdata, spearmanr

from app.panels.attention.flow import FlowPage
from app.panels.attention.flow.shown import KINDS
from app.panels.attention.flow.wishes import Wishes
from app.selection import Hover
from app.session import Session
from bert_core.measures.attention_flow import flow
from bert_core.measures.attention_rollout import rollout
from bert_core.queries import Answer, OfReference, Progress
from bert_core.queries_flow import MOST_PIECES, FlowRows, RolloutRows, WeighedRows
from bert_core.scene import Scene
from bert_core.trace import Floats, Trace
from tests.app.answering import answer_all, answer_to, fake_weighed, show_trace
from tests.app.fakes import fake_model_info, fake_trace

MASK, STORE, MILK = 5, 6, 14


@pytest.fixture
def session() -> Session:
    made = Session()
    made._model = fake_model_info()
    return made


@pytest.fixture
def trace() -> Trace:
    return fake_trace()


@pytest.fixture
def page(qtbot: QtBot, session: Session, trace: Trace) -> Iterator[FlowPage]:
    host = QWidget()  # a window of its own would not be made narrower than its layout likes
    qtbot.addWidget(host)
    made = FlowPage(session)
    made.setParent(host)
    host.resize(1400, 900)
    made.resize(820, 480)
    host.show()
    qtbot.waitExposed(host)
    show_trace(session, trace)
    yield made


def expected(trace: Trace, position: int) -> list[Floats]:
    """In the order of KINDS, worked out whole and without what the page uses."""
    weighed = fake_weighed(trace, position)
    flows = [flow(trace.attentions, layer)[position] for layer in range(len(trace.attentions))]
    return [
        trace.attentions.mean(axis=1)[:, position],
        weighed / weighed.sum(1, keepdims=True),
        rollout(trace.attentions)[:, position],
        np.stack(flows),
    ]


def is_drawn(page: FlowPage, trace: Trace, position: int) -> bool:
    pairs = zip(page.maps.maps, expected(trace, position), strict=True)
    return page.maps.position == position and all(
        shown.values is not None and np.allclose(shown.values, rows, atol=1e-6) for shown, rows in pairs
    )


def test_the_masked_piece_by_all_four_measures(page: FlowPage, session: Session, trace: Trace) -> None:
    assert session.watched == {RolloutRows(MASK), WeighedRows(MASK), FlowRows(MASK)}
    assert is_drawn(page, trace, MASK)
    assert page.read_out.text.startswith("Nothing is pinned: the first masked piece.")
    assert page.bar.pieces.currentText() == "Piece: auto"


def test_rank_correlations_and_spread(page: FlowPage, session: Session, trace: Trace) -> None:
    session.select_head(2, 1)
    rows = [measure[2] for measure in expected(trace, MASK)]
    np.testing.assert_allclose(page.side.ranks.values, spearmanr(np.stack(rows), axis=1).statistic, atol=1e-6)
    assert page.side.title.text() == "Rank correlation at layer 3"
    assert page.side.over.text == "Spearman, over all 17 pieces"
    for shown, row in zip(page.maps.maps, rows, strict=True):
        entropy = -sum(p * math.log(p) for p in row.astype(float) if p > 0)
        assert shown.aside == f"spread {math.exp(entropy):.1f} of 17"
    assert page.side.spread.curves[3].values[2] == pytest.approx(math.exp(entropy), rel=1e-5)
    agreement = page.side.agreement.curves
    assert [curve.name for curve in agreement] == ["norm", "rollout", "flow"]
    assert agreement[1].values[2] == page.side.ranks.values[0, 2]


def test_special_pieces_need_not_count(page: FlowPage, session: Session, trace: Trace) -> None:
    session.select_head(3, 0)
    page.bar.special.click()
    kept = [position for position, token in enumerate(trace.tokens) if not token.special]
    rows = np.stack([measure[3][kept] for measure in expected(trace, MASK)])
    np.testing.assert_allclose(page.side.ranks.values, spearmanr(rows, axis=1).statistic, atol=1e-6)
    assert page.side.over.text == "Spearman, over 14 pieces, without [CLS] and [SEP]"
    assert page.shown is not None and np.isnan(page.shown.places["raw"][:, 0]).all()
    assert is_drawn(page, trace, MASK), "they are drawn all the same"


def test_a_pinned_query_is_followed(page: FlowPage, session: Session, trace: Trace) -> None:
    session.pin(query=STORE)
    assert page.maps.position == MASK, "until the answers are there"
    answer_all(session)
    assert is_drawn(page, trace, STORE) and page.bar.pieces.currentText() == "6 store"
    assert page.read_out.text.startswith("Followed: ‘store’, which is pinned.")
    session.unpin()
    assert is_drawn(page, trace, MASK), "it is known already"


def test_without_a_mask_the_first_piece(page: FlowPage, session: Session) -> None:
    show_trace(session, fake_trace(4))
    assert page.maps.position == 0 and page.read_out.text.startswith("Nothing is pinned: [CLS].")


def test_what_is_late_does_not_keep_the_rest_waiting(
    page: FlowPage, session: Session, trace: Trace, qtbot: QtBot
) -> None:
    session.pin(query=STORE)
    session.accept_answer(answer_to(RolloutRows(STORE), trace))
    qtbot.waitUntil(lambda: page.maps.position == STORE)
    values = [shown.values for shown in page.maps.maps]
    assert values[0] is not None and values[2] is not None and values[1] is values[3] is None
    assert page.maps.maps[1].note == "Working it out…"


def test_flow_comes_layer_by_layer_and_can_be_stopped(page: FlowPage, session: Session, trace: Trace) -> None:
    session.pin(query=STORE)
    for query in (RolloutRows(STORE), WeighedRows(STORE)):
        session.accept_answer(answer_to(query, trace))
    whole = expected(trace, STORE)[3].astype(np.float32)
    half = whole.copy()
    half[2:] = np.nan
    session.accept_answer(Answer(FlowRows(STORE), trace.scene, progress=Progress(3, 10, "flow", half)))
    assert len(page.maps.strips(3)) == 2
    assert page.job.isVisible() and page.job.words.text.startswith("Attention flow: layer 3 of 4")
    assert page.side.ranks.values[0, 3] == pytest.approx(page.side.ranks.values[3, 0])
    assert (
        np.isnan(page.shown.correlations[2:, 3]).all() and not np.isnan(page.shown.correlations[:2, 3]).any()
    )
    page.job.cancel_button.click()
    assert FlowRows(STORE) not in session.watched and len(page.maps.strips(3)) == 2
    assert page.job.end.text().startswith("Attention flow: stopped.")
    page.job.again_button.click()
    assert FlowRows(STORE) in session.watched
    answer_all(session)
    assert is_drawn(page, trace, STORE) and page.job.isHidden()


def test_a_stop_is_for_this_piece_only(page: FlowPage, session: Session) -> None:
    page.stop_flow()
    session.pin(query=STORE)
    assert FlowRows(STORE) in session.watched


def test_a_long_text_has_no_flow_and_says_what_to_do(page: FlowPage, session: Session) -> None:
    show_trace(session, fake_trace(MOST_PIECES + 1))
    assert session.watched == {RolloutRows(MASK), WeighedRows(MASK)}
    shown = page.maps.maps[3]
    assert shown.values is None
    assert shown.note == (
        f"Attention flow is worked out for up to {MOST_PIECES} pieces, and this text has {MOST_PIECES + 1}: shorten it."
    )
    assert np.isnan(page.side.ranks.values[3]).all() and not np.isnan(page.side.ranks.values[:3, :3]).any()


def test_a_failure_is_said_in_its_place(page: FlowPage, session: Session, trace: Trace) -> None:
    session.pin(query=STORE)
    session.accept_answer(answer_to(RolloutRows(STORE), trace))
    session.accept_answer(Answer(WeighedRows(STORE), trace.scene, failure="Not enough memory."))
    assert page.maps.position == STORE and page.maps.maps[1].note == "Not enough memory."


def test_pointing_says_all_numbers_with_their_places(page: FlowPage, session: Session, trace: Trace) -> None:
    layer = 2
    place = page.maps.layout_.row(0, layer).center()
    left, right = page.maps.layout_.column(MILK)
    QTest.mouseMove(page.maps, QPointF((left + right) / 2, place.y()).toPoint())
    assert session.hover == Hover(layer, None, None, MILK)
    assert page.read_out.text == "L3: [MASK] ← milk"
    rows = [measure[layer] for measure in expected(trace, MASK)]
    places = [f"({rankdata(-row)[MILK]:g})" for row in rows]
    said = page.read_out.figure.split(" · ")
    assert [part.split()[0] for part in said] == ["raw", "norm", "rollout", "flow"]
    assert [part.split()[2] for part in said] == places
    assert [float(part.split()[1]) for part in said] == pytest.approx([row[MILK] for row in rows], rel=0.06)
    session.set_hover(Hover())
    assert page.read_out.text.startswith("Nothing is pinned")


def test_what_is_pointed_at_elsewhere_is_marked(page: FlowPage, session: Session) -> None:
    session.set_hover(Hover(1, 0, 3, MILK))
    assert tuple(page.maps._hover) == (1, MILK)
    assert page.side.title.text() == "Rank correlation at layer 2"
    session.set_hover(Hover(query=STORE))
    assert tuple(page.maps._hover) == (None, STORE)


def test_a_click_chooses_the_layer_and_pins_the_piece(page: FlowPage, session: Session) -> None:
    layout = page.maps.layout_
    x = sum(layout.column(MILK)) / 2
    QTest.mouseClick(
        page.maps, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(layout.row(1, 3).center().y()))
    )
    selection = session.selection
    assert (selection.layer, selection.query, selection.key) == (3, MASK, MILK)
    page._spot_clicked(page.maps.spot_at(QPointF(x, layout.row(1, 3).center().y())))
    assert session.selection.key is None, "a second time lets go"


def test_a_click_on_a_label_follows_the_piece(page: FlowPage, session: Session) -> None:
    layout = page.maps.layout_
    place = QPoint(round(sum(layout.column(STORE)) / 2), round(layout.axis_top) + 4)
    QTest.mouseClick(page.maps, Qt.MouseButton.LeftButton, pos=place)
    assert session.selection.query == STORE


def test_the_keys_walk_layers_and_pieces(page: FlowPage, session: Session) -> None:
    for key, at in (
        (Qt.Key.Key_Down, (1, None, None)),
        (Qt.Key.Key_Up, (0, None, None)),
        (Qt.Key.Key_Up, (0, None, None)),
        (Qt.Key.Key_Right, (0, MASK, STORE)),
        (Qt.Key.Key_Left, (0, MASK, MASK)),
        (Qt.Key.Key_End, (0, MASK, 16)),
        (Qt.Key.Key_Right, (0, MASK, 16)),
        (Qt.Key.Key_Home, (0, MASK, 0)),
        (Qt.Key.Key_Return, (0, 0, None)),
    ):
        QTest.keyClick(page.maps, key)
        selection = session.selection
        assert (selection.layer, selection.query, selection.key) == at


def test_the_keys_and_clicks_of_the_curves_choose_a_layer(page: FlowPage, session: Session) -> None:
    QTest.keyClick(page.side.agreement, Qt.Key.Key_Right)
    assert session.selection.layer == 1
    chart = page.side.agreement
    place = QPoint(round(chart.across(3)), round(chart.frame().center().y()))
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)
    assert session.selection.layer == 3
    QTest.mouseMove(chart, QPoint(round(chart.across(2)), place.y()))
    assert session.hover == Hover(2)


def test_an_average_over_layers_marks_the_last_and_says_so(page: FlowPage, session: Session) -> None:
    session.select_head(None, None)
    assert page.layer == 3 and page.side.title.text() == "Rank correlation at layer 4"
    assert "marked is the last" in page.read_out.text


def test_colours_end_at_each_layers_largest_or_at_the_maps(page: FlowPage, trace: Trace) -> None:
    rows = expected(trace, MASK)[2]
    assert [page.maps.largest(2, layer) for layer in range(4)] == pytest.approx(
        rows.max(1).tolist(), rel=1e-5
    )
    page.bar.scale.activated.emit(1)
    assert [page.maps.largest(2, layer) for layer in range(4)] == pytest.approx(
        [float(rows.max())] * 4, rel=1e-5
    )


def test_wishes_are_shared_with_the_twin(page: FlowPage, session: Session, qtbot: QtBot) -> None:
    twin = FlowPage(session, twin=True)
    qtbot.addWidget(twin)
    page.bar.special.click()
    assert page._wishes is twin._wishes and twin._wishes.now == Wishes(special=False)


def test_the_difference_from_the_reference(page: FlowPage, session: Session, trace: Trace) -> None:
    session.select_head(2, 0)
    session.keep_reference()
    other = fake_trace(scene=Scene("fake", "the man slept to [MASK] store .", trace.scene.text_b), seed=4)
    show_trace(session, other)
    assert OfReference(FlowRows(MASK), trace.scene) in session.watched
    before, now = expected(trace, MASK), expected(other, MASK)
    for shown, one, two in zip(page.maps.maps, before, now, strict=True):
        np.testing.assert_allclose(shown.values, two - one, atol=1e-6)
    correlated = [spearmanr(np.stack([rows[2] for rows in of]), axis=1).statistic for of in (before, now)]
    np.testing.assert_allclose(page.side.ranks.values, correlated[1] - correlated[0], atol=1e-6)
    assert page.maps.strips(0)[0].signed and "Orange: more than in the reference" in page.read_out.text
    session.show_reference("reference")
    answer_all(session)
    assert is_drawn(page, trace, MASK) and not page.maps.strips(0)[0].signed


def test_a_reference_of_another_model_has_no_norms(page: FlowPage, session: Session, trace: Trace) -> None:
    session.keep_reference()
    show_trace(session, fake_trace(scene=replace(trace.scene, model_id="other")))
    assert OfReference(WeighedRows(MASK), trace.scene) not in session.watched
    assert page.maps.maps[1].values is None and "needs the weights of the model" in page.maps.maps[1].note
    assert page.maps.maps[2].values is not None and not page.maps.maps[2].values.any()


def table(picture) -> list[list[str]]:
    picture.numbers_to_clipboard()
    return list(csv.reader(io.StringIO(QGuiApplication.clipboard().text(), newline="")))


def test_the_numbers_as_tables(page: FlowPage, trace: Trace) -> None:
    rows = table(page.figures.maps)
    assert len(rows) == 1 + 4 * 17 and rows[0][:7] == ["layer", "position", "piece", *KINDS]
    numbers = np.array([row[3:7] for row in rows[1:]], dtype=np.float32).reshape(4, 17, 4)
    for index, measure in enumerate(expected(trace, MASK)):
        np.testing.assert_allclose(numbers[:, :, index], measure, atol=1e-6)
    assert float(rows[1 + 17][7]) == rankdata(-expected(trace, MASK)[0][1])[0]
    ranks = table(page.figures.ranks)
    assert len(ranks) == 1 + 4 and ranks[0][1] == "raw - weighed" and len(ranks[0]) == 1 + 6 + 4
    assert float(ranks[3][1]) == pytest.approx(page.shown.correlations[2, 0, 1])


def test_the_pictures_carry_what_they_show(page: FlowPage, session: Session) -> None:
    session.select_head(2, 0)
    maps, ranks, curves = (picture._metadata() for picture in page.figures.all)
    assert maps["Title"] == "Where ‘[MASK]’ takes from, layer by layer" and maps["Position"] == str(MASK)
    assert "maximum flow" in maps["Formula"] and maps["Colours"] == "Colours end at each layer's largest."
    assert ranks["Title"] == "Rank correlation at layer 3: [MASK]"
    assert ranks["Ranked"] == "Spearman, over all 17 pieces" and "exp(-sum" in curves["Formula"]
    for picture in page.figures.all:
        picture.to_clipboard()
        assert QGuiApplication.clipboard().image().width() >= 200


@pytest.mark.parametrize("width", [235, 508, 1290])
def test_the_ranks_stand_at_the_side_where_there_is_room(page: FlowPage, width: int) -> None:
    page.resize(width, 300)
    QGuiApplication.processEvents()
    assert page.width() == width
    assert page.maps.isVisible() and page.side.isVisible() == (width >= 440)
    assert page.maps.layout_.bottom <= page.maps.height() + 1
    assert page.bar.help_button.geometry().right() < width
    if width < 440:
        page.bar.ranks_button.click()
        assert page.side.isVisible() and not page.maps.isVisible()


def test_only_while_seen(page: FlowPage, session: Session) -> None:
    page.hide()
    assert session.watched == set()
