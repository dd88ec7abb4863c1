"""A search under way: how far it is in the text, how many pieces it reads a second, and how long it will take."""

from __future__ import annotations

from app.panels.common_job import Job
from app.translation import tr
from bert_core.queries_measures import TextFile
from bert_core.queries_search import AttentionExamples, Found, NearestPieces


class SearchJob(Job):
    """What was found by now stays when it is cancelled."""

    @property
    def found(self) -> Found | None:
        """What is known."""
        return self.value if isinstance(self.value, Found) else None

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
        found, pace = self.found, self.pace(now)
        if pace is None or found is None:
            return said
        before = pace.first.value.pieces if isinstance(pace.first.value, Found) else 0
        return tr(
            "{said}, {speed} pieces a second, {left} left",
            said=said,
            speed=f"{(found.pieces - before) / pace.seconds:,.0f}",
            left=pace.left,
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


def amount(size: int) -> str:
    """Bytes as a person reads them."""
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
