"""Which lines a person wants to see: kept while the application runs, and shared by a page and its twin."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

THRESHOLD = 0.1
"""At most ten lines from a piece in each head: what stands out, in most layers and texts."""

THRESHOLD_OF_CHANGES = 0.02

Direction = tuple[int, int]
"""From the segment of the query to that of the key; 0 is A, 1 is B."""


@dataclass(frozen=True)
class Shown:
    """What is to be seen.

    whole_layer         all heads of the layer rather than the chosen one
    hidden              heads (0-based) without lines, in every layer
    threshold           no lines for smaller weights
    change_threshold    nor, in a difference, for smaller changes
    switched_off        directions without lines
    special             lines from and to [CLS] and [SEP]
    """

    whole_layer: bool = True
    hidden: frozenset[int] = frozenset()
    threshold: float = THRESHOLD
    change_threshold: float = THRESHOLD_OF_CHANGES
    switched_off: frozenset[Direction] = frozenset()
    special: bool = True

    @property
    def directions(self) -> NDArray[np.bool_]:
        """The directions that have lines, bool [2, 2]."""
        return np.array([[(of, to) not in self.switched_off for to in (0, 1)] for of in (0, 1)], dtype=bool)


class WhatIsShown(QObject):
    """One for all pages of a session: it lives as its child. changed() follows every change."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._now = Shown()
        self._heads: int | None = None

    @classmethod
    def of(cls, session: QObject) -> WhatIsShown:
        """The one of this session."""
        found = session.findChild(cls)
        return found if isinstance(found, cls) else cls(session)

    @property
    def now(self) -> Shown:
        """What is wanted now."""
        return self._now

    def set(self, shown: Shown) -> None:
        """Want this from now on."""
        if shown != self._now:
            self._now = shown
            self.changed.emit()

    def set_heads(self, count: int) -> None:
        """So many heads there are; of another number than before, all are shown."""
        before, self._heads = self._heads, count
        if before not in (None, count):
            self.set(replace(self._now, hidden=frozenset()))
