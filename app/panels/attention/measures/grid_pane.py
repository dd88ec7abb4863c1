"""One column of the table as a map of all heads, under a list to choose it by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.panels.attention.measures.pattern_column import legend_of
from app.panels.attention.numbers import head_name
from app.translation import tr
from app.views.choice import Choice
from app.views.colour_bar import ColourBar
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.head_grid import HeadGrid
from app.views.head_table import Head, HeadColumn
from app.views.pattern_marks import PatternLegend
from app.views.read_out import ReadOut
from app.views.snug import snug_height

_SPACING = 6  # pixels, as are all lengths here
_LETTERS = 18
_LABELS, _CELL = (40, 24), (62, 34)  # in a picture


class GridPane(QWidget):
    """Numbers as colours from 0 to the largest, differences on both sides of 0, patterns as marks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: list[HeadColumn] = []
        self._shape = (0, 0)
        self._chosen = "entropy"
        self._said: Head | None = None
        self.choice = Choice(tr("Measure"), tr("Which measure the map shows"), letters=_LETTERS)
        self.choice.chosen.connect(self._column_chosen)
        self.grid = HeadGrid()
        self.bar = ColourBar()
        self.legend = PatternLegend()
        self.read_out = ReadOut(right=True, name=tr("Head under the pointer"))
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.choice)
        top.addWidget(self.read_out, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        column.addLayout(top)
        column.addWidget(self.grid, 1)
        column.addWidget(self.bar)
        column.addWidget(self.legend)
        column.addStretch(0)

    @property
    def column(self) -> HeadColumn | None:
        """The measure that is shown."""
        return next((column for column in self._columns if column.name == self._chosen), None)

    def show_columns(self, columns: Sequence[HeadColumn], shape: tuple[int, int]) -> None:
        """Offer all but the first, which holds the names; the one that was chosen stays so."""
        self._columns, self._shape = list(columns[1:]), shape
        self.choice.set_names([column.full for column in self._columns])
        self._show()

    def choose(self, name: str) -> None:
        """Show the column of this name."""
        self._chosen = name
        self._show()

    def say(self, head: Head | None) -> None:
        """Read out a head's value, and mark it on the colour bar."""
        column, self._said = self.column, head
        if column is None or head is None or not (head[0] < self._shape[0] and head[1] < self._shape[1]):
            self.read_out.set_text("")
            self.bar.set_marker(None)
            return
        place = head[0] * self._shape[1] + head[1]
        self.bar.set_marker(None if column.values is None else float(column.values[place]))
        self.read_out.set_text(head_name(*head), column.texts[place])

    def drawing(self) -> Drawing:
        """The map, as large in any window, over its colour bar or its legend."""
        grid, bar, legend = HeadGrid(), ColourBar(), PatternLegend()
        layers, heads = self._shape
        grid.resize(_LABELS[0] + _CELL[0] * heads, _LABELS[1] + _CELL[1] * layers)
        grid.set_selected(*self.grid.selected)
        column = self.column
        if column is None:
            return figure(grid.drawing())
        self._fill(column, grid, bar, legend)
        if column.values is None:
            legend.fit(max(grid.width(), legend.minimumSizeHint().width()))
            return figure(grid.drawing(), column.full, legend.drawing())
        bar.resize(max(grid.width(), bar.minimumSizeHint().width()), bar.sizeHint().height())
        return figure(grid.drawing(), column.full, bar.drawing())

    @Slot(object)
    def _column_chosen(self, index: int) -> None:
        self.choose(self._columns[index].name)

    def _show(self) -> None:
        column = self.column
        if column is None:
            return
        self.choice.setCurrentIndex(self._columns.index(column))
        self.grid.setAccessibleName(tr("{measure} of all heads", measure=column.full))
        self.bar.setVisible(column.values is not None)
        self.legend.setVisible(column.values is None)
        self._fill(column, self.grid, self.bar, self.legend)
        self.say(self._said)
        self._snug()

    def _fill(self, column: HeadColumn, grid: HeadGrid, bar: ColourBar, legend: PatternLegend) -> None:
        texts = self._by_layer(column.short or column.texts)
        if column.values is not None:
            low, high = _ends(column)
            grid.set_values(column.values.reshape(self._shape), texts, low, high, signed=column.signed)
            bar.set_range(low, high, diverging=column.signed)
        elif column.patterns:
            names = [shown[0] for shown in column.patterns]
            grid.set_patterns(self._by_layer(names), texts)
            legend.set_entries(legend_of(column))
        else:
            grid.set_values(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what stands under the map close to it."""
        super().resizeEvent(event)
        self._snug()

    def _snug(self) -> None:
        below = self.bar if self.legend.isHidden() else self.legend
        under = below.minimumSizeHint().height()
        snug_height(self.grid, self.height() - self.choice.sizeHint().height() - under - 2 * _SPACING)

    def _by_layer(self, texts: Sequence[str]) -> list[list[str]]:
        layers, heads = self._shape
        return [list(texts[layer * heads : (layer + 1) * heads]) for layer in range(layers)]


def _ends(column: HeadColumn) -> tuple[float, float]:
    """Where the colours begin and end."""
    assert column.values is not None
    known = column.values[~np.isnan(column.values)]
    if column.signed:
        largest = float(np.abs(known).max(initial=0.0)) or 1.0
        return -largest, largest
    return 0.0, float(known.max(initial=0.0)) or 1.0
