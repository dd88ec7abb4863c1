"""What the actions about the views of attention do, and which of them is ticked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction

from app.panels.attention import AttentionPanel


class ViewCommands(QObject):
    """The attention panel's tabs by menu, key and finder.

    show     brings the panel to where it can be seen
    bind     says what an action does
    actions  the window's, by id: "view-" and the view's name
    """

    def __init__(
        self,
        panel: AttentionPanel,
        show: Callable[[], object],
        bind: Callable[[str, Callable[[], object]], None],
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel, self._show, self._actions = panel, show, actions
        for name in panel.views:
            bind(f"view-{name}", partial(self.see, name))
        panel.view_changed.connect(self._tick)
        self._tick()

    def see(self, name: str) -> None:
        """Show this view; asked for where it is seen already, let the keyboard work in it, too.

        Not at once, since a person may be typing and want to see another view of it.
        """
        seen = self._panel.isVisible() and self._panel.view == name
        self.bring(name)
        if seen:
            self._panel.tab_row.buttons[name].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def bring(self, name: str) -> None:
        """Show this view, and leave the keyboard where it is."""
        self._show()
        self._panel.set_view(name)

    @Slot()
    def _tick(self, _: object = None) -> None:
        for name in self._panel.views:
            self._actions[f"view-{name}"].setChecked(name == self._panel.view)
