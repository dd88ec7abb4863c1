"""The two pictures of the search view, what they carry with them, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSizeF

from app.panels.attention.numbers import head_name
from app.panels.attention.search.words import histogram_table, hits_table, read_words, spread_words
from app.panels.common_texts import source_words
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.picture import PictureActions
from bert_core.queries_measures import TextFile
from bert_core.queries_search import AttentionExamples

if TYPE_CHECKING:
    from app.panels.attention.search.page import SearchPage

_LIST_WIDTH = 900  # widget units, as are all lengths here
_HISTOGRAM = QSizeF(420, 260)


class Figures:
    """The list of all examples, and the histogram."""

    def __init__(self, page: SearchPage) -> None:
        self._page = page
        self.hits = page.picture(
            page.hits,
            tr("Examples found"),
            drawing=lambda: self._figure(page.hits.drawing(_LIST_WIDTH)),
            table=lambda: hits_table(page.found, page.asked),
            said=lambda: self._said(tr("Examples found")),
            name=lambda: "examples",
        )
        self.histogram = page.picture(
            page.histogram,
            tr("Histogram"),
            drawing=lambda: self._figure(page.histogram.drawing(_HISTOGRAM)),
            table=lambda: histogram_table(page.found),
            said=lambda: self._said(tr("Histogram")),
            name=lambda: "histogram",
        )
        self.refresh()

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """Both."""
        return self.hits, self.histogram

    def refresh(self) -> None:
        """Offer what there is."""
        found = self._page.found
        self.hits.set_enabled(found is not None and bool(found.hits))
        self.histogram.set_enabled(found is not None and found.counted > 0)

    def _figure(self, drawing: Drawing) -> Drawing:
        asked = self._page.asked
        if asked is None:
            return drawing
        return figure(drawing, self._page.asked_words, caption=self._statistics())

    def _statistics(self) -> str:
        found, asked = self._page.found, self._page.asked
        parts = (read_words(found), "" if asked is None else spread_words(found, asked))
        return " · ".join(part for part in parts if part)

    def _said(self, title: str) -> Mapping[str, str]:
        """Of a search by head no sentence on screen is part."""
        page, asked = self._page, self._page.asked
        if asked is None:
            return {}
        source = asked.source
        said = {
            "Title": title,
            "Searched for": page.asked_words,
            "Text": source.path if isinstance(source, TextFile) else source_words(source),
            "Statistics": self._statistics(),
            "Pieces": "",
        }
        if isinstance(asked, AttentionExamples):
            return said | {
                "Sentence A": "",
                "Sentence B": "",
                "Interventions": "",
                "Layer": str(asked.layer + 1),
                "Head": head_name(asked.layer, asked.head),
                "Formula": "attention weight",
            }
        scene = asked.scene
        return said | {
            "Sentence A": scene.text_a,
            "Sentence B": scene.second or "",
            "Interventions": repr(scene.interventions) if scene.interventions else "",
            "Position": str(asked.position + 1),
            "Layer": str(asked.layer),
            "Formula": "cos(h_i, h)",
        }
