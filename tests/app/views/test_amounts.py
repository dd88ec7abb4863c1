"""Amounts and durations in words."""

from __future__ import annotations

import math

import pytest

from app.views.amounts import amount, duration, power_of_ten, quantity, share


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (9876, "9,876"),
        (12_345, "12.3 k"),
        (49_600_000, "49.6 M"),
        (999_999, "1.00 M"),
        (2.5e9, "2.50 G"),
        (math.nan, "–"),
    ],
)
def test_amounts(number: float, words: str) -> None:
    assert amount(number) == words


def test_round_amounts_have_no_needless_figures() -> None:
    assert [amount(n, exact=True) for n in (20e6, 2.5e6, 14e3)] == ["20 M", "2.5 M", "14 k"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (2.9487, "2.949"),
        (0.5, "0.5"),
        (13.0457, "13.05"),
        (0.00076, "7.6·10⁻⁴"),
        (3e-5, "3·10⁻⁵"),
        (math.inf, "–"),
    ],
)
def test_quantities(number: float, words: str) -> None:
    assert quantity(number) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (4800, "1 h 20 min"),
        (273_600, "3 d 4 h"),
        (-1, "–"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_rest() -> None:
    assert (share(0.527), share(math.nan), power_of_ten(-12)) == ("52.7 %", "–", "10⁻¹²")
