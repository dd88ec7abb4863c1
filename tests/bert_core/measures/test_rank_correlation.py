"""Ranks and their correlations against scipy, ties, constants and gaps included."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from bert_core.measures.rank_correlation import correlation, ranks, spearman


@pytest.mark.parametrize("values", [40, 5, 2])
def test_as_scipy_has_it(values: int) -> None:
    """Few different values make many ties."""
    rows = np.random.default_rng(values).integers(0, values, (6, 30)).astype(np.float32)
    np.testing.assert_array_equal(ranks(rows), rankdata(rows, axis=-1))
    np.testing.assert_allclose(spearman(rows), spearmanr(rows, axis=1).statistic, atol=1e-12)


def test_many_at_once() -> None:
    rows = np.random.default_rng(0).normal(size=(3, 4, 9))
    found = spearman(rows)
    assert found.shape == (3, 4, 4)
    for one, expected in zip(found, rows, strict=True):
        np.testing.assert_allclose(one, spearmanr(expected, axis=1).statistic, atol=1e-12)


def test_the_same_order_and_the_reverse() -> None:
    rows = np.array([[1.0, 2, 3, 4], [1, 10, 100, 1000], [4, 3, 2, 1]])
    np.testing.assert_allclose(spearman(rows), [[1, 1, -1], [1, 1, -1], [-1, -1, 1]])


def test_what_is_constant_or_not_known_is_like_nothing() -> None:
    rows = np.array([[1.0, 2, 3], [5, 5, 5], [1, np.nan, 2]])
    found = spearman(rows)
    assert found[0, 0] == pytest.approx(1) and np.isnan(found[1:]).all() and np.isnan(found[:, 1:]).all()
    assert np.isnan(ranks(rows)[2]).all() and ranks(rows)[1].tolist() == [2, 2, 2]


def test_a_constant_whose_mean_is_a_hair_off() -> None:
    constant = np.full(337, 2.749)
    assert np.ptp(constant - constant.mean()) == 0 and (constant - constant.mean()).any()
    assert np.isnan(correlation(np.stack([np.arange(337.0), constant]))[0, 1])
