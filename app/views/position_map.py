"""A map of positions against positions, with round numbers at its left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.views.axis_labels import AxisLabels
from app.views.heat_map import Floats, HeatMap
from bert_core.trace import Token

_AIR = 1.3  # so much more than they need are numbers apart


class NumberLabels(AxisLabels):
    """Labels that are left out as powers of two go: every fourth, eighth or sixteenth stays."""

    def row_step(self, cell: float) -> int:
        """Every how many rows there is a label, when rows are `cell` high."""
        least = super().row_step(cell)
        return 1 if least == 1 else 1 << (int(_AIR * least) - 1).bit_length()


class PositionMap(HeatMap):
    """Values float32 [P, P] of every two positions; symmetric, in diverging colours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, symmetric=True)

    def set_positions(self, values: Floats | None, limit: float = 1.0, length: int = 0) -> None:
        """Show these, from -limit to limit; a dashed line parts the first `length` positions from the others."""
        self.set_matrix(values, _numbers(0 if values is None else len(values), length), limit, diverging=True)

    def labels(self) -> AxisLabels:
        """The numbers as laid out for the present size."""
        if self._labels is None:
            self._plot = None
            self._labels = NumberLabels(self._tokens, self.width(), self.height(), top=False)
        return self._labels


def _numbers(count: int, length: int) -> Sequence[Token]:
    """As pieces of two segments: a map parts these by a dashed line."""
    return tuple(Token(str(p), p, int(p >= length), 0, 0, p, True) for p in range(count))
