"""The exponential mean, against the plain recursion."""

from __future__ import annotations

import numpy as np
import pytest

from app.views.smoothing import GrowingMean, exponential_mean


def by_hand(values: np.ndarray, points: int) -> list[float]:
    rate, mean, out = 2 / (points + 1), 0.0, []
    for n, value in enumerate(values):
        mean += rate * (value - mean)
        out.append(mean / (1 - (1 - rate) ** (n + 1)))
    return out


@pytest.mark.parametrize("points", [2, 5, 30, 1000])
@pytest.mark.parametrize("size", [1, 7, 400, 3001])
def test_it_is_the_recursion(points: int, size: int) -> None:
    values = np.random.default_rng(size).normal(3, 1, size)
    np.testing.assert_allclose(exponential_mean(values, points), by_hand(values, points), rtol=1e-9)


def test_a_constant_stays_and_one_point_is_no_mean() -> None:
    np.testing.assert_allclose(exponential_mean(np.full(50, 7.0), 9), 7.0)
    values = np.arange(5.0)
    assert exponential_mean(values, 1) is values
    assert len(exponential_mean(np.empty(0), 9)) == 0


def test_a_growing_mean_is_the_same() -> None:
    values = np.random.default_rng(0).normal(0, 1, 500)
    mean = GrowingMean()
    for end in (1, 2, 100, 100, 101, 500):
        np.testing.assert_allclose(mean.of(values[:end], 20), exponential_mean(values[:end], 20))
    np.testing.assert_allclose(mean.of(values, 5), exponential_mean(values, 5))  # other points
    other = values.copy()
    other[3] = 9
    np.testing.assert_allclose(mean.of(other, 5), exponential_mean(other, 5))  # taken up again elsewhere
    np.testing.assert_allclose(mean.of(other[:40], 5), exponential_mean(other[:40], 5))  # cut
