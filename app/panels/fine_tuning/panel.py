"""The workspace of runs: their list at the left, and pages about the one that is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter

from app.panels.base import Panel
from app.panels.fine_tuning.explanation import workspace_help
from app.panels.fine_tuning.page import RunPage
from app.panels.fine_tuning.runs_list import RunsList
from app.run_values import Run
from app.session import Session
from app.translation import tr
from app.views.current_stack import CurrentStack
from app.views.tab_row import TabRow
from bert_core.trace import Trace

_LIST, _LEAST_LIST = 264, 190  # pixels


class FineTuningPanel(Panel):
    """One page is seen at a time; its tabs stand in the header. Pages follow the session themselves.

    pages  in the order of their tabs; a page may have a `tip`, what its tab's tool tip says
    page_changed(str) is emitted with the name of the page that is seen from now on.
    open_wanted()     a person wants to open the folder of a run
    """

    name = "fine-tuning"

    open_wanted = Signal()
    page_changed = Signal(object)

    def __init__(self, session: Session, pages: Sequence[RunPage]) -> None:
        super().__init__(session, tr("Fine-tuning"), workspace_help())
        self.pages = {page.name: page for page in pages}
        self.runs_list = RunsList(session)
        self.runs_list.open_wanted.connect(self.open_wanted)
        self.runs_list.new_wanted.connect(self.show_new)
        self.runs_list.chosen.connect(self._show_something)
        self.tab_row = TabRow((page.name, page.title, getattr(page, "tip", "")) for page in pages)
        self.tab_row.chosen.connect(self.show_page)
        self.header_row.insertWidget(1, self.tab_row)
        self.title_label.setContentsMargins(0, 0, 6, 0)
        self._stack = CurrentStack()
        for page in pages:
            self._stack.addWidget(page)
        self.parts = QSplitter(Qt.Orientation.Horizontal)
        self.parts.setChildrenCollapsible(False)
        self.parts.addWidget(self.runs_list)
        self.parts.addWidget(self._stack)
        self.parts.setStretchFactor(0, 0)
        self.parts.setStretchFactor(1, 1)
        self.parts.setSizes([_LIST, 4 * _LIST])
        self.runs_list.setMinimumWidth(_LEAST_LIST)
        self.runs_list.set_new_offered("new" in self.pages)
        self.body.addWidget(self.parts, 1)
        self.body.setContentsMargins(12, 4, 12, 8)
        session.runs.current_changed.connect(self._current_changed)
        session.runs.brought.connect(self._show_something)

    @property
    def page(self) -> str:
        """The name of the page that is seen."""
        return self.tab_row.current

    @Slot(object)
    def show_page(self, name: str) -> None:
        """Show a page. Raises KeyError for one that there is not."""
        page = self.pages[name]
        self.tab_row.set_current(name)
        self._stack.setCurrentWidget(page)
        self.page_changed.emit(name)

    @Slot()
    def show_new(self) -> None:
        """The page on which a run is set up."""
        self.show_page("new")

    def refresh(self, trace: Trace | None) -> None:
        """A run does not depend on what is analysed."""

    @Slot(object)
    def _show_something(self, _: object) -> None:
        """A run is chosen while none can be seen: its curves."""
        if self.page == "new" and "live" in self.pages:
            self.show_page("live")

    @Slot(object)
    def _current_changed(self, run: Run | None) -> None:
        self.subtitle.setText("" if run is None else run.name)
        self.subtitle.setToolTip("" if run is None else run.folder)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The tabs come first where there is no room for the titles as well."""
        super().resizeEvent(event)
        room = self.width() - self.help_button.sizeHint().width() - 40
        tabs, title = self.tab_row.sizeHint().width(), self.title_label.sizeHint().width() + 8
        self.title_label.setVisible(tabs + title < room)
        self.subtitle.setVisible(tabs + title + 160 < room)
