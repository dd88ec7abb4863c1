"""Puts what is said of a map beside it, or under it: where that leaves the map larger."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from app.views.marginal_bars import margin_height
from app.views.snug import UNLIMITED, snug_height

if TYPE_CHECKING:
    from app.panels.attention.head_pane import HeadPane

SIDE, SPACING = 180, 4  # pixels, as are all lengths here
_WIDE_SIDE, _WIDEST_SIDE, _WIDE_FROM = 260, 380, 700
_BESIDE = 20


class HeadArrangement:
    """In a grid, which its owner puts below the row above the map.

    beside  how it is now; None before anything was placed
    """

    def __init__(self, pane: HeadPane) -> None:
        self._pane = pane
        self.beside: bool | None = None
        self.grid = QGridLayout()
        self.grid.setVerticalSpacing(SPACING)

    def place(self, *, beside: bool) -> None:
        """Put it there."""
        if beside == self.beside:
            return
        self.beside = beside
        pane, grid = self._pane, self.grid
        parts: dict[QWidget, tuple[int, int, int, int]] = (
            {
                pane.map: (1, 0, 6, 1), pane.info: (1, 1, 1, 1), pane.state: (2, 1, 1, 1), pane.bar: (3, 1, 1, 1),
                pane.read_out: (4, 1, 1, 1), pane.bars: (5, 1, 2, 1),
            }
            if beside
            else {
                pane.info: (1, 0, 1, 2), pane.state: (2, 0, 1, 2), pane.map: (3, 0, 1, 2), pane.bar: (4, 0, 1, 1),
                pane.read_out: (4, 1, 1, 1), pane.listed: (5, 0, 1, 2),
            }
        )  # fmt: skip
        for widget in (pane.info, pane.state, pane.map, pane.bar, pane.read_out, pane.listed, pane.bars):
            grid.removeWidget(widget)
            if widget in parts:
                grid.addWidget(widget, *parts[widget])
            widget.setVisible(widget in parts)
        pane.setTabOrder(pane.map, pane.bars)
        pane.read_out.set_right(not beside)
        grid.setHorizontalSpacing(_BESIDE if beside else 12)
        grid.setColumnStretch(0, 1 if beside else 0)
        for row in range(1, 7):
            grid.setRowStretch(row, 0)
        grid.setRowStretch(5 if beside else 3, 1000)
        grid.setRowStretch(6, 1)  # what the map leaves over

    def fit(self, height: int, say: Callable[[], None]) -> None:
        """Arrange it in so much height below the row above; `say` writes what depends on where it stands."""
        pane, grid = self._pane, self.grid
        side = _WIDE_SIDE if pane.width() >= _WIDE_FROM else SIDE
        self.place(beside=self._larger_beside(height, side))
        pane.map.setMaximumSize(UNLIMITED, UNLIMITED)
        if self.beside:
            pane.map.resize(max(1, pane.width() - side - _BESIDE), max(1, height))
            widest = pane.map.width()
            if pane.map.has_content():
                widest = min(widest, max(pane.map.minimumWidth(), round(pane.map.extent().width()) + 1))
                side = min(_WIDEST_SIDE, pane.width() - widest - _BESIDE)
            pane.map.setMaximumWidth(widest)
            pane.bars.setFixedWidth(side)
            grid.setContentsMargins(0, 0, max(0, pane.width() - widest - _BESIDE - side), 0)
        else:
            grid.setContentsMargins(0, 0, 0, 0)
        for label in (pane.state, pane.info, pane.read_out):
            label.setMaximumWidth(side if self.beside else UNLIMITED)
        say()
        grid.activate()
        if not self.beside:
            under = pane.bar.sizeHint().height() + pane.listed.height() + 2 * SPACING
            snug_height(pane.map, pane.height() - pane.map.y() - under)

    def _larger_beside(self, height: int, side: int) -> bool:
        """Whether the map is larger with `side` pixels at its side than with less height."""
        pane = self._pane
        labels = pane.map.labels()
        across, down = pane.width() - labels.left, height - labels.top
        if pane.choices.now.bars:
            down -= margin_height(height)
        lines = (pane.info, pane.bar, pane.state) if pane.state_text else (pane.info, pane.bar)
        below = pane.listed.height() + sum(line.sizeHint().height() + SPACING for line in lines) + SPACING
        return min(across - side - _BESIDE, down) > min(across, down - below)
