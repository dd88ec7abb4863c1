"""Which pairs of query and key in a text are of a kind that is looked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.head_patterns import is_punctuation
from bert_core.queries_search import FAR, Pattern
from bert_core.trace import Token

Mask = NDArray[np.bool_]


def wanted_pairs(tokens: Sequence[Token], texts: tuple[str, str | None], pattern: Pattern) -> Mask:
    """Where a query (row) attending to a key (column) is of the kind: bool [S, S].

    previous, next  the key is the neighbour before or behind
    itself          the diagonal
    same word       another place of the same piece
    far             at least FAR pieces away
    [CLS], [SEP]    pieces of that name
    punctuation     pieces that Unicode calls so throughout
    other sentence  the key is in the other text of the pair
    any             all of them

    The [CLS] and [SEP] that were added are neither queries nor keys, unless the kind or the typed words name them.
    A typed word fits all pieces of a word, or a piece as the vocabulary writes it; case does not count.
    """
    size = len(tokens)
    special = np.array([token.special for token in tokens], dtype=np.bool_)
    queries, keys = ~special, ~special
    if pattern.kind in ("[CLS]", "[SEP]"):
        keys = np.array([token.text == pattern.kind for token in tokens], dtype=np.bool_)
    elif pattern.kind == "punctuation":
        keys = keys & np.array([is_punctuation(token.text) for token in tokens], dtype=np.bool_)
    if wanted := _named(pattern.queries):
        queries = _fitting(tokens, texts, wanted)
    if wanted := _named(pattern.keys):
        named = _fitting(tokens, texts, wanted)
        keys = named & (keys | special if pattern.kind not in ("[CLS]", "[SEP]", "punctuation") else keys)
    pairs: Mask = queries[:, None] & keys[None, :]
    places = np.arange(size)
    match pattern.kind:
        case "previous":
            pairs &= places[:, None] - 1 == places
        case "next":
            pairs &= places[:, None] + 1 == places
        case "itself":
            pairs &= places[:, None] == places
        case "far":
            pairs &= np.abs(places[:, None] - places) >= FAR
        case "same word":
            ids = np.array([token.id for token in tokens])
            pairs &= (ids[:, None] == ids) & (places[:, None] != places)
        case "other sentence":
            segments = np.array([token.segment for token in tokens])
            pairs &= segments[:, None] != segments
    return pairs


def words_of(tokens: Sequence[Token], texts: tuple[str, str | None]) -> list[str]:
    """For each piece the word that it is of, as typed but in small letters; of [CLS] and [SEP] their names."""
    ends: dict[int, tuple[int, int]] = {}
    for token in tokens:
        start, end = ends.get(token.word, (token.start, token.end))
        ends[token.word] = min(start, token.start), max(end, token.end)
    found = {}
    for token in tokens:
        if token.word not in found:
            start, end = ends[token.word]
            text = texts[token.segment] or ""
            found[token.word] = (token.text if token.special else text[start:end]).casefold()
    return [found[token.word] for token in tokens]


def _named(typed: str) -> frozenset[str]:
    if typed.strip() == ",":
        return frozenset(",")
    return frozenset(word for part in typed.split(",") if (word := part.strip().casefold()))


def _fitting(tokens: Sequence[Token], texts: tuple[str, str | None], wanted: frozenset[str]) -> Mask:
    words = words_of(tokens, texts)
    fits = (
        word in wanted or token.text.casefold() in wanted for token, word in zip(tokens, words, strict=True)
    )
    return np.fromiter(fits, dtype=np.bool_, count=len(tokens))
