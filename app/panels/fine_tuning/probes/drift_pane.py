"""How far every head has moved, as a map of layers and heads."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.file_questions.probes import Floats
from app.panels.fine_tuning.probes.words import head_name
from app.theme import font
from app.translation import tr
from app.views.colour_bar import ColourBar
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.head_grid import HeadGrid
from app.views.read_out import ReadOut
from app.views.snug import snug_height
from app.views.worked_numbers import places

_SPACING = 4  # pixels, as are all lengths here
_FINE = 0.1  # a largest drift below which cells get one more figure
_LEAST = 1e-6  # of the colours' end: below it, there is only the rounding of half precision
_HIGHEST, _LOW, _LOWEST = 34, 12, 150  # a cell, and the pane
_TOLD = 16  # layers that have cells no lower than that
_LABELS, _CELL = (40, 24), (62, 34)  # in a picture


class DriftPane(QWidget):
    """`grid` tells of clicks and of the pointer; the pane reads out what the pointer is over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Floats | None = None
        self._high = 1.0
        self.title = QLabel(tr("Drift of attention"))
        self.title.setFont(font("bold"))
        self.read_out = ReadOut(right=True, name=tr("Head under the pointer"))
        self.grid = HeadGrid()
        self.grid.setAccessibleName(tr("Drift of every head's attention from the start"))
        self.grid.setToolTip(tr("Click a head, or walk with the arrow keys, to replay its attention"))
        self.bar = ColourBar()
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title)
        top.addWidget(self.read_out, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        column.addLayout(top)
        column.addWidget(self.grid, 1)
        column.addWidget(self.bar)
        column.addStretch(0)
        self.grid.head_hovered.connect(self._hovered)

    @property
    def values(self) -> Floats | None:
        """float32 [L, A], as shown."""
        return self._values

    def show_drift(self, values: Floats, high: float) -> None:
        """Show float32 [L, A], coloured from 0 to the largest of the whole run, so that the colours stay comparable."""
        before = None if self._values is None else self._values.shape
        self._values, self._high = values, high if high > _LEAST else 1.0
        self._fill(self.grid)
        self.bar.set_range(0.0, self._high)
        self._hovered(None)
        if before != values.shape:
            self._snug()

    def set_head(self, head: tuple[int, int] | None) -> None:
        """Outline this head."""
        self.grid.set_selected(*(head or (None, None)))
        self._hovered(None)

    def word(self, head: tuple[int, int]) -> str:
        """A head's drift in figures."""
        return "" if self._values is None else places(float(self._values[head]), 4)

    def drawing(self, title: str) -> Drawing:
        """The map, as large in any window, over its colour bar."""
        grid, bar = HeadGrid(), ColourBar()
        if self._values is not None:
            layers, heads = self._values.shape
            grid.resize(_LABELS[0] + _CELL[0] * heads, _LABELS[1] + _CELL[1] * layers)
            self._fill(grid)
        grid.set_selected(*self.grid.selected)
        bar.set_range(0.0, self._high)
        bar.set_title(tr("1 − cosine"))
        bar.resize(max(grid.width(), bar.minimumSizeHint().width()), bar.sizeHint().height())
        return figure(grid.drawing(), title, bar.drawing())

    def _fill(self, grid: HeadGrid) -> None:
        if self._values is None:
            grid.set_values(None)
            return
        decimals = 3 if self._high < _FINE else 2
        texts = [[places(value, decimals, short=True) for value in row] for row in self._values.tolist()]
        grid.set_values(self._values.astype(np.float64), texts, 0.0, self._high)

    def _hovered(self, head: tuple[int, int] | None) -> None:
        if self._values is None:
            return
        shown = head if head is not None else self.grid.selected
        layer, number = shown
        if (
            layer is None
            or number is None
            or not (layer < len(self._values) and number < self._values.shape[1])
        ):
            self.read_out.set_text("")
            self.bar.set_marker(None)
            return
        self.bar.set_marker(float(self._values[layer, number]))
        self.read_out.set_text(head_name((layer, number)), self.word((layer, number)))

    @property
    def layers(self) -> int:
        """How many rows the map has."""
        return 1 if self._values is None else len(self._values)

    def height_for(self, most: int) -> int:
        """How high it is when its cells are as high as they may become, within `most`, if they can be told apart."""
        around = self._around() + _LABELS[1]
        least = max(_LOWEST, around + min(self.layers, _TOLD) * _LOW)
        return max(least, min(most, around + self.layers * _HIGHEST))

    def _around(self) -> int:
        """The height of what stands above and under the map."""
        lines = self.title.sizeHint().height() + self.bar.minimumSizeHint().height()
        return lines + 2 * _SPACING

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the colour bar close under the map."""
        super().resizeEvent(event)
        self._snug()

    def _snug(self) -> None:
        snug_height(self.grid, self.height() - self._around())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 150)
