"""Texts read ahead, as many as memory allows, and which of them go through the model together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bert_core.features.texts import Text
from bert_core.tokenization import Tokenizer

TEXTS = 4096
"""Texts in a buffer: enough that those of a batch are of nearly one length."""

PIECES = 1 << 17
"""Pieces in a buffer, about; an encoding takes some ten bytes for each."""

NUMBERS = 1 << 26
"""Numbers in the arrays of a buffer, about: 256 MB."""

_LOOK = 64


class Encoded(NamedTuple):
    """A text as the model reads it, S pieces; `own` are those that are not an added [CLS] or [SEP]."""

    text: Text
    input_ids: NDArray[np.int32]
    token_type_ids: NDArray[np.int8]
    words: NDArray[np.int32]
    own: NDArray[np.bool_]
    truncated: bool

    def __len__(self) -> int:  # type: ignore[override]
        return len(self.input_ids)


def encoded(tokenizer: Tokenizer, text: Text) -> Encoded:
    """Cut to what the model takes."""
    encoding = tokenizer.encode(text.text_a, text.second)
    return Encoded(
        text,
        np.array(encoding.ids, dtype=np.int32),
        np.array(encoding.segment_ids, dtype=np.int8),
        np.array([token.word for token in encoding.tokens], dtype=np.int32),
        np.array([not token.special for token in encoding.tokens], dtype=np.bool_),
        text.cut or any(encoding.left_out),
    )


def buffers(
    tokenizer: Tokenizer, texts: Iterable[Text], by_text: int, by_piece: int
) -> Iterator[list[Encoded] | None]:
    """The texts in their order, so many at once as TEXTS, PIECES and NUMBERS allow; at least one.

    by_text, by_piece  numbers that will be kept for each text, and for each of its pieces

    None comes now and then while texts are collected.
    """
    waiting: list[Encoded] = []
    pieces = 0
    for number, text in enumerate(texts, 1):
        one = encoded(tokenizer, text)
        numbers = by_text * (len(waiting) + 1) + by_piece * (pieces + len(one))
        if waiting and (len(waiting) >= TEXTS or pieces + len(one) > PIECES or numbers > NUMBERS):
            yield waiting
            waiting, pieces = [], 0
        waiting.append(one)
        pieces += len(one)
        if number % _LOOK == 0:
            yield None
    if waiting:
        yield waiting


def by_length(lengths: Sequence[int], pieces: int) -> Iterator[list[int]]:
    """Which texts make a batch: of at most so many pieces, padding included, or of one text; the shortest first."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[index] > pieces:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
