"""Pairs to the arrays that a training step reads: ids, segments, what is there, what is to be guessed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from bert_core.pretraining.masking import DRAWS, Masked, Masking, mask
from bert_core.pretraining.pairs import Pairs
from bert_core.tokenization import Tokenizer


class Batch(NamedTuple):
    """B pairs of S pieces.

    masked    ids as read, positions and pieces to be guessed
    segments  int64 [B, S], 0 for [CLS] A [SEP], 1 for B [SEP]
    present   bool [B, S], false where there is padding; None where there is none
    labels    int64 [B], 0 where B follows A
    """

    masked: Masked
    segments: np.ndarray
    present: np.ndarray | None
    labels: np.ndarray


class Batches:
    """Draws batches: pairs of given numbers, masked by the random numbers that each pair brings along.

    A row depends on its number only, not on the others drawn with it, but for how far it is padded.

    causal    no masking: every piece but the first is to be guessed from those before it, at the position before it
    """

    def __init__(self, pairs: Pairs, tokenizer: Tokenizer, rule: Masking, *, causal: bool = False) -> None:
        self._pairs, self._rule, self._causal = pairs, rule, causal
        self._cls, self._sep = tokenizer.cls_id, tokenizer.sep_id
        # Padding is hidden from attention; without a [PAD] it is [SEP], for a special piece is never masked either.
        self._pad = tokenizer.sep_id if tokenizer.pad_id is None else tokenizer.pad_id

    def draw(self, length: int, numbers: Iterable[int], share: float | None = None) -> Batch:
        """The pairs of these numbers, of at most `length` pieces, cut to the longest; share as in `mask`."""
        pairs = [self._pairs.example(length, number) for number in numbers]
        size = max(
            len(pair.a) + len(pair.b) + (self._pairs.special_pieces if len(pair.b) else 2) for pair in pairs
        )
        ids = np.full((len(pairs), size), self._pad, dtype=np.int64)
        segments = np.zeros((len(pairs), size), dtype=np.int64)
        present = np.zeros((len(pairs), size), dtype=np.bool_)
        draws = np.empty((len(pairs), DRAWS, size))
        for row, pair in enumerate(pairs):
            sep = 1 + len(pair.a)
            ids[row, 0] = self._cls
            ids[row, 1:sep] = pair.a
            ids[row, sep] = self._sep
            end = sep + 1
            if len(pair.b):
                ids[row, end : end + len(pair.b)] = pair.b
                end += len(pair.b) + 1
                ids[row, end - 1] = self._sep
                segments[row, sep + 1 : end] = 1
            present[row, :end] = True
            # As many as there could be, so that they do not depend on which other pairs are drawn along.
            draws[row] = pair.generator.random((DRAWS, length))[:, :size]
        masked = self._next_pieces(ids, present) if self._causal else mask(ids, self._rule, draws, share)
        labels = np.fromiter((pair.label for pair in pairs), np.int64, len(pairs))
        return Batch(masked, segments, None if present.all() else present, labels)

    def _next_pieces(self, ids: np.ndarray, present: np.ndarray) -> Masked:
        asked = np.zeros_like(present)
        asked[:, :-1] = present[:, 1:]
        targets = np.roll(ids, -1, axis=1)[asked]
        return Masked(ids, np.flatnonzero(asked), targets, np.ones(len(targets), dtype=np.bool_))
