"""Where pieces have gone after an edit: by their characters, not by their number."""

from __future__ import annotations

import pytest

from bert_core.following import follow_pieces, unchanged_ends
from bert_core.tokenization import Tokenizer


@pytest.mark.parametrize(
    ("old", "new", "ends"),
    [
        ("", "", (0, 0)),
        ("abc", "abc", (3, 0)),
        ("abc", "abxc", (2, 1)),
        ("abc", "", (0, 0)),
        ("aaa", "aaaa", (3, 0)),
        ("ab ab", "ab", (2, 0)),
        ("xay", "xby", (1, 1)),
        ("a😀b", "a😁b", (1, 1)),
        ("\ud83da", "\ud83db", (1, 0)),
    ],
)
def test_unchanged_ends(old: str, new: str, ends: tuple[int, int]) -> None:
    assert unchanged_ends(old, new) == ends


def test_a_long_text() -> None:
    text = "word " * 500_000
    assert unchanged_ends(text, text + "!") == (len(text), 0)
    assert unchanged_ends("!" + text, text) == (0, len(text))


def follow(
    tokenizer: Tokenizer, old: tuple[str, str], new: tuple[str, str]
) -> tuple[list[str], list[str], dict[int, int]]:
    before, after = (tokenizer.encode(a, b or None).tokens for a, b in (old, new))
    return [t.text for t in before], [t.text for t in after], follow_pieces(before, after, old, new)


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        (("the man went", ""), ("a the man went", ""), []),
        (("the man went", ""), ("the man went to", ""), []),
        (("the man went", ""), ("the store", ""), ["man", "went"]),
        (("the man", ""), ("the man", "he went"), []),
        (("the man", "he went"), ("the man", "he bought it"), ["went"]),
        (("the man", "he went"), ("man", "he went"), ["the"]),
        (("the 😀 man 我", ""), ("😀 the 😀 man 我", ""), []),
        (("the \ud83d man", ""), ("a the \ud83d man", ""), []),
        (("flightless birds", ""), ("flight birds", ""), ["##less"]),
        (("flight birds", ""), ("flightless birds", ""), []),
    ],
)
def test_pieces_keep_their_characters(
    tokenizer: Tokenizer, old: tuple[str, str], new: tuple[str, str], gone: list[str]
) -> None:
    before, after, moved = follow(tokenizer, old, new)
    assert [before[p] for p in range(len(before)) if p not in moved and before[p] != "[SEP]"] == gone
    for position, place in moved.items():
        assert after[place] == before[position]
    assert len(set(moved.values())) == len(moved)


def test_a_letter_within_a_piece_takes_it_away(tokenizer: Tokenizer) -> None:
    before, _, moved = follow(tokenizer, ("the store", ""), ("the stoore", ""))
    assert before.index("store") not in moved


def test_specials_follow_their_order(tokenizer: Tokenizer) -> None:
    _, _, moved = follow(tokenizer, ("the man", "he went"), ("", "he"))
    assert moved == {0: 0, 3: 1, 4: 2, 6: 3}
    _, _, moved = follow(tokenizer, ("the man", "he went"), ("the man", ""))
    assert 6 not in moved and moved[3] == 3
