"""Entropy against a plain loop and torch, and where it is known beforehand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from bert_core.measures.attention_entropy import entropy


def drawn(size: int, seed: int = 0) -> np.ndarray:
    raw = np.random.default_rng(seed).gamma(0.3, size=(2, 3, size, size))
    raw[0, 0] = np.eye(size)
    return (raw / raw.sum(-1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("size", [1, 2, 9, 70])
def test_agrees_with_a_plain_loop(size: int) -> None:
    attentions = drawn(size)
    found = entropy(attentions)
    assert found.dtype == np.float64 and found.shape == (2, 3)
    for layer in range(2):
        for head in range(3):
            rows = attentions[layer, head].tolist()
            expected = -sum(a * math.log(a) for row in rows for a in row if a > 0) / size
            assert found[layer, head] == pytest.approx(expected, abs=1e-6)


def test_agrees_with_torch_on_a_softmax() -> None:
    logits = torch.randn(4, 4, 40, 40, generator=torch.Generator().manual_seed(0)) * 3
    expected = torch.distributions.Categorical(logits=logits.double()).entropy().mean(-1)
    np.testing.assert_allclose(entropy(torch.softmax(logits, -1).numpy()), expected, atol=1e-6)


def test_uniform_rows_give_ln_s_and_certain_rows_nothing() -> None:
    uniform = np.full((1, 1, 128, 128), 1 / 128, np.float32)
    assert entropy(uniform)[0, 0] == pytest.approx(math.log(128), abs=1e-6)
    certain = np.zeros((1, 1, 6, 6), np.float32)
    certain[..., 2] = 1
    found = entropy(certain)[0, 0]
    assert found == 0 and not np.signbit(found)


def test_float64_is_computed_in_float64() -> None:
    raw = np.random.default_rng(1).random((1, 1, 50, 50))
    rows = raw / raw.sum(-1, keepdims=True)
    assert entropy(rows)[0, 0] == pytest.approx(-(rows * np.log(rows)).sum() / 50, abs=1e-13)


def test_reads_a_read_only_array_and_leaves_it_as_it_is() -> None:
    attentions = drawn(5)
    before = attentions.copy()
    attentions.flags.writeable = False
    entropy(attentions)
    np.testing.assert_array_equal(attentions, before)


def test_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        entropy(np.ones((3, 4, 4), np.float32))
