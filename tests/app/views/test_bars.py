from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from app.views.bars import BarRow, Bars, percent

ROWS = [BarRow("the", 0.61), BarRow("another", 0.08, extra="−1.2"), BarRow("a" * 90, 0.0004)]


@pytest.fixture
def bars(qtbot):
    widget = Bars(clickable=True, name="Candidates")
    qtbot.addWidget(widget)
    widget.set_rows(ROWS)
    widget.resize(300, widget.sizeHint().height())
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0, "0%"),
        (1e-9, "<0.1%"),
        (0.004, "0.4%"),
        (0.0094, "0.9%"),
        (0.0096, "1%"),
        (0.078, "8%"),
        (0.61, "61%"),
        (0.994, "99%"),
        (0.997, "99.7%"),
        (0.99999, ">99.9%"),
        (1, "100%"),
        (math.nan, "–"),
    ],
)
def test_percent(probability, text):
    assert percent(probability) == text


@pytest.mark.parametrize("width", [0, 900])
def test_columns_stand_beside_each_other_at_every_width(bars, width):
    bars.resize(max(width, bars.minimumSizeHint().width()), bars.height())
    for row in range(3):
        label, track, figure = bars.label_rect(row), bars.track_rect(row), bars.figure_rect(row)
        assert label.left() >= 0 and label.right() < track.left()
        assert track.width() >= 39
        assert track.right() < figure.left() and figure.right() <= bars.width()
    assert bars.minimumSizeHint().height() == bars.height()


def test_all_bars_start_and_end_together(bars):
    assert len({(bars.track_rect(r).left(), bars.track_rect(r).right()) for r in range(3)}) == 1


def test_figures_never_make_the_bars_jump(bars):
    bars.set_rows([BarRow("the", 0.61)])
    before = bars.track_rect(0)
    bars.set_rows([BarRow("the", 1.0)])
    assert bars.track_rect(0) == before


def test_two_lists_share_a_label_width(qtbot, bars):
    other = Bars()
    qtbot.addWidget(other)
    other.set_rows([BarRow("B follows A", 0.9)])
    other.resize(bars.size())
    bars.set_rows([BarRow("x", 0.5)])
    assert other.label_width_hint() > bars.label_width_hint()
    shared = max(other.label_width_hint(), bars.label_width_hint())
    for widget in (other, bars):
        widget.set_label_width(shared)
    assert other.track_rect(0) == bars.track_rect(0)
    bars.set_label_width(None)
    assert bars.track_rect(0).left() < other.track_rect(0).left()


def test_a_click_anywhere_on_a_row(qtbot, bars):
    seen: list[int] = []
    bars.row_clicked.connect(seen.append)
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(2, 30))
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(298, 5))
    assert seen == [1, 0]


def test_keys_choose_a_row(qtbot, bars):
    seen: list[int] = []
    bars.row_clicked.connect(seen.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_End, Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(bars, key)
    qtbot.keyClick(bars, Qt.Key.Key_Home)
    qtbot.keyClick(bars, Qt.Key.Key_Up)
    assert seen == [1, 2] and bars.current == 0
    assert bars.accessibleDescription() == "the 61%"


def test_rows_that_cannot_be_clicked_are_not(qtbot):
    plain = Bars()
    qtbot.addWidget(plain)
    plain.set_rows(ROWS)
    plain.resize(300, 66)
    seen: list[int] = []
    plain.row_clicked.connect(seen.append)
    qtbot.mouseClick(plain, Qt.MouseButton.LeftButton, pos=QPoint(20, 30))
    qtbot.keyClick(plain, Qt.Key.Key_Return)
    assert seen == [] and plain.focusPolicy() == Qt.FocusPolicy.NoFocus and plain.current is None


def test_the_hand_shows_what_can_be_clicked(qtbot, bars):
    qtbot.mouseMove(bars, QPoint(20, 30))
    assert bars.cursor().shape() == Qt.CursorShape.PointingHandCursor


def test_fewer_rows_keep_the_keyboard_inside(qtbot, bars):
    qtbot.keyClick(bars, Qt.Key.Key_End)
    bars.set_rows(ROWS[:1])
    assert bars.current == 0
    bars.set_rows([])
    assert bars.current is None and bars.spot_at(QPointF(5, 5)) is None
    assert bars.accessibleName() == "Candidates: nothing to show"


def test_it_can_be_heard(bars):
    assert bars.accessibleName() == "Candidates: 3 rows, first the 61%"


def test_broken_numbers_are_drawn_as_none(bars):
    bars.set_rows([BarRow("x", math.nan), BarRow("y", 7.0), BarRow("z", -1.0)])
    assert not bars.grab().isNull()


def test_sentences_have_more_room_than_bars(qtbot) -> None:
    plain, long = Bars(), Bars(long=True)
    for widget in (plain, long):
        qtbot.addWidget(widget)
        widget.set_rows(ROWS)
        widget.resize(600, 66)
    assert plain.label_rect(2).width() == 220 and 350 < long.label_rect(2).width() <= 420
    assert long.track_rect(2).width() > 40
