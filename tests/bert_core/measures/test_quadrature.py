"""Fejér's second rule, against integrals that are known."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core.measures.quadrature import fejer


@pytest.mark.parametrize("points", [1, 2, 3, 7, 8, 15, 20, 511])
def test_exact_for_polynomials(points: int) -> None:
    places, weights = fejer(points)
    assert places.shape == weights.shape == (points,)
    assert (weights > 0).all() and (np.diff(places) > 0).all() and 0 < places[0] <= places[-1] < 1
    for degree in range(points):
        assert weights @ places**degree == pytest.approx(1 / (degree + 1), abs=1e-14)


def test_not_exact_beyond() -> None:
    places, weights = fejer(3)
    assert weights @ places**4 != pytest.approx(1 / 5, abs=1e-3)


def test_good_for_what_is_smooth() -> None:
    places, weights = fejer(15)
    assert weights @ np.exp(places) == pytest.approx(np.e - 1, abs=1e-14)
    assert weights @ np.tanh(8 * places - 4) == pytest.approx(0, abs=1e-14)
    assert weights @ (1 / (1 + 25 * (2 * places - 1) ** 2)) == pytest.approx(np.arctan(5) / 5, rel=1e-2)


def test_places_of_one_rule_are_among_those_of_the_next() -> None:
    for points in (1, 3, 15, 31, 255):
        assert set(fejer(points)[0].tolist()) < set(fejer(2 * points + 1)[0].tolist())


def test_no_points() -> None:
    with pytest.raises(ValueError, match="0 points"):
        fejer(0)
