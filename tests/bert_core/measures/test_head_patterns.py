"""Head patterns against plain loops, and on attention made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from bert_core.measures.head_patterns import THRESHOLDS, Pattern, PatternTally, evidence, patterns
from bert_core.trace import Token

PAIR = [
    "[CLS]",
    "the",
    "cat",
    "saw",
    "the",
    "dog",
    ".",
    "[SEP]",
    "it",
    "ran",
    ",",
    "the",
    "dog",
    "did",
    "[SEP]",
]


def made(texts: list[str]) -> tuple[Token, ...]:
    """Tokens with these texts; what follows the first [SEP] is segment 1."""
    first = texts.index("[SEP]") if "[SEP]" in texts else len(texts)
    return tuple(
        Token(text, 0, int(place > first), 0, 0, place, text in ("[CLS]", "[SEP]"))
        for place, text in enumerate(texts)
    )


def drawn(size: int, layers: int = 3, heads: int = 4, seed: int = 0) -> NDArray[np.float32]:
    raw = np.random.default_rng(seed).gamma(0.3, size=(layers, heads, size, size))
    raw[0, 0] = np.eye(size)  # with zeros: 0 ln 0 = 0
    return (raw / raw.sum(-1, keepdims=True)).astype(np.float32)


def slowly(rows: list[list[float]], tokens: tuple[Token, ...]) -> dict[str, float]:
    """One head's evidence, by the definitions in FORMULAS, a weight at a time."""
    size = len(rows)
    places = range(size)

    def mean(pairs) -> float:
        return sum(rows[i][j] for i, j in pairs) / size

    def to(texts: str) -> float:
        keys = [j for j in places if tokens[j].text in texts.split()]
        return mean((i, j) for i in places for j in keys) if keys else math.nan

    def beyond(keys_of) -> float:
        differences = [
            sum(rows[i][j] for j in keys) - len(keys) / size for i in places if (keys := keys_of(i))
        ]
        return sum(differences) / len(differences) if differences else math.nan

    def twins(i: int) -> list[int]:
        text = tokens[i].text
        return [j for j in places if j != i and tokens[j].text == text and not text.startswith("[")]

    entropy = sum(-a * math.log(a) for row in rows for a in row if a > 0) / size
    one_segment = len({token.segment for token in tokens}) == 1
    return {
        "previous token": mean((i, i - 1) for i in places if i > 0),
        "next token": mean((i, i + 1) for i in places if i + 1 < size),
        "[CLS]": to("[CLS]"),
        "[SEP]": to("[SEP]"),
        "punctuation": to(". ,"),
        "diagonal": mean((i, j) for i in places for j in places if abs(i - j) <= 1),
        "same word": beyond(twins),
        "broad": entropy / math.log(size),
        "vertical": max(mean((i, j) for i in places) for j in places),
        "block": math.nan
        if one_segment
        else beyond(lambda i: [j for j in places if tokens[j].segment == tokens[i].segment]),
    }


@pytest.mark.parametrize(
    "texts", [PAIR, ["[CLS]", "a", "cat", "sat", "[SEP]"], PAIR * 4], ids=["pair", "one", "long"]
)
def test_agrees_with_plain_loops(texts: list[str]) -> None:
    tokens, attentions = made(texts), drawn(len(texts))
    found = evidence(attentions, tokens)
    assert list(found) == list(THRESHOLDS)
    for layer in range(3):
        for head in range(4):
            expected = slowly(attentions[layer, head].tolist(), tokens)
            for name, value in expected.items():
                assert found[name][layer, head] == pytest.approx(value, abs=1e-5, nan_ok=True), name


def head(*weights: tuple[int, int, float]) -> NDArray[np.float32]:
    """[S, S] for PAIR: these weights (query, key, weight), the rest of each row spread evenly over all other keys."""
    size = len(PAIR)
    made_ = np.zeros((size, size))
    for query, key, weight in weights:
        made_[query, key] += weight
    free = made_ == 0
    rest = (1 - made_.sum(-1, keepdims=True)) / np.maximum(free.sum(-1, keepdims=True), 1)
    return np.where(free, rest, made_).astype(np.float32)


def everywhere(key: int, weight: float) -> list[tuple[int, int, float]]:
    return [(query, key, weight) for query in range(len(PAIR))]


def shifted(offset: int, weight: float) -> list[tuple[int, int, float]]:
    size = len(PAIR)
    return [(i, i + offset, weight) for i in range(size) if 0 <= i + offset < size]


TWINS = [
    (i, [j for j in range(len(PAIR)) if j != i and PAIR[j] == text])
    for i, text in enumerate(PAIR)
    if text in ("the", "dog")
]
SAME = [(i, j, 0.9 / len(keys)) for i, keys in TWINS for j in keys]
OWN = [(i, j, 0.9 / (8 if i < 8 else 7)) for i in range(15) for j in range(15) if (i < 8) == (j < 8)]
BY_HAND = {
    "previous token": head(*shifted(-1, 0.8)),
    "next token": head(*shifted(1, 0.8)),
    "[CLS]": head(*everywhere(0, 0.8)),
    "[SEP]": head(*everywhere(7, 0.4), *everywhere(14, 0.4)),
    "punctuation": head(*everywhere(6, 0.4), *everywhere(10, 0.4)),
    "diagonal": head(*shifted(0, 0.3), *shifted(-1, 0.3), *shifted(1, 0.3)),
    "same word": head(*SAME),
    "broad": head(),
    "vertical": head(*everywhere(2, 0.8)),
    "block": head(*OWN),
}


