"""A head's worked example says what is under the pointer, walks with the keys, and lists what has room."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.panels.attention.calculation.worked import head_steps
from app.theme import apply_theme, theme
from app.views.head_steps import Spot
from app.views.head_steps_view import HeadStepsView
from tests.app.calculations import by_hand, fake_head
from tests.app.fakes import fake_tokens, fake_trace


def steps_of(size: int, position: int = 5, width: int = 8):
    trace = fake_trace(size)
    return head_steps(fake_head(trace, 0, 0, width), position), trace.tokens


@pytest.fixture
def view(qtbot: QtBot) -> HeadStepsView:
    made = HeadStepsView()
    qtbot.addWidget(made)
    made.resize(820, 460)
    made.set_steps(*steps_of(17))
    made.set_key(3, {3})
    made.show()
    qtbot.waitExposed(made)
    return made


def heard(signal) -> list:
    said: list = []
    signal.connect(lambda *values: said.append(values if len(values) > 1 else values[0]))
    return said


def move(view: HeadStepsView, place: QPointF) -> None:
    QTest.mouseMove(view, place.toPoint())


def pixel(view: HeadStepsView, place: QPointF) -> str:
    return view.grab().toImage().pixelColor(place.toPoint()).name()


def test_one_step_a_token(view: HeadStepsView) -> None:
    with pytest.raises(ValueError, match="4 tokens, but 17 keys"):
        view.set_steps(view.steps, fake_tokens(4))


def test_all_vectors_are_where_the_layout_says(view: HeadStepsView) -> None:
    steps = view.steps
    assert steps is not None
    for part, values in (("query", steps.query), ("key", steps.keys[3]), ("product", steps.products[3])):
        strips = view.strips_of(part)
        np.testing.assert_array_equal(np.concatenate([strip.values for strip in strips]), values)
        assert [strip.first for strip in strips] == [
            sum(len(s.values) for s in strips[:i]) for i in range(len(strips))
        ]
    np.testing.assert_array_equal(view.strips_of("weighted", 7)[0].values, steps.weighted[7])
    np.testing.assert_array_equal(view.strips_of("output")[0].values, steps.output)
    assert view.listed == list(range(17)) and view.strips_of("rest") == []


def test_pointing_at_a_number_says_it(view: HeadStepsView) -> None:
    spots, keys = heard(view.hovered), heard(view.key_hovered)
    strip = view.strips_of("key")[0]
    move(view, strip.cell(2).center())
    assert spots[-1] == Spot("key", None, 2) and not keys
    assert view.readout(spots[-1]).startswith("dimension 2: q ")
    weighted = view.strips_of("weighted", 7)[0]
    move(view, weighted.cell(4).center())
    assert spots[-1] == Spot("weighted", 7, 4) and keys == [7]
    output = view.strips_of("output")[0]
    move(view, output.cell(1).center())
    assert spots[-1] == Spot("output", None, 1) and keys == [7, None]


def test_pointing_at_a_line_points_at_its_key_and_leaving_lets_go(view: HeadStepsView) -> None:
    keys = heard(view.key_hovered)
    assert view.layout_ is not None
    move(view, view.layout_.score(9).center())
    move(view, view.layout_.piece(11).center())
    assert keys == [9, 11]
    QApplication.sendEvent(view, QHelpEvent(QHelpEvent.Type.Leave, QPoint(), QPoint()))
    assert keys == [9, 11, None] and view.spot is None


def test_a_click_says_which_key(view: HeadStepsView) -> None:
    clicks = heard(view.key_clicked)
    assert view.layout_ is not None
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.layout_.weight(4).center().toPoint())
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.strips_of("query")[0].rect.center().toPoint())
    assert clicks == [4]


def test_keys_walk_queries_keys_and_numbers(view: HeadStepsView) -> None:
    walked, spots, clicks = heard(view.walked), heard(view.hovered), heard(view.key_clicked)
    for key in (
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
    ):
        QTest.keyClick(view, key)
    assert walked == [(4, None), (6, None), (5, 2), (5, 4), (5, 0), (5, 16)]
    shift = Qt.KeyboardModifier.ShiftModifier
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(view, key, shift)
    assert spots == [Spot("product", None, 0), Spot("product", None, 1), Spot("product", None, 0)]
    QTest.keyClick(view, Qt.Key.Key_Left, shift)
    assert spots[-1].dimension == 0, "there is none before the first"
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert clicks == [3]


def test_the_arrows_stop_at_the_ends(view: HeadStepsView) -> None:
    walked = heard(view.walked)
    view.set_steps(*steps_of(17, position=16))
    view.set_key(0)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert walked == []


def test_a_long_text_lists_the_strongest_and_what_is_kept(view: HeadStepsView) -> None:
    view.set_steps(*steps_of(200))
    steps = view.steps
    assert steps is not None and view.layout_ is not None
    weakest = int(np.argmin(steps.weights))
    view.set_key(int(np.argmax(steps.weights)), {weakest})
    assert weakest in view.listed and view.key in view.listed
    assert len(view.listed) == view.layout_.lines - 1 < 200
    rest = view.strips_of("rest")[0].values
    shown = sum(steps.weighted[key] for key in view.listed)
    np.testing.assert_allclose(shown + rest, steps.output, atol=1e-5)


def test_the_overview_points_at_every_key(view: HeadStepsView) -> None:
    view.set_steps(*steps_of(200))
    keys, overview = heard(view.key_hovered), view.layout_.overview
    for key in (0, 57, 199):
        move(view, QPointF(overview.left() + (key + 0.5) * overview.width() / 200, overview.center().y()))
    assert keys == [0, 57, 199]


def test_the_lines_stay_when_a_listed_key_is_pointed_at(view: HeadStepsView) -> None:
    view.set_steps(*steps_of(200))
    kept = int(np.argmax(view.steps.weights))
    view.set_key(kept, {kept})
    before = list(view.listed)
    for key in before:
        view.set_key(key, {kept})
        assert view.listed == before


def test_it_is_painted_and_the_key_worked_out_is_outlined(view: HeadStepsView) -> None:
    apply_theme(QApplication.instance(), "light")
    line = view.layout_.line(view.listed.index(3))
    edge = QPointF(line.left() + 60, line.top() - 1)
    assert pixel(view, edge) == theme().accent
    view.set_key(3, {3}, pinned=3)
    assert pixel(view, edge) == theme().selection
    view.set_key(9, {9})
    assert pixel(view, edge) != theme().accent
    assert pixel(view, QPointF(line.left() + 60, view.layout_.line(9).top() - 1)) == theme().accent


def test_it_says_itself_to_those_who_cannot_see(view: HeadStepsView) -> None:
    assert view.accessibleName() == "Calculation of attention from [MASK] to went"
    assert view.accessibleDescription().startswith("[MASK] → went: sum ")
    view.set_key(6)
    assert view.accessibleName().endswith("to store")


def test_the_tool_tip_says_the_same_as_the_read_out(
    view: HeadStepsView, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, widget: shown.append(text))
    place = view.layout_.score(2).center().toPoint()
    QApplication.sendEvent(view, QHelpEvent(QHelpEvent.Type.ToolTip, place, view.mapToGlobal(place)))
    assert shown == [f"<p>{view.readout(Spot('score', 2))}</p>"]


@pytest.mark.parametrize("size", [1, 2, 17, 128])
@pytest.mark.parametrize(("width", "height"), [(230, 150), (508, 250), (1290, 560)])
def test_it_draws_at_any_size(view: HeadStepsView, size: int, width: int, height: int) -> None:
    view.resize(width, height)
    view.set_steps(*steps_of(size, position=0, width=64))
    drawing = view.drawing()
    image: QImage = drawing.to_image(1.0)
    assert (image.width(), image.height()) == (round(drawing.size.width()), round(drawing.size.height()))
    output = view.strips_of("output")[0].rect
    if output.bottom() < height:
        seen = {
            image.pixelColor(x, int(output.center().y())).name()
            for x in range(int(output.left()), width - 2, 3)
        }
        assert len(seen) > 3, "the output's colours"


def test_nothing_is_shown_of_nothing(view: HeadStepsView) -> None:
    view.set_steps(None, ())
    assert view.strips_of("query") == [] and view.listed == [] and view.layout_ is None
    assert view.spot_at(QPointF(100, 100)) is None
    QTest.keyClick(view, Qt.Key.Key_Down)
    view.grab()


def test_the_forbidden_key_of_the_hand_made_head_is_drawn(view: HeadStepsView) -> None:
    view.set_steps(by_hand(), fake_tokens(3))
    view.set_key(2)
    view.grab()
    assert view.readout(Spot("score", 2)).endswith("weight 0")
