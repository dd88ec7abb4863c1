"""The heart of the window: attention in several views, under what is changed about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QStackedWidget, QWidget

from app.panels.attention.calculation import CalculationPage
from app.panels.attention.changes_bar import ChangesBar
from app.panels.attention.explanation import explanation
from app.panels.attention.flow import FlowPage
from app.panels.attention.layer import LayerPage
from app.panels.attention.lines import LinesPage
from app.panels.attention.maps_page import MapsPage
from app.panels.attention.measures import MeasuresPage
from app.panels.attention.page import Page
from app.panels.attention.search import SearchPage
from app.panels.common_tabs import Tab, TabbedPanel
from app.reference import Reference, incomparable
from app.session import Session
from app.translation import tr
from app.views.empty import EmptyState
from app.views.piece_text import isolated
from bert_core.queries import Answer, InterventionEffect
from bert_core.trace import Trace

_MOST_TEXT = 60  # characters of the reference's text


class AttentionPanel(TabbedPanel[Page]):
    """One page is seen at a time; its tabs stand in the header. Pages follow the session themselves.

    Where a difference is wanted and there is none to draw, a second page of the same kind shows the reference.
    """

    name = "attention"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Attention"), explanation())
        self.changes = ChangesBar(session)
        self.maps = MapsPage(session)
        self._offer(
            Tab("all", tr("All heads"), tr("Every head of every layer, and the chosen one large"), self.maps),
            Tab("one", tr("One head"), tr("The chosen head alone"), self.maps),
            Tab("lines", tr("Lines"), tr("Lines from queries to keys"), LinesPage(session)),
            Tab("calculation", tr("Q·K·V"), tr("The head's arithmetic"), CalculationPage(session)),
            Tab("layer", tr("Layer"), tr("What happens to a piece inside a layer"), LayerPage(session)),
            Tab(
                "flow",
                tr("Flow"),
                tr("Where a piece’s content comes from, through the layers"),
                FlowPage(session),
            ),
            Tab("measures", tr("Measures"), tr("Every head in figures"), MeasuresPage(session)),
            Tab("search", tr("Search"), tr("Examples of a head or a piece in a text"), SearchPage(session)),
        )
        self.empty = EmptyState(tr("Attention appears here once a model is loaded and has read a sentence."))
        self._twin: Page | None = None
        self._build()
        self.maps.view_wanted.connect(self.set_view)
        session.answer_changed.connect(self._answered)
        session.reference_changed.connect(self._compare)
        self.set_view("all")

    @Slot(object)
    def set_view(self, name: str) -> None:
        """Show a view. Raises KeyError for one that there is not."""
        page = self._tabs[name].page
        self._view = name
        self.tab_row.set_current(name)
        self._pages.setCurrentWidget(page)
        self._compare()
        for shown in (page, self._twin):
            if isinstance(shown, MapsPage):
                shown.set_view("all" if name == "all" else "one")
        self.view_changed.emit(name)

    @Slot()
    def _compare(self, _: object = None) -> None:
        """Say what is compared with; and put the reference beside what is now where it cannot be taken away."""
        reference, trace = self.session.reference, self.session.trace
        why = ""
        if reference is not None and trace is not None and reference.showing == "difference":
            why = incomparable(reference.trace, trace)
        self.compared.setText(_compared(reference, why))
        self.compared.setVisible(bool(self.compared.text()))
        page = self._tabs[self._view].page
        if self._twin is not None and (not why or type(self._twin) is not type(page)):
            self._twin.hide()
            self._twin.deleteLater()
            self._twin = None
        if why and self._twin is None:
            self._twin = type(page)(self.session, twin=True)
            self._beside.addWidget(self._twin, 1)
            self._twin.show()  # adding would show it a moment later

    def refresh(self, trace: Trace | None) -> None:
        """Pages are there as soon as there is something to show."""
        shown = trace is not None and len(trace.tokens) > 0
        self._stack.setCurrentIndex(1 if shown else 0)
        self.tab_row.set_usable(shown)
        self._compare()
        self.watch_queries()

    def watch_queries(self) -> None:
        """What the changes did is asked for while they stand here."""
        wanted = self.changes.wanted
        answer = self.session.watch((self, "effect"), wanted)
        if answer is not None:
            self._answered(answer)

    def stop_watching(self) -> None:
        self.session.watch((self, "effect"), None)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        trace = self.session.trace
        if isinstance(answer.query, InterventionEffect) and trace is not None and answer.scene == trace.scene:
            self.changes.show_answer(answer, trace)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The tabs come first where there is no room for the title as well."""
        super().resizeEvent(event)
        room = self.width() - self.help_button.sizeHint().width() - 40
        title = self.title_label.sizeHint().width() + 8
        self.title_label.setVisible(self.tab_row.sizeHint().width() + title < room)

    def _build(self) -> None:
        self.header_row.insertWidget(1, self.tab_row)
        self.header_row.setSpacing(1)
        self.title_label.setContentsMargins(0, 0, 6, 0)
        self._pages = QStackedWidget()
        for page in dict.fromkeys(tab.page for tab in self._tabs.values()):
            self._pages.addWidget(page)
        content = QWidget()
        self._beside = QHBoxLayout(content)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.setSpacing(24)
        self._beside.addWidget(self._pages, 1)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        self.compared = QLabel()
        self.compared.setProperty("kind", "secondary")
        self.compared.setTextFormat(Qt.TextFormat.PlainText)
        self.compared.setWordWrap(True)
        self.body.addWidget(self.changes)
        self.body.addWidget(self.compared)
        self.body.addLayout(self._stack, 1)


def _compared(reference: Reference | None, why_not: str) -> str:
    """What is compared with, in a line; empty where only what is now is shown."""
    if reference is None or reference.showing == "now":
        return ""
    scene = reference.trace.scene
    text = scene.text_a if scene.second is None else f"{scene.text_a} / {scene.second}"
    text = isolated(text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…")
    named = tr("“{sentences}”, {model}", sentences=text, model=reference.model)
    if scene.interventions:
        named = tr("{named}, changed", named=named)
    if why_not:
        return tr("{why} Left: now. Right: the reference, {named}", why=why_not, named=named)
    if reference.showing == "reference":
        return tr("The reference: {named}", named=named)
    return tr("Now less the reference, {named}", named=named)
