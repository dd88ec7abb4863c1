"""Similarity of heads against plain loops and torch's divergences, and the map against known distances."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from bert_core.measures import head_similarity
from bert_core.measures.head_similarity import head_map, similarity, similarity_in_steps


def drawn(size: int, layers: int = 2, heads: int = 3, seed: int = 0) -> NDArray[np.float32]:
    raw = np.random.default_rng(seed).gamma(0.3, size=(layers, heads, size, size))
    raw[0, 0] = np.eye(size)  # with zeros: 0 ln 0 = 0
    return (raw / raw.sum(-1, keepdims=True)).astype(np.float32)


def slowly(p: list[float], q: list[float]) -> float:
    """By the definition with relative entropies: (KL(p || m) + KL(q || m)) / 2."""
    total = 0.0
    for a, b in zip(p, q, strict=True):
        total += sum(x * math.log(2 * x / (a + b)) for x in (a, b) if x > 0) / 2
    return total


@pytest.mark.parametrize("size", [1, 2, 7])
def test_agrees_with_plain_loops(size: int) -> None:
    attentions = drawn(size)
    found = similarity(attentions)
    assert found.shape == (6, 6) and found.dtype == np.float64
    for a in range(6):
        for b in range(6):
            pairs = zip(attentions[divmod(a, 3)].tolist(), attentions[divmod(b, 3)].tolist(), strict=True)
            expected = sum(slowly(p, q) for p, q in pairs) / size
            assert found[a, b] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("block", [1, 2**17], ids=["a query at a time", "as it comes"])
def test_agrees_with_torch_however_it_is_cut(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head_similarity, "_BLOCK", block)
    attentions = drawn(150, layers=3, heads=4)
    rows = torch.from_numpy(attentions.reshape(12, 150, 150)).double()
    p, q = rows[:, None], rows[None]
    logs = ((p + q) / 2).log().nan_to_num(neginf=0.0)
    divergence = (torch.special.xlogy(p, p) + torch.special.xlogy(q, q) - (p + q) * logs) / 2
    np.testing.assert_allclose(similarity(attentions), divergence.sum(-1).mean(-1), atol=1e-6)


def test_goes_in_steps_of_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    attentions = drawn(12)
    monkeypatch.setattr(head_similarity, "_BLOCK", 12 * 6 * 5)  # five queries at a time
    steps = similarity_in_steps(attentions)
    assert [next(steps) for _ in range(3)] == [None] * 3
    with pytest.raises(StopIteration) as end:
        next(steps)
    np.testing.assert_array_equal(end.value.value, similarity(attentions))


def test_is_symmetric_within_bounds_and_nothing_from_itself() -> None:
    size = 24
    attentions = drawn(size, layers=3, heads=4)
    attentions[1, 1] = attentions[0, 0]  # the same
    attentions[2, 2] = np.roll(np.eye(size), 1, axis=1)  # has nothing in common with looking at oneself
    found = similarity(attentions)
    np.testing.assert_array_equal(found, found.T)
    np.testing.assert_array_equal(found.diagonal(), 0)
    assert found.min() >= 0 and found.max() <= math.log(2)
    assert found[0, 5] == pytest.approx(0, abs=1e-6)
    assert found[0, 10] == pytest.approx(math.log(2), abs=1e-6)


def test_can_be_stopped() -> None:
    def check() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        similarity(drawn(5), check)


def distances(places: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.linalg.norm(places[:, None] - places[None], axis=-1)


def test_places_on_a_plane_are_found_again() -> None:
    places = np.random.default_rng(0).normal(size=(10, 2)) * [3, 1]
    found = head_map(distances(places) ** 2)
    np.testing.assert_allclose(distances(found), distances(places), atol=1e-9)
    np.testing.assert_allclose(found.mean(0), 0, atol=1e-9)
    assert found[:, 0].var() > found[:, 1].var()


def test_signs_do_not_depend_on_chance() -> None:
    divergences = similarity(drawn(20, layers=4, heads=4))
    found = head_map(divergences)
    for axis in (0, 1):
        column = found[:, axis]
        assert column[np.abs(column).argmax()] > 0
    shuffle = np.random.default_rng(0).permutation(16)
    np.testing.assert_allclose(head_map(divergences[np.ix_(shuffle, shuffle)]), found[shuffle], atol=1e-8)


def test_the_divergences_are_those_of_a_euclidean_space() -> None:
    divergences = similarity(drawn(30, layers=4, heads=4))
    centring = np.eye(16) - 1 / 16
    assert np.linalg.eigvalsh(-centring @ divergences @ centring / 2).min() > -1e-6


def test_few_heads_have_places_too() -> None:
    np.testing.assert_array_equal(head_map(np.zeros((1, 1))), [[0, 0]])
    np.testing.assert_allclose(head_map(np.array([[0, 0.49], [0.49, 0]])), [[0.35, 0], [-0.35, 0]], atol=1e-8)
    np.testing.assert_array_equal(head_map(np.zeros((5, 5))), np.zeros((5, 2)))


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        similarity(np.ones((3, 4, 4), np.float32))
    with pytest.raises(ValueError, match="expected"):
        head_map(np.zeros((3, 2)))
