"""A sentence, and under it pieces with their weights as bars, as many as there is height for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from app.views.bars import ROW_HEIGHT, BarRow, Bars
from app.views.piece_text import unfenced

_SPACING = 6  # pixels


class RankedBars(QWidget):
    """It is `width` pixels wide and asks for no height of its own; `name` says what the bars are."""

    def __init__(self, width: int, name: str, *, decimals: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._decimals = decimals
        self._weights: Sequence[tuple[str, float]] = ()
        self._whole = 1.0
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.title.setProperty("kind", "secondary")
        self.bars = Bars(mono=True, name=name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.addWidget(self.title)
        column.addWidget(self.bars)
        column.addStretch(1)
        self.setFixedWidth(width)
        # Rows follow the height there is, and do not ask for any.
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)

    def set_weights(self, title: str, weights: Sequence[tuple[str, float]], *, whole: float = 1.0) -> None:
        """Pieces, isolated or as they are, and their weights 0..`whole`, strongest first."""
        self.title.setText(title)
        self._weights, self._whole = weights, whole
        self._fill()

    def minimumSizeHint(self) -> QSize:
        """Whatever is listed now may be less when there is less room."""
        return QSize(self.width(), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as fit."""
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        room = self.height() - self.title.heightForWidth(self.width()) - _SPACING
        shown = self._weights[: max(0, room // ROW_HEIGHT)]
        whole = self._whole
        self.bars.set_rows(
            [BarRow(unfenced(piece), weight / whole, figure=self._figure(weight)) for piece, weight in shown]
        )

    def _figure(self, weight: float) -> str:
        return f"{weight:.{self._decimals}f}".replace("-", "−")
