"""Ticks stand at round numbers, and neither too many nor none."""

from __future__ import annotations

import numpy as np
import pytest

from app.views.ticks import log_ticks, nice_step, nice_time


@pytest.mark.parametrize("reach", [1e-6, 0.013, 1, 7, 99, 3.3e7])
@pytest.mark.parametrize("most", [2, 5, 12])
def test_steps_are_round_and_fit(reach: float, most: float) -> None:
    step = nice_step(reach, most)
    assert reach / step <= most * (1 + 1e-6) and reach / step > most / 3
    assert round(step / 10 ** np.floor(np.log10(step) + 1e-9), 6) in (1, 2, 5)


def test_steps_of_time() -> None:
    assert [nice_time(reach, 5) for reach in (5, 60, 7200, 86400, 30 * 86400)] == [
        1,
        15,
        1800,
        21600,
        10 * 86400,
    ]


@pytest.mark.parametrize(("low", "high"), [(1e-6, 1e6), (0.3, 40), (2.5, 9.2), (3.01, 3.4), (1, 1000)])
def test_logarithmic_ticks(low: float, high: float) -> None:
    ticks = log_ticks(low, high, 6)
    assert 2 <= len(ticks) <= 7
    assert all(low <= tick <= high * (1 + 1e-9) for tick in ticks) and ticks == sorted(ticks)


def test_no_place_for_ticks() -> None:
    assert log_ticks(0, 1, 5) == [] and log_ticks(2, 2, 5) == []
    assert nice_step(0, 5) == 1
