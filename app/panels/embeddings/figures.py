"""The two pictures of a text's embeddings, what they carry with them, and their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.panels.common_pictures import picture_of
from app.panels.embeddings.compared import Compared
from app.panels.embeddings.similarity_pane import SimilarityPane
from app.session import Session
from app.translation import tr
from app.views.drawing import Drawing
from app.views.embedding_strips import EmbeddingStrips
from app.views.figure import figure
from app.views.map_table import map_table
from app.views.picture import PictureActions
from app.views.tables import Table


class Figures:
    """The strips, and the map of similarities."""

    def __init__(
        self,
        session: Session,
        strips: EmbeddingStrips,
        pane: SimilarityPane,
        compared: Callable[[], Compared],
    ) -> None:
        self._strips, self._pane, self._compared = strips, pane, compared
        self.strips = picture_of(
            session,
            strips,
            tr("Embeddings"),
            drawing=self._strips_drawing,
            table=strips.table,
            said=_strips_said,
            name=lambda: "embeddings",
            trace=lambda: compared().trace,
            against=lambda: compared().against,
        )
        self.similarity = picture_of(
            session,
            pane.map,
            tr("Similarity"),
            drawing=pane.drawing,
            table=self._similarity_table,
            said=self._similarity_said,
            name=lambda: f"similarity-layer-{pane.layer}",
            trace=lambda: compared().trace,
            against=lambda: compared().against,
        )

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """Both."""
        return self.strips, self.similarity

    def refresh(self, shown: bool) -> None:
        """Offer them where there is something to copy."""
        for picture in self.all:
            picture.set_enabled(shown)

    def _strips_drawing(self) -> Drawing:
        against = self._compared().against
        title = tr("Embeddings") if against is None else tr("Embeddings, now less the reference")
        return figure(self._strips.drawing(), title)

    def _similarity_table(self) -> Table:
        trace, values = self._compared().trace, self._pane.values
        return ([], ()) if trace is None or values is None else map_table(values, trace.tokens)

    def _similarity_said(self) -> Mapping[str, str]:
        return {
            "Title": tr("Similarity of pieces"),
            "Layer": str(self._pane.layer) if self._pane.layer else "embeddings",
            "Formula": "cos(x_i, x_j) = x_i x_j / (|x_i| |x_j|)",
        }


def _strips_said() -> Mapping[str, str]:
    return {
        "Title": tr("Embeddings"),
        "Formula": "sum = token + segment + position; output = LayerNorm(sum); "
        "share by norm = |t| / (|token| + |segment| + |position|); share along the sum = <t, sum> / |sum|^2",
    }
