"""A list to choose one of several by name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

_LEAST = 64  # pixels: where room is short, names are cut


class Choice(QComboBox):
    """chosen(index) is emitted when a person chooses; `name` says what of.

    letters  how many it is wide, where there is room; longer names are cut
    """

    chosen = Signal(object)

    def __init__(self, name: str, tip: str, *, letters: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self._names: tuple[str, ...] = ()
        if letters:
            self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self.setMinimumContentsLength(letters)
        else:
            self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMinimumWidth(_LEAST)
        self.activated.connect(self._activated)

    def set_names(self, names: Sequence[str]) -> None:
        """Offer these; no-op where they are offered already."""
        if tuple(names) != self._names:
            self._names = tuple(names)
            self.clear()
            self.addItems(self._names)

    @Slot(int)
    def _activated(self, index: int) -> None:
        self.chosen.emit(index)
