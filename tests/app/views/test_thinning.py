"""As many points of a long curve as there are pixels for."""

from __future__ import annotations

import numpy as np
import pytest

from app.views.thinning import thinned

X = np.arange(10_000.0)
Y = np.sin(X / 700)


def test_what_is_short_stays_as_it_is() -> None:
    x, y = thinned(X[:50], Y[:50], 0, 49, 100, "mean")
    np.testing.assert_array_equal((x, y), (X[:50], Y[:50]))


def test_only_what_is_seen_and_the_neighbours_of_both_ends() -> None:
    x, _ = thinned(X, Y, 100.5, 110.5, 400, "peaks")
    np.testing.assert_array_equal(x, np.arange(100.0, 112.0))


def test_peaks_keep_every_pixels_least_and_greatest() -> None:
    spiky = Y.copy()
    spiky[5_003], spiky[5_004] = 9.0, -9.0
    x, y = thinned(X, spiky, 0, 9_999, 200, "peaks")
    assert len(x) <= 2 * 201 and (y.max(), y.min()) == (9.0, -9.0)
    assert (np.diff(x) >= 0).all()


def test_means_lie_on_a_smooth_curve() -> None:
    x, y = thinned(X, Y, 0, 9_999, 500, "mean")
    assert len(x) <= 501
    np.testing.assert_allclose(y, np.sin(x / 700), atol=1e-3)


def test_columns_are_those_of_the_axis_also_where_points_are_uneven() -> None:
    x = np.log10(np.arange(1.0, 10_001.0))  # as on a logarithmic axis: dense at its end
    _, y = thinned(x, np.arange(10_000.0), 0.0, 4.0, 100, "mean")
    assert y[0] == 0 and y[1] < 10, "the first points are kept single"


@pytest.mark.parametrize("size", [0, 1])
def test_nothing_and_one_point(size: int) -> None:
    assert len(thinned(X[:size], Y[:size], 0, 1, 100, "mean")[0]) == size
