"""The pictures of the embedding tables, what they carry with them, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping

from app.panels.common_pictures import picture_of
from app.panels.embeddings.alike_pane import AlikePane, facts
from app.panels.embeddings.token_pane import TokenPane
from app.session import Session
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.picture import PictureActions
from app.views.table_strips import TableStrips
from app.views.tables import Table
from bert_core.queries_embeddings import Tables


class TablesFigures:
    """The two small tables, the map of positions, the lengths of the token table."""

    def __init__(self, session: Session, strips: TableStrips, alike: AlikePane, tokens: TokenPane) -> None:
        self._strips, self._alike = strips, alike
        self._tables: Tables | None = None
        self.strips = picture_of(
            session,
            strips,
            tr("Segment and position embeddings"),
            drawing=self._strips_drawing,
            table=strips.table,
            said=_strips_said,
            name=lambda: "embedding-tables",
        )
        self.alike = picture_of(
            session,
            alike.map,
            tr("Similarity of positions"),
            drawing=alike.drawing,
            table=self._alike_table,
            said=self._alike_said,
            name=lambda: "position-similarity",
        )
        self.tokens = picture_of(
            session,
            tokens.histogram,
            tr("Norms of the token embeddings"),
            drawing=tokens.drawing,
            table=tokens.table,
            said=_tokens_said,
            name=lambda: "token-norms",
        )

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """All three."""
        return self.strips, self.alike, self.tokens

    def refresh(self, tables: Tables | None) -> None:
        """Offer them where there is something to copy."""
        self._tables = tables
        for picture in self.all:
            picture.set_enabled(tables is not None)

    def _strips_drawing(self) -> Drawing:
        scale = f"{self._strips.scale:.2g}"
        positions, dimensions = self._strips.shared
        caption = tr(
            "Blue is negative, orange positive; colours end at ±{scale}. A line is the mean of up to {dimensions} "
            "dimensions, a column of up to {positions} positions.",
            scale=scale,
            dimensions=dimensions,
            positions=positions,
        )
        return figure(self._strips.drawing(), tr("Segment and position embeddings"), caption=caption)

    def _alike_table(self) -> Table:
        values = self._alike.values
        if values is None:
            return [], ()
        header = ["position", *(str(p) for p in range(len(values)))]
        return header, ([p, *row.astype(str)] for p, row in enumerate(values))

    def _alike_said(self) -> Mapping[str, str]:
        return {
            "Title": tr("Similarity of position embeddings"),
            "Formula": "cos(p_i, p_j) = p_i p_j / (|p_i| |p_j|)",
            "Description": "" if self._tables is None else facts(self._tables),
        }


def _strips_said() -> Mapping[str, str]:
    return {
        "Title": tr("Segment and position embeddings"),
        "Formula": "norm = |e|; dashed: initializer_range sqrt(H)",
    }


def _tokens_said() -> Mapping[str, str]:
    return {"Title": tr("Norms of the token embeddings"), "Formula": "norm = |e|"}
