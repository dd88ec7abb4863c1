"""A query that takes long, from the moment it is asked to its end, whether anybody looks or not."""

from __future__ import annotations

from time import monotonic
from typing import Literal, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from app.session import Session
from bert_core.queries import Answer, Progress, Query

State = Literal["idle", "running", "done", "failed", "cancelled"]


class Pace(NamedTuple):
    """What was done in some seconds, from the first word that told how much there is to do."""

    seconds: float
    done: int
    first: Progress
    left: str  # how long the rest will take, as a clock says it


class Job(QObject):
    """One query at a time. `changed` after every word on it.

    What is known when it is cancelled stays: it is true of as much as was done by then.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._began: tuple[float, Progress] | None = None  # when how much there is to do was known
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
        self.value = None
        self._begin(query)

    @Slot()
    def cancel(self) -> None:
        """Stop; what is known by now stays."""
        self._stop("cancelled")

    def fail(self, why: str) -> None:
        """Stop, since it cannot go on."""
        self._stop("failed", why)

    def forget(self) -> None:
        """Nothing is asked, and nothing known; `changed` is not emitted."""
        self._session.watch(self, None)
        self.query = self.progress = self.value = self._began = None
        self.state, self.failure = "idle", ""

    @property
    def share(self) -> float | None:
        """How far it is, 0 to 1; None where that is not known."""
        progress = self.progress
        return None if progress is None or not progress.total else min(1.0, progress.done / progress.total)

    def pace(self, now: float | None = None) -> Pace | None:
        """How fast it goes; None where that is not known yet."""
        progress = self.progress
        if progress is None or progress.total is None or self._began is None:
            return None
        began, first = self._began
        seconds, done = (monotonic() if now is None else now) - began, progress.done - first.done
        if seconds <= 0 or done <= 0:
            return None
        return Pace(seconds, done, first, clock((progress.total - progress.done) * seconds / done))

    def _begin(self, query: Query) -> None:
        self._session.watch(self, None)
        self.query, self.state, self.failure = query, "running", ""
        self.progress = self._began = None
        self._watch()
        self.changed.emit()

    def _watch(self) -> bool:
        """Whether anything is known at once."""
        answer = self._session.watch(self, self.query)
        if answer is not None:
            self._take(answer)
        return answer is not None

    def _stop(self, state: State, why: str = "") -> None:
        if self.state == "running":
            self._session.watch(self, None)
            self.state, self.failure = state, why
            self.changed.emit()

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        if answer.query == self.query and self._heeds(answer):
            self._take(answer)
            self.changed.emit()

    def _heeds(self, answer: Answer) -> bool:
        """What was cancelled may have come to its end on the other thread before it heard of that."""
        return self.state == "running" or (self.state == "cancelled" and answer.value is not None)

    def _take(self, answer: Answer) -> None:
        progress = answer.progress
        if progress is None:
            self._end(answer)
            return
        self.state, self.progress = "running", progress
        if progress.value is not None:
            self.value = progress.value
        if self._began is None and progress.total is not None:
            self._began = monotonic(), progress

    def _end(self, answer: Answer) -> None:
        self.state = "failed" if answer.failure else "done"
        self.failure, self.value = answer.failure, answer.value
        self._session.watch(self, None)


def clock(seconds: float) -> str:
    """0:48, 12:05, 1:02:03; rounded up, so that what is left is not 0:00."""
    minutes, rest = divmod(max(1, int(-(-seconds // 1))), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def speed_words(speed: float) -> str:
    """96, 0.5: so many a second."""
    return f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}"
