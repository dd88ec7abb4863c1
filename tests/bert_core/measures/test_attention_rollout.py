"""Rollout against plain loops over all paths, and where it is known beforehand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from bert_core.measures.attention_rollout import rollout, with_residual


def drawn(size: int, layers: int = 3, heads: int = 2, seed: int = 0) -> np.ndarray:
    raw = np.random.default_rng(seed).gamma(0.3, size=(layers, heads, size, size))
    return (raw / raw.sum(-1, keepdims=True)).astype(np.float32)


def test_with_residual_agrees_with_a_plain_loop() -> None:
    attentions = drawn(5)
    found = with_residual(attentions)
    assert found.dtype == np.float64
    for layer, i, j in product(range(3), range(5), range(5)):
        mean = sum(float(attentions[layer, head, i, j]) for head in range(2)) / 2
        assert found[layer, i, j] == pytest.approx(mean / 2 + (i == j) / 2, abs=1e-12)


def test_is_the_sum_over_all_paths_of_the_product_of_their_weights() -> None:
    size = 4
    attentions = drawn(size)
    weights = with_residual(attentions).tolist()
    found = rollout(attentions)
    for i, j in product(range(size), repeat=2):
        paths = sum(
            weights[2][i][a] * weights[1][a][b] * weights[0][b][j] for a, b in product(range(size), repeat=2)
        )
        assert found[2, i, j] == pytest.approx(paths, abs=1e-12)
        shorter = sum(weights[1][i][a] * weights[0][a][j] for a in range(size))
        assert found[1, i, j] == pytest.approx(shorter, abs=1e-12)
    np.testing.assert_array_equal(found[0], weights[0])


def test_rows_sum_to_one() -> None:
    found = rollout(drawn(33, layers=12, heads=4))
    assert found.shape == (12, 33, 33) and found.dtype == np.float64
    np.testing.assert_allclose(found.sum(-1), 1, atol=1e-6)
    assert found.min() >= 0


def test_a_piece_that_looks_only_at_itself_stays_itself() -> None:
    attentions = np.tile(np.eye(4, dtype=np.float32), (5, 2, 1, 1))
    np.testing.assert_array_equal(rollout(attentions), np.tile(np.eye(4), (5, 1, 1)))


def test_what_all_look_at_takes_the_half_of_what_is_left_each_layer() -> None:
    attentions = np.zeros((4, 1, 3, 3), np.float32)
    attentions[..., 0] = 1
    found = rollout(attentions)
    for layer in range(4):
        assert found[layer, 2] == pytest.approx([1 - 0.5 ** (layer + 1), 0, 0.5 ** (layer + 1)])


def test_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        rollout(np.ones((3, 4, 4), np.float32))
