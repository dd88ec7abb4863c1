"""The two pictures of the attention panel, what they carry with them, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QImage

from app.panels.attention.head_pane import HeadPane
from app.panels.attention.mosaic_pane import MosaicPane
from app.panels.attention.numbers import all_heads_table, head_name
from app.panels.common_pictures import picture_of
from app.session import Session
from app.translation import tr
from app.views.figure import figure
from app.views.map_table import map_table
from app.views.picture import PictureActions, Table

MOST_ROWS = 1_000_000
"""Rows of a table that are written at once: about a second. Beyond that the command line writes arrays."""

_FORMULA = "softmax(Q K^T / sqrt(d))"


class Figures:
    """The mosaic of all heads, and the map of the chosen one."""

    def __init__(self, session: Session, heads: MosaicPane, pane: HeadPane) -> None:
        self._session, self._heads, self._pane = session, heads, pane
        self.heads = picture_of(
            session,
            heads.mosaic,
            tr("All heads"),
            image=self._heads_image,
            table=self._heads_table,
            said=self._heads_said,
            name=lambda: "attention-all-heads",
        )
        self.head = picture_of(
            session,
            pane.map,
            tr("Chosen head"),
            image=self._head_image,
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
        trace = self._session.trace
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

    def _heads_image(self) -> QImage:
        return figure(
            self._heads.mosaic.to_image(), tr("Attention of all heads"), caption=self._heads.scale_text()
        )

    def _head_image(self) -> QImage:
        return figure(self._pane.map.to_image(), self._head_name(), self._pane.bar)

    def _heads_table(self) -> Table:
        trace = self._session.trace
        return ([], ()) if trace is None else all_heads_table(trace)

    def _head_table(self) -> Table:
        trace, weights = self._session.trace, self._pane.weights
        return ([], ()) if trace is None or weights is None else map_table(weights, trace.tokens)

    def _heads_said(self) -> Mapping[str, str]:
        return {"Title": tr("Attention of all heads"), "Layer": "all", "Head": "all", "Formula": _FORMULA}

    def _head_said(self) -> Mapping[str, str]:
        layer, head = self._session.selection.layer, self._session.selection.head
        return {
            "Title": self._head_name(),
            "Layer": "mean" if layer is None else str(layer + 1),
            "Head": "mean" if head is None else str(head + 1),
            "Formula": _FORMULA,
        }

    def _head_name(self) -> str:
        return head_name(self._session.selection.layer, self._session.selection.head)
