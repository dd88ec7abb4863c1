"""Linear CKA, against the formula as it is written and against HSIC."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bert_core import measures
from bert_core.measures.kernel_alignment import aligned, centred, cka, gram

Floats = NDArray[np.float64]


def as_written(x: Floats, y: Floats) -> float:
    """||Y^T X||_F^2 / (||X^T X||_F ||Y^T Y||_F) of centred columns."""
    x, y = x - x.mean(0), y - y.mean(0)
    return float(np.linalg.norm(y.T @ x) ** 2 / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)))


def hsic(k: Floats, other: Floats) -> float:
    """tr(K H L H) / (n - 1)^2 (Gretton et al. 2005)."""
    n = len(k)
    h = np.eye(n) - 1 / n
    return float(np.trace(k @ h @ other @ h) / (n - 1) ** 2)


@pytest.fixture
def states() -> tuple[Floats, Floats]:
    random = np.random.default_rng(0)
    x = random.normal(size=(40, 12)) * random.uniform(0.1, 3, 12) + 5.0  # far from the middle
    return x, np.tanh(x @ random.normal(size=(12, 7))) + 0.2 * random.normal(size=(40, 7))


def test_it_is_the_formula(states: tuple[Floats, Floats]) -> None:
    x, y = states
    assert cka(x, y) == pytest.approx(as_written(x, y), abs=1e-12)
    assert 0.1 < cka(x, y) < 0.9


def test_it_is_hsic_normalised(states: tuple[Floats, Floats]) -> None:
    x, y = states
    k, other = x @ x.T, y @ y.T
    assert cka(x, y) == pytest.approx(hsic(k, other) / np.sqrt(hsic(k, k) * hsic(other, other)), abs=1e-12)


def test_fewer_pieces_than_dimensions_give_the_same() -> None:
    random = np.random.default_rng(1)
    x, y = random.normal(size=(5, 64)), random.normal(size=(5, 32))
    assert cka(x, y) == pytest.approx(as_written(x, y), abs=1e-12)


def test_rotation_scale_and_shift_change_nothing(states: tuple[Floats, Floats]) -> None:
    x, y = states
    turn, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(12, 12)))
    assert cka(x @ turn * 7.0 - 3.0, y) == pytest.approx(cka(x, y), abs=1e-12)
    assert cka(x, x @ turn) == pytest.approx(1.0, abs=1e-12)
    assert cka(x, y) == pytest.approx(cka(y, x), abs=1e-12)


def test_one_dimension_more_is_seen(states: tuple[Floats, Floats]) -> None:
    x, _ = states
    assert cka(x, x * np.linspace(0.1, 4.0, 12)) < 0.99


def test_a_large_common_part_costs_no_figures(states: tuple[Floats, Floats]) -> None:
    x, y = states
    assert cka(x + 1000.0, y) == pytest.approx(cka(x, y), abs=1e-9)


def test_half_precision_is_enough(states: tuple[Floats, Floats]) -> None:
    x, y = states
    assert cka(x.astype(np.float16), y.astype(np.float16)) == pytest.approx(cka(x, y), abs=1e-4)


def test_part_of_a_gram_matrix_is_that_of_the_rows(states: tuple[Floats, Floats]) -> None:
    x, y = states
    part = slice(10, 25)
    own = aligned(centred(gram(x)[part, part]), centred(gram(y)[part, part]))
    assert own == pytest.approx(cka(x[part], y[part]), abs=1e-12)


@pytest.mark.parametrize("other", [np.ones((6, 3)), np.full((6, 3), np.nan), np.zeros((6, 3))])
def test_it_is_nan_where_nothing_is_left(other: Floats) -> None:
    assert np.isnan(cka(np.random.default_rng(3).normal(size=(6, 4)), other))


def test_shapes_that_do_not_fit_are_refused() -> None:
    for x, y in (
        (np.zeros((3, 2)), np.zeros((4, 2))),
        (np.zeros(3), np.zeros(3)),
        (np.zeros((0, 2)), np.zeros((0, 2))),
    ):
        with pytest.raises(ValueError, match="expected"):
            cka(x, y)


def test_it_is_one_of_the_measures() -> None:
    assert measures.cka is cka
