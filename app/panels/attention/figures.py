"""What the attention panel's pictures are called, what they carry with them, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QMenu

from app.panels.attention.head_pane import HeadPane
from app.panels.attention.numbers import all_heads_table, head_name
from app.session import Session
from app.translation import tr
from app.views.figure_metadata import figure_metadata
from app.views.map_table import map_table
from app.views.mosaic import Mosaic
from app.views.picture import PictureActions, Table

MOST_ROWS = 1_000_000
"""Rows of a table that are written at once: about a second. Beyond that the command line writes arrays."""

_FORMULA = "softmax(Q K^T / sqrt(d))"


class Figures:
    """Two pictures: the mosaic of all heads, and the map of the chosen one."""

    def __init__(self, session: Session, mosaic: Mosaic, pane: HeadPane) -> None:
        self._session, self._mosaic, self._pane = session, mosaic, pane
        self.heads = PictureActions(
            mosaic,
            image=mosaic.to_image,
            table=self._heads_table,
            metadata=self._heads_metadata,
            name=self._heads_name,
        )
        self.head = PictureActions(
            pane.map,
            image=pane.map.to_image,
            table=self._head_table,
            metadata=self._head_metadata,
            name=self._head_name,
        )
        self.all: tuple[tuple[str, PictureActions], ...] = (
            (tr("All heads"), self.heads),
            (tr("Chosen head"), self.head),
        )
        for _, picture in self.all:
            picture.install()
            picture.failed.connect(session.notice_given)
        self.refresh()

    def refresh(self) -> None:
        """Offer what the trace allows."""
        trace = self._session.trace
        for _, picture in self.all:
            picture.set_enabled(trace is not None)
        rows = 0 if trace is None else trace.attentions.size
        if rows > MOST_ROWS:
            for action in (self.heads.copy_numbers, self.heads.save_numbers):
                action.setEnabled(False)
                action.setToolTip(
                    tr(
                        "{n} rows are too many for a table; save arrays with: python -m bert_core trace",
                        n=f"{rows:,}",
                    )
                )
        else:
            for action in (self.heads.copy_numbers, self.heads.save_numbers):
                action.setToolTip("")

    def add_to(self, menu: QMenu) -> None:
        """Append all actions under the name of their picture."""
        menu.setToolTipsVisible(True)
        for title, picture in self.all:
            menu.addSection(title)
            picture.add_to(menu)

    def _heads_table(self) -> Table:
        trace = self._session.trace
        return ([], ()) if trace is None else all_heads_table(trace)

    def _head_table(self) -> Table:
        trace, weights = self._session.trace, self._pane.weights
        return ([], ()) if trace is None or weights is None else map_table(weights, trace.tokens)

    def _heads_metadata(self) -> Mapping[str, str]:
        return self._metadata(Title=tr("Attention of all heads"), Layer="all", Head="all")

    def _head_metadata(self) -> Mapping[str, str]:
        layer, head = self._session.selection.layer, self._session.selection.head
        return self._metadata(
            Title=head_name(layer, head),
            Layer="mean" if layer is None else str(layer + 1),
            Head="mean" if head is None else str(head + 1),
        )

    def _metadata(self, **more: str) -> Mapping[str, str]:
        trace, model = self._session.trace, self._session.model
        if trace is None:
            return {}
        return figure_metadata(trace, model.name if model else trace.scene.model_id, Formula=_FORMULA, **more)

    def _heads_name(self) -> str:
        return f"attention-all-heads-{self._text()}"

    def _head_name(self) -> str:
        selection = self._session.selection
        return f"attention-{head_name(selection.layer, selection.head)}-{self._text()}"

    def _text(self) -> str:
        trace = self._session.trace
        return "" if trace is None else trace.scene.text_a[:40]
