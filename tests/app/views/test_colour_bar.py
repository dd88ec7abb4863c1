"""The colour bar: its ends, its colours and its mark."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from app.theme import diverging, sequential, theme
from app.views.colour_bar import ColourBar, short


@pytest.fixture
def bar(qtbot) -> ColourBar:
    made = ColourBar()
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    return made


def at(bar: ColourBar, x: float) -> tuple[int, int, int]:
    colour: QColor = bar.drawing().to_image(1).pixelColor(int(x), int(bar.bar_rect().center().y()))
    return colour.red(), colour.green(), colour.blue()


def test_it_runs_through_the_whole_table(bar: ColourBar) -> None:
    area = bar.bar_rect()
    assert QColor(*at(bar, area.left())).name() == theme().surface
    assert at(bar, area.right() - 1) == tuple(sequential()[255, :3].tolist())


def test_a_signed_bar_has_zero_in_the_middle(bar: ColourBar) -> None:
    bar.set_range(0, 0.25, diverging=True)
    area = bar.bar_rect()
    assert at(bar, area.left()) == tuple(diverging()[1, :3].tolist())
    assert at(bar, area.right() - 1) == tuple(diverging()[255, :3].tolist())
    bar.set_marker(0.0)
    assert bar.marker_x() == pytest.approx(area.center().x())
    assert "−0.25" in bar.accessibleName()


def test_the_mark_stands_at_its_value_and_never_outside(bar: ColourBar) -> None:
    assert bar.marker_x() is None
    area = bar.bar_rect()
    for value, share in ((0.0, 0), (0.71, 0.71), (1.0, 1), (7.0, 1), (-1.0, 0)):
        bar.set_marker(value)
        assert bar.marker_x() == pytest.approx(area.left() + share * area.width())
    bar.set_marker(float("nan"))
    assert bar.marker_x() is None
    bar.set_range(1, 1)
    bar.set_marker(1.0)
    assert bar.marker_x() is None


def test_everything_has_room_at_the_least_width(bar: ColourBar) -> None:
    bar.set_title("attention")
    bar.set_range(-0.333333, 12345)
    bar.resize(bar.minimumSizeHint())
    area = bar.bar_rect()
    assert area.width() >= 30 and area.right() < bar.width()


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (1, "1"), (0.25341, "0.253"), (-1, "−1")])
def test_ends_are_written_short(value: float, text: str) -> None:
    assert short(value) == text
