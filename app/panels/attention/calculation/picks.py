"""Which query and which key are worked out: what is pointed at, else what is pinned, else a sensible choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.selection import Hover, Selection
from app.translation import tr
from app.views.piece_text import isolated
from bert_core.trace import Floats, Token


@dataclass(frozen=True)
class Picks:
    """query and key are positions; rest_key is the key without what is pointed at; `words` say how they came about."""

    query: int
    key: int
    rest_key: int
    words: str


def default_piece(tokens: Sequence[Token], masked: Sequence[int]) -> int:
    """The first masked piece, or the first of all, [CLS]."""
    return masked[0] if masked else 0


def picks(
    weights: Floats, tokens: Sequence[Token], masked: Sequence[int], selection: Selection, hover: Hover
) -> Picks:
    """From weights [S, S] of S tokens; positions outside the text count for nothing."""

    def inside(position: int | None) -> int | None:
        return position if position is not None and position < len(tokens) else None

    first = default_piece(tokens, masked)
    pinned_query, pinned_key = inside(selection.query), inside(selection.key)
    query = next(p for p in (inside(hover.query), pinned_query, first) if p is not None)
    strongest = int(np.argmax(weights[query]))
    rest_key = strongest if pinned_key is None else pinned_key
    pointed = inside(hover.key)
    words = _words(
        None if pinned_query is None else tokens[pinned_query],
        None if pinned_key is None else tokens[pinned_key],
        tokens[first],
        bool(masked),
    )
    return Picks(query, rest_key if pointed is None else pointed, rest_key, words)


def _words(query: Token | None, key: Token | None, first: Token, masked: bool) -> str:
    ordinary = tr("the first masked piece") if masked else isolated(first.text)
    if query is not None and key is not None:
        return tr(
            "Pinned: ‘{query}’ → ‘{key}’. Esc lets go.", query=isolated(query.text), key=isolated(key.text)
        )
    if query is not None:
        return tr("Pinned: ‘{query}’, with the key it attends to most.", query=isolated(query.text))
    if key is not None:
        return tr("Pinned as key: ‘{key}’; the query is {piece}.", key=isolated(key.text), piece=ordinary)
    return tr("Nothing is pinned: {piece}, with the key it attends to most.", piece=ordinary)
