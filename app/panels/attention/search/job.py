"""A search under way: how far it is in the text, how many pieces it reads a second, and how long it will take."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QObject

from app.panels.attention.measures.job import Job, clock
from app.session import Session
from app.translation import tr
from bert_core.queries import Progress, Query
from bert_core.queries_measures import TextFile
from bert_core.queries_search import AttentionExamples, Found, NearestPieces


class SearchJob(Job):
    """What was found by now stays when it is cancelled."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(session, parent)
        self._since: tuple[float, Progress] | None = None
        self.changed.connect(self._note)

    @property
    def found(self) -> Found | None:
        """What is known."""
        return self.value if isinstance(self.value, Found) else None

    @property
    def share(self) -> float | None:
        """How far it is, 0 to 1; None where that is not known."""
        progress = self.progress
        return None if progress is None or not progress.total else progress.done / progress.total

    def start(self, query: Query) -> None:
        """Search for this."""
        if self.state != "running" or query != self.query:
            self._since = None
        super().start(query)

    def words(self, now: float | None = None) -> str:
        """1.2 of 10.0 MB, 8,100 pieces a second, 4:10 left."""
        progress = self.progress
        if progress is None:
            return tr("Waiting for its turn…")
        if progress.total is None:
            return tr("Looking through the file: {amount}", amount=amount(progress.done))
        if self._in_bytes():
            said = tr("{done} of {total}", done=amount(progress.done), total=amount(progress.total))
        else:
            said = tr("{done} of {total} texts", done=f"{progress.done:,}", total=f"{progress.total:,}")
        found = self.found
        if self._since is None or found is None:
            return said
        began, first = self._since
        before = first.value.pieces if isinstance(first.value, Found) else 0
        passed, done = (monotonic() if now is None else now) - began, progress.done - first.done
        if passed <= 0 or done <= 0:
            return said
        return tr(
            "{said}, {speed} pieces a second, {left} left",
            said=said,
            speed=f"{(found.pieces - before) / passed:,.0f}",
            left=clock((progress.total - progress.done) * passed / done),
        )

    def end_words(self) -> str:
        """Why it stopped before its end; empty where it did not."""
        if self.state == "failed":
            return self.failure
        if self.state != "cancelled":
            return ""
        if self.share is None:
            return tr("Cancelled")
        share = 100 * self.share
        return tr("Cancelled after {share} % of the text", share=f"{share:.{0 if share >= 10 else 1}f}")

    def _in_bytes(self) -> bool:
        query = self.query
        return isinstance(query, AttentionExamples | NearestPieces) and isinstance(query.source, TextFile)

    def _note(self) -> None:
        """From the first word on that tells how much there is, time is taken."""
        if self._since is None and self.progress is not None and self.progress.total is not None:
            self._since = monotonic(), self.progress


def amount(size: int) -> str:
    """Bytes as a person reads them."""
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
