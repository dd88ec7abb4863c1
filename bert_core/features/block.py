"""Some texts in the order of their source, with what was taken of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bert_core.features.texts import Text

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Row:
    """One text.

    pieces     its P pieces as the model reads them, with the added [CLS] and [SEP]
    truncated  not all of it was read
    values     by a feature's name: float32 [P, D], or [D] where it is pooled
    """

    id: int
    text_a: str
    text_b: str | None
    pieces: tuple[str, ...]
    truncated: bool
    values: Mapping[str, Floats]


@dataclass(frozen=True)
class Block:
    """N texts of P pieces together.

    offsets         int64 [N + 1]: the pieces of text n are those from offsets[n] to offsets[n + 1]
    input_ids       int32 [P], ids of the vocabulary
    token_type_ids  int8 [P]: 0, and 1 for the second text of a pair and its [SEP]
    words           int32 [P]: pieces of a text with the same number are one word; each [CLS] and [SEP] is its own
    truncated       bool [N]
    pieceless       bool [N]: there is nothing but the added [CLS] and [SEP]
    values          by a feature's name: float32 [P, D], or [N, D] where it is pooled
    by_piece        the names of those that are not pooled
    """

    texts: tuple[Text, ...]
    offsets: NDArray[np.int64]
    input_ids: NDArray[np.int32]
    token_type_ids: NDArray[np.int8]
    words: NDArray[np.int32]
    truncated: NDArray[np.bool_]
    pieceless: NDArray[np.bool_]
    values: Mapping[str, Floats]
    by_piece: frozenset[str]
    vocabulary: tuple[str, ...]

    @property
    def pieces(self) -> list[str]:
        """All P pieces."""
        return [self.vocabulary[index] for index in self.input_ids.tolist()]

    def rows(self) -> Iterator[Row]:
        """The texts, one by one; their arrays are views of this block's."""
        pieces = self.pieces
        for n, text in enumerate(self.texts):
            begin, end = int(self.offsets[n]), int(self.offsets[n + 1])
            yield Row(
                text.id,
                text.text_a,
                text.second,
                tuple(pieces[begin:end]),
                bool(self.truncated[n]),
                {k: v[begin:end] if k in self.by_piece else v[n] for k, v in self.values.items()},
            )
