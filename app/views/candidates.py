"""The candidates for one masked piece: its name, what was typed there, and a bar each."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QEnterEvent, QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.theme import font
from app.translation import tr
from app.views.bars import PAD, ROW_HEIGHT, BarRow, Bars
from app.views.piece_text import elided, isolated
from bert_core.trace import MaskPrediction

_LABEL_WIDTH = 104  # pixels: the same in every block and for every text, so that no bar jumps while one types
_TYPED_WIDTH = 56
_HEADING = 20


class Candidates(QWidget):
    """One block. Signals say which block by its position in the text.

    named        its heading was clicked
    hovered      the pointer came over the block: its position, or None where it left
    picked       (position, id of the candidate)
    taken_back   the x behind what was typed
    """

    named = Signal(object)
    hovered = Signal(object)
    picked = Signal(object, object)
    taken_back = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._position = -1
        self._prediction: MaskPrediction | None = None
        self.name = QPushButton()
        self.name.setProperty("kind", "link")
        self.back = QToolButton()
        self.back.setProperty("kind", "bare")
        self.back.setFont(font("small"))
        self.back.hide()
        for button in (self.name, self.back):
            button.setFixedHeight(_HEADING)
        self.bars = Bars(clickable=True, mono=True)
        self.bars.set_label_width(_LABEL_WIDTH)
        heading = QHBoxLayout()
        heading.setContentsMargins(PAD, 0, 0, 0)
        heading.setSpacing(8)
        heading.addWidget(self.name)
        heading.addStretch(1)
        heading.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(2)
        column.addLayout(heading)
        column.addWidget(self.bars)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.name.clicked.connect(self._named)
        self.back.clicked.connect(self._taken_back)
        self.bars.row_clicked.connect(self._picked)

    @property
    def position(self) -> int:
        """Where in the text the masked piece stands."""
        return self._position

    @property
    def prediction(self) -> MaskPrediction | None:
        """What is shown, or None while it has not been asked for."""
        return self._prediction

    def set_piece(self, position: int, piece: str, typed: str, rows: int) -> None:
        """Name the piece, and keep room for `rows` candidates; `typed` is "" where nothing can be put back.

        The bars stay as they were until `set_prediction`, so that nothing flickers.
        """
        self._position, self._prediction = position, None
        self.name.setText(tr("{piece}, piece {position}", piece=isolated(piece), position=position))
        self.name.setToolTip(tr("Pin this piece, or let it go"))
        shown = elided(isolated(typed), QFontMetricsF(self.back.font()), _TYPED_WIDTH)
        self.back.setText(tr("{typed}  ×", typed=shown))
        words = tr("Put back what was typed: {typed}", typed=isolated(typed))
        self.back.setToolTip(words)
        self.back.setAccessibleName(words)
        self.back.setVisible(bool(typed))
        self.bars.setFixedHeight(rows * ROW_HEIGHT)

    def set_prediction(self, prediction: MaskPrediction) -> None:
        """Show these candidates."""
        self._prediction = prediction
        self.bars.set_rows(
            [
                BarRow(text, probability, detail=tr("id {id}; click to put it in", id=token_id))
                for text, token_id, probability in prediction.candidates
            ]
        )

    def set_marked(self, *, pinned: bool, hovered: bool) -> None:
        """Show by its heading that the piece is pinned, or hovered somewhere."""
        face = font("bold" if pinned else "base")
        face.setUnderline(hovered)
        if face != self.name.font():
            self.name.setFont(face)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.hovered.emit(self._position)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    @Slot()
    def _named(self) -> None:
        self.named.emit(self._position)

    @Slot()
    def _taken_back(self) -> None:
        self.taken_back.emit(self._position)

    @Slot(object)
    def _picked(self, row: int) -> None:
        if self._prediction is not None:
            self.picked.emit(self._position, self._prediction.candidates[row][1])
