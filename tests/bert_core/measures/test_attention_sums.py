"""The shared sums against a plain loop."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core.measures.attention_sums import pair_sum, size_of


def test_pair_sum_agrees_with_a_plain_loop() -> None:
    generator = np.random.default_rng(0)
    attentions = generator.random((2, 3, 7, 7)).astype(np.float32)
    weights = generator.random((7, 7))
    found = pair_sum(attentions, weights)
    assert found.dtype == np.float64
    for layer in range(2):
        for head in range(3):
            expected = sum(
                float(attentions[layer, head, i, j]) * weights[i, j] for i in range(7) for j in range(7)
            )
            assert found[layer, head] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("shape", [(4, 4), (3, 4, 4), (2, 2, 3, 4), (0, 2, 3, 3), (2, 2, 0, 0)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        size_of(np.zeros(shape))


def test_size_is_the_number_of_pieces() -> None:
    assert size_of(np.zeros((2, 3, 5, 5))) == 5
