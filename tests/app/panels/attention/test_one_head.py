"""One head large: words, special pieces, bars, several pieces, by mouse and key; in the difference and in figures."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.attention.head_options import HeadChoices
from app.panels.attention.head_view import HeadOptions
from app.panels.attention.maps_page import MapsPage
from app.selection import Hover, Selection
from app.session import Session
from app.values import LoadedModel, ModelChoice
from bert_core.scene import Scene
from bert_core.trace import Token, Trace
from tests.app.answering import answer_all
from tests.app.fakes import fake_model_info, fake_tokens, fake_trace

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
SPECIAL = [0, 8, 16]  # of the 17 pieces
ORDINARY = [at for at in range(17) if at not in SPECIAL]
BOUGHT = 9  # the second word of B, its second piece at 10; without the special ones, the row before is 8


def tokens() -> tuple[Token, ...]:
    """As everywhere, but "went to" (3, 4) and "he bought" (9, 10) are one word each."""
    made = list(fake_tokens())
    for first in (3, BOUGHT):
        made[first + 1] = replace(made[first + 1], text="##" + made[first + 1].text, word=made[first].word)
    return tuple(made)


def merged(values: np.ndarray) -> np.ndarray:
    """By the definition, one word after the other: [15, 15]."""
    groups = [[0], [1], [2], [3, 4], [5], [6], [7], [8], [9, 10], *([at] for at in range(11, 17))]
    return np.array(
        [[sum(values[i, j] for i in row for j in column) / len(row) for column in groups] for row in groups]
    )


@pytest.fixture
def trace() -> Trace:
    return fake_trace(tokens=tokens(), seed=1)


@pytest.fixture
def session(qapp: object, trace: Trace) -> Session:
    made = Session()
    made.begin(trace.scene)
    info = fake_model_info(model_id=trace.scene.model_id)
    made.set_model(LoadedModel(ModelChoice("m"), info, lambda a, b: trace.tokens, ("cpu",)))
    made.accept_trace(replace(trace, scene=made.scene))
    made.select_head(1, 2)
    return made


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> Iterator[MapsPage]:
    made = MapsPage(session)
    made.set_view("one")
    qtbot.addWidget(made)
    made.resize(560, 520)
    made.show()
    QGuiApplication.processEvents()
    yield made


def choose(session: Session, **options: object) -> None:
    HeadChoices.of(session).set(HeadOptions(**options))  # type: ignore[arg-type]


def click(page: MapsPage, query: int | None, key: int | None, held=Qt.KeyboardModifier.NoModifier) -> None:
    place = page.map.cell_rect(query, key).center().toPoint()
    if key is None:
        place.setX(6)
    QTest.mouseClick(page.map, Qt.MouseButton.LeftButton, held, place)


def pins(session: Session) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return session.selection.queries, session.selection.keys


# Words


def test_w_shows_words_and_pieces_again(page: MapsPage, trace: Trace) -> None:
    QTest.keyClick(page.map, Qt.Key.Key_W)
    np.testing.assert_allclose(page.head_pane.weights, merged(trace.attentions[1, 2]), atol=1e-6)
    assert page.head_pane.state.text().startswith("words")
    assert page.head_pane.show_button.words.isChecked() and page.head_pane.show_button.isChecked()
    QTest.keyClick(page.map, Qt.Key.Key_W)
    np.testing.assert_array_equal(page.head_pane.weights, trace.attentions[1, 2])
    assert "words" not in page.head_pane.state.text() and not page.head_pane.show_button.isChecked()


def test_words_stand_for_their_pieces_in_the_selection(page: MapsPage, session: Session) -> None:
    choose(session, words=True)
    click(page, 3, 8)
    assert pins(session) == ((3, 4), (9, 10))
    assert page.head_pane.rows == (3,) and page.head_pane.columns == (8,)
    assert page.head_pane.listed.text().startswith("wentto attends to:")
    page.map.point_at(page.map.cell_rect(3, 8).center())
    assert session.hover == Hover(1, 2, 3, 9)
    click(page, 3, 8)
    assert pins(session) == ((), ())
    session.pin(query=10)
    assert page.head_pane.rows == (8,), "the word of a piece that is pinned elsewhere"


def test_the_border_between_the_sentences_stays_where_b_begins(page: MapsPage, session: Session) -> None:
    assert page.map._borders == (9,)
    choose(session, words=True)
    assert page.map._borders == (8,)
    choose(session, special="left-out")
    assert page.map._borders == (7,)


def test_averages_are_merged_like_heads(page: MapsPage, session: Session, trace: Trace) -> None:
    choose(session, words=True, special="renormalised")
    session.select_head(None, None)
    words = merged(trace.attentions.mean(axis=(0, 1)))
    rows = [row for row in range(15) if row not in (0, 7, 14)]
    kept = words[np.ix_(rows, rows)]
    np.testing.assert_allclose(
        page.head_pane.weights, kept / kept.sum(axis=1, keepdims=True), rtol=1e-4, atol=1e-6
    )


# Special pieces


def test_s_leaves_special_pieces_out_and_says_so(page: MapsPage, session: Session, trace: Trace) -> None:
    kept = trace.attentions[1, 2][np.ix_(ORDINARY, ORDINARY)]
    share = f"{1 - kept.sum(axis=1).mean():.0%}"
    QTest.keyClick(page.map, Qt.Key.Key_S)
    np.testing.assert_array_equal(page.head_pane.weights, kept)
    said = f"[CLS], [SEP] left out with {share} of the weight"
    assert page.head_pane.state.text().startswith(f"{said}: rows no longer sum to 1")
    assert page.head_pane.info.text == f"rows keep {kept.sum(axis=1).mean():.0%} of their weight"
    session.set_hover(Hover(query=ORDINARY[2]))
    assert page.head_pane.info.figure == f"{kept[2].sum():.0%}"
    QTest.keyClick(page.map, Qt.Key.Key_S)
    np.testing.assert_allclose(page.head_pane.weights, kept / kept.sum(axis=1, keepdims=True), rtol=1e-5)
    assert page.head_pane.state.text().startswith(f"{said}, rows renormalised")
    assert "mean entropy" in page.head_pane.info.text
    QTest.keyClick(page.map, Qt.Key.Key_S)
    np.testing.assert_array_equal(page.head_pane.weights, trace.attentions[1, 2])


def test_rows_are_those_of_the_pieces_that_are_left(page: MapsPage, session: Session) -> None:
    choose(session, special="left-out")
    click(page, 8, 0)
    assert pins(session) == ((10,), (1,))
    session.pin(query=0)
    assert page.head_pane.rows == () and "Click a cell" in page.head_pane.listed.text()
    session.set_hover(Hover(query=0, key=3))
    assert page.head_pane.read_out.figure == ""


def test_a_text_of_special_pieces_alone_says_why_there_is_nothing(page: MapsPage, session: Session) -> None:
    empty = fake_trace(
        tokens=[token for token in fake_tokens() if token.special][:2], scene=Scene("fake", "")
    )
    session.set_scene(replace(session.scene, text_a="", text_b=None))
    session.accept_trace(replace(empty, scene=session.scene))
    choose(session, special="left-out")
    assert page.head_pane.weights is None and "all pieces are special" in page.map._empty_text
    choose(session)
    assert page.head_pane.weights is not None


# Bars


def test_bars_are_the_mean_that_each_column_receives(page: MapsPage, session: Session, trace: Trace) -> None:
    bars = page.map.bars()
    assert bars is not None
    received = trace.attentions[1, 2].astype(np.float64).mean(axis=0)
    heights = np.array([bars.bar(column).height() for column in range(17)])
    np.testing.assert_allclose(heights / heights.max(), received / received.max(), rtol=1e-5)
    session.set_hover(Hover(key=5))
    assert page.head_pane.read_out.text == "[MASK] receives on average"
    assert page.head_pane.read_out.figure == f"{received[5]:.4f}"
    QTest.keyClick(page.map, Qt.Key.Key_B)
    assert page.map.bars() is None and not page.head_pane.show_button.bars.isChecked()


# Several pieces


def test_several_pieces_are_summed(page: MapsPage, session: Session, trace: Trace) -> None:
    click(page, 2, None)
    click(page, 4, None, SHIFT)
    click(page, 6, None, CTRL)
    assert pins(session) == ((2, 3, 4, 6), ())
    total = trace.attentions[1, 2][[2, 3, 4, 6]].astype(np.float64).sum(axis=0)
    best = int(total.argmax())
    listed = page.head_pane.listed.text()
    assert listed.startswith(f"4 pieces attend to, summed: {trace.tokens[best].text} {total[best]:.2f}")
    margin = page.map._margin
    assert margin is not None and margin.strong
    np.testing.assert_allclose(margin.values, total, atol=1e-6)
    assert page.head_pane.info.text.endswith("· 4 pieces")
    session.set_hover(Hover(key=5))
    assert page.head_pane.read_out.text == "4 pieces → [MASK], sum"
    assert page.head_pane.read_out.figure == f"{total[5]:.4f}"
    click(page, 6, None)
    assert pins(session) == ((6,), ())


def test_shift_and_arrows_make_a_block_and_its_sum_is_read_out(
    page: MapsPage, session: Session, trace: Trace
) -> None:
    click(page, 2, 5)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(page.map, key, SHIFT)
    page.map.point_at(None)
    assert pins(session) == ((2, 3, 4), (5, 6))
    total = trace.attentions[1, 2][2:5, 5:7].astype(np.float64).sum()
    assert page.head_pane.read_out.text == "man, went, ##to → [MASK], store, sum"
    assert page.head_pane.read_out.figure == f"{total:.4f}"


def test_several_columns_are_summed(page: MapsPage, session: Session, trace: Trace) -> None:
    session.pin(key=5, more_keys=(6,))
    total = trace.attentions[1, 2][:, [5, 6]].astype(np.float64).sum(axis=1)
    best = int(total.argmax())
    start = f"[MASK], store are attended to by, summed: {trace.tokens[best].text} {total[best]:.2f}"
    assert page.head_pane.listed.text().startswith(start)


def test_several_words_are_summed_as_words(page: MapsPage, session: Session, trace: Trace) -> None:
    choose(session, words=True)
    click(page, 3, None)
    click(page, 5, None, CTRL)
    assert pins(session) == ((3, 4, 6), ())
    margin = page.map._margin
    assert margin is not None
    np.testing.assert_allclose(margin.values, merged(trace.attentions[1, 2])[[3, 5]].sum(axis=0), atol=1e-6)


def test_further_pins_go_with_their_text(page: MapsPage, session: Session) -> None:
    session.pin(query=12, more=(2, 16))
    short = fake_trace(size=9, scene=replace(session.scene, text_b=None), seed=2)
    session.set_scene(short.scene)
    session.accept_trace(short)
    assert session.selection == Selection(1, 2, 2), "what stood in B is gone, and the next is the first now"


# The difference


def test_the_difference_is_of_what_is_done_to_both(page: MapsPage, session: Session, trace: Trace) -> None:
    choose(session, words=True, special="renormalised")
    session.keep_reference()
    session.set_scene(Scene(session.scene.model_id, "another text"))
    now = fake_trace(tokens=trace.tokens, scene=session.scene, seed=2)
    session.accept_trace(now)
    answer_all(session)
    rows = [row for row in range(15) if row not in (0, 7, 14)]

    def done(values: np.ndarray) -> np.ndarray:
        kept = merged(values)[np.ix_(rows, rows)]
        return kept / kept.sum(axis=1, keepdims=True)

    expected = done(now.attentions[1, 2]) - done(trace.attentions[1, 2])
    np.testing.assert_allclose(page.head_pane.weights, expected, atol=1e-5)
    margin = page.map._margin
    assert margin is not None and margin.signed and margin.even is None
    np.testing.assert_allclose(margin.values, expected.mean(axis=0), atol=1e-6)
    assert "merged like now" not in page.head_pane.state_text
    other = fake_trace(scene=session.scene, seed=3)  # whose pieces are words of their own
    session.accept_trace(other)
    assert "merged like now" in page.head_pane.state_text


# Figures


def table(page: MapsPage, path: Path) -> list[list[str]]:
    page.figures.head.save_numbers_to(path)
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_the_table_is_of_what_is_shown(
    page: MapsPage, session: Session, trace: Trace, tmp_path: Path
) -> None:
    choose(session, words=True)
    session.pin(query=3, more=(4, 6), key=5, more_keys=(6,))
    rows = table(page, tmp_path / "words.csv")
    words = merged(trace.attentions[1, 2])
    assert rows[0][1:5] == ["[CLS]", "the", "man", "wentto"] and rows[0][-1] == "(sum of [MASK], store)"
    assert [row[0] for row in rows[-2:]] == ["(mean of all rows)", "(sum of wentto, store)"]
    np.testing.assert_allclose(np.array([row[1:-1] for row in rows[1:16]], dtype=float), words, atol=1e-6)
    np.testing.assert_allclose(np.array(rows[16][1:-1], dtype=float), words.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(np.array(rows[17][1:-1], dtype=float), words[[3, 5]].sum(axis=0), atol=1e-6)
    np.testing.assert_allclose(
        np.array([row[-1] for row in rows[1:16]], dtype=float), words[:, [4, 5]].sum(axis=1), atol=1e-6
    )


def test_the_picture_tells_how_the_head_is_shown(page: MapsPage, session: Session, tmp_path: Path) -> None:
    choose(session, words=True, special="renormalised")
    session.pin(query=3, more=(4, 6))
    page.figures.head.save_picture_to(tmp_path / "head.png")
    image = QImage(str(tmp_path / "head.png"))
    assert image.text("Rows and columns") == "words"
    assert image.text("Left out") == "[CLS], [SEP]; rows divided by what is left of them"
    assert image.text("Bars") == "Bars: wentto, store, summed"
    assert image.text("Pinned queries") == "wentto, store"
    assert "mean over those of the query" in image.text("Formula") and "not special" in image.text("Formula")
    assert page.head_pane.caption.startswith("words · [CLS], [SEP] left out with ")
    choose(session)
    page.figures.head.save_picture_to(tmp_path / "head.png")
    image = QImage(str(tmp_path / "head.png"))
    assert image.text("Rows and columns") == "pieces" and image.text("Left out") == ""


# The button, and room


def test_the_menu_does_what_its_words_say(page: MapsPage, session: Session) -> None:
    button, choices = page.head_pane.show_button, HeadChoices.of(session)
    button.words.trigger()
    button.special_actions["renormalised"].trigger()
    button.bars.trigger()
    assert choices.now == HeadOptions(True, "renormalised", False)
    button.special_actions["shown"].trigger()
    button.words.trigger()
    assert choices.now == HeadOptions(bars=False)
    assert button.accessibleName() and button.toolTip()


def test_a_page_and_its_twin_show_the_same(page: MapsPage, session: Session, qtbot: QtBot) -> None:
    twin = MapsPage(session, twin=True)
    qtbot.addWidget(twin)
    choose(session, words=True)
    assert twin.head_pane.choices is page.head_pane.choices


@pytest.mark.parametrize("size", [(320, 420), (510, 300), (1000, 600)])
def test_it_has_room_everywhere(page: MapsPage, session: Session, size: tuple[int, int]) -> None:
    choose(session, words=True, special="left-out")
    session.pin(query=3, more=(4, 6))
    page.resize(*size)
    QGuiApplication.processEvents()
    pane = page.head_pane
    assert pane.bars.isVisible() != pane.listed.isVisible()
    inside = pane.rect()
    shown = [pane.map, pane.info, pane.state, pane.bar, pane.read_out, pane.show_button, pane.chooser]
    for widget in shown:
        corner = widget.mapTo(pane, QPoint(0, 0))
        assert widget.isVisible() and inside.contains(corner), widget
        assert corner.x() + widget.width() <= inside.right() + 2, widget
    for first in shown[:4]:
        for second in shown[:4]:
            assert first is second or not first.geometry().intersects(second.geometry())


def test_a_wide_page_puts_what_is_said_beside_the_map(page: MapsPage) -> None:
    page.resize(510, 330)
    QGuiApplication.processEvents()
    pane = page.head_pane
    assert pane.bars.isVisible() and pane.info.x() > pane.map.geometry().right()
    page.resize(360, 600)
    QGuiApplication.processEvents()
    assert pane.listed.isVisible() and pane.info.y() < pane.map.y()
