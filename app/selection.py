"""What is pointed at: one layer, head, query piece and key piece, shared by all panels."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Selection:
    """0-based. Layer None means the average over all layers and heads, head None the average over a layer's heads.

    query and key are the pinned pieces; None where nothing is pinned.
    """

    layer: int | None = 0
    head: int | None = 0
    query: int | None = None
    key: int | None = None

    def within(self, layers: int, heads: int, size: int) -> Selection:
        """This selection, brought inside a model of that shape and a text of that many pieces."""
        return replace(
            self,
            layer=None if self.layer is None else min(self.layer, layers - 1),
            head=None if self.head is None else min(self.head, heads - 1),
            query=None if self.query is None or self.query >= size else self.query,
            key=None if self.key is None or self.key >= size else self.key,
        )


@dataclass(frozen=True)
class Hover:
    """What the pointer passes over just now; None where it says nothing of that."""

    layer: int | None = None
    head: int | None = None
    query: int | None = None
    key: int | None = None
