"""A question that is asked anew as the text changes, how far its answer has come, and what is known by now."""

from __future__ import annotations

from app.panels.common_job import Job
from app.translation import tr
from bert_core.queries import Answer, Query

_WORTH_TELLING = 0.5  # seconds; what is shorter is told by its answer alone


class Asking(Job):
    """It stays watched after its end. What was known before stays until there is something new."""

    def ask(self, query: Query, *, again: bool = True) -> None:
        """Ask this, unless it is asked, or known; where it failed or was cancelled, only `again`."""
        if query != self.query or (again and self.state not in ("running", "done")):
            self._begin(query)

    def watch(self) -> None:
        """Go on after a rest."""
        if self.query is not None and self.state not in ("cancelled", "failed") and self._watch():
            self.changed.emit()

    def rest(self) -> None:
        """Nobody looks; what is known stays."""
        self._session.watch(self, None)

    def forget(self) -> None:
        """Nothing is asked, and nothing known."""
        super().forget()
        self.changed.emit()

    def words(self, now: float | None = None) -> str:
        """How far it is, and how long it will take: 40 %, 0:12 left."""
        progress, share = self.progress, self.share
        if progress is None:
            return tr("Waiting for its turn…")
        if share is None:
            return tr("Looking through the file…")
        said, pace = f"{100 * share:.0f} %", self.pace(now)
        if pace is None or pace.seconds < _WORTH_TELLING:
            return said
        return tr("{share}, {left} left", share=said, left=pace.left)

    def _heeds(self, answer: Answer) -> bool:
        return self.state != "cancelled"

    def _end(self, answer: Answer) -> None:
        self.state = "failed" if answer.failure else "done"
        self.failure, self.value = answer.failure, answer.value
        self.progress = self._began = None
