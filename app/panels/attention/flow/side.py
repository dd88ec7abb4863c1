"""How the measures agree: rank correlations at one layer, and over the layers, with how far each is spread."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.panels.attention.flow.shown import KINDS, Shown
from app.panels.attention.flow.words import over_words, short_name
from app.theme import font
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.flow_curves import LayerCurve, LayerCurves
from app.views.flow_ranks import RankTriangle
from app.views.read_out import ReadOut
from bert_core.trace import Token

_CURVE = 110  # pixels, as are all lengths here: what a chart with its title asks for
_PICTURE = (420, 190)


class RanksSide(QWidget):
    """The triangle of one layer, below it as many charts as there is room for.

    layer_hovered  a layer (0-based), or None
    layer_clicked  a layer
    """

    layer_hovered = Signal(object)
    layer_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Shown | None = None
        self._layers = 0
        self._layer = 0
        self.title = _label("bold")
        self.over = ReadOut(name=tr("What is ranked"))
        self.ranks = RankTriangle()
        self.agreement_title, self.spread_title = _label("base"), _label("base")
        self.agreement = LayerCurves(tr("Rank correlation with raw attention by layer"))
        self.spread = LayerCurves(tr("Over how many pieces each measure is spread, by layer"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for widget in (self.title, self.over, self.ranks):
            column.addWidget(widget)
        column.addSpacing(6)
        for title, chart in ((self.agreement_title, self.agreement), (self.spread_title, self.spread)):
            column.addWidget(title)
            column.addWidget(chart, 1)
            chart.hovered.connect(self.layer_hovered)
            chart.layer_clicked.connect(self.layer_clicked)
        column.addStretch(0)
        self.setMinimumHeight(0)

    def set_shown(self, shown: Shown, layers: int, tokens: tuple[Token, ...]) -> None:
        """Show these."""
        self._shown, self._layers = shown, layers
        said = over_words(shown, tokens)
        self.over.set_text(said)
        self.over.setToolTip(said)
        self.agreement_title.setText(
            tr("Agreement, now less reference") if shown.signed else tr("Agreement with raw, by layer")
        )
        self.spread_title.setText(
            tr("Spread, now less reference") if shown.signed else tr("Spread over pieces, by layer")
        )
        self._fill_curves(self.agreement, self.spread)
        self._fill_ranks()

    def set_layer(self, layer: int, hovered: int | None) -> None:
        """Show the correlations of a layer; one that is pointed at comes before the chosen one."""
        at = layer if hovered is None else hovered
        for chart in (self.agreement, self.spread):
            chart.set_layer(layer, hovered)
        if at != self._layer or not self.title.text():
            self._layer = at
            self._fill_ranks()

    def drawing(self) -> Drawing:
        """The triangle of the layer."""
        return figure(self.ranks.drawing(), self.title.text(), caption=self.over.text)

    def curves_drawing(self) -> Drawing:
        """Both charts below each other, as large in any window."""
        charts = LayerCurves(""), LayerCurves("")
        for chart in charts:
            chart.resize(*_PICTURE)
            chart.set_layer(self._layer)
        self._fill_curves(*charts)
        named = [self.agreement_title.text(), self.spread_title.text()]
        first, second = (figure(chart.drawing(), name) for chart, name in zip(charts, named, strict=True))
        return figure(first, below=second, caption=self.over.text)

    def _fill_ranks(self) -> None:
        shown = self._shown
        self.title.setText(tr("Rank correlation at layer {n}", n=self._layer + 1))
        if shown is not None and self._layer < self._layers:
            names = [short_name(kind) for kind in KINDS]
            self.ranks.set_values(names, shown.correlations[self._layer], difference=shown.signed)

    def _fill_curves(self, agreement: LayerCurves, spread: LayerCurves) -> None:
        shown, layers = self._shown, self._layers
        if shown is None:
            return
        curves = [
            LayerCurve(short_name(kind), index, shown.correlations[:, 0, index])
            for index, kind in enumerate(KINDS)
            if index and not np.isnan(shown.correlations[:, 0, index]).all()
        ]
        known = [curve.values[~np.isnan(curve.values)] for curve in curves]
        lowest = min((float(values.min()) for values in known if len(values)), default=0.0)
        agreement.set_curves(curves, layers, -1.0 if lowest < -0.05 or shown.signed else 0.0, 1.0)
        spreads = [
            LayerCurve(short_name(kind), index, shown.spread[kind])
            for index, kind in enumerate(KINDS)
            if kind in shown.spread and not np.isnan(shown.spread[kind]).all()
        ]
        size = float(len(shown.counted))
        low, high = 0.0, size
        if shown.signed:
            reach = max((float(np.nanmax(np.abs(curve.values))) for curve in spreads), default=1.0) or 1.0
            low, high = -reach, reach
        spread.set_curves(spreads, layers, low, high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many charts as there is room for."""
        super().resizeEvent(event)
        free = self.height() - self.title.sizeHint().height() - self.over.height() - self.ranks.height() - 20
        for title, chart, needed in (
            (self.agreement_title, self.agreement, _CURVE),
            (self.spread_title, self.spread, 2 * _CURVE),
        ):
            for widget in (title, chart):
                widget.setVisible(free >= needed)


def _label(kind: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setMinimumWidth(1)
    if kind == "bold":
        label.setFont(font("bold"))
    else:
        label.setProperty("kind", "secondary")
    return label
