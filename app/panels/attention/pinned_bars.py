"""What a pinned piece attends to, or what attends to it, as bars: the large form of the list under the map."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.translation import tr
from app.views.bars import BarRow, Bars

_WIDTH = 260  # pixels
_ROW = 22  # of Bars
_SPACING = 6


class PinnedBars(QWidget):
    """A line of text, and under it as many of the strongest weights as there is height for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weights: Sequence[tuple[str, float]] = ()
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.title.setProperty("kind", "secondary")
        self.bars = Bars(mono=True, name=tr("Strongest weights of the pinned piece"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        column.addWidget(self.title)
        column.addWidget(self.bars)
        column.addStretch(1)
        self.setFixedWidth(_WIDTH)
        # Rows follow the height there is, and do not ask for any.
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)

    def set_weights(self, title: str, weights: Sequence[tuple[str, float]]) -> None:
        """Pieces and their weights 0..1, strongest first."""
        self.title.setText(title)
        self._weights = weights
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as fit."""
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        room = self.height() - self.title.heightForWidth(self.width()) - _SPACING
        shown = self._weights[: max(1, room // _ROW)]
        self.bars.set_rows([BarRow(piece, weight, figure=f"{weight:.4f}") for piece, weight in shown])
