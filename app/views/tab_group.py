"""Tabs, of which one is down."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QToolButton, QWidget


class TabGroup(QButtonGroup):
    """The buttons, for whoever puts them into a row. chosen(str) is emitted with the name of one that was clicked.

    tabs  of each its name, its text and its tool tip
    """

    chosen = Signal(object)

    def __init__(self, tabs: Iterable[tuple[str, str, str]], parent: QObject) -> None:
        super().__init__(parent)
        self.tabs = {name: tab_button(text, tip) for name, text, tip in tabs}
        for button in self.tabs.values():
            self.addButton(button)
        self.buttonClicked.connect(self._clicked)

    @Slot(object)
    def _clicked(self, button: QToolButton) -> None:
        self.chosen.emit(next(name for name, other in self.tabs.items() if other is button))


def tab_button(
    text: str, tip: str, parent: QWidget | None = None, *, kind: str = "header-tab"
) -> QToolButton:
    """A button that can be down. `kind` is how it is dressed: as a tab in a header, or as a "tab" among others."""
    button = QToolButton(parent)  # type: ignore[call-overload]
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    button.setProperty("kind", kind)
    return button
