"""Reads the sentence of a hit, and points at what it is about."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.panels.attention.search.words import Asked
from app.session import Session
from app.translation import tr
from bert_core.queries_search import AttentionExamples, Hit
from bert_core.trace import Trace


class HitReader(QObject):
    """One hit at a time; where another sentence is read by then, nothing is chosen or pinned."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._pending: tuple[Hit, Asked | None] | None = None
        session.trace_changed.connect(self._point_at)

    def read(self, hit: Hit, asked: Asked | None) -> None:
        """Read it, as what it was found by; undo brings back what was there."""
        self._pending = hit, asked
        session, passage = self._session, hit.passage
        changed = bool(session.scene.interventions)
        session.read_anew(passage.text_a, passage.text_b or "")
        if changed and session.scene.interventions:
            session.notice_given.emit(
                tr("What you changed in the model is in force here; the search read the text without it")
            )
        self._point_at(session.trace)

    def forget(self) -> None:
        """Point at nothing."""
        self._pending = None

    @Slot(object)
    def _point_at(self, trace: Trace | None) -> None:
        if self._pending is None:
            return
        session, (hit, asked) = self._session, self._pending
        texts = hit.passage.text_a, hit.passage.text_b
        if (session.scene.text_a, session.scene.second) != texts:
            self._pending = None  # something else is looked at by now
            return
        if trace is None or (trace.scene.text_a, trace.scene.second) != texts or not session.up_to_date:
            return
        self._pending = None
        if isinstance(asked, AttentionExamples):
            session.select_head(asked.layer, asked.head)
        session.pin(query=hit.query.position, key=None if hit.key is None else hit.key.position)
