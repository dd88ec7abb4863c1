"""The pictures of the saliency view, what they carry with them, and their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.panels.common_page import Page
from app.panels.saliency.explanation import FORMULA
from app.panels.saliency.shown import Shown
from app.panels.saliency.target import Aim
from app.panels.saliency.wishes import Wishes
from app.panels.saliency.words import correlations_table, over_words, table_of
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.flow_ranks import RankTriangle
from app.views.picture import PictureActions
from app.views.saliency_lanes import SaliencyLanes
from app.views.tables import Table


class SaliencyFigures:
    """The lanes, and the correlations."""

    def __init__(
        self,
        page: Page,
        lanes: SaliencyLanes,
        ranks: RankTriangle,
        shown: Callable[[], tuple[Shown | None, Aim]],
    ) -> None:
        self._lanes, self._ranks, self._shown = lanes, ranks, shown
        self._wishes = Wishes.of(page.session)
        self.caption = ""
        self.lanes = page.picture(
            lanes,
            tr("Saliency"),
            drawing=lambda: figure(lanes.drawing(), self._title(), caption=self.caption),
            table=self._table,
            said=lambda: self._said(self._title(), FORMULA),
            name=lambda: "saliency",
        )
        self.ranks = page.picture(
            ranks,
            tr("Rank correlation of methods"),
            drawing=self._ranks_drawing,
            table=self._ranks_table,
            said=lambda: self._said(tr("Rank correlation of methods"), f"Spearman's; {FORMULA}"),
            name=lambda: "saliency-rank-correlation",
        )
        self.refresh()

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """Both."""
        return self.lanes, self.ranks

    def refresh(self) -> None:
        """Offer what there is."""
        for picture in self.all:
            picture.set_enabled(self._shown()[0] is not None)

    def _title(self) -> str:
        shown, aim = self._shown()
        words = tr("What {words} hangs on ({quantity})", words=aim.words, quantity=aim.quantity)
        if shown is not None and shown.difference:
            return tr("{words}: now less the reference", words=words)
        return words

    def _said(self, title: str, formula: str) -> Mapping[str, str]:
        shown, aim = self._shown()
        told = {
            "Title": title,
            "Target": f"{aim.words}, {aim.quantity}",
            "Baseline": self._wishes.now.baseline,
            "Formula": formula,
        }
        if shown is not None:
            told["Ranked"] = over_words(shown, signed=self._wishes.now.signed)
            found = shown.attribution("integrated")
            if found is not None:
                told["Completeness"] = f"gap {found.gap:.3g} after {found.steps} steps"
        return told

    def _ranks_drawing(self) -> Drawing:
        shown, _ = self._shown()
        caption = "" if shown is None else over_words(shown, signed=self._wishes.now.signed)
        return figure(self._ranks.drawing(), tr("Rank correlation of methods"), caption=caption)

    def _table(self) -> Table:
        shown, _ = self._shown()
        return ([], ()) if shown is None else table_of(shown, self._lanes.tokens)

    def _ranks_table(self) -> Table:
        shown, _ = self._shown()
        return ([], ()) if shown is None else correlations_table(shown)
