"""The pictures of the flow view, what they carry with them, and their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.panels.attention.figures import MOST_ROWS
from app.panels.attention.flow.shown import Shown
from app.panels.attention.flow.side import RanksSide
from app.panels.attention.flow.words import layers_table, maps_table
from app.panels.attention.page import Page
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.flow_maps import FlowMaps
from app.views.picture import PictureActions
from app.views.tables import Table

_FORMULA = (
    "raw: mean_h a_ij; norm-weighted: ||sum_h a_ij f(x_j)|| / row sum, f(x) = (x W_V + b_V) W_O; "
    "rollout: R_l = (A_l / 2 + I / 2) R_(l-1), A the mean of the heads; "
    "flow: maximum flow (l, i) -> (0, j) with capacities A_l / 2 + I / 2, divided by its row's sum"
)
_RANKS = "Spearman's rank correlation of each two of: "


class FlowFigures:
    """The maps, the correlations at a layer, and the curves over the layers."""

    def __init__(
        self, page: Page, maps: FlowMaps, side: RanksSide, shown: Callable[[], Shown | None]
    ) -> None:
        self._maps, self._side, self._shown = maps, side, shown
        self.layers = 0
        self.caption = ""
        self.maps = page.picture(
            maps,
            tr("Flow through layers"),
            drawing=self._maps_drawing,
            table=self._maps_table,
            said=lambda: self._said(self._title(), _FORMULA),
            name=lambda: "flow",
        )
        self.ranks = page.picture(
            side.ranks,
            tr("Rank correlation"),
            drawing=side.drawing,
            table=self._layers_table,
            said=lambda: self._said(f"{side.title.text()}: {self._piece()}", _RANKS + _FORMULA),
            name=lambda: "flow-rank-correlation",
        )
        self.curves = page.picture(
            side.agreement,
            tr("Agreement and spread by layer"),
            drawing=side.curves_drawing,
            table=self._layers_table,
            said=lambda: self._said(
                f"{tr('Agreement and spread by layer')}: {self._piece()}",
                f"{_RANKS}{_FORMULA}; spread: exp(-sum_j p_j ln p_j)",
            ),
            name=lambda: "flow-by-layer",
        )
        self.refresh()

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """All three."""
        return self.maps, self.ranks, self.curves

    def refresh(self) -> None:
        """Offer what there is."""
        shown = self._shown()
        for picture in self.all:
            picture.set_enabled(shown is not None)
        if shown is not None and self.layers * len(shown.counted) > MOST_ROWS:
            for action in (self.maps.copy_numbers, self.maps.save_numbers, self.maps.show_numbers):
                action.setEnabled(False)

    def _piece(self) -> str:
        shown = self._shown()
        if shown is None or shown.position >= len(self._maps.tokens):
            return ""
        return self._maps.tokens[shown.position].text

    def _title(self) -> str:
        shown = self._shown()
        if shown is not None and shown.signed:
            return tr(
                "Where ‘{piece}’ takes from, layer by layer: now less the reference", piece=self._piece()
            )
        return tr("Where ‘{piece}’ takes from, layer by layer", piece=self._piece())

    def _said(self, title: str, formula: str) -> Mapping[str, str]:
        shown = self._shown()
        position = "" if shown is None else str(shown.position)
        return {
            "Title": title,
            "Layer": "all",
            "Head": "mean",
            "Position": position,
            "Formula": formula,
            "Ranked": self._side.over.text,
            "Colours": self.caption,
        }

    def _maps_drawing(self) -> Drawing:
        return figure(self._maps.drawing(), self._title(), caption=self.caption)

    def _maps_table(self) -> Table:
        shown = self._shown()
        return ([], ()) if shown is None else maps_table(shown, self.layers, self._maps.tokens)

    def _layers_table(self) -> Table:
        shown = self._shown()
        return ([], ()) if shown is None else layers_table(shown, self.layers)
