"""A row of tabs in a header: those that there is no room for stand in a menu at its end."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from app.translation import tr
from app.views.tab_group import TabGroup, tab_button

_GAP = 2  # pixels


class TabRow(QWidget):
    """The current tab is always in the row itself. chosen(str) is emitted when a person takes another.

    tabs  of each its name, its text and its tool tip
    """

    chosen = Signal(object)

    def __init__(self, tabs: Iterable[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._group = TabGroup(tabs, self)
        self.buttons = self._group.tabs
        for button in self.buttons.values():
            button.setParent(self)
        self._group.chosen.connect(self._take)
        self.more = tab_button("»", tr("More views"), self)
        self.more.setCheckable(False)
        self.more.setAccessibleName(tr("More views"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.more)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill)
        self.more.setMenu(self.menu)
        self.set_current(next(iter(self.buttons)))

    @property
    def current(self) -> str:
        """The name of the checked tab."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    def set_current(self, name: str) -> None:
        """Check a tab. Raises KeyError for one that there is not."""
        self.buttons[name].setChecked(True)
        self.updateGeometry()
        self._arrange()

    def set_usable(self, usable: bool) -> None:
        """Whether tabs can be chosen."""
        for button in (*self.buttons.values(), self.more):
            button.setEnabled(usable)

    @property
    def hidden(self) -> tuple[str, ...]:
        """The names of those that stand in the menu."""
        return tuple(name for name, button in self.buttons.items() if button.isHidden())

    def sizeHint(self) -> QSize:
        """All of them beside each other."""
        hints = [button.sizeHint() for button in self.buttons.values()]
        width = sum(hint.width() for hint in hints) + _GAP * (len(hints) - 1)
        return QSize(width, max(hint.height() for hint in hints))

    def minimumSizeHint(self) -> QSize:
        """Room for the current one and the menu."""
        width = self.buttons[self.current].sizeHint().width() + _GAP + self.more.sizeHint().width()
        return QSize(width, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Another font or style needs other room."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()
            self._arrange()

    def _arrange(self) -> None:
        widths = {name: button.sizeHint().width() for name, button in self.buttons.items()}
        height, more = self.sizeHint().height(), self.more.sizeHint().width()
        whole = sum(widths.values()) + _GAP * (len(widths) - 1) <= self.width()
        room = self.width() if whole else self.width() - more - _GAP
        left = room - widths[self.current]  # what the others may take
        shown = {self.current}
        for name, width in widths.items():
            if name == self.current:
                continue
            left -= width + _GAP
            if left < 0:
                break
            shown.add(name)
        at = 0
        for name, button in self.buttons.items():
            button.setVisible(name in shown)
            if name in shown:
                button.setGeometry(QRect(QPoint(at, 0), QSize(widths[name], height)))
                at += widths[name] + _GAP
        self.more.setVisible(not whole)
        self.more.setGeometry(QRect(QPoint(at, 0), QSize(more, height)))

    @Slot()
    def _fill(self) -> None:
        self.menu.clear()
        group = QActionGroup(self.menu)
        for name in self.hidden:
            button = self.buttons[name]
            action = self.menu.addAction(button.text())
            action.setToolTip(button.toolTip())
            action.setData(name)
            group.addAction(action)
            action.triggered.connect(self._menu_taken)

    @Slot()
    def _menu_taken(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._take(action.data())

    @Slot(object)
    def _take(self, name: str) -> None:
        self.set_current(name)
        self.chosen.emit(name)
