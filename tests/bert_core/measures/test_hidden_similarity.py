"""Cosine similarity against a plain loop, and at its edges."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bert_core.measures.hidden_similarity import cosine_similarity


def _by_hand(rows: list[list[float]]) -> list[list[float]]:
    def cosine(x: list[float], y: list[float]) -> float:
        return sum(a * b for a, b in zip(x, y, strict=True)) / (math.hypot(*x) * math.hypot(*y))

    return [[cosine(x, y) for y in rows] for x in rows]


def test_agrees_with_a_plain_loop() -> None:
    vectors = np.random.default_rng(0).normal(size=(9, 16)).astype(np.float32)
    similarity = cosine_similarity(vectors)
    assert similarity.dtype == np.float32
    np.testing.assert_allclose(similarity, _by_hand(vectors.tolist()), atol=1e-6)


def test_is_symmetric_and_within_bounds() -> None:
    vectors = np.random.default_rng(1).normal(size=(40, 7)).astype(np.float32)
    similarity = cosine_similarity(np.concatenate([vectors, -vectors]))
    np.testing.assert_array_equal(similarity, similarity.T)
    assert similarity.max() <= 1 and similarity.min() >= -1
    np.testing.assert_allclose(similarity.diagonal(), 1, atol=1e-6)
    np.testing.assert_allclose(similarity[:40, 40:].diagonal(), -1, atol=1e-6)


def test_length_does_not_matter_however_small_or_large() -> None:
    vectors = np.array([[3, 4], [3e-30, 4e-30], [3e30, 4e30]], dtype=np.float32)
    np.testing.assert_allclose(cosine_similarity(vectors), 1, atol=1e-6)


def test_a_zero_vector_is_like_nothing() -> None:
    vectors = np.array([[1, 2], [0, 0], [2, -1]], dtype=np.float32)
    np.testing.assert_allclose(cosine_similarity(vectors), [[1, 0, 0], [0, 0, 0], [0, 0, 1]], atol=1e-6)


def test_no_pieces_have_no_similarity() -> None:
    assert cosine_similarity(np.empty((0, 8), dtype=np.float32)).shape == (0, 0)


def test_one_vector_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        cosine_similarity(np.ones(3, dtype=np.float32))
