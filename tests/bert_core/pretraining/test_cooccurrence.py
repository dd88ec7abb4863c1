from __future__ import annotations

import numpy as np
import torch

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