@pytest.mark.parametrize("name", [name for name in BY_HAND if name != "block"])
def test_a_head_made_for_a_pattern_is_named_by_it(name: str) -> None:
    pattern = patterns(BY_HAND[name][None, None], made(PAIR))[0][0]
    assert pattern.name == name
    assert pattern.evidence > pattern.threshold == THRESHOLDS[name]
    assert pattern.nearest == ""


def test_evidence_can_be_said_beforehand() -> None:
    found = {name: evidence(a[None, None], made(PAIR)) for name, a in BY_HAND.items()}
    assert found["previous token"]["previous token"][0, 0] == pytest.approx(0.8 * 14 / 15, abs=0.01)
    assert found["[SEP]"]["[SEP]"][0, 0] == pytest.approx(0.8)
    assert found["same word"]["same word"][0, 0] == pytest.approx(0.9 - (3 * 2 + 2 * 1) / 5 / 15)
    assert found["broad"]["broad"][0, 0] == pytest.approx(1)
    assert found["broad"]["block"][0, 0] == pytest.approx(0, abs=1e-6)
    assert found["broad"]["same word"][0, 0] == pytest.approx(0, abs=1e-6)
    assert found["block"]["block"][0, 0] == pytest.approx(0.9 - (8 * 8 + 7 * 7) / 15 / 15, abs=1e-6)


def test_a_head_that_shows_several_is_named_by_the_first() -> None:
    first = patterns(BY_HAND["previous token"][None, None], made(PAIR))[0][0]
    assert next(other.name for other in first.others) == "diagonal"
    block = patterns(BY_HAND["block"][None, None], made(PAIR))[0][0]
    assert (block.name, [other.name for other in block.others]) == ("broad", ["block"])
    assert all(other.others == () for other in (*first.others, *block.others))


def test_a_head_that_shows_none_is_mixed_and_says_what_came_nearest() -> None:
    across = [(query, (query + 7) % 15, 0.5) for query in range(15)]  # from one segment to the other, mostly
    attention = head(*everywhere(0, 0.5), *across)
    pattern = patterns(attention[None, None], made(PAIR))[0][0]
    assert (pattern.name, pattern.nearest, pattern.threshold) == ("mixed", "[CLS]", 0.6)
    assert pattern.evidence == pytest.approx(0.5 + 0.5 / 15)
    assert pattern.others == ()


def test_one_shape_a_layer_and_head() -> None:
    found = patterns(drawn(len(PAIR)), made(PAIR))
    assert [len(layer) for layer in found] == [4, 4, 4]
    assert all(isinstance(pattern, Pattern) for layer in found for pattern in layer)


def test_what_a_text_cannot_show_is_not_measured() -> None:
    found = evidence(drawn(4), made(["a", "b", "c", "d"]))
    unknown = {name for name, values in found.items() if np.isnan(values).any()}
    assert unknown == {"[CLS]", "[SEP]", "punctuation", "same word", "block"}
    assert patterns(np.ones((1, 1, 1, 1), np.float32), made(["a"]))[0][0].name == "diagonal"


def test_punctuation_of_any_script_and_within_words_counts() -> None:
    attentions = np.full((1, 1, 5, 5), 0.2, np.float32)
    found = evidence(attentions, made(["。", "##-", "a", "##ing", "$"]))
    assert found["punctuation"][0, 0] == pytest.approx(0.4)


def test_a_tally_is_the_mean_over_the_texts_that_can_show_it() -> None:
    pair, single = made(PAIR), made(["[CLS]", "a", "cat", "sat", "[SEP]"])
    tally = PatternTally()
    tally.add(drawn(15, seed=1), pair)
    tally.add(drawn(15, seed=2), pair)
    tally.add(drawn(5, seed=3), single)
    first, second, third = (
        evidence(drawn(15, seed=1), pair),
        evidence(drawn(15, seed=2), pair),
        evidence(drawn(5, seed=3), single),
    )
    found = tally.evidence()
    for name in ("previous token", "[SEP]", "broad", "vertical"):
        np.testing.assert_allclose(found[name], (first[name] + second[name] + third[name]) / 3)
    for name in ("same word", "block", "punctuation"):
        np.testing.assert_allclose(found[name], (first[name] + second[name]) / 2)
    assert tally.texts == 3


def test_a_tally_of_one_text_names_as_patterns_does() -> None:
    attentions = np.stack(list(BY_HAND.values()))[None]
    tally = PatternTally()
    tally.add(attentions, made(PAIR))
    assert tally.patterns() == patterns(attentions, made(PAIR))


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        patterns(drawn(5), made(PAIR))
    with pytest.raises(ValueError, match="no text"):
        PatternTally().patterns()
    tally = PatternTally()
    tally.add(drawn(15), made(PAIR))
    with pytest.raises(ValueError, match="before"):
        tally.add(drawn(15, heads=2), made(PAIR))
