"""What is drawn of a head, against plain loops over the definitions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.panels.attention.head_view import HeadOptions, Special, head_view, word_of
from bert_core.trace import Floats, Token
from tests.app.fakes import fake_tokens

WORDS = (("[CLS]",), ("un", "##believ", "##able"), ("cat",), ("[SEP]",), ("na", "##ps"), (".",), ("[SEP]",))


def pieces() -> tuple[Token, ...]:
    """She has seven words, two of them of several pieces: 10 pieces, B begins at the fifth word."""
    made: list[Token] = []
    for word, texts in enumerate(WORDS):
        for n, text in enumerate(texts):
            special = text in ("[CLS]", "[SEP]")
            made.append(Token(text, len(made), int(word > 3), n, n + 1, word, special))
    return tuple(made)


def weights(size: int, seed: int = 3) -> Floats:
    values = np.random.default_rng(seed).random((size, size), dtype=np.float32) ** 3
    return values / values.sum(-1, keepdims=True)


def by_loops(values: Floats, tokens: tuple[Token, ...], options: HeadOptions) -> np.ndarray:
    """Words by Clark et al. 2019, then without the special ones, then divided by what is left."""
    groups: list[list[int]] = []
    for at, token in enumerate(tokens):
        if options.words and at and tokens[at - 1].word == token.word:
            groups[-1].append(at)
        else:
            groups.append([at])
    if options.special != "shown":
        groups = [group for group in groups if not tokens[group[0]].special]
    table = np.zeros((len(groups), len(groups)))
    for row, queries in enumerate(groups):
        for column, keys in enumerate(groups):
            table[row, column] = sum(float(values[i, j]) for i in queries for j in keys) / len(queries)
        if options.special == "renormalised":
            table[row] /= table[row].sum()
    return table


@pytest.mark.parametrize("words", [False, True])
@pytest.mark.parametrize("special", ["shown", "left-out", "renormalised"])
def test_against_loops(words: bool, special: Special) -> None:
    tokens, options = pieces(), HeadOptions(words, special)
    values, before = weights(len(tokens)), weights(len(tokens), seed=4)
    view = head_view(values, tokens, options)
    assert view is not None
    expected = by_loops(values, tokens, options)
    np.testing.assert_allclose(view.values, expected, atol=1e-6)
    np.testing.assert_allclose(view.received, expected.mean(axis=0), atol=1e-6)
    kept = by_loops(values, tokens, replace(options, special="shown" if special == "shown" else "left-out"))
    np.testing.assert_allclose(view.kept, kept.sum(axis=1), atol=1e-6)
    assert view.whole == (special != "left-out")
    difference = head_view(values, tokens, options, before)
    assert difference is not None and difference.signed
    np.testing.assert_allclose(difference.values, expected - by_loops(before, tokens, options), atol=1e-6)


@pytest.mark.parametrize("words", [False, True])
@pytest.mark.parametrize("special", ["shown", "left-out", "renormalised"])
def test_the_even_share_is_what_even_rows_give(words: bool, special: Special) -> None:
    tokens = pieces()
    even = np.full((len(tokens), len(tokens)), 1 / len(tokens), dtype=np.float32)
    view = head_view(even, tokens, HeadOptions(words, special))
    assert view is not None
    np.testing.assert_allclose(view.received, view.even, atol=1e-6)


def test_words_are_written_as_one_and_keep_their_segment() -> None:
    tokens = pieces()
    view = head_view(weights(len(tokens)), tokens, HeadOptions(words=True))
    assert view is not None
    assert [token.text for token in view.tokens] == [
        "[CLS]", "unbelievable", "cat", "[SEP]", "naps", ".", "[SEP]",
    ]  # fmt: skip
    assert [token.segment for token in view.tokens] == [0, 0, 0, 0, 1, 1, 1]
    assert view.groups == ((0,), (1, 2, 3), (4,), (5,), (6, 7), (8,), (9,))
    assert (view.tokens[1].start, view.tokens[1].end) == (0, 3)
    assert word_of(tokens[6:8]).text == "naps" and word_of(tokens[4:5]) is tokens[4]


def test_rows_and_pieces_lead_to_each_other() -> None:
    tokens = pieces()
    view = head_view(weights(len(tokens)), tokens, HeadOptions(True, "left-out"))
    assert view is not None
    assert view.rows_of((2, 1, 6)) == (0, 2), "two pieces of one word are one row"
    assert view.rows_of((0, 5, 400, -1)) == ()
    assert view.row_of(7) == 2 and view.row_of(0) is None and view.row_of(None) is None
    assert view.pieces_of((2, 0)) == (6, 7, 1, 2, 3)


def test_nothing_is_left_of_special_pieces_alone() -> None:
    tokens = tuple(token for token in fake_tokens() if token.special)
    assert head_view(weights(len(tokens)), tokens, HeadOptions(special="left-out")) is None


def test_a_row_of_which_nothing_is_left_stays_empty() -> None:
    tokens = pieces()
    values = weights(len(tokens))
    values[4] = 0
    values[4, 0] = 1
    view = head_view(values, tokens, HeadOptions(special="renormalised"))
    assert view is not None
    row = view.row_of(4)
    assert row is not None and view.values[row].sum() == 0 and view.kept[row] == 0
    assert np.isfinite(view.values).all()


def test_nothing_to_leave_out_leaves_rows_whole() -> None:
    tokens = tuple(replace(token, special=False) for token in pieces())
    view = head_view(weights(len(tokens)), tokens, HeadOptions(special="left-out"))
    assert view is not None and view.whole
