"""What is shown, and the sums beside it; below it where that is narrow."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QWidget

_SIDE = 264  # pixels, the column with the sums
_BESIDE_FROM = 620
_ANY_WIDTH = 16_777_215


class Beside(QWidget):
    """Both scroll up and down. Subclasses make them, and `_put` them there."""

    def _put(self, shown: QWidget, sums: QWidget, instead: QWidget | None = None) -> None:
        """At the left or above, and at the right or below; `instead` where there is nothing to show."""
        self.area, self.side = scrolling(shown), scrolling(sums)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(16)
        self._box.addWidget(self.area, 1)
        if instead is not None:
            self._box.addWidget(instead, 1)
        self._box.addWidget(self.side)
        self.arrange(0)

    def arrange(self, width: int) -> None:
        """Fit the two parts to the width that there is."""
        beside = width >= _BESIDE_FROM
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._box.setDirection(direction)
        self._box.setStretchFactor(self.area, 2)
        self._box.setStretchFactor(self.side, 0 if beside else 1)
        self.side.setMinimumWidth(_SIDE if beside else 0)
        self.side.setMaximumWidth(_SIDE if beside else _ANY_WIDTH)


def scrolling(widget: QWidget) -> QScrollArea:
    """`widget` in an area that scrolls up and down only."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(widget)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
