"""The average over all heads equals numpy's."""

from __future__ import annotations

import numpy as np

from bert_core.measures.mean_attention import mean_attention


def test_equals_the_mean_over_both_axes() -> None:
    raw = np.random.default_rng(0).random((3, 5, 7, 7)).astype(np.float32)
    attentions = raw / raw.sum(axis=-1, keepdims=True)
    averaged = mean_attention(attentions)
    assert averaged.dtype == np.float32
    np.testing.assert_allclose(averaged, attentions.astype(np.float64).mean(axis=(0, 1)), atol=1e-6)
    np.testing.assert_allclose(averaged.sum(axis=-1), 1, atol=1e-5)
