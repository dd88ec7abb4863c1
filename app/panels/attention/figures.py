"""The two pictures of the attention panel, what they carry with them, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping

from app.panels.attention.head_pane import HeadPane
from app.panels.attention.head_words import head_table
from app.panels.attention.mosaic_pane import MosaicPane
from app.panels.attention.mosaic_words import arranged_drawing, arranged_facts, arranged_table
from app.panels.attention.numbers import head_name
from app.panels.attention.page import Page
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.picture import PictureActions
from app.views.tables import Table

MOST_ROWS = 1_000_000
"""Rows of a table that are written at once: about a second. Beyond that the command line writes arrays."""

_FORMULA = "softmax(Q K^T / sqrt(d))"


class Figures:
    """The mosaic of all heads, and the map of the chosen one."""

    def __init__(self, page: Page, heads: MosaicPane, pane: HeadPane) -> None:
        self._page, self._heads, self._pane = page, heads, pane
        self.heads = page.picture(
            heads.mosaic,
            tr("All heads"),
            drawing=self._heads_drawing,
            table=self._heads_table,
            said=self._heads_said,
            name=lambda: "attention-all-heads",
        )
        self.head = page.picture(
            pane.map,
            tr("Chosen head"),
            drawing=self._head_drawing,
            table=self._head_table,
            said=self._head_said,
            name=lambda: f"attention-{self._head_name()}",
        )
        self.refresh()

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """Both."""
        return self.heads, self.head

    def refresh(self) -> None:
        """Offer what the trace allows."""
        trace = self._page.trace
        for picture in self.all:
            picture.set_enabled(trace is not None)
        rows = 0 if trace is None else trace.attentions.size
        for action in (self.heads.copy_numbers, self.heads.save_numbers):
            action.setEnabled(0 < rows <= MOST_ROWS)
            action.setToolTip(
                tr(
                    "{n} rows are too many for a table; save arrays with: python -m bert_core trace",
                    n=f"{rows:,}",
                )
                if rows > MOST_ROWS
                else action.text()
            )

    def _heads_drawing(self) -> Drawing:
        return figure(
            self._heads.mosaic.drawing(),
            self._heads_title(),
            arranged_drawing(self._heads.arranging),
            self._heads.scale_text(),
        )

    def _head_drawing(self) -> Drawing:
        return figure(
            self._pane.map.drawing(), self._head_title(), self._pane.bar.drawing(), self._pane.caption
        )

    def _heads_table(self) -> Table:
        trace, against = self._page.trace, self._page.against
        if trace is None:
            return [], ()
        weights = trace.attentions if against is None else trace.attentions - against.attentions
        return arranged_table(weights, trace.tokens, self._heads.arranging)

    def _head_table(self) -> Table:
        view = self._pane.view
        return ([], ()) if view is None else head_table(view, self._pane.rows, self._pane.columns)

    def _heads_said(self) -> Mapping[str, str]:
        return {
            "Title": self._heads_title(),
            "Layer": "all",
            "Head": "all",
            "Formula": self._formula(),
            **arranged_facts(self._heads.arranging),
        }

    def _head_said(self) -> Mapping[str, str]:
        layer, head = self._page.selection.layer, self._page.selection.head
        return {
            "Title": self._head_title(),
            "Layer": "mean" if layer is None else str(layer + 1),
            "Head": "mean" if head is None else str(head + 1),
            **self._pane.facts(self._formula()),
        }

    def _head_name(self) -> str:
        return head_name(self._page.selection.layer, self._page.selection.head)

    def _heads_title(self) -> str:
        if self._page.against is None:
            return tr("Attention of all heads")
        return tr("Attention of all heads, now less the reference")

    def _head_title(self) -> str:
        if self._page.against is None:
            return self._head_name()
        return tr("{head}, now less the reference", head=self._head_name())

    def _formula(self) -> str:
        return _FORMULA if self._page.against is None else f"{_FORMULA}, now - reference"
