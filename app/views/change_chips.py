"""What is changed in the model's reading, as chips, each to be taken back by a click."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.theme import font
from app.translation import tr
from app.views.chip_flow import ChipFlow

_CHIP, _GAP, _LEADING, _PAD = 22, 6, 4, 9  # pixels, as are all lengths here
_MOST = 260
_CROSS = "  ✕"


class ChangeChips(QWidget):
    """Chips that flow over as many lines as they need; hidden while there are none.

    taken_back(index) is emitted when a chip is clicked, or Enter or Space pressed on it.
    """

    taken_back = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: list[QPushButton] = []
        self._said: tuple[tuple[str, str], ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(tr("Changes in force"))
        self.hide()

    def set_changes(self, changes: Sequence[tuple[str, str]]) -> None:
        """Show these: what each says, and what it means."""
        said = tuple(changes)
        if said == self._said:
            return
        self._said = said
        here = next((i for i, chip in enumerate(self._chips) if chip.hasFocus()), None)
        for chip in self._chips:
            chip.deleteLater()
            chip.hide()
        self._chips = [self._chip(words, meaning) for words, meaning in said]
        self.setVisible(bool(said))
        self._arrange()
        if here is not None and self._chips:  # so that several can be taken back from the keyboard
            self._chips[min(here, len(self._chips) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def chips(self) -> list[QPushButton]:
        """The buttons, in order."""
        return list(self._chips)

    def _chip(self, words: str, meaning: str) -> QPushButton:
        chip = QPushButton(self)
        chip.setProperty("kind", "change")
        chip.setFont(font("small"))
        short = QFontMetrics(font("small")).elidedText(words, Qt.TextElideMode.ElideRight, _MOST)
        chip.setText(short.replace("&", "&&") + _CROSS)
        chip.setToolTip(f"{words}\n{meaning}\n" + tr("Click to take it back."))
        chip.setAccessibleName(tr("Take back: {change}", change=words))
        chip.setAccessibleDescription(meaning)
        chip.clicked.connect(self._clicked)
        chip.show()
        return chip

    @Slot()
    def _clicked(self) -> None:
        chip = self.sender()
        if chip in self._chips:
            self.taken_back.emit(self._chips.index(chip))

    def _flow(self, room: float) -> ChipFlow:
        metrics = QFontMetrics(font("small"))
        widths = [float(metrics.horizontalAdvance(chip.text()) + 2 * _PAD) for chip in self._chips]
        return ChipFlow.of(widths, room, chip=_CHIP, gap=_GAP, leading=_LEADING, margin=0)

    def _arrange(self) -> None:
        for chip, place in zip(self._chips, self._flow(self.width()).rects, strict=True):
            chip.setGeometry(place.toRect())
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return math.ceil(self._flow(width).height)

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, _CHIP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Flow anew."""
        super().resizeEvent(event)
        self._arrange()
