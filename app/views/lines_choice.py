"""The weights that there may be lines of, and which of them are meant: heads, pieces, threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.views.picked_lines import Flags, Floats, Lines, no_lines, pick_lines


@dataclass(frozen=True, slots=True)
class Focus:
    """Whose lines are meant: from a query, to a key, both, or all; of one head, or of all that are on."""

    query: int | None = None
    key: int | None = None
    head: int | None = None

    @property
    def on_piece(self) -> bool:
        return self.query is not None or self.key is not None


class LinesChoice:
    """Weights [A, S, S] of heads of a layer, and what is left out of them.

    values     float32 [A, S, S], or None
    heads      which head of its layer each of the A is, 0-based; None: an average
    limit      the size of a weight whose line is drawn in full
    signed     there may be values below zero
    on         only lines of these heads, and of averages; None: of all
    threshold  no lines for smaller weights
    pairs      only lines between these pairs of query and key, bool [S, S]; None: between all
    most       no more lines than that are picked at a time

    After any of these was changed, `forget` has to be called.
    """

    def __init__(self, most: int) -> None:
        self.values: Floats | None = None
        self.heads: tuple[int | None, ...] = ()
        self.limit = 1.0
        self.signed = False
        self.on: frozenset[int] | None = None
        self.threshold = 0.0
        self.pairs: Flags | None = None
        self._most = most
        self._picked: dict[tuple[Focus, bool], Lines] = {}

    def set_values(
        self, values: Floats | None, heads: Sequence[int | None], limit: float, signed: bool
    ) -> None:
        """Other weights; pairs of another number of pieces are forgotten."""
        self.values, self.heads, self.limit, self.signed = values, tuple(heads), limit, signed
        if self.pairs is not None and (values is None or len(self.pairs) != values.shape[1]):
            self.pairs = None
        self.forget()

    def forget(self) -> None:
        """Pick anew what was picked."""
        self._picked.clear()

    def flags(self, only: int | None = None) -> Flags:
        """Which of the A are on, bool [A]; `only` one that is pointed at, on or not."""
        if only is not None and only in self.heads:
            return np.array([head == only for head in self.heads], dtype=bool)
        on = self.on
        return np.array([head is None or on is None or head in on for head in self.heads], dtype=bool)

    @property
    def count(self) -> int:
        """How many heads are on."""
        return int(self.flags().sum())

    def picked(self, focus: Focus, *, one_a_pair: bool) -> Lines:
        """The lines of what is meant; of two pieces, with `one_a_pair`, only that of the strongest head."""
        known = (focus, one_a_pair)
        if known not in self._picked:
            self._picked[known] = self._pick(focus, one_a_pair, self._most)
        return self._picked[known]

    def all_of(self, focus: Focus) -> Lines:
        """Every weight that reaches the threshold, however many."""
        return self._pick(focus, False, None)

    def largest(self) -> float:
        """The largest weight of the heads and pairs that are on, whatever the threshold."""
        if self.values is None or not self.count:
            return 0.0
        sizes = np.abs(self.values[self.flags()]).max(axis=0)
        return float((sizes if self.pairs is None else sizes[self.pairs]).max(initial=0.0))

    def _pick(self, focus: Focus, one_a_pair: bool, most: int | None) -> Lines:
        if self.values is None:
            return no_lines()
        return pick_lines(
            self.values,
            self.threshold,
            heads=self.flags(focus.head),
            pairs=self.pairs,
            query=focus.query,
            key=focus.key,
            signed=self.signed,
            one_a_pair=one_a_pair,
            most=most,
        )
