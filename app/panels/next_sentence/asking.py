"""One question to the model at a time, how far its answer has come, and what is known by now."""

from __future__ import annotations

from time import monotonic
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from app.session import Session
from app.translation import tr
from bert_core.queries import Answer, Progress, Query

State = Literal["idle", "running", "done", "failed", "cancelled"]

_WORTH_TELLING = 0.5  # seconds; what is shorter is told by its answer alone


class Asking(QObject):
    """`changed` after every word on it. What was known before stays until there is something new."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._since: tuple[float, int] | None = None  # when, and how much was done then
        self.query: Query | None = None
        self.state: State = "idle"
        self.progress: Progress | None = None
        self.value: object = None
        self.failure = ""
        session.answer_changed.connect(self._answered)

    def ask(self, query: Query, *, again: bool = True) -> None:
        """Ask this, unless it is asked, or known; where it failed or was cancelled, only `again`."""
        if query == self.query and (self.state in ("running", "done") or not again):
            return
        self._session.watch(self, None)
        self.query, self.state, self.failure = query, "running", ""
        self.progress = self._since = None
        answer = self._session.watch(self, query)
        if answer is not None:
            self._take(answer)
        self.changed.emit()

    def watch(self) -> None:
        """Go on after a rest."""
        if self.query is not None and self.state not in ("cancelled", "failed"):
            answer = self._session.watch(self, self.query)
            if answer is not None:
                self._take(answer)
                self.changed.emit()

    def rest(self) -> None:
        """Nobody looks; what is known stays."""
        self._session.watch(self, None)

    @Slot()
    def cancel(self) -> None:
        """Stop; what is known by now stays."""
        if self.state == "running":
            self._session.watch(self, None)
            self.state = "cancelled"
            self.changed.emit()

    def forget(self) -> None:
        """Nothing is asked, and nothing known."""
        self._session.watch(self, None)
        self.query = self.progress = self.value = self._since = None
        self.state, self.failure = "idle", ""
        self.changed.emit()

    @property
    def share(self) -> float | None:
        """How far it is, 0 to 1; None where that is not known."""
        progress = self.progress
        return None if progress is None or not progress.total else min(1.0, progress.done / progress.total)

    def words(self, now: float | None = None) -> str:
        """How far it is, and how long it will take: 40 %, 0:12 left."""
        progress, share = self.progress, self.share
        if progress is None:
            return tr("Waiting for its turn…")
        if share is None or progress.total is None:
            return tr("Looking through the file…")
        said = f"{100 * share:.0f} %"
        if self._since is None:
            return said
        began, first = self._since
        passed, done = (monotonic() if now is None else now) - began, progress.done - first
        if passed < _WORTH_TELLING or done <= 0:
            return said
        return tr(
            "{share}, {left} left", share=said, left=clock((progress.total - progress.done) * passed / done)
        )

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        if answer.query == self.query and self.state != "cancelled":
            self._take(answer)
            self.changed.emit()

    def _take(self, answer: Answer) -> None:
        progress = answer.progress
        if progress is not None:
            self.state, self.progress = "running", progress
            if progress.value is not None:
                self.value = progress.value
            if self._since is None and progress.total is not None:
                self._since = monotonic(), progress.done
            return
        self.state = "failed" if answer.failure else "done"
        self.failure, self.progress, self._since = answer.failure, None, None
        self.value = answer.value


def clock(seconds: float) -> str:
    """0:48, 12:05, 1:02:03; rounded up, so that what is left is not 0:00."""
    whole = max(1, int(-(-seconds // 1)))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
