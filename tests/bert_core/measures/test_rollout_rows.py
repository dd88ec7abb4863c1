"""A row alone is the row of the whole rollout."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core.measures.attention_rollout import rollout
from bert_core.measures.rollout_rows import head_means, rollout_rows


def drawn(layers: int, size: int) -> np.ndarray:
    raw = np.random.default_rng(1).gamma(0.3, size=(layers, 3, size, size))
    return (raw / raw.sum(-1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(("layers", "size"), [(1, 1), (1, 6), (5, 2), (12, 17)])
def test_is_the_row_of_rollout(layers: int, size: int) -> None:
    attentions = drawn(layers, size)
    expected, means = rollout(attentions), head_means(attentions)
    for position in range(size):
        rows = rollout_rows(means, position)
        assert rows.dtype == np.float32
        np.testing.assert_allclose(rows, expected[:, position], atol=1e-6)
        np.testing.assert_allclose(rows.sum(1), 1, atol=1e-5)


def test_a_position_or_a_shape_that_is_not_there() -> None:
    means = head_means(drawn(2, 3))
    for position in (-1, 3):
        with pytest.raises(ValueError, match=f"position {position} of 3"):
            rollout_rows(means, position)
    with pytest.raises(ValueError):
        head_means(np.ones((2, 3, 3)))
