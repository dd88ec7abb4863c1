"""A number after each layer, of one word or more: probability, rank on a logarithmic axis, or entropy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from app.views.axis_ticks import Ticks, even_ticks
from app.views.head_colours import head_colour
from app.views.layer_chart import LayerChart, LayerCurve
from app.views.piece_text import visible
from app.views.ticks import log_ticks
from app.views.worked_numbers import places

Measure = Literal["probability", "rank", "entropy"]
LensCurve = LayerCurve  # of a word, float64 [L+1]

_NAMED_FROM, _LONGEST, _BESIDE = 150, 76, 4  # pixels


class LensCurves(LayerChart):
    """The embeddings and L layers across, the layer that is pointed at marked."""

    top, label_air = 8.0, 8.0
    zero_strong = False
    first_in_front = last_labelled = True  # the model's own answer

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._measure: Measure = "probability"
        self._most = 1.0

    @property
    def measure(self) -> Measure:
        """What is drawn."""
        return self._measure

    @property
    def rows(self) -> tuple[str, ...]:
        """The names of the embeddings and the layers."""
        return self._rows

    @property
    def most(self) -> float:
        """The end of the scale, as it was given."""
        return self._most

    def set_curves(
        self, curves: Sequence[LensCurve], rows: Sequence[str], measure: Measure, most: float = 1.0
    ) -> None:
        """`most` is the end of the scale: of a probability 1, of ranks the vocabulary's size, of entropy its log."""
        self._curves, self._rows, self._measure, self._most = tuple(curves), tuple(rows), measure, most
        if measure == "rank":
            self._low, self._high = 1.0, float(max(10.0, most))
        else:
            largest = max(
                (float(np.nanmax(np.abs(curve.values), initial=0.0)) for curve in curves), default=0.0
            )
            self._low, self._high = 0.0, (1.0 if measure == "probability" else max(most, largest, 1e-6))
        self.setAccessibleDescription(self.said(len(rows) - 1))
        self._renew()

    def set_layer(self, layer: int | None) -> None:
        """Mark a row's place."""
        self._mark(layer, self._hover)

    def said(self, layer: int | None) -> str:
        """The numbers after a layer, in words."""
        if layer is None or not 0 <= layer < len(self._rows):
            return ""
        return ", ".join(
            f"{visible(curve.name)} {self.written(float(curve.values[layer]))}" for curve in self._curves
        )

    def written(self, value: float) -> str:
        """A number as the axis has it."""
        if math.isnan(value):
            return "–"
        if self._measure == "rank":
            return f"{value:,.0f}"
        return places(value, 2 if self._measure == "entropy" or abs(value) >= 0.1 or not value else 4)

    def readout(self, spot: int) -> str:
        return f"{self._rows[spot]}: {self.said(spot)}"

    def spot_changed(self) -> None:
        self._mark(self._layer, self.spot)

    def sizeHint(self) -> QSize:
        return QSize(240, 140)

    def minimumSizeHint(self) -> QSize:
        return QSize(110, 70)

    def _share(self, value: float) -> float:
        """The best rank is on top."""
        if self._measure == "rank":
            share = 1 - math.log(max(value, 1.0)) / math.log(self._high)
        else:
            share = super()._share(value)
        return min(1.0, max(0.0, share))

    def _ticks(self) -> Ticks:
        room = max(2.0, min(5.0, (self.height() - 30) / 22))
        if self._measure == "rank":
            return tuple((value, f"{value:,.0f}") for value in log_ticks(1.0, self._high, room))
        return even_ticks(self._low, self._high, room - 1)

    def _name_room(self, metrics: QFontMetricsF) -> float:
        if len(self._curves) < 2 or self.width() < _NAMED_FROM:
            return 0.0
        widest = max(metrics.horizontalAdvance(visible(curve.name)) for curve in self._curves)
        return min(_LONGEST, widest) + _BESIDE

    def _name_colour(self, curve: LayerCurve) -> str:
        return head_colour(curve.colour)
