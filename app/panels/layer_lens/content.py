"""What the layer lens draws: the table and its controls, and beside it, where there is room, words and curves."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.panels.layer_lens.controls import LensControls
from app.panels.layer_lens.curves_side import CurvesSide
from app.panels.layer_lens.shown import Shown, cell_words, cells_of
from app.panels.layer_lens.words_side import WordsSide
from app.selection import Hover, Selection
from app.translation import tr
from app.views.lens_table import LensTable
from app.views.read_out import ReadOut
from bert_core.explanations import LayerLens

_WORDS_FROM, _CURVES_FROM = 480, 700  # pixels

Cell = tuple[int, int]
"""A layer and a column."""


class LensContent(QWidget):
    """Who owns it connects its parts, and tells it what to show."""

    def __init__(self) -> None:
        super().__init__()
        self.controls = LensControls()
        self.table = LensTable(tr("Layer lens"))
        self.read_out = ReadOut(name=tr("What is pointed at"))
        self.words = WordsSide()
        self.curves = CurvesSide()
        middle = QVBoxLayout()
        middle.setSpacing(4)
        middle.addWidget(self.table, 1)
        middle.addWidget(self.read_out)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self.controls)
        row.addLayout(middle, 1)
        row.addWidget(self.words)
        row.addWidget(self.curves)

    def arrange(self, width: int) -> None:
        """In a panel so wide."""
        self.words.setVisible(width >= _WORDS_FROM)
        self.curves.setVisible(width >= _CURVES_FROM)
        self.curves.fit(width)

    def show_table(self, shown: Shown, why_not: str) -> None:
        """Show this; `why_not`: why it is no difference, though that is wanted."""
        self.table.set_cells(cells_of(shown, self.controls.colouring))
        self.controls.describe(shown, why_not)

    def show_cell(self, shown: Shown, cell: Cell, words: LayerLens | None) -> None:
        """The best words of a cell, and its curves."""
        self.table.set_current(*cell)
        self.words.show_cell(shown, *cell)
        self.curves.show_cell(shown, *cell, words)
        self.say(shown, cell)

    def say(self, shown: Shown, cell: Cell) -> None:
        """The numbers of the cell that is pointed at, or of this one."""
        pointed = self.table.hover_cell
        layer, column = pointed if pointed is not None and pointed[1] < len(shown.lens.positions) else cell
        said = cell_words(shown, layer, column)
        self.read_out.set_text(said)
        self.read_out.setToolTip(f"<p>{said}</p>")

    def mark(self, shown: Shown, selection: Selection, hover: Hover) -> None:
        """Mark what is pinned and what is pointed at."""
        self.table.set_pinned({*selection.queries, *selection.keys})
        columns = [shown.column(place) for place in (hover.query, hover.key) if place is not None]
        self.table.set_hover(next((column for column in columns if column is not None), None))
