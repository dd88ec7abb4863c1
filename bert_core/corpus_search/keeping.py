"""What is kept of a stream: the best of each name, no more than so many, and running statistics."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from bert_core.queries_search import BINS

Rank = tuple[float, ...]
Kept = TypeVar("Kept")


class Best(Generic[Kept]):
    """The `most` best things that were offered, of each name the best one only.

    A rank is a tuple of numbers, the lower the better; no two are equal, so that the order of offering is of no
    account. Nothing that was let go could have come back: the worst rank that is kept only gets better.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Hashable, tuple[Rank, Kept]] = {}
        self._worst: tuple[Rank, Hashable] | None = None  # once there are `most`

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bar(self) -> float:
        """The first number of the worst rank that is kept; anything is taken while it is infinite."""
        return float("inf") if self._worst is None else self._worst[0][0]

    def offer(self, name: Hashable, rank: Rank, make: Callable[[], Kept]) -> None:
        """Take it, if it is among the best; `make` is called only then."""
        if self._worst is not None and rank >= self._worst[0]:
            return
        before = self._kept.get(name)
        if before is not None and before[0] <= rank:
            return
        self._kept[name] = rank, make()
        if len(self._kept) > self._most:
            assert self._worst is not None
            del self._kept[self._worst[1]]
        if len(self._kept) == self._most:
            self._worst = max((kept[0], other) for other, kept in self._kept.items())

    def sorted(self) -> tuple[Kept, ...]:
        """Best first."""
        return tuple(kept for _, kept in sorted(self._kept.values(), key=lambda pair: pair[0]))


class Spread:
    """Mean, deviation and histogram of numbers in low..1, added up as they come."""

    def __init__(self, low: float) -> None:
        self.low = low
        self.count = self.over = 0
        self.histogram = np.zeros(BINS, dtype=np.int64)
        self._sum = self._squares = 0.0

    def add(self, values: NDArray[np.floating]) -> None:
        """Some more."""
        if not values.size:
            return
        exact = values.astype(np.float64)
        self.count += exact.size
        self.over += int((exact > 0.5).sum())
        self._sum += float(exact.sum())
        self._squares += float((exact**2).sum())
        bins = ((exact - self.low) * (BINS / (1 - self.low))).astype(np.int64).clip(0, BINS - 1)
        self.histogram += np.bincount(bins, minlength=BINS)

    @property
    def mean(self) -> float:
        """NaN of nothing."""
        return self._sum / self.count if self.count else float("nan")

    @property
    def deviation(self) -> float:
        """The standard deviation, dividing by the count; NaN of nothing."""
        if not self.count:
            return float("nan")
        return float(np.sqrt(max(0.0, self._squares / self.count - self.mean**2)))
