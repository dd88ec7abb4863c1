"""The curve of what is lost as heads are removed, over the slider that removes them."""

from __future__ import annotations

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from app.panels.attention.measures.prune_words import prune_explanation
from app.theme import font
from app.translation import tr
from app.views.choice import Choice
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.help_button import HelpButton
from app.views.prune_chart import PruneChart
from app.views.prune_slider import PruneSlider
from app.views.read_out import ReadOut

_LETTERS = 14
_DRAWN = 640.0, 360.0  # a picture of the chart


class PrunePane(QWidget):
    """Either the chart and the slider, or why there is none, with a button where something can be done about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.order = Choice(
            tr("Order of removal"), tr("By what heads are sorted, least first"), letters=_LETTERS
        )
        self.order.set_names([tr("Normalised by layer"), tr("Importance as it is")])
        self.measure = Choice(tr("What the curve shows"), tr("What the curve shows"), letters=_LETTERS)
        self.compare = Choice(
            tr("Order to compare with"),
            tr("A second curve, of heads removed in another order"),
            letters=_LETTERS,
        )
        self.compare.set_names([tr("No comparison"), tr("Random order (seed 0)"), tr("Most important first")])
        self.said = ReadOut(name=tr("What the curve is of"))
        self.chart = PruneChart()
        self.slider = PruneSlider()
        self.message = QLabel()
        self.message.setProperty("kind", "secondary")
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.button = QPushButton(tr("Compute importance"))
        self.button.setProperty("kind", "primary")
        self._build()

    def show_message(self, words: str, *, can_compute: bool = False) -> None:
        """In place of the chart."""
        self.message.setText(words)
        self.button.setVisible(can_compute)
        self._stack.setCurrentIndex(0)

    def show_chart(self) -> None:
        """There is an order to remove heads in."""
        self._stack.setCurrentIndex(1)

    @property
    def has_chart(self) -> bool:
        """Whether the chart is what is shown."""
        return self._stack.currentIndex() == 1

    def drawing(self, title: str) -> Drawing:
        """The chart as large in any window, with what it is of."""
        width, height = _DRAWN
        said = self.said.text
        room = QSizeF(max(width, QFontMetricsF(font("small")).horizontalAdvance(said)), height)
        return figure(self.chart.drawing(room), title, caption=said)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        for choice in (self.measure, self.order, self.compare):
            row.addWidget(choice, 1)
        row.addWidget(HelpButton(prune_explanation()))
        there, instead = QWidget(), QWidget()
        column = QVBoxLayout(there)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.said)
        column.addWidget(self.chart, 1)
        column.addWidget(self.slider)
        column = QVBoxLayout(instead)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.message)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(instead)
        self._stack.addWidget(there)
