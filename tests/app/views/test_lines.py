"""The lines view: which lines there are, where they end, what pointing, clicking and keys do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.theme import theme
from app.views.colormaps import rgb
from app.views.head_colours import head_colour, sign_colours
from app.views.lines import MOST_LINES, LinesView
from app.views.lines_choice import Focus
from tests.app.fakes import fake_attentions, fake_tokens

SIZE = 17
STORE, STOP = 6, 7


@pytest.fixture
def weights() -> np.ndarray:
    return fake_attentions(1, 4, SIZE)[0]


@pytest.fixture
def view(qtbot: QtBot, weights: np.ndarray) -> Iterator[LinesView]:
    made = LinesView()
    qtbot.addWidget(made)
    made.resize(460, 420)
    made.show()
    qtbot.waitExposed(made)
    made.set_weights(weights, fake_tokens(SIZE), range(4))
    made.set_threshold(0.1)
    yield made


def found(view: LinesView, *, hover: bool = True) -> set[tuple[int, int, int]]:
    lines = view.lines(hover=hover)
    return set(zip(lines.head.tolist(), lines.query.tolist(), lines.key.tolist(), strict=True))


def reaching(weights: np.ndarray, threshold: float = 0.1) -> set[tuple[int, int, int]]:
    return {at for at in np.ndindex(weights.shape) if weights[at] >= threshold}


def middle(view: LinesView, piece: int, *, left: bool) -> QPoint:
    return view.row_rect(piece, left=left).center().toPoint()


# Which lines


def test_every_weight_that_reaches_the_threshold_has_a_line(view: LinesView, weights: np.ndarray) -> None:
    assert view.parted
    assert found(view) == reaching(weights)
    view.set_threshold(0.4)
    assert found(view) == reaching(weights, 0.4)
    view.set_threshold(2.0)
    assert found(view) == set() and view.largest() == weights.max()


def test_heads_are_switched_singly(view: LinesView, weights: np.ndarray) -> None:
    view.set_shown(frozenset({1, 3}))
    assert found(view) == {at for at in reaching(weights) if at[0] in (1, 3)}
    assert view.largest() == weights[[1, 3]].max()
    view.set_shown(frozenset())
    assert found(view) == set() and view.largest() == 0
    view.set_shown(None)
    assert found(view) == reaching(weights)


def test_pairs_are_left_out(view: LinesView, weights: np.ndarray) -> None:
    pairs = np.zeros((SIZE, SIZE), dtype=bool)
    pairs[:9, 9:] = True
    view.set_pairs(pairs)
    assert found(view) == {at for at in reaching(weights) if at[1] < 9 <= at[2]}
    assert view.largest() == weights[:, :9, 9:].max()


def test_what_is_pointed_at_shows_only_its_lines_and_then_what_is_pinned_again(
    view: LinesView, weights: np.ndarray
) -> None:
    view.set_selection(STORE, None)
    assert found(view) == {at for at in reaching(weights) if at[1] == STORE}
    view.set_hover(None, 2)
    assert found(view) == {at for at in reaching(weights) if at[2] == 2}
    assert found(view, hover=False) == {at for at in reaching(weights) if at[1] == STORE}
    view.set_hover(None, None, 2)
    assert found(view) == {at for at in reaching(weights) if at[1] == STORE and at[0] == 2}
    view.set_hover(None, None)
    view.set_selection(STORE, STOP)
    assert found(view) == {at for at in reaching(weights) if at[1:] == (STORE, STOP)}


def test_a_head_that_is_off_can_be_looked_at(view: LinesView, weights: np.ndarray) -> None:
    view.set_shown(frozenset({0}))
    view.set_hover(None, None, 2)
    assert found(view) == {at for at in reaching(weights) if at[0] == 2}


def test_what_is_outside_the_text_is_nobody(view: LinesView, weights: np.ndarray) -> None:
    view.set_selection(99, None)
    view.set_hover(None, 400)
    assert view.focus() == Focus() and found(view) == reaching(weights)


def test_low_rows_have_one_line_a_pair_until_one_looks_closer(qtbot: QtBot, view: LinesView) -> None:
    weights = fake_attentions(1, 4, 128)[0]
    view.set_weights(weights, fake_tokens(128), range(4))
    assert not view.parted
    assert found(view) == {
        (int(weights[:, q, k].argmax()), q, k)
        for q, k in np.ndindex(128, 128)
        if weights[:, q, k].max() >= 0.1
    }
    assert len(view.weights()) == len(reaching(weights)) > len(view.lines())
    with qtbot.waitSignal(view.view_changed):
        view.zoom_by(100)
    assert view.parted and found(view) == reaching(weights)
    view.fit()
    view.set_shown(frozenset({2}))
    assert view.parted  # of one head there is nothing to choose among


def test_of_too_many_lines_the_strongest_are_drawn(view: LinesView) -> None:
    weights = fake_attentions(1, 4, 128)[0]
    view.set_weights(weights, fake_tokens(128), range(4))
    view.set_threshold(0.0)
    lines = view.lines()
    assert len(lines) == MOST_LINES and lines.reached == 128 * 128
    assert lines.weight.min() == np.sort(weights.max(axis=0), axis=None)[-MOST_LINES]


def test_shapes_have_to_fit(view: LinesView, weights: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected"):
        view.set_weights(weights, fake_tokens(SIZE), range(3))
    with pytest.raises(ValueError, match="expected"):
        view.set_weights(weights, fake_tokens(SIZE - 1), range(4))


# Where they are, and how they look


def test_lines_run_from_their_query_to_their_key(view: LinesView, weights: np.ndarray) -> None:
    view.set_weights(weights[1:2], fake_tokens(SIZE), [1])
    lines = view.lines()
    strands = view.strands(lines)
    top = view.plot().top()
    for ends, pieces, left in ((strands.left, lines.query, True), (strands.right, lines.key, False)):
        middles = [view.row_rect(piece, left=left).center().y() - top for piece in pieces.tolist()]
        np.testing.assert_allclose(ends, middles)
    assert view.row_rect(0, left=True).right() < view.plot().left()
    assert view.row_rect(0, left=False).left() > view.plot().right()


def test_lines_of_several_heads_stand_side_by_side_inside_their_row(view: LinesView) -> None:
    lines = view.lines()
    aside = view.strands(lines).left - (lines.query + 0.5) * view.row_rect(0, left=True).height()
    offsets = [aside[lines.head == head] for head in range(4)]
    assert all(np.ptp(offset) < 1e-9 for offset in offsets)
    steps = np.diff([offset[0] for offset in offsets])
    np.testing.assert_allclose(steps, steps[0])
    assert steps[0] >= 0.8 and np.abs(aside).max() < view.row_rect(0, left=True).height() / 2


def test_the_larger_the_weight_the_stronger_and_wider_and_the_higher_up(view: LinesView) -> None:
    view.set_threshold(0.0)
    lines = view.lines()
    strands = view.strands(lines)
    surface = rgb(theme().surface)
    for head in range(4):
        its = lines.head == head
        order = np.argsort(lines.weight[its])
        looks = strands.look[its][order].astype(int)
        assert np.all(np.diff(looks) >= 0) and looks[-1] > looks[0]
        colours = [QColor(int(colour)).name() for colour in strands.colour[looks]]
        distances = [float(np.linalg.norm(rgb(colour) - surface)) for colour in colours]
        assert np.all(np.diff(distances) >= -1e-9)
        assert np.all(np.diff(strands.width[looks]) >= 0)
    full = strands.colour[-4:]
    assert [QColor(int(colour)).name() for colour in full] == [head_colour(head) for head in range(4)]


def test_weights_are_drawn_in_full_at_the_limit(view: LinesView, weights: np.ndarray) -> None:
    view.set_weights(weights[:1], fake_tokens(SIZE), [None], limit=float(weights[0].max()))
    strands = view.strands(view.lines())
    assert QColor(int(strands.colour[strands.look.max()])).name() == theme().accent


def test_differences_have_the_colours_of_their_signs(view: LinesView, weights: np.ndarray) -> None:
    change = weights - weights[::-1]
    view.set_weights(change, fake_tokens(SIZE), range(4), limit=float(np.abs(change).max()), signed=True)
    assert found(view) == reaching(np.abs(change))
    lines = view.lines()
    strands = view.strands(lines)
    ends = {QColor(int(colour)).name() for colour in strands.colour[-2:]}
    assert ends == set(sign_colours())
    shown = np.array([rgb(QColor(int(strands.colour[look])).name()) for look in strands.look])
    assert np.array_equal(shown[:, 0] > shown[:, 2], lines.weight > 0)  # orange above zero, blue below


def test_short_texts_have_rows_of_bounded_height(view: LinesView) -> None:
    view.set_weights(fake_attentions(1, 4, 2)[0], fake_tokens(2), range(4))
    assert view.row_rect(1, left=True).bottom() < 100
    assert view.extent().height() < 100


def test_lines_out_of_sight_are_not_drawn(view: LinesView) -> None:
    view.zoom_by(1.8, QPointF(200, view.plot().top()))
    lines, strands = view.lines(), view.strands(view.lines())
    assert 0 < len(strands) < len(lines)
    height = view.plot().height()
    assert np.all(np.minimum(strands.left, strands.right) < height)
    assert view.row_rect(SIZE - 1, left=True).top() > view.plot().bottom()


# What a person does


def test_pointing_at_a_label_says_which(view: LinesView) -> None:
    said: list[object] = []
    view.piece_hovered.connect(said.append)
    QTest.mouseMove(view, middle(view, STORE, left=True))
    QTest.mouseMove(view, middle(view, STOP, left=False))
    QTest.mouseMove(view, view.plot().center().toPoint())
    assert said == [(STORE, None), (None, STOP), None]
    assert view.focus() == Focus()


def test_clicking_a_label_says_which(view: LinesView) -> None:
    said: list[object] = []
    view.piece_clicked.connect(said.append)
    no_keys = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, no_keys, middle(view, STORE, left=True))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, no_keys, middle(view, 0, left=False))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, no_keys, view.plot().center().toPoint())
    assert said == [(STORE, None), (None, 0)]


@pytest.mark.parametrize(
    ("pinned", "key", "expected"),
    [
        ((None, None), Qt.Key.Key_Down, (0, None)),
        ((3, None), Qt.Key.Key_Down, (4, None)),
        ((3, None), Qt.Key.Key_Up, (2, None)),
        ((None, 3), Qt.Key.Key_Down, (None, 4)),
        ((3, None), Qt.Key.Key_Right, (None, 3)),
        ((None, 3), Qt.Key.Key_Left, (3, None)),
        ((None, None), Qt.Key.Key_Right, (None, 0)),
        ((SIZE - 1, None), Qt.Key.Key_Down, None),
        ((3, None), Qt.Key.Key_Left, None),
    ],
)
def test_arrows_walk_the_columns(view: LinesView, pinned, key: Qt.Key, expected) -> None:
    said: list[object] = []
    view.piece_clicked.connect(said.append)
    view.set_selection(*pinned)
    QTest.keyClick(view, key)
    assert said == ([] if expected is None else [expected])


def test_what_is_walked_to_comes_into_sight(view: LinesView) -> None:
    view.zoom_by(1.8, QPointF(200, view.plot().top()))
    view.set_selection(SIZE - 2, None)
    assert view.row_rect(SIZE - 1, left=True).bottom() > view.plot().bottom()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.row_rect(SIZE - 1, left=True).bottom() <= view.plot().bottom() + 1


def test_it_says_what_is_pinned(view: LinesView) -> None:
    view.set_selection(STORE, None)
    assert view.accessibleDescription() == "store selected"
    view.set_selection(STORE, STOP)
    assert view.accessibleDescription() == "store to . selected"
    view.set_selection(None, None)
    assert view.accessibleDescription() == ""


# Pictures


def colours_in(image: QImage) -> set[str]:
    return {
        QColor(image.pixel(x, y)).name() for x in range(0, image.width(), 2) for y in range(image.height())
    }


def test_the_picture_has_what_is_pinned_and_not_what_is_pointed_at(view: LinesView) -> None:
    view.set_threshold(0.3)
    view.set_weights(np.eye(SIZE, dtype=np.float32)[None], fake_tokens(SIZE), [2])
    plain = view.to_image()
    assert head_colour(2) in colours_in(plain)
    view.set_hover(STORE, None)
    assert view.to_image() == plain
    view.set_hover(None, None)
    view.set_selection(STORE, None)
    assert view.to_image() != plain


def test_it_is_drawn_while_there_is_nothing(view: LinesView) -> None:
    view.set_weights(None)
    view.set_hover(3, None)
    assert len(view.lines()) == len(view.weights()) == 0
    assert view.end_at(QPointF(5, 50)) is None
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert not view.grab().isNull()


def test_every_state_can_be_painted(view: LinesView) -> None:
    for query, key in ((STORE, None), (None, STOP), (STORE, STOP)):
        view.set_selection(query, key)
        view.set_hover(None, None)
        assert not view.grab().isNull()
        view.set_hover(key, query, 1)
        assert not view.grab().isNull()
