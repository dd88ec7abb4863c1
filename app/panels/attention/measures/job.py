"""A query that takes long, from the moment a person asks for it to its end, whether the page is seen or not."""

from __future__ import annotations

from time import monotonic
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from app.session import Session
from app.translation import tr
from bert_core.queries import Answer, Progress, Query

State = Literal["idle", "running", "done", "failed", "cancelled"]


class Job(QObject):
    """One query about the model at a time. `changed` after every word on it.

    What was computed when it is cancelled stays: it is true of as many texts as there were by then.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._began: tuple[float, int] | None = None  # when, and how many were done then
        self.query: Query | None = None
        self.state: State = "idle"
        self.progress: Progress | None = None
        self.value: object = None
        self.failure = ""
        session.answer_changed.connect(self._answered)

    def start(self, query: Query) -> None:
        """Ask for this, or take what is known of it; what was under way is given up."""
        if self.state == "running" and query == self.query:
            return
        self._session.watch(self, None)
        self.query, self.state, self.value, self.failure = query, "running", None, ""
        self._began = self.progress = None
        answer = self._session.watch(self, query)
        if answer is not None:
            self._take(answer)
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Stop; what is known by now stays."""
        if self.state == "running":
            self._session.watch(self, None)
            self.state = "cancelled"
            self.changed.emit()

    def forget(self) -> None:
        """Nothing is asked, and nothing known; `changed` is not emitted."""
        self._session.watch(self, None)
        self.query = self.progress = self.value = None
        self.state, self.failure = "idle", ""

    def words(self, now: float | None = None) -> str:
        """How far it is, how fast, and how long it will take: 412 of 5,000 texts, 96 a second, 0:48 left."""
        progress = self.progress
        if progress is None:
            return tr("Waiting for its turn…")
        if progress.total is None:
            return tr("Counting texts: {n}", n=f"{progress.done:,}")
        said = done_words(progress)
        if self._began is None:
            return said
        began, before = self._began
        passed, done = (monotonic() if now is None else now) - began, progress.done - before
        if done <= 0 or passed <= 0:
            return said
        speed = done / passed
        left = clock((progress.total - progress.done) / speed)
        return tr("{said}, {speed} a second, {left} left", said=said, speed=_speed(speed), left=left)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        if self.state == "running" and answer.query == self.query:
            self._take(answer)
            self.changed.emit()

    def _take(self, answer: Answer) -> None:
        progress = answer.progress
        if progress is not None:
            self.progress = progress
            if progress.value is not None:
                self.value = progress.value
            if self._began is None and progress.total is not None:
                self._began = monotonic(), progress.done
            return
        self.state = "failed" if answer.failure else "done"
        self.failure = answer.failure
        self.value = answer.value
        self._session.watch(self, None)


def done_words(progress: Progress) -> str:
    """How far it has come: 412 of 5,000 texts; of pruning, where each text is read at every point, readings."""
    done, total = f"{progress.done:,}", f"{progress.total or 0:,}"
    if progress.words == "pruning":
        return tr("{done} of {total} readings", done=done, total=total)
    return tr("{done} of {total} texts", done=done, total=total)


def clock(seconds: float) -> str:
    """0:48, 12:05, 1:02:03; rounded up, so that what is left is not 0:00."""
    whole = max(1, int(-(-seconds // 1)))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _speed(speed: float) -> str:
    return f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}"
