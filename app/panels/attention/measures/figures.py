"""The four pictures of the measures view, what they carry with them, and their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.panels.attention.measures.grid_pane import GridPane
from app.panels.attention.measures.places_pane import PlacesPane, method
from app.panels.attention.measures.prune_part import PrunePart
from app.panels.attention.measures.shown import Shown
from app.panels.attention.measures.table_pane import TablePane
from app.panels.attention.page import Page
from app.translation import tr
from app.views.drawing import widget_drawing
from app.views.head_table import HeadColumn
from app.views.picture import PictureActions
from app.views.tables import Table


class Figures:
    """The table, one measure of all heads, the map by similarity, the curve of pruning. The table has all its rows."""

    def __init__(
        self,
        page: Page,
        panes: tuple[TablePane, GridPane, PlacesPane],
        pruning: PrunePart,
        shown: Callable[[], Shown | None],
    ) -> None:
        self._panes, self._pruning, self._shown = panes, pruning, shown
        table, grid, places = panes
        self.table = page.picture(
            table.table,
            tr("Measures of all heads"),
            drawing=lambda: widget_drawing(table.table),
            table=self._all_rows,
            said=lambda: self._said(tr("Measures of all heads"), ""),
            name=lambda: "measures",
        )
        self.grid = page.picture(
            grid.grid,
            tr("One measure of all heads"),
            drawing=grid.drawing,
            table=self._grid_rows,
            said=lambda: self._said(self._measure(), self._measure()),
            name=lambda: f"measure-{'' if grid.column is None else grid.column.name}",
        )
        self.places = page.picture(
            places.points,
            tr("Heads by similarity"),
            drawing=places.drawing,
            table=self._places_rows,
            said=lambda: self._said(tr("Heads by similarity"), method()),
            name=lambda: "heads-by-similarity",
        )
        title = tr("Heads removed by importance")
        self.pruning = page.picture(
            pruning.pane.chart,
            title,
            drawing=lambda: pruning.pane.drawing(title),
            table=pruning.rows,
            said=lambda: {"Title": title, **pruning.said()},
            name=lambda: "heads-removed",
        )
        for picture in self.all:
            picture.set_enabled(False)

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """All four."""
        return self.table, self.grid, self.places, self.pruning

    def refresh(self) -> None:
        """Offer what there is."""
        shown = self._shown()
        self.table.set_enabled(shown is not None and shown.known.measures is not None)
        self.grid.set_enabled(shown is not None)
        self.places.set_enabled(shown is not None and shown.places.found is not None)
        self.pruning.set_enabled(self._pruning.has_curve)

    def _said(self, title: str, formula: str) -> Mapping[str, str]:
        shown = self._shown()
        over = "" if shown is None else shown.over
        return {"Title": title, "Layer": "all", "Head": "all", "Formula": formula, "Measured over": over}

    def _measure(self) -> str:
        column = self._panes[1].column
        return "" if column is None else column.full

    def _all_rows(self) -> Table:
        """In full: what the columns round, and what their tool tips say."""
        shown = self._shown()
        if shown is None:
            return [], ()
        header = ["layer", "head"]
        parts: list[list[object]] = []
        for column in shown.columns[1:]:
            header.append(column.full)
            parts.append(_cells(column))
            if column.patterns:
                header.append(tr("All patterns and evidence"))
                parts.append([detail.replace("\n", "; ") for detail in column.details])
        if shown.known.importance is not None:
            header.append(tr("Importance, nats"))
            parts.append(list(shown.known.importance.reshape(-1).tolist()))
        rows = (
            [layer + 1, head + 1, *(part[layer * shown.shape[1] + head] for part in parts)]
            for layer in range(shown.shape[0])
            for head in range(shown.shape[1])
        )
        return header, rows

    def _grid_rows(self) -> Table:
        shown, column = self._shown(), self._panes[1].column
        if shown is None or column is None:
            return [], ()
        layers, heads = shown.shape
        cells = _cells(column)
        header = ["", *(f"H{head + 1}" for head in range(heads))]
        return header, (
            [f"L{layer + 1}", *cells[layer * heads : (layer + 1) * heads]] for layer in range(layers)
        )

    def _places_rows(self) -> Table:
        shown = self._shown()
        if shown is None or shown.places.found is None:
            return [], ()
        patterns = shown.pattern.patterns
        rows = (
            [*(n + 1 for n in divmod(index, shown.shape[1])), *place, patterns[index][0] if patterns else ""]
            for index, place in enumerate(shown.places.found.places.tolist())
        )
        return ["layer", "head", "x", "y", "pattern"], rows


def _cells(column: HeadColumn) -> list[object]:
    """Numbers in full where there are some, or else what the table says."""
    if column.values is None:
        return list(column.texts)
    return ["" if value != value else value for value in column.values.tolist()]  # NaN is no number
