"""A query that takes long, from the moment it is asked to its end, whether the dialog is seen or not."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from app.session import Session
from bert_core.queries import Answer, Progress, Query

State = Literal["idle", "running", "done", "failed", "cancelled"]


class Asking(QObject):
    """One query at a time. `changed` after every word on it."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.query: Query | None = None
        self.state: State = "idle"
        self.progress: Progress | None = None
        self.value: object = None
        self.failure = ""
        session.answer_changed.connect(self._answered)

    def ask(self, query: Query) -> None:
        """Ask this, or take what is known of it; what was under way is given up."""
        self._session.watch(self, None)
        self.query, self.state, self.failure = query, "running", ""
        self.value = self.progress = None
        answer = self._session.watch(self, query)
        if answer is not None:
            self._take(answer)
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Stop."""
        if self.state == "running":
            self._session.watch(self, None)
            self.state = "cancelled"
            self.changed.emit()

    def fail(self, why: str) -> None:
        """Stop, since it cannot go on."""
        if self.state == "running":
            self._session.watch(self, None)
            self.state, self.failure = "failed", why
            self.changed.emit()

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        """What was cancelled may have come to its end on the other thread before it heard of that."""
        ended = self.state == "cancelled" and answer.value is not None
        if answer.query == self.query and (self.state == "running" or ended):
            self._take(answer)
            self.changed.emit()

    def _take(self, answer: Answer) -> None:
        if answer.progress is not None:
            self.progress = answer.progress
            return
        self.state = "failed" if answer.failure else "done"
        self.failure, self.value = answer.failure, answer.value
        self._session.watch(self, None)
