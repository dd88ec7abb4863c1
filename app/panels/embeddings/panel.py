"""What goes into the model: the embeddings of this text, and the checkpoint's tables that they are taken from."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QStackedWidget, QWidget

from app.panels.common_tabs import Tab, TabbedPanel
from app.panels.embeddings.explanation import explanation
from app.panels.embeddings.page import Page
from app.panels.embeddings.tables_page import TablesPage
from app.panels.embeddings.text_page import TextPage
from app.session import Session
from app.translation import tr
from app.views.empty import EmptyState
from bert_core.trace import Trace


class EmbeddingsPanel(TabbedPanel[Page]):
    """One page is seen at a time; its tabs stand in the header, and so does its legend."""

    name = "embeddings"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Embeddings"), explanation())
        self.text = TextPage(session)
        self.tables = TablesPage(session)
        self._offer(
            Tab("text", tr("This text"), tr("What the pieces of the text enter the model as"), self.text),
            Tab("tables", tr("Tables"), tr("The embedding tables of the model"), self.tables),
        )
        self.empty = EmptyState(tr("Embeddings appear here once a model is loaded and has read a sentence."))
        self._old: set[str] = set()
        self._build()
        session.reference_changed.connect(self._reference_changed)
        self.refresh(None)

    @Slot(object)
    def set_view(self, name: str) -> None:
        """Show a view. Raises KeyError for one that there is not."""
        page, before = self._tabs[name].page, self._tabs[self._view].page
        if page is not before:
            before.stop_watching()
        self._view = name
        self.tab_row.set_current(name)
        self._pages.setCurrentWidget(page)
        self._headers.setCurrentWidget(page.header)
        self.help_button.set_help(page.help)
        self._catch_up()
        if self.isVisible():
            page.watch_queries()
        self.view_changed.emit(name)

    def refresh(self, trace: Trace | None) -> None:
        """Show this trace, or what it is compared with."""
        shown = trace is not None and len(trace.tokens) > 0
        self._stack.setCurrentIndex(1 if shown else 0)
        self.tab_row.set_usable(shown)
        self._headers.setVisible(shown)
        self._old = set(self._tabs)
        self._catch_up()

    def _catch_up(self) -> None:
        if self._view in self._old:
            self._old.discard(self._view)
            self._tabs[self._view].page.refresh()

    def watch_queries(self) -> None:
        self._tabs[self._view].page.watch_queries()

    def stop_watching(self) -> None:
        for tab in self._tabs.values():
            tab.page.stop_watching()

    @Slot(object)
    def _reference_changed(self, _: object) -> None:
        self._trace_changed(self.session.trace)

    def let_go(self) -> bool:
        """Of the piece that the tables look at, too."""
        own = self.tables.let_go()
        return super().let_go() or own

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the pages how wide they are."""
        super().resizeEvent(event)
        for tab in self._tabs.values():
            tab.page.fit(self.width())

    def _build(self) -> None:
        self._headers, self._pages = QStackedWidget(), QStackedWidget()
        for tab in self._tabs.values():
            self._headers.addWidget(tab.page.header)
            self._pages.addWidget(tab.page)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._pages)
        content = QWidget()
        content.setLayout(self._stack)
        self.body.addWidget(content, 1)
        self.body.setContentsMargins(12, 2, 12, 6)
        height = self.help_button.sizeHint().height()
        self._headers.setFixedHeight(height)  # the header keeps its height
        self.tab_row.setFixedHeight(height)
        self.header_row.setStretch(2, 0)
        self.header_row.insertWidget(2, self.tab_row)
        self.header_row.insertWidget(3, self._headers, 1)
