"""Pairs to the arrays that a training step reads: ids, segments, what is there, what is to be guessed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bert_core.pretraining.masking import Masked, Masking, mask
from bert_core.pretraining.pairs import Pairs


class Batch(NamedTuple):
    """B pairs of S pieces.

    masked    ids as read, positions and pieces to be guessed
    segments  int64 [B, S], 0 for [CLS] A [SEP], 1 for B [SEP]
    present   bool [B, S], false where there is padding
    labels    int64 [B], 0 where B follows A
    """

    masked: Masked
    segments: np.ndarray
    present: np.ndarray
    labels: np.ndarray


def draw_batch(
    pairs: Pairs,
    size: int,
    length: int,
    rule: Masking,
    generator: np.random.Generator,
    *,
    cls_id: int = 2,
    sep_id: int = 3,
    pad_id: int = 0,
) -> Batch:
    """Draw `size` pairs of at most `length` pieces, put in the special pieces, pad, mask."""
    ids = np.full((size, length), pad_id, dtype=np.int64)
    segments = np.zeros((size, length), dtype=np.int64)
    present = np.zeros((size, length), dtype=np.bool_)
    labels = np.zeros(size, dtype=np.int64)
    for row in range(size):
        a, b, labels[row] = pairs.draw(length)
        first_sep = 1 + len(a)
        last_sep = first_sep + 1 + len(b)
        ids[row, 0] = cls_id
        ids[row, 1:first_sep] = a
        ids[row, first_sep] = sep_id
        ids[row, first_sep + 1 : last_sep] = b
        ids[row, last_sep] = sep_id
        segments[row, first_sep + 1 : last_sep + 1] = 1
        present[row, : last_sep + 1] = True
    return Batch(mask(ids, rule, generator), segments, present, labels)
