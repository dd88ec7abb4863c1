"""The pictures of the layer view, what they carry with them, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping

from app.panels.attention.page import Page
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.layer_flow import LayerFlow
from app.views.picture import PictureActions
from app.views.tables import Table
from app.views.unit_plot import UnitPlot
from bert_core.queries_calculation import LayerCalculation

_FLOW = "y = LayerNorm(x + attention(x)); z = LayerNorm(y + W2 f(W1 y + b1) + b2)"
_UNITS = "a = f(W1 y + b1); a unit u adds a_u times column u of W2"


class LayerFigures:
    """The way through the layer, and the activation; set `calculation` and `piece` to what is drawn."""

    def __init__(self, page: Page, flow: LayerFlow, plot: UnitPlot) -> None:
        self._flow, self._plot = flow, plot
        self.calculation: LayerCalculation | None = None
        self.piece = ""
        self.flow = page.picture(
            flow,
            tr("Inside a layer"),
            drawing=self._flow_drawing,
            table=lambda: ([], ()) if self.calculation is None else vectors_table(self.calculation),
            said=lambda: self._said(tr("Inside layer {n}: {piece}", n=self._layer, piece=self.piece), _FLOW),
            name=lambda: f"layer-{self._layer}",
        )
        self.units = page.picture(
            plot,
            tr("Feed-forward units"),
            drawing=self._plot_drawing,
            table=lambda: ([], ()) if self.calculation is None else units_table(self.calculation),
            said=lambda: self._said(
                tr("Units of layer {n}: {piece}", n=self._layer, piece=self.piece), _UNITS
            ),
            name=lambda: f"units-layer-{self._layer}",
        )
        self.set_enabled(False)

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """Both."""
        return self.flow, self.units

    def set_enabled(self, enabled: bool) -> None:
        """Offer them while there is something to copy."""
        for picture in self.all:
            picture.set_enabled(enabled)

    @property
    def _layer(self) -> int:
        return 1 if self.calculation is None else self.calculation.layer + 1

    def _said(self, title: str, formula: str) -> Mapping[str, str]:
        position = 0 if self.calculation is None else self.calculation.position
        return {"Title": title, "Layer": str(self._layer), "Position": str(position), "Formula": formula}

    def _flow_drawing(self) -> Drawing:
        title = tr("Inside layer {n}: {piece}", n=self._layer, piece=self.piece)
        return figure(self._flow.drawing(), title)

    def _plot_drawing(self) -> Drawing:
        return figure(
            self._plot.drawing(), tr("Units of layer {n}: {piece}", n=self._layer, piece=self.piece)
        )


def vectors_table(found: LayerCalculation) -> Table:
    """A row for each dimension, a column for each vector on the way and for what it is made with."""
    columns = {
        "x": found.hidden,
        "attention": found.attended,
        "attention bias": found.attended_bias,
        "x + attention": found.attention_sum,
        "gamma 1": found.attention_norm.gain,
        "beta 1": found.attention_norm.shift,
        "y": found.attention_norm.output,
        "feed-forward": found.fed,
        "feed-forward bias": found.fed_bias,
        "y + feed-forward": found.output_sum,
        "gamma 2": found.output_norm.gain,
        "beta 2": found.output_norm.shift,
        "output": found.output_norm.output,
    }
    rows = zip(*(values.astype(str) for values in columns.values()), strict=True)
    return ["dimension", *columns], ([index, *row] for index, row in enumerate(rows))


def units_table(found: LayerCalculation) -> Table:
    """A row for each unit: what goes in, what comes out, and the length of what it adds."""
    columns = (found.inner, found.activated, abs(found.activated) * found.reach)
    rows = zip(*(values.astype(str) for values in columns), strict=True)
    return ["unit", "in", "out", "adds"], ([unit, *row] for unit, row in enumerate(rows))
