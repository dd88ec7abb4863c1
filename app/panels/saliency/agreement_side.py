"""How the methods agree: their rank correlations, beside the lanes where there is room."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.panels.saliency.shown import Shown
from app.panels.saliency.wishes import KINDS
from app.panels.saliency.words import over_words, short_of
from app.translation import tr
from app.views.flow_ranks import RankTriangle

_WIDTH, _FROM, _LINE = 250, 620, 20  # pixels


class AgreementSide(QWidget):
    """The triangle, and over what it is, as far as its page is high enough."""

    def __init__(self) -> None:
        super().__init__()
        self.ranks = RankTriangle()
        self.title = QLabel(tr("Rank correlation"))
        self.over = QLabel()
        for label in (self.title, self.over):
            label.setProperty("kind", "secondary")
            label.setWordWrap(True)
        self.setFixedWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.ranks)
        column.addWidget(self.over)
        column.addStretch(1)

    def show_found(self, found: Shown, *, signed: bool) -> None:
        """Show these; signed: ranked by score rather than by size."""
        self.ranks.set_values(
            [short_of(kind) for kind in KINDS], found.correlations, difference=found.difference
        )
        self.over.setText(over_words(found, signed=signed))
        self.title.setToolTip(self.over.text())

    def fit(self, width: int, height: int) -> None:
        """Beside lanes on a page so wide and high."""
        needed = self.ranks.sizeHint().height()
        self.setVisible(width >= _FROM and height >= needed)
        self.title.setVisible(height >= needed + _LINE)
        self.over.setVisible(height >= needed + 4 * _LINE)
