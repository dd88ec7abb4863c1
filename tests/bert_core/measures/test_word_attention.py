"""Word attention against plain loops, and without special pieces."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core.measures.word_attention import merge_words, without_special, word_places


def drawn(size: int, layers: int = 2, heads: int = 3, seed: int = 0) -> np.ndarray:
    raw = np.random.default_rng(seed).gamma(0.3, size=(layers, heads, size, size))
    return (raw / raw.sum(-1, keepdims=True)).astype(np.float32)


def slowly(rows: np.ndarray, words: list[int]) -> list[list[float]]:
    order = list(dict.fromkeys(words))
    pieces = {word: [place for place, own in enumerate(words) if own == word] for word in order}
    return [
        [
            sum(float(rows[i, j]) for i in pieces[query] for j in pieces[key]) / len(pieces[query])
            for key in order
        ]
        for query in order
    ]


SPLIT = [0, 1, 1, 1, 2, 3, 3, 4]
APART = [7, -2, 7, 5, 5, -2, 9, 7]  # any integers, a word's pieces not together


@pytest.mark.parametrize(
    "words", [SPLIT, APART, list(range(8)), [3] * 8], ids=["split", "apart", "all", "one"]
)
def test_agrees_with_plain_loops(words: list[int]) -> None:
    attentions = drawn(8)
    found = merge_words(attentions, words)
    count = len(set(words))
    assert found.shape == (2, 3, count, count) and found.dtype == np.float32
    for layer in range(2):
        for head in range(3):
            np.testing.assert_allclose(found[layer, head], slowly(attentions[layer, head], words), atol=1e-6)
    np.testing.assert_allclose(found.sum(-1), 1, atol=1e-6)


def test_a_single_map_is_merged_alike() -> None:
    attentions = drawn(8)
    single = merge_words(attentions[1, 2], SPLIT)
    np.testing.assert_array_equal(single, merge_words(attentions, SPLIT)[1, 2])


def test_by_hand() -> None:
    rows = np.array([[0.5, 0.2, 0.3], [0.1, 0.6, 0.3], [0.3, 0.0, 0.7]])
    found = merge_words(rows, [0, 0, 1])
    np.testing.assert_allclose(found, [[(0.7 + 0.7) / 2, 0.3], [0.3, 0.7]])
    assert found.dtype == np.float64


def test_nothing_is_shared_with_or_written_to_what_was_given() -> None:
    attentions = drawn(8)
    attentions.flags.writeable = False
    before = attentions.copy()
    for made in (
        merge_words(attentions, list(range(8))),
        merge_words(attentions, SPLIT),
        without_special(attentions, [False] * 8, renormalise=True),
        without_special(attentions, [False] * 8, renormalise=False),
    ):
        assert not np.shares_memory(made, attentions)
        assert made.flags.writeable
    np.testing.assert_array_equal(attentions, before)


def test_words_are_numbered_as_they_appear() -> None:
    assert word_places(APART).tolist() == [0, 1, 0, 2, 2, 1, 3, 0]


def test_special_pieces_are_taken_out() -> None:
    attentions = drawn(6)
    special = [True, False, False, True, False, True]
    kept = [1, 2, 4]
    plain = without_special(attentions, special, renormalise=False)
    rows = without_special(attentions, np.array(special), renormalise=True)
    for a, i in enumerate(kept):
        mass = attentions[0, 0, i, kept].sum()
        for b, j in enumerate(kept):
            assert plain[0, 0, a, b] == attentions[0, 0, i, j]
            assert rows[0, 0, a, b] == pytest.approx(attentions[0, 0, i, j] / mass, rel=1e-5)
    np.testing.assert_allclose(rows.sum(-1), 1, atol=1e-6)
    np.testing.assert_array_equal(without_special(attentions[1, 1], special, False), plain[1, 1])


def test_a_row_of_which_nothing_is_left_stays_zero() -> None:
    rows = np.array([[1.0, 0, 0], [1, 0, 0], [0.2, 0.2, 0.6]])
    found = without_special(rows, [True, False, False], renormalise=True)
    np.testing.assert_allclose(found, [[0, 0], [0.25, 0.75]])


def test_no_piece_may_be_left() -> None:
    assert without_special(drawn(3), [True] * 3, renormalise=True).shape == (2, 3, 0, 0)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        merge_words(drawn(5), [0, 1, 2, 3])
    with pytest.raises(ValueError, match="expected"):
        without_special(drawn(5), [True], renormalise=False)
    with pytest.raises(ValueError, match="expected"):
        merge_words(np.ones(3), [0, 1, 2])
