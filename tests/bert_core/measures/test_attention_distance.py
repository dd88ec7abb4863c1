"""Distance against a plain loop, and where it is known beforehand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bert_core.measures.attention_distance import distance


def drawn(size: int, seed: int = 0) -> np.ndarray:
    raw = np.random.default_rng(seed).gamma(0.3, size=(2, 3, size, size))
    return (raw / raw.sum(-1, keepdims=True)).astype(np.float32)


def slowly(rows: list[list[float]], special: list[bool]) -> float:
    kept = [place for place, left_out in enumerate(special) if not left_out]
    far = sum(rows[i][j] * abs(i - j) for i in kept for j in kept)
    mass = sum(rows[i][j] for i in kept for j in kept)
    return far / mass if mass > 0 else math.nan


@pytest.mark.parametrize("size", [1, 5, 40])
def test_agrees_with_a_plain_loop(size: int) -> None:
    attentions = drawn(size)
    found = distance(attentions)
    assert found.dtype == np.float64 and found.shape == (2, 3)
    for layer in range(2):
        for head in range(3):
            expected = slowly(attentions[layer, head].tolist(), [False] * size)
            assert found[layer, head] == pytest.approx(expected, rel=1e-6)


def test_special_pieces_are_left_out_as_queries_and_as_keys() -> None:
    attentions = drawn(12)
    special = [place in (0, 6, 11) for place in range(12)]
    found = distance(attentions, special)
    for layer in range(2):
        for head in range(3):
            expected = slowly(attentions[layer, head].tolist(), special)
            assert found[layer, head] == pytest.approx(expected, rel=1e-6)
    np.testing.assert_array_equal(found, distance(attentions, np.array(special)))
    assert not np.allclose(found, distance(attentions))


def test_a_head_at_an_offset_is_that_far() -> None:
    size = 6
    attention = np.zeros((1, 1, size, size), np.float32)
    for query in range(size):
        attention[0, 0, query, max(query - 2, 0)] = 1
    assert distance(attention)[0, 0] == pytest.approx((0 + 1 + 2 * 4) / 6)
    # Without the first piece: queries 3, 4, 5 look two back, 1 and 2 look at what is left out.
    assert distance(attention, [True, *[False] * 5])[0, 0] == pytest.approx(2)


def test_uniform_attention_looks_a_third_of_the_text_away() -> None:
    size = 90
    uniform = np.full((1, 1, size, size), 1 / size, np.float32)
    assert distance(uniform)[0, 0] == pytest.approx((size - 1 / size) / 3, rel=1e-6)


def test_nothing_left_is_not_a_number() -> None:
    attentions = np.zeros((1, 2, 3, 3), np.float32)
    attentions[0, 0, :, 0] = 1  # only [CLS] is looked at
    attentions[0, 1, :, 1] = 1
    found = distance(attentions, [True, False, False])
    assert math.isnan(found[0, 0]) and found[0, 1] == pytest.approx(0.5)
    assert np.isnan(distance(attentions, [True] * 3)).all()


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        distance(np.ones((4, 4), np.float32))
    with pytest.raises(ValueError, match="special"):
        distance(drawn(5), [True] * 4)
