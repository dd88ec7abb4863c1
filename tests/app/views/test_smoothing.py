"""The exponential mean, against the plain recursion."""

from __future__ import annotations

import numpy as np
import pytest

from app.views.smoothing import GrowingMean, exponential_mean


def by_hand(values: np.ndarray, points: int) -> list[float]:
    mean, out = 0.0, []
    for n, value in enumerate(values):
        window = min(points, 1 + n / 4)
        mean += 2 / (window + 1) * (value - mean)
        out.append(mean)
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


@pytest.mark.parametrize("points", [10, 100])
def test_a_steep_beginning_is_followed_closely(points: int) -> None:
    """A loss that falls with the number of steps, as they do: the mean is where the loss was a little before."""
    steps = np.arange(1.0, 61)
    mean = exponential_mean(steps, points)
    assert mean[0] == steps[0]
    lag = steps - mean  # of a straight line: how many steps old the mean is
    assert (lag <= 1 + steps / 9).all(), "however long the window is to become"
    full = np.array(
        [
            np.average(steps[: n + 1], weights=(1 - 2 / (points + 1)) ** np.arange(n, -1, -1))
            for n in range(60)
        ]
    )
    assert lag[12] < 0.4 * (steps - full)[12], "and much closer than over a window that is long at once"


def test_it_smooths() -> None:
    noise = np.random.default_rng(1).normal(0, 1, 4000)
    assert exponential_mean(noise, 10)[200:].std() == pytest.approx(np.sqrt(1 / 10), rel=0.1)


def test_a_growing_mean_is_the_same() -> None:
    values = np.random.default_rng(0).normal(0, 1, 500)
    mean = GrowingMean()
    for end in (1, 2, 30, 75, 77, 100, 100, 101, 500):
        np.testing.assert_allclose(mean.of(values[:end], 20), exponential_mean(values[:end], 20))
    np.testing.assert_allclose(mean.of(values, 5), exponential_mean(values, 5))  # other points
    other = values.copy()
    other[3] = 9
    np.testing.assert_allclose(mean.of(other, 5), exponential_mean(other, 5))  # taken up again elsewhere
    np.testing.assert_allclose(mean.of(other[:40], 5), exponential_mean(other[:40], 5))  # cut
