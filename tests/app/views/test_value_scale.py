"""A number on its scale."""

from __future__ import annotations

import math

import pytest

from app.views.value_scale import ValueScale, easy_reach


@pytest.fixture
def scale(qtbot) -> ValueScale:
    made = ValueScale("Number")
    qtbot.addWidget(made)
    made.resize(300, 42)
    return made


def test_where_values_stand(scale: ValueScale) -> None:
    scale.set_values(2.5, 4.0, (0.0, 5.0))
    assert scale.x_of(2.5) == pytest.approx(150) and scale.x_of(0) < scale.x_of(4) < scale.x_of(5) < 300
    assert scale.accessibleName() == "Number: 2.50, reference 4.00"
    scale.grab()


def test_the_scale_holds_what_it_shows(scale: ValueScale) -> None:
    scale.set_values(7.0, -2.0, (0.0, 5.0))
    assert scale.reach == (-2.0, 7.0)
    scale.set_values(math.nan, None, (1.0, 1.0))
    assert scale.reach == (1.0, 2.0)
    scale.grab()
    scale.set_values(None, None, (0.0, 1.0))
    assert scale.accessibleName() == "Number: –"
    scale.grab()


@pytest.mark.parametrize(
    ("value", "reach"),
    [
        (0.4, (0, 1)),
        (1.03, (0, 1)),
        (3.2, (0, 5)),
        (7, (0, 10)),
        (60, (0, 100)),
        (-0.5, (-1, 1)),
        (-0.01, (0, 1)),
    ],
)
def test_a_scale_that_it_may_be_of(value: float, reach: tuple[float, float]) -> None:
    assert easy_reach(value) == reach


def test_a_large_number_and_none() -> None:
    assert easy_reach(1234.0) == (0.0, 1234.0) and easy_reach(math.nan) == (0.0, 1.0)
