from __future__ import annotations

import numpy as np
import torch

from bert_core.pretraining import cooccurrence
from bert_core.pretraining.cooccurrence import count_neighbours, word_vectors


def test_neighbours_are_counted_both_ways_and_by_distance():
    pieces = np.array([0, 1, 2, 0, 1], dtype=np.uint16)
    expected = np.zeros((3, 3), dtype=np.float32)
    for left, right, weight in [(0, 1, 2), (1, 2, 1), (2, 0, 1), (0, 2, 0.5), (1, 0, 0.5), (2, 1, 0.5)]:
        expected[left, right] += weight
        expected[right, left] += weight
    for block in (2, 100):
        np.testing.assert_allclose(count_neighbours(pieces, 3, (1.0, 0.5), block), expected)


def test_pieces_in_the_same_company_get_like_vectors():
    # Pieces 10 and 11 stand among 0-4, pieces 12 and 13 among 5-9.
    generator = np.random.default_rng(0)
    group = generator.integers(0, 2, 20000)
    near = generator.integers(0, 5, 20000) + 5 * group
    word = generator.integers(0, 2, 20000) + 10 + 2 * group
    pieces = np.stack([near, word, np.full(20000, 14)], 1).ravel().astype(np.uint16)
    vectors = word_vectors(count_neighbours(pieces, 15, (1.0,)), 8)
    alike = torch.nn.functional.cosine_similarity(vectors[10], vectors[11], dim=0)
    unlike = torch.nn.functional.cosine_similarity(vectors[10], vectors[12], dim=0)
    assert alike > 0.9 > 0.5 > unlike


def test_pieces_are_counted_in_blocks(monkeypatch):
    monkeypatch.setattr(cooccurrence, "_BLOCK", 7)
    pieces = np.random.default_rng(0).integers(0, 12, 100).astype(np.uint16)
    counted = cooccurrence.count_pieces(pieces, 13)
    assert counted.dtype == np.int64
    assert counted.tolist() == np.bincount(pieces, minlength=13).tolist()


def test_tables_larger_than_a_block_are_symmetric(monkeypatch):
    pieces = np.random.default_rng(0).integers(0, 50, 3000).astype(np.uint16)
    expected = count_neighbours(pieces, 50)
    monkeypatch.setattr(cooccurrence, "_ROWS", 7)
    counts = count_neighbours(pieces, 50, block=11)
    np.testing.assert_array_equal(counts, expected)
    np.testing.assert_array_equal(counts, counts.T)
    np.testing.assert_allclose(word_vectors(counts, 8), word_vectors(expected, 8), atol=1e-4)


def test_beyond_the_budget_the_rarest_have_random_vectors():
    generator = np.random.default_rng(0)
    frequent, rare = np.array([3, 7, 11, 20, 2, 40]), np.array([1, 5, 30])
    pieces = np.concatenate([generator.choice(frequent, 5000), rare, generator.choice(frequent, 5000)])
    pieces = pieces.astype(np.uint16)
    counts = cooccurrence.count_pieces(pieces, 50)
    told: list[float] = []
    vectors = cooccurrence.vectors_of_pieces(pieces, counts, 4, budget=8 * 7**2, progress=told.append)
    assert vectors.shape == (50, 4)
    assert torch.isfinite(vectors).all()
    order = np.sort(frequent)
    index = np.full(50, 6)
    index[order] = np.arange(6)
    expected = word_vectors(count_neighbours(index[pieces].astype(np.uint16), 7)[:6, :6], 4)
    torch.testing.assert_close(vectors[order], expected)
    assert (vectors[rare].abs().sum(1) > 0).all()
    assert told == sorted(told) and told[-1] < 1
    whole = cooccurrence.vectors_of_pieces(pieces, counts, 4)
    torch.testing.assert_close(whole, word_vectors(count_neighbours(pieces, 50), 4))
