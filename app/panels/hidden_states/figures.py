"""The pictures of the hidden states panel, what they carry with them, and their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QWidget

from app.panels.common_pictures import picture_of
from app.panels.hidden_states.controls import layer_words
from app.translation import tr
from app.views.drawing import Drawing, widget_drawing
from app.views.figure import figure
from app.views.picture import PictureActions
from app.views.piece_map import PieceMap
from app.views.piece_marks import PieceLegend
from app.views.tables import Table

if TYPE_CHECKING:
    from app.panels.hidden_states.panel import HiddenStatesPanel

_DRAWN = 720, 480  # a picture of the map
_METHODS = {"pca": "PCA", "tsne": "t-SNE"}


class Figures:
    """The map, the curves, and the lists of nearest pieces."""

    def __init__(self, panel: HiddenStatesPanel) -> None:
        self._panel = panel
        self.map = self._picture(
            panel.map_part.map,
            tr("Map of hidden states"),
            self._map_drawing,
            self._map_table,
            self._map_said,
            "hidden-states",
        )
        self.senses = self._picture(
            panel.side.senses.curves,
            tr("Senses"),
            panel.side.senses.drawing,
            panel.side.senses.table,
            self._senses_said,
            "senses",
        )
        self.nearest = self._picture(
            panel.side.nearest,
            tr("Nearest pieces"),
            self._nearest_drawing,
            panel.side.nearest.table,
            self._nearest_said,
            "nearest",
        )

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """All of them."""
        return self.map, self.senses, self.nearest

    def refresh(self) -> None:
        """Offer those where there is something to copy."""
        self.map.set_enabled(self._panel.map_part.map.has_content())
        self.senses.set_enabled(self._panel.side.senses.pairs is not None)
        self.nearest.set_enabled(self._panel.side.nearest.nearest is not None)

    def _picture(
        self,
        widget: QWidget,
        title: str,
        drawing: Callable[[], Drawing],
        table: Callable[[], Table],
        said: Callable[[], Mapping[str, str]],
        name: str,
    ) -> PictureActions:
        panel = self._panel
        return picture_of(
            panel.session,
            widget,
            title,
            drawing=drawing,
            table=table,
            said=said,
            name=lambda: f"{name}-layer-{panel.layer}",
            trace=lambda: panel.drawn,
            against=lambda: panel.against,
        )

    def _map_drawing(self) -> Drawing:
        panel, large, legend = self._panel, PieceMap(), PieceLegend()
        large.resize(*_DRAWN)
        panel.map_part.map.copy_to(large)
        legend.set_entries(panel.controls.legend.entries)
        legend.resize(_DRAWN[0], max(1, legend.heightForWidth(_DRAWN[0])))
        title = f"{tr('Hidden states')} · {_METHODS[panel.options.method]} · {self._layer()}"
        return figure(large.drawing(), title, widget_drawing(legend), panel.controls.said.text())

    def _layer(self) -> str:
        return layer_words(self._panel.layer, self._panel.controls.slider.maximum())

    def _map_table(self) -> Table:
        """A row for each piece, its places in every layer."""
        shown = self._panel.map_part.map.shown
        if shown is None:
            return ["piece"], ()
        header = ["piece", "where", *(f"layer {n} {axis}" for n in range(shown.layers) for axis in "xy")]
        rows = (
            [
                piece.text,
                piece.where,
                *("" if np.isnan(v) else f"{v:.6g}" for v in shown.places[:, n].ravel()),
            ]
            for n, piece in enumerate(shown.pieces)
        )
        return header, rows

    def _map_said(self) -> Mapping[str, str]:
        options = self._panel.options
        said = {
            "Title": tr("Hidden states"),
            "Layer": str(self._panel.layer),
            "Method": _METHODS[options.method],
            "Special pieces": options.special,
            "Sentences": " | ".join(self._panel.sentences.all),
            "Note": self._panel.controls.said.text(),
        }
        if options.method == "pca":
            said["Axes"] = "each layer's own" if options.own_axes else "common to all layers"
            said["Formula"] = "(h_i − mean_j h_j) · [u_1 u_2]"
        return said

    def _senses_said(self) -> Mapping[str, str]:
        return {
            "Title": self._panel.side.senses.title.text(),
            "Sentences": " | ".join(self._panel.sentences.all),
            "Formula": "cos(h_i, h_j), h the mean of the pieces of a word",
        }

    def _nearest_drawing(self) -> Drawing:
        return figure(widget_drawing(self._panel.side.nearest), tr("Nearest pieces"))

    def _nearest_said(self) -> Mapping[str, str]:
        return {
            "Title": tr("Nearest pieces"),
            "Layer": str(self._panel.layer),
            "Formula": "cos(v, E_w), v the piece's token embedding or its hidden state",
        }
