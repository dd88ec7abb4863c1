"""The vocabulary as ranked candidates, against the trace's own candidates and plain sorting."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core import Bert
from bert_core.measures.ranked_pieces import best_ids, rank_of, ranking, shares
from tests.bert_core.conftest import SMALL
from tests.bert_core.measures.changes import PAIR


def test_shares_and_entropy() -> None:
    p, entropy = shares(np.log(np.array([0.5, 0.25, 0.25], np.float32)))
    np.testing.assert_allclose(p, [0.5, 0.25, 0.25], rtol=1e-6)
    assert entropy == pytest.approx(1.5 * np.log(2), rel=1e-6)
    assert shares(np.array([0, 200], np.float32))[1] == pytest.approx(0, abs=1e-12)
    assert shares(np.zeros(8, np.float32))[1] == pytest.approx(np.log(8))


def test_of_equals_the_lower_id_comes_first() -> None:
    logits = np.array([1, 3, 2, 3, 2, 0], np.float32)
    assert best_ids(logits, 4).tolist() == [1, 3, 2, 4]
    assert best_ids(logits, 100).tolist() == [1, 3, 2, 4, 0, 5]
    assert [rank_of(logits, token_id) for token_id in range(6)] == [5, 1, 3, 2, 4, 6]


def test_the_ranking_of_a_mask(bert: Bert) -> None:
    trace = bert.trace(*PAIR)
    found, candidates = ranking(trace, 5), trace.candidates(5, SMALL.vocab_size).candidates
    best = found.best(SMALL.vocab_size)
    assert [(one.piece, one.id, one.probability) for one in best] == candidates
    assert [one.rank for one in best] == list(range(1, SMALL.vocab_size + 1))
    assert found.best(3, after=4) == best[4:7]
    assert all(found.of(one.id) == one for one in best) and found.position == 5
    assert not found.ranks.flags.writeable
    with pytest.raises(IndexError, match="id -1"):
        found.of(-1)


def test_search(bert: Bert) -> None:
    found = ranking(bert.trace(*PAIR), 5)
    of_it = found.search(" IT ")
    assert [one.piece for one in of_it] == ["it"]
    with_a = found.search("a")
    assert with_a[0].piece == "a"
    assert {one.piece for one in with_a} == {piece for piece in bert.vocabulary if "a" in piece.casefold()}
    assert [one.rank for one in with_a[1:]] == sorted(one.rank for one in with_a[1:])
    assert found.search("a", 3) == with_a[:3]
    assert found.search("  ") == [] == found.search("nowhere")


def test_without_a_prediction(bert: Bert) -> None:
    with pytest.raises(KeyError, match="not masked"):
        ranking(bert.trace(*PAIR), 2)
