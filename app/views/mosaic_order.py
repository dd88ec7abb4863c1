"""In which order the mosaic draws heads: which layer a row shows, and which head each of its tiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

Head = tuple[int, int]


@dataclass(frozen=True)
class MosaicOrder:
    """Rows and columns are where something is drawn; layers and heads are the model's own. All count from 0.

    layers  by row
    heads   by row, then by column: a permutation of a layer's heads
    title   what stands above the columns where a column has no head of its own

    Raises ValueError for what is no permutation.
    """

    layers: tuple[int, ...]
    heads: tuple[tuple[int, ...], ...]
    title: str = ""

    def __post_init__(self) -> None:
        count = len(self.heads[0]) if self.heads else 0
        whole = sorted(self.layers) == list(range(len(self.heads))) and all(
            sorted(row) == list(range(count)) for row in self.heads
        )
        if not whole or not count:
            raise ValueError("not an order of layers and heads")

    @property
    def shape(self) -> tuple[int, int]:
        """Layers and heads."""
        return len(self.layers), len(self.heads[0])

    @property
    def columns(self) -> tuple[int, ...] | None:
        """The head of each column; None where rows have their own."""
        first = self.heads[0]
        return first if all(row == first for row in self.heads) else None

    def head_at(self, row: int, column: int) -> Head:
        """The layer and head that is drawn there."""
        return self.layers[row], self.heads[row][column]

    def place_of(self, layer: int, head: int) -> tuple[int, int]:
        """The row and column where a head is drawn. Raises ValueError where there is none."""
        row = self.layers.index(layer)
        return row, self.heads[row].index(head)

    def all_heads(self) -> list[Head]:
        """Row by row, as they are drawn."""
        return [(layer, head) for layer, row in zip(self.layers, self.heads, strict=True) for head in row]


@lru_cache(maxsize=8)
def order_of_model(layers: int, heads: int) -> MosaicOrder:
    """Layers from the first to the last, heads by their numbers."""
    return MosaicOrder(tuple(range(layers)), (tuple(range(heads)),) * layers)


def reordered(
    layers: int, heads: int, *, rows: Sequence[int] | None = None, columns: Sequence[int] | None = None
) -> MosaicOrder:
    """Layers in the order of `rows`, the same heads in each in that of `columns`."""
    own = tuple(range(heads) if columns is None else columns)
    return MosaicOrder(tuple(range(layers) if rows is None else rows), (own,) * layers)
