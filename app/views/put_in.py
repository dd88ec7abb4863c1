"""The pieces that were put in place of others, a line each, with an x that takes one back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.translation import tr
from app.views.bars import PAD
from app.views.piece_block import PieceBlock
from app.views.piece_text import isolated

FIRST_LINES = 3


class PutIn(QWidget):
    """Lines such as: piece 5: “store” put in, typed “[MASK]” ×. More than a few are folded.

    taken_back  int: the position whose x was clicked
    hovered     int | None: the position that the pointer is over
    """

    taken_back = Signal(object)
    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: tuple[tuple[int, str, str], ...] = ()
        self._unfolded = False
        self._lines: list[_Line] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(PAD, 0, 0, 8)
        self._column.setSpacing(0)
        self.more = QPushButton()
        self.more.setProperty("kind", "link")
        self.more.clicked.connect(self._unfold)
        self._column.addWidget(self.more)
        self.set_pieces(())

    @property
    def sentences(self) -> tuple[str, ...]:
        """The lines now shown."""
        return tuple(line.words.text() for line in self._lines if not line.isHidden())

    def take_back(self, line: int) -> None:
        """Click the x of a line."""
        self._lines[line].back.click()

    def set_pieces(self, pieces: Sequence[tuple[int, str, str]]) -> None:
        """Show (position, piece, what was typed there)."""
        self._pieces = tuple(pieces)
        if len(self._pieces) <= FIRST_LINES:
            self._unfolded = False
        shown = self._pieces if self._unfolded else self._pieces[:FIRST_LINES]
        while len(self._lines) < len(shown):
            line = _Line()
            line.taken_back.connect(self.taken_back)
            line.hovered.connect(self.hovered)
            self._column.insertWidget(len(self._lines), line)
            self._lines.append(line)
        for line, entry in zip(self._lines, shown, strict=False):
            line.set_piece(*entry)
        for index, line in enumerate(self._lines):
            line.setVisible(index < len(shown))
        self.more.setText(tr("and {n} more", n=len(self._pieces) - len(shown)))
        self.more.setVisible(len(shown) < len(self._pieces))
        self.setVisible(bool(self._pieces))

    @Slot()
    def _unfold(self) -> None:
        self._unfolded = True
        self.set_pieces(self._pieces)


class _Line(PieceBlock):
    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel()
        self.words.setProperty("kind", "secondary")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.back.setText("×")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)

    def set_piece(self, position: int, piece: str, typed: str) -> None:
        self._position = position
        self.words.setText(
            tr(
                "piece {position}: “{piece}” put in, typed “{typed}”",
                position=position,
                piece=isolated(piece),
                typed=isolated(typed),
            )
        )
        self.say_back(tr("Put back “{typed}” at piece {position}", typed=isolated(typed), position=position))
