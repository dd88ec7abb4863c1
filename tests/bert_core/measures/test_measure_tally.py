"""The tally against the mean of the single measures."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bert_core.measures.attention_distance import distance
from bert_core.measures.attention_entropy import entropy
from bert_core.measures.head_similarity import similarity
from bert_core.measures.measure_tally import MeasureTally
from bert_core.measures.separator_weight import separator_share
from bert_core.trace import Token


def made(size: int, bare: bool = False) -> tuple[Token, ...]:
    texts = ["x"] * size if bare else ["[CLS]", *["x"] * (size - 2), "[SEP]"]
    return tuple(Token(text, 0, 0, 0, 0, place, text.startswith("[")) for place, text in enumerate(texts))


def drawn(size: int, heads: int = 3, seed: int = 0) -> NDArray[np.float32]:
    raw = np.random.default_rng(seed).gamma(0.3, size=(2, heads, size, size))
    return (raw / raw.sum(-1, keepdims=True)).astype(np.float32)


TEXTS = [(drawn(size, seed=size), made(size)) for size in (5, 12, 9)]


def test_is_the_mean_over_texts_of_any_length() -> None:
    tally = MeasureTally()
    for attentions, tokens in TEXTS:
        tally.add(attentions, tokens)
    assert tally.texts == 3

    def mean(measure) -> NDArray[np.float64]:
        return sum(measure(attentions, tokens) for attentions, tokens in TEXTS) / 3

    np.testing.assert_allclose(tally.entropy(), mean(lambda a, _: entropy(a)))
    np.testing.assert_allclose(tally.distance(), mean(lambda a, _: distance(a)))
    inner = mean(lambda a, tokens: distance(a, [token.special for token in tokens]))
    np.testing.assert_allclose(tally.distance(specials=False), inner)
    np.testing.assert_allclose(tally.separator_share(), mean(separator_share))
    np.testing.assert_allclose(tally.similarity(), mean(lambda a, _: similarity(a)))


def test_a_text_that_has_no_answer_does_not_count_for_it() -> None:
    tally = MeasureTally()
    bare = drawn(4, seed=1)
    tally.add(bare, made(4, bare=True))
    assert np.isnan(tally.separator_share()).all()
    attentions, tokens = TEXTS[0]
    tally.add(attentions, tokens)
    np.testing.assert_allclose(tally.separator_share(), separator_share(attentions, tokens))
    np.testing.assert_allclose(tally.entropy(), (entropy(bare) + entropy(attentions)) / 2)


def test_a_head_without_an_answer_leaves_the_others_theirs() -> None:
    """Of one head nothing is left between the words of the first text."""
    attentions = drawn(5)
    attentions[0, 1] = 0
    attentions[0, 1, :, 0] = 1
    tally = MeasureTally()
    tally.add(attentions, made(5))
    assert np.argwhere(np.isnan(tally.distance(specials=False))).tolist() == [[0, 1]]
    other, tokens = TEXTS[1]
    tally.add(other, tokens)
    special = [token.special for token in tokens]
    assert tally.distance(specials=False)[0, 1] == pytest.approx(distance(other, special)[0, 1])


def test_nothing_of_a_text_is_kept() -> None:
    def held(tally: MeasureTally) -> int:
        arrays = [value for part in vars(tally).values() if isinstance(part, dict) for value in part.values()]
        return sum(array.nbytes for array in arrays)

    tally = MeasureTally()
    tally.add(drawn(4), made(4))
    before = held(tally)
    tally.add(drawn(60), made(60))
    assert held(tally) == before > 0


def test_similarity_can_be_left_out() -> None:
    tally = MeasureTally(with_similarity=False)
    tally.add(*TEXTS[0])
    assert tally.entropy().shape == (2, 3)
    with pytest.raises(ValueError, match="similarity"):
        tally.similarity()


@pytest.mark.parametrize("with_similarity", [True, False])
def test_a_text_that_was_stopped_does_not_count(with_similarity: bool) -> None:
    def check() -> None:
        raise InterruptedError

    tally = MeasureTally(with_similarity=with_similarity)
    tally.add(*TEXTS[0])
    before = tally.entropy()
    with pytest.raises(InterruptedError):
        tally.add(*TEXTS[1], check)
    assert tally.texts == 1
    np.testing.assert_array_equal(tally.entropy(), before)


def test_what_cannot_be_meant_is_refused() -> None:
    tally = MeasureTally()
    with pytest.raises(ValueError, match="no text"):
        tally.entropy()
    with pytest.raises(ValueError, match="tokens"):
        tally.add(drawn(5), made(4))
    tally.add(*TEXTS[0])
    with pytest.raises(ValueError, match="before"):
        tally.add(drawn(5, heads=2), made(5))
    assert tally.texts == 1
