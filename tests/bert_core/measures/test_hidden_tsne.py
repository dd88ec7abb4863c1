"""t-SNE gives the same for the same states, in the right shape, and keeps two far groups apart."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core.errors import TextError
from bert_core.measures.hidden_tsne import LEAST, perplexity, tsne_steps


def groups() -> np.ndarray:
    random = np.random.default_rng(0)
    found = random.normal(size=(2, 12, 16))
    found[:, 6:] += 20
    return found.astype(np.float32)


def places(states: np.ndarray) -> np.ndarray:
    return np.stack([step() for step in tsne_steps(states)])


def test_it_is_the_same_each_time_centred_and_of_one_size() -> None:
    first, again = places(groups()), places(groups())
    assert first.shape == (2, 12, 2) and first.dtype == np.float32
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(first.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(np.square(first).sum(axis=2).mean(axis=1), 1, rtol=1e-4)


def test_neighbours_stay_neighbours() -> None:
    for layer in places(groups()):
        far = np.linalg.norm(layer[:, None] - layer, axis=-1) + 1e9 * np.eye(12)
        assert ((far.argmin(axis=1) < 6) == (np.arange(12) < 6)).all()


def test_it_takes_some_pieces() -> None:
    assert places(groups()[:1, :LEAST]).shape == (1, LEAST, 2)
    with pytest.raises(TextError, match="4 pieces or more, here are 3"):
        next(tsne_steps(groups()[:, :3]))


def test_equal_pieces_stand_in_one_place() -> None:
    assert not places(np.ones((1, 5, 16), np.float32)).any()


def test_fewer_neighbours_count_among_few_pieces() -> None:
    assert perplexity(4) == 1.0 and perplexity(400) == 30.0
