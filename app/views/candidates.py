"""The candidates for one masked piece: its name, what was typed there, and a bar each."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.theme import font
from app.translation import tr
from app.views.bars import PAD, ROW_HEIGHT, BarRow, Bars
from app.views.piece_block import HEADING, PieceBlock
from app.views.piece_text import elided, isolated
from bert_core.trace import MaskPrediction

_LABEL_WIDTH = 104  # pixels: the same in every block and for every text, so that no bar jumps while one types
_TYPED_WIDTH = 56


class Candidates(PieceBlock):
    """Its button is the x behind what was typed.

    named   its heading was clicked: the position
    picked  (position, id of the candidate)
    """

    named = Signal(object)
    picked = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prediction: MaskPrediction | None = None
        self.name = QPushButton()
        self.name.setProperty("kind", "link")
        self.name.setFixedHeight(HEADING)
        self.back.setFont(font("small"))
        self.back.hide()
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
        self.bars.row_clicked.connect(self._picked)

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
        self.say_back(tr("Put back what was typed: {typed}", typed=isolated(typed)))
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

    @Slot()
    def _named(self) -> None:
        self.named.emit(self._position)

    @Slot(object)
    def _picked(self, row: int) -> None:
        if self._prediction is not None:
            self.picked.emit(self._position, self._prediction.candidates[row][1])
