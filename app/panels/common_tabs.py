"""A panel with several views, of which one is seen, and a tab for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.panels.base import Panel
from app.views.tab_row import TabRow

Shown = TypeVar("Shown", bound=QWidget)


@dataclass(frozen=True)
class Tab(Generic[Shown]):
    """A name of a view, what its tab and the tool tip of that say, and the page that shows it."""

    name: str
    text: str
    tip: str
    page: Shown


class TabbedPanel(Panel, Generic[Shown]):
    """Subclasses `_offer` tabs, put the row of them where it belongs, and show what is chosen in `set_view`.

    view_changed(str) is emitted with the name of the view that is seen from now on.
    """

    view_changed = Signal(object)

    def _offer(self, *tabs: Tab[Shown]) -> None:
        self._tabs = {tab.name: tab for tab in tabs}
        self._view = tabs[0].name
        self.tab_row = TabRow((tab.name, tab.text, tab.tip) for tab in tabs)
        self.tab_row.chosen.connect(self.set_view)

    @property
    def views(self) -> tuple[str, ...]:
        """The names that `set_view` knows, in the order of the tabs."""
        return tuple(self._tabs)

    @property
    def view(self) -> str:
        """Which is seen."""
        return self._view

    def page(self, name: str) -> Shown:
        """The page that shows a view. Raises KeyError for one that there is not."""
        return self._tabs[name].page

    @Slot(object)
    def set_view(self, name: str) -> None:
        """Show a view. Raises KeyError for one that there is not."""
        raise NotImplementedError
