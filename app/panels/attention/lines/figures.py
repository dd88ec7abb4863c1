"""The picture of the lines, what it carries with it, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.panels.attention.figures import MOST_ROWS
from app.panels.attention.lines.words import lines_table
from app.panels.attention.numbers import head_name
from app.panels.attention.page import Page
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.head_swatches import HeadSwatches
from app.views.lines import LinesView
from app.views.picture import PictureActions
from app.views.tables import Table
from bert_core.trace import Floats


@dataclass(frozen=True, eq=False)
class Drawn:
    """What there are lines of: `values` float32 [A, S, S] of these heads of a layer.

    layer   None: the average over everything
    heads   0-based; None: an average
    limit   the size of a weight whose line is drawn in full
    signed  colours say the sign instead of the head
    """

    values: Floats
    layer: int | None
    heads: tuple[int | None, ...]
    limit: float = 1.0
    signed: bool = False

    @property
    def name(self) -> str:
        """All heads of a layer, one, or an average."""
        if len(self.heads) == 1:
            return head_name(self.layer, self.heads[0])
        return tr("layer {n}", n=(self.layer or 0) + 1)


class Figures:
    """The lines as they are while nothing is pointed at; `caption` says what is left out."""

    def __init__(
        self,
        page: Page,
        view: LinesView,
        swatches: HeadSwatches,
        drawn: Callable[[], Drawn | None],
        caption: Callable[[], str],
    ) -> None:
        self._view, self._swatches, self._drawn, self._caption = view, swatches, drawn, caption
        self.lines = page.picture(
            view,
            tr("Lines"),
            drawing=self._drawing,
            table=self._table,
            said=self._said,
            name=self._name,
        )
        self.refresh()

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """The one there is."""
        return (self.lines,)

    def refresh(self) -> None:
        """Offer what there is."""
        drawn = self._drawn()
        self.lines.set_enabled(drawn is not None)
        if drawn is None:
            return
        rows = drawn.values.size
        numbers = (self.lines.copy_numbers, self.lines.save_numbers, self.lines.show_numbers)
        for action in numbers:
            action.setEnabled(rows <= MOST_ROWS)

    def _drawing(self) -> Drawing:
        drawn = self._drawn()
        several = drawn is not None and len(drawn.heads) > 1 and not drawn.signed
        legend = self._swatches.legend() if several else None
        return figure(self._view.drawing(), self._title(), legend, self._caption())

    def _table(self) -> Table:
        drawn = self._drawn()
        if drawn is None:
            return [], ()
        return lines_table(self._view.weights(), drawn.layer, drawn.heads, self._view.tokens)

    def _title(self) -> str:
        drawn = self._drawn()
        if drawn is None:
            return ""
        if drawn.signed:
            return tr("Lines of {heads}: now less the reference", heads=drawn.name)
        return tr("Lines of {heads}", heads=drawn.name)

    def _said(self) -> Mapping[str, str]:
        drawn = self._drawn()
        if drawn is None:
            return {}
        shown = sorted(self._swatches.shown)
        heads = [head for head in drawn.heads if len(drawn.heads) == 1 or head in shown]
        return {
            "Title": self._title(),
            "Layer": "mean" if drawn.layer is None else str(drawn.layer + 1),
            "Head": ", ".join("mean" if head is None else str(head + 1) for head in heads),
            "Formula": "softmax(Q K^T / sqrt(d))",
            "Lines": self._caption(),
        }

    def _name(self) -> str:
        drawn = self._drawn()
        if drawn is None or len(drawn.heads) == 1:
            return f"lines-{'' if drawn is None else drawn.name}"
        return f"lines-L{(drawn.layer or 0) + 1}"
