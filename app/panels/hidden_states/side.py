"""What stands beside the map: the nearest pieces, or the senses of a word, by tabs."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.panels.hidden_states.nearest_pane import NearestPane
from app.panels.hidden_states.senses_pane import SensesPane
from app.translation import tr
from app.views.tab_group import TabGroup

Side = Literal["nearest", "senses"]

_SHARE, _NARROW, _WIDE = 0.3, 290, 400  # of the panel's width, within these pixels


class StatesSide(QWidget):
    """chosen(Side): a tab was clicked."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.nearest = NearestPane()
        self.senses = SensesPane()
        self.current: Side = "nearest"
        self._panes = QStackedWidget()
        self._panes.addWidget(self.nearest)
        self._panes.addWidget(self.senses)
        group = TabGroup(
            (
                (
                    "nearest",
                    tr("Nearest pieces"),
                    tr("The pieces of the vocabulary that are nearest to the chosen piece"),
                ),
                ("senses", tr("Senses"), tr("How alike the occurrences of a word are, layer by layer")),
            ),
            self,
        )
        group.chosen.connect(self.chosen)
        self.tabs = group.tabs
        self.tabs["nearest"].setChecked(True)
        bar = QHBoxLayout()
        bar.setSpacing(2)
        for button in self.tabs.values():
            bar.addWidget(button)
        bar.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(bar)
        column.addWidget(self._panes, 1)

    def set_current(self, side: Side) -> None:
        """Show this one."""
        self.current = side
        self._panes.setCurrentWidget(self.nearest if side == "nearest" else self.senses)
        self.tabs[side].setChecked(True)

    def fit(self, panel: int) -> None:
        """In a panel so wide."""
        width = max(_NARROW, min(_WIDE, round(_SHARE * panel)))
        if width != self.width():
            self.setFixedWidth(width)
            self.nearest.set_width(width)
            self.senses.set_width(width)
