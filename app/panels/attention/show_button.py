"""The button that says how a head's map is to be shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.panels.attention.head_options import HeadChoices
from app.panels.attention.head_view import HeadOptions
from app.translation import tr
from app.views.menu_title import add_title


class ShowButton(QToolButton):
    """A menu of what can be chosen; ticks follow, and the button is marked where something is not as at first.

    words, bars      the actions that switch these
    special_actions  those of the special pieces: shown, left out, renormalised
    """

    def __init__(self, choices: HeadChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = choices
        self.setText(tr("Show ▾"))
        self.setProperty("kind", "tab")
        self.setCheckable(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(tr("Words or pieces, special pieces or not, bars under the map"))
        self.setAccessibleName(tr("How the head is shown"))
        menu = QMenu(self)
        add_title(menu, tr("Rows and columns"))
        self.words = self._add(menu, tr("Words instead of pieces") + "\tW", choices.toggle_words)
        add_title(menu, tr("Special pieces, such as [CLS] (S: the next of these)"))
        group = QActionGroup(self)
        self.special_actions = {
            "shown": self._add(menu, tr("Shown"), choices.show_special, group),
            "left-out": self._add(
                menu, tr("Left out: rows no longer sum to 1"), choices.leave_out_special, group
            ),
            "renormalised": self._add(
                menu, tr("Left out, rows renormalised to sum to 1"), choices.renormalise, group
            ),
        }
        add_title(menu, tr("Under the map"))
        self.bars = self._add(menu, tr("Bars: what each piece receives") + "\tB", choices.toggle_bars)
        self.setMenu(menu)
        choices.changed.connect(self._follow)
        self._follow()

    def _add(
        self, menu: QMenu, text: str, act: Callable[[], object], group: QActionGroup | None = None
    ) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        if group is not None:
            group.addAction(action)
        action.triggered.connect(act)
        return action

    @Slot()
    def _follow(self) -> None:
        now, first = self._choices.now, HeadOptions()
        self.words.setChecked(now.words)
        self.bars.setChecked(now.bars)
        self.special_actions[now.special].setChecked(True)
        other = (now.words, now.special) != (first.words, first.special)
        self.setChecked(other)  # not by a click: that opens the menu
