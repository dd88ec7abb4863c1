"""What each head looks at, named, with the numbers that say so; over one text, or over a probe set of texts.

Definitions and most thresholds are those of Clark et al. 2019 (their code divides the mass of all queries by S, and so
do we) and of Kovaleva et al. 2019's classes; "same word" and its threshold are ours. S pieces, L layers, A heads.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.attention_entropy import entropy
from bert_core.measures.attention_sums import Floats, pair_sum
from bert_core.pattern import MIXED, THRESHOLDS, Pattern
from bert_core.trace import Token

_NO_WORDS = frozenset({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"})


def patterns(attentions: NDArray[np.floating], tokens: Sequence[Token]) -> list[list[Pattern]]:
    """What each head shows in one text: [L][A] of Pattern; of many, the first in the order of THRESHOLDS names it.

    attentions float [L, A, S, S], rows (queries) sum to 1; tokens the S pieces. What is to be called a property of the
    head is measured over many texts: see PatternTally. Raises ValueError where the shapes do not fit.
    """
    return named(evidence(attentions, tokens))


class PatternTally:
    """The evidence over a probe set, added up text by text; nothing of a text is kept.

    A head's number is its mean over the texts that can show the pattern: "same word" over those where a piece comes
    twice, "block" over pairs.
    """

    def __init__(self) -> None:
        self.texts = 0
        self._sums: dict[str, Floats] = {}
        self._counts: dict[str, int] = dict.fromkeys(THRESHOLDS, 0)

    def add(self, attentions: NDArray[np.floating], tokens: Sequence[Token]) -> None:
        """One more text of any length, as in `patterns`. Raises ValueError for another number of layers or heads."""
        found = evidence(attentions, tokens)
        heads = attentions.shape[:2]
        if not self._sums:
            self._sums = {name: np.zeros(heads) for name in THRESHOLDS}
        elif self._sums["vertical"].shape != heads:
            raise ValueError(f"layers and heads {heads}, but {self._sums['vertical'].shape} before")
        for name, values in found.items():
            if not np.isnan(values).any():
                self._sums[name] += values
                self._counts[name] += 1
        self.texts += 1

    def evidence(self) -> dict[str, Floats]:
        """Means over the texts, as `evidence` gives them for one. Raises ValueError before the first text."""
        if not self.texts:
            raise ValueError("no text was added")
        return {
            name: total / self._counts[name] if self._counts[name] else np.full_like(total, np.nan)
            for name, total in self._sums.items()
        }

    def patterns(self) -> list[list[Pattern]]:
        """What each head shows over all texts: [L][A] of Pattern. Raises ValueError before the first text."""
        return named(self.evidence())


def evidence(attentions: NDArray[np.floating], tokens: Sequence[Token]) -> dict[str, Floats]:
    """The number behind each pattern of each head: a name of THRESHOLDS, in order -> float64 [L, A].

    previous token, next token  mean attention from a piece to the one before it or after it
    [CLS], [SEP], punctuation   mean attention to these pieces; punctuation is all that Unicode calls so
    diagonal                    the first two and a piece's attention to itself, together
    same word                   mean attention to other places of the same piece, over the queries that have some, less
                                the share of the pieces that these are; [CLS], [SEP] and their like are no words
    broad                       mean entropy of the rows, divided by ln S
    vertical                    the largest mean attention that one piece receives
    block                       mean attention within the own segment, less the share of the pieces that this is

    NaN where the text cannot show a pattern: no such piece, no piece twice, one segment only, one piece only.

    attentions, tokens as in `patterns`. Raises ValueError where the shapes do not fit.
    """
    if attentions.ndim != 4 or attentions.shape[2:] != (len(tokens), len(tokens)) or not len(tokens):
        raise ValueError(f"attentions {attentions.shape} of {len(tokens)} tokens, expected [L, A, S, S]")
    size, unknown = len(tokens), np.full(attentions.shape[:2], np.nan)
    texts = np.array([token.text for token in tokens])
    received = attentions.mean(axis=2, dtype=np.float64)  # [L, A, S]
    itself, before, after = (_offset(attentions, offset) for offset in (0, -1, 1))
    found = {"previous token": before, "next token": after} if size > 1 else {}
    masks = {
        "[CLS]": texts == "[CLS]",
        "[SEP]": texts == "[SEP]",
        "punctuation": np.array([is_punctuation(text) for text in texts.tolist()]),
    }
    found |= {name: received[..., mask].sum(-1) for name, mask in masks.items() if mask.any()}
    found |= {"diagonal": itself + before + after, "vertical": received.max(-1)}
    words = ~np.isin(texts, list(_NO_WORDS))
    same = (texts[:, None] == texts) & words & ~np.eye(size, dtype=np.bool_)
    if same.any():
        found["same word"] = _excess(attentions, same)
    if size > 1:
        found["broad"] = entropy(attentions) / np.log(size)
    segments = np.array([token.segment for token in tokens])
    own = segments[:, None] == segments
    if not own.all():
        found["block"] = _excess(attentions, own)
    return {name: found.get(name, unknown) for name in THRESHOLDS}


def named(found: dict[str, Floats]) -> list[list[Pattern]]:
    """Names for what `evidence` found: [L][A]."""
    layers, heads = found["vertical"].shape
    return [
        [_name({name: float(found[name][layer, head]) for name in THRESHOLDS}) for head in range(heads)]
        for layer in range(layers)
    ]


def _name(numbers: dict[str, float]) -> Pattern:
    shown = [
        Pattern(name, numbers[name], least) for name, least in THRESHOLDS.items() if numbers[name] > least
    ]
    if shown:
        first, *others = shown
        return Pattern(first.name, first.evidence, first.threshold, tuple(others))
    known = [name for name in THRESHOLDS if not np.isnan(numbers[name])]
    nearest = max(known, key=lambda name: numbers[name] / THRESHOLDS[name])
    return Pattern(MIXED, numbers[nearest], THRESHOLDS[nearest], nearest=nearest)


def _offset(attentions: NDArray[np.floating], offset: int) -> Floats:
    """[L, A], the mass at key = query + offset, divided by S; ends without such a key count as 0."""
    mass: Floats = attentions.diagonal(offset, axis1=2, axis2=3).sum(-1, dtype=np.float64)
    return mass / attentions.shape[-1]


def _excess(attentions: NDArray[np.floating], pairs: NDArray[np.bool_]) -> Floats:
    """[L, A], mean mass on the pairs [S, S] of query and key, over queries that have some, less the pairs' share."""
    queries = pairs.any(-1)
    count = queries.sum()
    difference: Floats = pair_sum(attentions, pairs) / count - pairs[queries].mean()
    return difference


def is_punctuation(piece: str) -> bool:
    """Whether Unicode calls all its characters punctuation."""
    characters = piece.removeprefix("##")
    return bool(characters) and all(
        unicodedata.category(character).startswith("P") for character in characters
    )
