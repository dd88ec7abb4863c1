"""One head's map as a person wants it: pieces or words, with the special ones or without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.word_attention import merge_words, without_special, word_places
from bert_core.trace import Floats, Token

Special = Literal["shown", "left-out", "renormalised"]


@dataclass(frozen=True)
class HeadOptions:
    """How a head is shown.

    words    words instead of pieces: the sum over the pieces looked at, the mean over those that look
    special  the special pieces stay, go, or go and each row is divided by what is left of it
    bars     what each column receives, as bars under the map
    """

    words: bool = False
    special: Special = "shown"
    bars: bool = True


@dataclass(frozen=True, eq=False)
class HeadView:
    """What is drawn of the S pieces: N rows and as many columns, of which each stands for one piece or more.

    values  float32 [N, N]
    tokens  N, where a row is a word: its pieces written as one
    groups  the pieces of each row
    place   int [S], the row of each piece; -1 where it is left out
    kept    float32 [N], how much of each row's weight is on what is shown, before rows are divided by that
    even    float32 [N], what each column would receive from rows that spread over all pieces alike
    signed  it is a difference; then `kept` is of what is now
    """

    values: Floats
    tokens: tuple[Token, ...]
    groups: tuple[tuple[int, ...], ...]
    place: NDArray[np.intp]
    kept: Floats
    even: Floats
    options: HeadOptions
    signed: bool = False

    @property
    def whole(self) -> bool:
        """Whether the rows are shares of a whole: all there is, or divided by what is left."""
        return self.options.special != "left-out" or bool(self.kept.min(initial=1.0) > _ALL)

    @property
    def received(self) -> Floats:
        """What each column receives on average over the rows: float32 [N]."""
        mean: Floats = self.values.mean(axis=0)
        return mean

    def rows_of(self, pieces: Iterable[int]) -> tuple[int, ...]:
        """The rows in which pieces are, each once, in the order of the pieces."""
        found = (int(self.place[piece]) for piece in pieces if 0 <= piece < len(self.place))
        return tuple(dict.fromkeys(row for row in found if row >= 0))

    def row_of(self, piece: int | None) -> int | None:
        """The row in which a piece is; None where there is none."""
        return None if piece is None else next(iter(self.rows_of((piece,))), None)

    def pieces_of(self, rows: Iterable[int]) -> tuple[int, ...]:
        """The pieces of rows, in the order of the rows."""
        return tuple(piece for row in rows for piece in self.groups[row])


_ALL = 1 - 1e-4  # of a row's weight: rows of float32 sum to 1 no better


def head_view(
    weights: Floats, tokens: Sequence[Token], options: HeadOptions, before: Floats | None = None
) -> HeadView | None:
    """What is to be drawn of weights float32 [S, S]; None where nothing is left.

    before  weights to be taken away: both are merged, cut and divided by themselves, and pieces belong to the words
            that they belong to in `tokens`

    Words are merged first, and special ones left out of what comes of it (each is a word of its own).
    """
    tokens = tuple(tokens)
    places = word_places([token.word for token in tokens]) if options.words else np.arange(len(tokens))
    groups: list[list[int]] = [[] for _ in range(int(places.max(initial=-1)) + 1)]
    for piece, row in enumerate(places.tolist()):
        groups[row].append(piece)
    special = np.array([tokens[pieces[0]].special for pieces in groups], dtype=bool)
    without = options.special != "shown"
    kept_rows = np.flatnonzero(~special) if without else np.arange(len(groups))
    if not len(kept_rows):
        return None
    place = np.full(len(groups), -1, dtype=np.intp)
    place[kept_rows] = np.arange(len(kept_rows))
    values, kept = _worked(weights, tokens, special, options)
    if before is not None:
        values = values - _worked(before, tokens, special, options)[0]
    shown = [groups[row] for row in kept_rows]
    sizes = np.array([len(pieces) for pieces in shown], dtype=np.float32)
    whole = sizes.sum() if options.special == "renormalised" else len(tokens)
    return HeadView(
        values=values,
        tokens=tuple(word_of([tokens[piece] for piece in pieces]) for pieces in shown),
        groups=tuple(tuple(pieces) for pieces in shown),
        place=place[places],
        kept=kept,
        even=(sizes / np.float32(whole)).astype(np.float32),
        options=options,
        signed=before is not None,
    )


def word_of(pieces: Sequence[Token]) -> Token:
    """The pieces of a word as one: their text without the marks of a continuation, from the first to the last."""
    first = pieces[0]
    if len(pieces) == 1:
        return first
    text = first.text + "".join(piece.text.removeprefix("##") for piece in pieces[1:])
    return replace(first, text=text, end=pieces[-1].end)


def _worked(
    weights: Floats, tokens: Sequence[Token], special: NDArray[np.bool_], options: HeadOptions
) -> tuple[Floats, Floats]:
    """The map [N, N], and how much of each row is on it [N]."""
    values: Floats = weights
    if options.words:
        values = np.asarray(merge_words(weights, [token.word for token in tokens]), dtype=np.float32)
    if options.special == "shown":
        return values, values.sum(axis=1)
    left = np.asarray(without_special(values, special, renormalise=False), dtype=np.float32)
    kept: Floats = left.sum(axis=1)
    if options.special == "renormalised":
        left = np.asarray(without_special(values, special, renormalise=True), dtype=np.float32)
    return left, kept
