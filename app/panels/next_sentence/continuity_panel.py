"""The panel of lists and whole texts: which sentence comes next, and whether a paragraph hangs together."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget

from app.panels.base import Panel
from app.panels.next_sentence.explanation import lists_explanation
from app.panels.next_sentence.paragraph_page import ParagraphPage
from app.panels.next_sentence.ranking_page import RankingPage
from app.session import Session
from app.translation import tr
from app.views.picture import PictureActions
from app.views.tab_row import TabRow
from bert_core.trace import Trace

Part = Literal["ranking", "paragraph"]

_LEAST_WIDTH, _LEAST_HEIGHT = 260, 110


class ContinuityPanel(Panel):
    """Two parts, of which one is seen."""

    name = "continuity"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Continuity"), lists_explanation())
        self.ranking, self.paragraph = RankingPage(session), ParagraphPage(session)
        self.tabs = TabRow(
            (
                ("ranking", tr("Which comes next?"), tr("Rank sentences by how well they go after A")),
                ("paragraph", tr("A paragraph"), tr("Check a text sentence by sentence")),
            )
        )
        self.tabs.chosen.connect(self.set_part)
        self.header_row.insertWidget(self.header_row.indexOf(self.subtitle) + 1, self.tabs)
        self.offer_pictures([self.ranking.picture, self.paragraph.picture])
        self._stack = QStackedWidget()
        self._stack.addWidget(self.ranking)
        self._stack.addWidget(self.paragraph)
        self.body.setContentsMargins(12, 4, 12, 8)
        self.body.addWidget(self._stack, 1)

    @property
    def part(self) -> Part:
        """Which is seen."""
        return "ranking" if self._stack.currentIndex() == 0 else "paragraph"

    @Slot(object)
    def set_part(self, part: Part) -> None:
        """Show this one."""
        self.tabs.set_current(part)
        self._stack.setCurrentWidget(self.ranking if part == "ranking" else self.paragraph)
        self.watch_queries()

    @property
    def pictures(self) -> tuple[tuple[str, PictureActions], ...]:
        """What can be copied and saved, with its name."""
        return tuple((one.objectName(), one) for one in (self.ranking.picture, self.paragraph.picture))

    def refresh(self, trace: Trace | None) -> None:
        """Another text, or other changes."""
        self.ranking.refresh(trace)
        self.paragraph.refresh(trace)

    def watch_queries(self) -> None:
        """The part that is seen asks."""
        self.ranking.watch()
        self.paragraph.watch()

    def stop_watching(self) -> None:
        """A text that is being ranked goes on."""
        self.ranking.rest()
        self.paragraph.rest()

    def showEvent(self, event: QShowEvent) -> None:
        """What is taken to come next may have changed meanwhile."""
        super().showEvent(event)
        self.refresh(self.session.trace)

    def minimumSizeHint(self) -> QSize:
        """Both parts scroll."""
        return super().minimumSizeHint().boundedTo(QSize(_LEAST_WIDTH, _LEAST_HEIGHT))
