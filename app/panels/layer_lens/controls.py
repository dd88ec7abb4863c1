"""What stands left of the lens's table: of which pieces it is, what its colours mean, and what is to be known."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.panels.layer_lens.shown import COLOURINGS, Colouring, Shown, end_of
from app.theme import font
from app.translation import tr
from app.views.choice import Choice
from app.views.colour_bar import ColourBar

Which = Literal["masked", "all", "pinned"]
WHICH: tuple[Which, ...] = ("masked", "all", "pinned")

_WIDTH = 142  # pixels


class LensControls(QWidget):
    """which_chosen() and colours_chosen() follow a person's choice; turned(by) asks for other pieces of many."""

    which_chosen = Signal()
    colours_chosen = Signal()
    turned = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pieces = Choice(tr("Pieces"), tr("Of which pieces the layers are shown"), letters=9)
        self.pieces.set_names([tr("Masked pieces"), tr("All pieces"), tr("Pinned pieces")])
        self.colours = Choice(tr("Colours"), tr("What figures and colours of the table stand for"), letters=9)
        self.colours.set_names([tr("Probability"), tr("Rank of answer")])
        self.bar = ColourBar()
        self.note = _secondary()
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.back, self.forth = _turner("‹", tr("The pieces before")), _turner("›", tr("The pieces behind"))
        self.range = _secondary()
        self.pager = QWidget()
        pager = QHBoxLayout(self.pager)
        pager.setContentsMargins(0, 0, 0, 0)
        pager.setSpacing(2)
        for part in (self.back, self.range, self.forth):
            pager.addWidget(part)
        pager.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.pieces, self.colours, self.pager, self.bar):
            column.addWidget(widget)
        column.addWidget(self.note)
        column.addStretch(1)
        self.setFixedWidth(_WIDTH)
        self.pieces.chosen.connect(self.which_chosen)
        self.colours.chosen.connect(self.colours_chosen)
        self.back.clicked.connect(self._go_back)
        self.forth.clicked.connect(self._go_forth)

    @property
    def which(self) -> Which:
        """Of which pieces."""
        return WHICH[max(0, self.pieces.currentIndex())]

    @property
    def colouring(self) -> Colouring:
        """What colours stand for, where no difference is shown."""
        return COLOURINGS[max(0, self.colours.currentIndex())]

    @Slot()
    def _go_back(self) -> None:
        self.turned.emit(-1)

    @Slot()
    def _go_forth(self) -> None:
        self.turned.emit(1)

    def show_range(self, first: int, most: int, total: int) -> None:
        """Which of many pieces are looked at; nothing where that is all of them."""
        last = min(total, first + most)
        self.pager.setVisible(total > most)
        self.range.setText(tr("{a}–{b} of {n}", a=first + 1, b=last, n=total))
        self.back.setEnabled(first > 0)
        self.forth.setEnabled(last < total)

    def describe(self, shown: Shown, why_not: str) -> None:
        """What the colours end at, and what is to be known; `why_not`: why there is no difference."""
        signed = shown.before is not None
        self.bar.set_range(0, (100 if signed else 1) * end_of(shown), diverging=signed)
        self.bar.setVisible(signed or self.colouring == "probability")
        self.colours.setEnabled(not signed)
        last = shown.layers[-1]
        words = [why_not, tr("Early layers are read by a head trained for the last, {last}.", last=last)]
        if signed:
            words.append(tr("Now less the reference: probability of the final answer, in percentage points."))
        elif self.colouring == "rank":
            words.append(tr("# is the rank of the final answer; the stronger the colour, the nearer to 1."))
        words.append(tr("{last} is the model's own prediction.", last=last))
        self.note.setText(" ".join(word for word in words if word))
        self.note.setToolTip(self.note.text())
        column = self.layout()
        if column is not None:
            column.activate()
        self._fit_note()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Whole lines of the note, as many as there is room for."""
        super().resizeEvent(event)
        self._fit_note()

    def _fit_note(self) -> None:
        line = self.note.fontMetrics().lineSpacing()
        room = max(0, self.height() - self.note.y()) // line * line
        self.note.setFixedHeight(max(0, min(self.note.heightForWidth(_WIDTH), room)))


def _turner(text: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setProperty("kind", "bare")
    button.setToolTip(name)
    button.setAccessibleName(name)
    return button


def _secondary() -> QLabel:
    label = QLabel()
    label.setProperty("kind", "secondary")
    label.setFont(font("small"))
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
