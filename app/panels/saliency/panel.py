"""The saliency panel: which pieces a prediction hangs on, and what it would be otherwise."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QStackedWidget, QWidget

from app.panels.common_tabs import Tab, TabbedPanel
from app.panels.saliency.aimed_page import AimedPage
from app.panels.saliency.chooser import TargetChooser
from app.panels.saliency.colouring import Colouring
from app.panels.saliency.explanation import explanation
from app.panels.saliency.page import SaliencyPage
from app.panels.saliency.target import Aim, texts_of
from app.panels.saliency.what_if_page import WhatIfPage
from app.panels.saliency.wishes import KINDS, Wishes
from app.reference import incomparable
from app.session import Session
from app.translation import tr
from app.views.empty import EmptyState
from bert_core.explanations import ClassTarget, SpanTarget, TagTarget, Target
from bert_core.trace import Trace

_LEAST = QSize(340, 150)  # pixels


class SaliencyPanel(TabbedPanel[AimedPage]):
    """One of two pages is seen at a time, below what both are about."""

    name = "saliency"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Saliency"), explanation())
        self._wishes = Wishes.of(session)
        self.chooser = TargetChooser(session)
        self.saliency = SaliencyPage(session)
        self.what_if = WhatIfPage(session)
        self._offer(
            Tab(
                self.saliency.name,
                tr("Saliency"),
                tr("What each piece did for the prediction"),
                self.saliency,
            ),
            Tab(
                self.what_if.name,
                tr("What if"),
                tr("What the prediction would be with something else there"),
                self.what_if,
            ),
        )
        self.colouring = Colouring(session, self)
        self.compared = QLabel()
        self.empty = EmptyState(
            tr("What a prediction hangs on appears here once a model has read a sentence.")
        )
        self._build()
        for page in (self.saliency, self.what_if):
            page.aimed.connect(self._aimed)
        self.saliency.followed.connect(self._followed)
        session.reference_changed.connect(self._compare)
        self.set_view("saliency")
        self.refresh(session.trace)

    @Slot(object)
    def set_view(self, name: str) -> None:
        """Show a page. Raises KeyError for one that there is not."""
        page = self.page(name)
        self._view = name
        self.tab_row.set_current(name)
        self._pages.setCurrentWidget(page)
        for one in (self.saliency, self.what_if):
            one.bar.setVisible(one is page)
        self.chooser.scale.setVisible(page is self.saliency)  # changes are told as probabilities
        self._compare()
        self.view_changed.emit(name)

    @Slot()
    def show_what_if(self) -> None:
        """What would become of the prediction."""
        self.set_view(self.what_if.name)

    @Slot()
    def explain_next(self) -> None:
        """Explain the next-sentence score; the caller brings the panel forward."""
        self._wishes.set(replace(self._wishes.now, next=True))
        self.set_view(self.saliency.name)

    @Slot()
    def explain_word(self) -> None:
        """Explain the masked word again, where there is one: its best candidate."""
        self._wishes.set(replace(self._wishes.now, next=False, token_id=None))
        self.set_view(self.saliency.name)

    @Slot()
    def explain_task(self) -> None:
        """Explain what the model says for the task that it is tuned for; the caller brings the panel forward."""
        self._wishes.set(replace(self._wishes.now, next=None, label=None, tagged=None, span=None))
        self.set_view(self.saliency.name)

    @Slot(object)
    def explain(self, target: Target) -> None:
        """Explain this of the text that is read now: a class, a tag, an answer."""
        trace, now = self.session.trace, self._wishes.now
        if trace is None:
            return
        wish = replace(now, next=None, label=None, tagged=None, span=None, chosen_in=texts_of(trace))
        if isinstance(target, ClassTarget | TagTarget):
            wish = replace(wish, label=target.label)
        if isinstance(target, TagTarget):
            wish = replace(wish, tagged=target.position)
        elif isinstance(target, SpanTarget) and target.start is not None and target.end is not None:
            wish = replace(wish, span=(target.start, target.end))
        self._wishes.set(wish)
        self.set_view(self.saliency.name)

    @Slot()
    def next_colours(self) -> None:
        """Colour the input by the next method, and after the last by none."""
        colours = self._wishes.now.colours
        kinds = (None, *KINDS)
        turned = kinds[(kinds.index(colours) + 1) % len(kinds)]
        self._wishes.set(replace(self._wishes.now, colours=turned))

    def refresh(self, trace: Trace | None) -> None:
        """Pages are there as soon as there is something to explain."""
        shown = trace is not None and len(trace.tokens) > 0
        self._stack.setCurrentIndex(1 if shown else 0)
        self.control.setVisible(shown)
        self.tab_row.set_usable(shown)
        self._compare()

    @Slot()
    def _compare(self, _: object = None) -> None:
        """Say what is shown, where that is not simply what is now."""
        reference, trace = self.session.reference, self.session.trace
        said = ""
        if reference is not None and trace is not None and reference.showing == "reference":
            said = tr("The reference is shown.")
        elif reference is not None and trace is not None and reference.showing == "difference":
            why = incomparable(reference.trace, trace)
            if why:
                said = tr("{why} What is now is shown.", why=why)
            elif self.view == self.what_if.name:
                said = tr("Changes are tried out on what is now, not on the reference.")
            else:
                said = tr("Now less the reference.")
        self.compared.setText(said)
        self.compared.setVisible(bool(said))

    @Slot(object, object)
    def _aimed(self, trace: Trace, aim: Aim) -> None:
        self.chooser.show_aim(trace, aim)

    @Slot(object)
    def _followed(self, piece: int) -> None:
        self.show_what_if()
        self.what_if.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def minimumSizeHint(self) -> QSize:
        """Little: where there is more, it is for the bars and the rows."""
        return _LEAST

    def _build(self) -> None:
        self.control = QWidget()
        row = QHBoxLayout(self.control)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.tab_row)
        row.addStretch(1)
        row.addWidget(self.chooser)
        for page in (self.saliency, self.what_if):
            row.addWidget(page.bar)
        self._pages = QStackedWidget()
        for page in (self.saliency, self.what_if):
            self._pages.addWidget(page)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._pages)
        self.compared.setProperty("kind", "secondary")
        self.compared.setTextFormat(Qt.TextFormat.PlainText)
        self.compared.setWordWrap(True)
        self.body.setContentsMargins(12, 2, 12, 6)
        self.body.setSpacing(4)
        self.body.addWidget(self.control)
        self.body.addWidget(self.compared)
        self.body.addLayout(self._stack, 1)
