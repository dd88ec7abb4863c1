"""A number for each layer, of several measures: curves over the layers, in the measures' colours."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from app.views.axis_ticks import Ticks, even_ticks
from app.views.layer_chart import LayerChart, LayerCurve
from app.views.worked_numbers import places

_LOWEST = 84  # pixels, as are all lengths here
_NAMED_FROM = 170  # a width that has room for names at the ends of the curves


class LayerCurves(LayerChart):
    """Layers numbered from `first`; with 0, the first of them are the embeddings."""

    def __init__(self, name: str, parent: QWidget | None = None, *, first: int = 1) -> None:
        super().__init__(name, parent)
        self._first = first

    def set_curves(self, curves: Sequence[LayerCurve], layers: int, low: float, high: float) -> None:
        """Show these, from `low` to `high`, which are above each other."""
        self._curves = tuple(curves)
        self._rows = tuple(f"L{layer + self._first}" for layer in range(layers))
        self._low, self._high = low, max(high, low + 1e-6)
        self._renew()

    def set_layer(self, layer: int | None, hovered: int | None = None) -> None:
        """Mark the chosen layer, and one that is pointed at."""
        if (layer, hovered) != (self._layer, self._hover):
            self.setAccessibleDescription(self.words(layer))
            self._mark(layer, hovered)

    def copy_to(self, other: LayerCurves) -> None:
        """Let another show the same."""
        other.set_curves(self._curves, len(self._rows), self._low, self._high)
        other.set_layer(self._layer)

    def words(self, layer: int | None) -> str:
        """What the curves say of a layer."""
        if layer is None or not 0 <= layer < len(self._rows):
            return ""
        known = [curve for curve in self._curves if not math.isnan(curve.values[layer])]
        return ", ".join(f"{curve.name} {places(float(curve.values[layer]), 2)}" for curve in known)

    def readout(self, spot: int) -> str:
        return ""  # stands where the layer is pointed at, beside the chart

    def sizeHint(self) -> QSize:
        return QSize(240, 130)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _LOWEST)

    def _ticks(self) -> Ticks:
        most = max(1.0, min(4.0, (self.height() - 30) / 22))
        return even_ticks(self._low, self._high, most, end=True)

    def _name_room(self, metrics: QFontMetricsF) -> float:
        if self.width() < _NAMED_FROM:
            return 0.0
        return max((metrics.horizontalAdvance(curve.name) for curve in self._curves), default=0.0)
