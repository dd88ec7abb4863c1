"""The ticks of an axis with what is written at them."""

from __future__ import annotations

import math

import pytest

from app.views.axis_ticks import TickSpec, even_ticks


def words(spec: TickSpec, low: float, high: float, size: float = 500) -> list[str]:
    return [text for _, text in spec.ticks(low, high, size)]


@pytest.mark.parametrize(
    ("spec", "low", "high", "expected"),
    [
        (TickSpec("quantity"), 0.0, 1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (TickSpec("share"), 0.0, 1.0, ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]),
        (TickSpec("amount"), 0.0, 3.0, ["0", "1", "2", "3"]),
        (TickSpec("seconds"), 0.0, 240.0, ["0 s", "1 min", "2 min", "3 min", "4 min"]),
        (TickSpec("quantity", exponent=-4), 1e-4, 3e-4, ["1.0", "1.5", "2.0", "2.5", "3.0"]),
    ],
)
def test_numbers_are_written_as_their_kind_is(
    spec: TickSpec, low: float, high: float, expected: list[str]
) -> None:
    assert words(spec, low, high) == expected


def test_little_room_has_few() -> None:
    assert len(words(TickSpec("quantity", room=80), 0, 1, 170)) <= 4


@pytest.mark.parametrize("low", [0.02, 0.05, 0.11, 0.3])
def test_little_room_has_two_at_least(low: float) -> None:
    """One alone tells no scale."""
    assert 2 <= len(words(TickSpec("quantity", room=40), low, 0.83, 75)) <= 4


def test_a_logarithmic_axis_counts_in_powers() -> None:
    spec = TickSpec("quantity", log=True)
    found = spec.ticks(0.0, 3.0, 500)
    assert (0.0, "1") in found and (3.0, "1,000") in found
    assert all(0 <= at <= 3 for at, _ in found)


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_an_axis_of_no_length_has_none(low: float, high: float) -> None:
    assert TickSpec().ticks(low, high, 300) == ()


def test_plain_numbers_in_even_steps() -> None:
    assert even_ticks(-1.0, 1.0, 4) == (
        (-1.0, "−1.0"),
        (-0.5, "−0.5"),
        (0.0, "0.0"),
        (0.5, "0.5"),
        (1.0, "1.0"),
    )
    assert [text for _, text in even_ticks(0.0, 37.3, 4)] == ["0", "10", "20", "30"]


def test_an_end_that_means_something_is_marked() -> None:
    assert [text for _, text in even_ticks(0.0, 37.3, 4, end=True)] == ["0", "10", "20", "30", "37"]
    assert [text for _, text in even_ticks(0.0, 33.3, 4, end=True)] == ["0", "10", "20", "30"]
    alone = even_ticks(0.65, 0.95, 1, end=True)
    assert [value for value, _ in alone] == [0.95], "even where no step falls between"
