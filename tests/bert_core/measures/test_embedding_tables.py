"""Shares of terms in their sum, and what a position table tells by itself, against plain arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core.measures.embedding_tables import (
    cosine,
    initial_norm,
    nearness,
    row_norms,
    term_shares,
    untrained_from,
)
from bert_core.trace import EmbeddingTerms, Floats

WIDTH = 128


def terms(pieces: int = 7, width: int = 48, seed: int = 0) -> EmbeddingTerms:
    random = np.random.default_rng(seed)
    token, segment, position = (
        random.normal(0, scale, (pieces, width)).astype(np.float32) for scale in (1.0, 0.3, 0.5)
    )
    whole = token + segment + position
    return EmbeddingTerms(token, segment, position, whole, whole)


def test_shares_are_those_of_the_formulas() -> None:
    own = terms()
    found = term_shares(own)
    for piece in range(7):
        t, s, p = (x[piece].astype(np.float64) for x in (own.token, own.segment, own.position))
        lengths = [np.linalg.norm(x) for x in (t, s, p)]
        whole = t + s + p
        np.testing.assert_allclose(found.by_norm[:, piece], np.array(lengths) / sum(lengths), rtol=1e-12)
        along = [x @ whole / (whole @ whole) for x in (t, s, p)]
        np.testing.assert_allclose(found.along[:, piece], along, rtol=1e-12)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_shares_add_up_to_one(scale: float) -> None:
    own = terms(pieces=512, width=96)
    scaled = EmbeddingTerms(
        *(x * np.float32(scale) for x in (own.token, own.segment, own.position, own.sum, own.sum))
    )
    found = term_shares(scaled)
    np.testing.assert_allclose(found.by_norm.sum(axis=0), 1, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.along.sum(axis=0), 1, rtol=0, atol=1e-12)


def test_a_dropped_term_has_no_share_and_nothing_has_none_at_all() -> None:
    own = terms()
    position = own.position.copy()
    position[2:] = 0
    token, segment = own.token.copy(), own.segment.copy()
    token[5] = segment[5] = 0
    found = term_shares(EmbeddingTerms(token, segment, position, token + segment + position, own.output))
    assert (found.by_norm[2, 2:] == 0).all() and (found.along[2, 2:] == 0).all()
    assert (found.by_norm[:, 5] == 0).all() and (found.along[:, 5] == 0).all()
    np.testing.assert_allclose(found.by_norm[:, 4].sum(), 1)


def test_a_term_against_the_sum_is_negative_along_it_only() -> None:
    token = np.array([[3.0, 0.0]], np.float32)
    segment = np.array([[-1.0, 0.0]], np.float32)
    none = np.zeros((1, 2), np.float32)
    found = term_shares(EmbeddingTerms(token, segment, none, token + segment, none))
    np.testing.assert_allclose(found.by_norm[:, 0], [0.75, 0.25, 0])
    np.testing.assert_allclose(found.along[:, 0], [1.5, -0.5, 0])


def test_a_difference_of_shares_needs_as_many_pieces() -> None:
    one, other = term_shares(terms()), term_shares(terms(seed=1))
    np.testing.assert_array_equal(one.less(other).by_norm, one.by_norm - other.by_norm)
    np.testing.assert_array_equal(one.less(other).along, one.along - other.along)
    with pytest.raises(ValueError, match="7 pieces, the others are 3"):
        one.less(term_shares(terms(pieces=3)))


def test_lengths_of_the_smallest_and_largest_numbers() -> None:
    table = np.array([[3e-30, 4e-30], [3e30, 4e30]], np.float32)
    np.testing.assert_allclose(row_norms(table), [5e-30, 5e30], rtol=1e-6)


def test_nearness_is_the_mean_of_a_diagonal() -> None:
    alike = np.arange(16, dtype=np.float32).reshape(4, 4)
    assert nearness(alike, 1) == pytest.approx((1 + 6 + 11) / 3)
    assert nearness(alike, 3) == 3
    assert np.isnan(nearness(alike, 4))


def test_cosine() -> None:
    assert cosine(np.array([1, 1], np.float32), np.array([2, 0], np.float32)) == pytest.approx(0.5**0.5)
    assert cosine(np.zeros(2, np.float32), np.ones(2, np.float32)) == 0


def random_rows(rows: int, seed: int = 0, cut: bool = False) -> Floats:
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, WIDTH))
    while cut and (far := np.abs(values) > 2).any():
        values[far] = random.normal(size=int(far.sum()))
    return (values * 0.02).astype(np.float32)


def trained_rows(rows: int) -> Floats:
    """Neighbours are alike, as training makes them."""
    steps = np.cumsum(random_rows(rows, seed=5), axis=0)
    return (steps / np.linalg.norm(steps, axis=1, keepdims=True)).astype(np.float32) * np.float32(0.3)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("cut", [False, True])
def test_rows_as_drawn_at_random_are_found(seed: int, cut: bool) -> None:
    assert untrained_from(random_rows(256, seed, cut), 0.02) == 0
    table = np.concatenate([trained_rows(128), random_rows(128, seed, cut)])
    assert untrained_from(table, 0.02) == 128


def test_trained_rows_are_not_called_untrained() -> None:
    assert untrained_from(trained_rows(256), 0.02) is None
    assert untrained_from(np.concatenate([random_rows(100), trained_rows(40)]), 0.02) is None


def test_a_little_order_is_enough_not_to_be_called_untrained() -> None:
    table = random_rows(200)
    table += np.float32(0.5) * np.roll(table, 1, axis=0)
    table *= np.float32(0.02 * WIDTH**0.5) / np.linalg.norm(table, axis=1, keepdims=True)
    assert untrained_from(table, 0.02) is None


def test_too_few_rows_say_nothing() -> None:
    assert untrained_from(random_rows(15), 0.02) is None
    assert untrained_from(random_rows(16), 0.02) == 0


def test_rows_of_zeros_or_of_another_length_are_not_random() -> None:
    assert untrained_from(np.zeros((32, WIDTH), np.float32), 0.02) is None
    assert untrained_from(random_rows(64) * np.float32(3), 0.02) is None
    assert initial_norm(64, 0.02) == pytest.approx(0.16)
