"""Measures of heads added up over a set of texts, of which nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.attention_distance import distance
from bert_core.measures.attention_entropy import entropy
from bert_core.measures.attention_sums import Floats, size_of
from bert_core.measures.head_similarity import similarity
from bert_core.measures.separator_weight import separator_share
from bert_core.trace import Token


class MeasureTally:
    """Means over texts of any length, of one model: each text counts alike, and where it has no answer, not at all.

    texts  how many were added
    """

    def __init__(self, *, with_similarity: bool = True) -> None:
        """Leave similarity out where it is not wanted: for many heads it takes longer than all else together."""
        self.texts = 0
        self._with_similarity = with_similarity
        self._heads: tuple[int, int] | None = None
        self._sums: dict[str, Floats] = {}
        self._counts: dict[str, NDArray[np.int64]] = {}

    def add(
        self,
        attentions: NDArray[np.floating],
        tokens: Sequence[Token],
        check: Callable[[], None] | None = None,
    ) -> None:
        """One more text: float [L, A, S, S] and its S pieces, as a trace has them.

        check  called now and then; may raise, and then the text does not count

        Raises ValueError where the shapes do not fit, or for another number of layers or heads than before.
        """
        if size_of(attentions) != len(tokens):
            raise ValueError(f"attentions of shape {attentions.shape} for {len(tokens)} tokens")
        layers, heads = attentions.shape[:2]
        if self._heads not in (None, (layers, heads)):
            raise ValueError(f"layers and heads {(layers, heads)}, but {self._heads} before")
        found = {
            "entropy": entropy(attentions),
            "distance": distance(attentions),
            "inner distance": distance(attentions, [token.special for token in tokens]),
            "separators": separator_share(attentions, tokens),
        }
        if self._with_similarity:
            found["similarity"] = similarity(attentions, check)
        elif check is not None:
            check()
        for name, values in found.items():
            known = ~np.isnan(values)
            self._sums[name] = self._sums.get(name, 0.0) + np.where(known, values, 0.0)
            self._counts[name] = self._counts.get(name, 0) + known.astype(np.int64)
        self._heads = (layers, heads)
        self.texts += 1

    def entropy(self) -> Floats:
        """Nats, [L, A]; see `entropy`. Like all that follow, raises ValueError before the first text."""
        return self._mean("entropy")

    def distance(self, *, specials: bool = True) -> Floats:
        """Pieces, [L, A]; with the special pieces or without; see `distance`."""
        return self._mean("distance" if specials else "inner distance")

    def separator_share(self) -> Floats:
        """[L, A], within 0 and 1; see `separator_share`."""
        return self._mean("separators")

    def similarity(self) -> Floats:
        """Nats, [L*A, L*A]; see `similarity`. Raises ValueError also where it was to be left out."""
        if not self._with_similarity:
            raise ValueError("made without similarity")
        return self._mean("similarity")

    def _mean(self, name: str) -> Floats:
        if not self.texts:
            raise ValueError("no text was added")
        total, count = self._sums[name], self._counts[name]
        return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
