"""Where a word stands in several sentences, and how alike its occurrences are after each layer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.hidden_similarity import cosine_similarity
from bert_core.trace import Token

Floats = NDArray[np.float32]
_INSIDE = "##"


def occurrences(tokens: Sequence[Token], word: str) -> list[tuple[int, ...]]:
    """The positions of the pieces of each occurrence, in order; letter case does not count.

    A word is found by all its pieces (`embeddings` is em ##bed ##ding ##s), and a piece that is only part of a word by
    how it is written (##ing). Special pieces that were added are not looked at.
    """
    wanted = word.strip().casefold()
    found: list[tuple[int, ...]] = []
    if not wanted:
        return found
    for _, group in groupby(enumerate(tokens), lambda piece: (piece[1].segment, piece[1].word)):
        pieces = [(position, token.text) for position, token in group if not token.special]
        whole = "".join(text.removeprefix(_INSIDE) if n else text for n, (_, text) in enumerate(pieces))
        if pieces and whole.casefold() == wanted:
            found.append(tuple(position for position, _ in pieces))
        else:
            found.extend((position,) for position, text in pieces if text.casefold() == wanted)
    return found


def sense_cosines(states: Sequence[Floats]) -> Floats:
    """Cosines float32 [K, n, n] between n occurrences after each of K layers.

    states  of each occurrence the hidden states of its pieces, float32 [K, pieces, H]; they are averaged
    """
    if not states:
        return np.zeros((0, 0, 0), np.float32)
    means = np.stack([pieces.mean(axis=1, dtype=np.float64) for pieces in states], axis=1)  # [K, n, H]
    return np.stack([cosine_similarity(layer.astype(np.float32)) for layer in means])
