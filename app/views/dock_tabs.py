"""The names of the panels that share one place, in the header of the one on top: no row of tabs takes height."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.theme import font

_HEIGHT = 20  # pixels


class DockTabs(QWidget):
    """The panel on top in bold, the others to be clicked; nothing at all where there are no others."""

    chosen = Signal(object)  # str: the name of another panel

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._tabs: tuple[tuple[str, str], ...] = ()
        self.buttons: dict[str, QPushButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self.hide()

    def set_tabs(self, tabs: Sequence[tuple[str, str]]) -> None:
        """Names and titles, in the order in which they stand; this panel's own among them."""
        wanted = tuple(tabs) if len(tabs) > 1 else ()
        if wanted == self._tabs:
            return
        self._tabs = wanted
        self.buttons = {}
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for name, title in wanted:
            self._row.addWidget(self._title(title) if name == self._name else self._button(name, title))
        self.setVisible(bool(wanted))

    def _title(self, title: str) -> QLabel:
        label = QLabel(title)
        label.setFont(font("bold"))
        return label

    def _button(self, name: str, title: str) -> QPushButton:
        button = QPushButton()
        button.setText(title)
        button.setProperty("kind", "link")
        button.setFixedHeight(_HEIGHT)
        button.setObjectName(name)
        button.clicked.connect(self._clicked)
        self.buttons[name] = button
        return button

    def _clicked(self) -> None:
        self.chosen.emit(self.sender().objectName())
