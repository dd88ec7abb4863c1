"""Four buttons for the lines from A or B to A or B."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from app.panels.attention.lines.shown import Direction
from app.translation import tr

_NAMES = ("A", "B")


class Directions(QWidget):
    """Rows are where lines come from, columns where they go.

    changed(frozenset of those that are off) when a person switched one
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[Direction, QToolButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for row, of in enumerate(_NAMES):
            for column, to in enumerate(_NAMES):
                button = QToolButton()
                button.setText(f"{of} → {to}")
                button.setCheckable(True)
                button.setAccessibleName(tr("Lines from {a} to {b}", a=of, b=to))
                button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                button.clicked.connect(self._clicked)
                grid.addWidget(button, row, column)
                self.buttons[row, column] = button
        self.set_paired(True)

    def set_paired(self, paired: bool) -> None:
        """Whether there is a B: where there is none, there is nothing to choose."""
        for (row, column), button in self.buttons.items():
            button.setEnabled(paired)
            button.setToolTip(
                tr("Show or hide lines from pieces of {a} to pieces of {b}", a=_NAMES[row], b=_NAMES[column])
                if paired
                else tr("There is no sentence B: all lines are from A to A")
            )

    def set_switched_off(self, switched_off: frozenset[Direction]) -> None:
        """Show these as off and the others as on; says nothing of it."""
        for direction, button in self.buttons.items():
            button.setChecked(direction not in switched_off)

    @Slot()
    def _clicked(self) -> None:
        self.changed.emit(frozenset(at for at, button in self.buttons.items() if not button.isChecked()))
