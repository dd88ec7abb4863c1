"""Ctrl+K: type a few letters of what you want to do, Enter does it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.translation import tr


def plain(action: QAction) -> str:
    """The action's name without the marks for keys."""
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")


def rank(name: str, typed: str) -> tuple[int, int] | None:
    """How well a name fits what was typed (smaller is better); None where it does not.

    Every typed word must begin a word of the name, or stand in it, or its letters appear in order.
    """
    name, typed = name.casefold(), typed.casefold().strip()
    if not typed:
        return (0, 0)
    words = typed.split()
    if all(any(part.startswith(word) for part in name.split()) for word in words):
        return (0, name.find(words[0]))
    if all(word in name for word in words):
        return (1, name.find(words[0]))
    at = -1
    for letter in typed.replace(" ", ""):
        at = name.find(letter, at + 1)
        if at < 0:
            return None
    return (2, at)


class ActionFinder(QDialog):
    """A list of all enabled actions, narrowed by typing."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Find an action"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = [action for action in actions if action.isEnabled() and not action.isSeparator()]
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("What do you want to do?"))
        self.field.setAccessibleName(tr("Find an action"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Actions"))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.resize(520, 420)
        self.field.textChanged.connect(self._narrow)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(
            self._run
        )  # where one click activates, itemActivated would come as well
        self._narrow("")
        self.field.setFocus()

    def _narrow(self, typed: str) -> None:
        found = [(rank(plain(action), typed), index) for index, action in enumerate(self._actions)]
        best = sorted((key, index) for key, index in found if key is not None)
        self.list.clear()
        for _, index in best:
            action = self._actions[index]
            keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
            item = QListWidgetItem(f"{plain(action)}    {keys}" if keys else plain(action))
            item.setData(Qt.ItemDataRole.UserRole, index)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Enter in the field act on the list."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self.list.count():
                self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                item = self.list.currentItem()
                if item is not None:
                    self._run(item)
                return True
        return super().eventFilter(watched, event)

    def _run(self, item: QListWidgetItem) -> None:
        action = self._actions[item.data(Qt.ItemDataRole.UserRole)]
        self.accept()
        action.trigger()
