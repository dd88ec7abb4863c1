"""Numbers as they stand in a worked example."""

from __future__ import annotations

import math

import pytest

from app.views.worked_numbers import column, decimals_for, figure, places


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (18.24, "18.2"),
        (0.5678, "0.568"),
        (-0.00312, "−0.00312"),
        (3.0, "3.00"),
        (0.0, "0"),
        (-0.0, "0"),
        (9.996, "10.0"),
        (99.96, "100"),
        (0.9996, "1.00"),
        (12345.0, "12345"),
        (2.4e8, "2.40·10⁸"),
        (-4.54e-5, "−4.54·10⁻⁵"),
        (9.999e-5, "0.000100"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
    ],
)
def test_three_figures(value: float, text: str) -> None:
    assert figure(value) == text


def test_a_sign_where_it_is_wanted() -> None:
    assert [figure(value, sign=True) for value in (1.5, -1.5, 0.0)] == ["+1.50", "−1.50", "0"]
    assert [places(value, 1, sign=True) for value in (1.5, -1.5, 0.01, math.inf)] == [
        "+1.5",
        "−1.5",
        "0.0",
        "+∞",
    ]


@pytest.mark.parametrize(
    ("limit", "three", "one"),
    [
        (250.0, 0, 0),
        (12.0, 1, 0),
        (4.5, 2, 0),
        (1.0, 2, 0),
        (0.5, 3, 1),
        (0.095, 3, 1),
        (0.0, 0, 0),
        (math.inf, 0, 0),
    ],
)
def test_places_that_show_so_many_figures(limit: float, three: int, one: int) -> None:
    assert decimals_for(limit) == three
    assert decimals_for(limit, 1) == one


def test_places_never_say_minus_zero_and_may_leave_out_the_nought() -> None:
    assert places(-0.004, 2) == "0.00"
    assert places(-0.404, 2) == "−0.40"
    assert places(-0.404, 2, short=True) == "−.40"
    assert places(0.4, 0, short=True) == "0"
    assert places(-math.inf, 2) == "−∞"
    assert places(math.nan, 2) == "–"


def test_a_column_has_the_places_that_its_largest_needs() -> None:
    assert column([1.234, -11.0, 0.04, -math.inf]) == ["1.2", "−11.0", "0.0", "−∞"]
    assert column([0.5, 0.25]) == ["0.500", "0.250"]
    assert column([]) == []
