"""A job over a set of texts, and how far it is in words."""

from __future__ import annotations

from app.panels.common_job import Job, speed_words
from app.translation import tr
from bert_core.queries import Progress


class TextsJob(Job):
    """It tells how many texts were read, and how many a second."""

    def words(self, now: float | None = None) -> str:
        """How far it is, how fast, and how long it will take: 412 of 5,000 texts, 96 a second, 0:48 left."""
        progress = self.progress
        if progress is None:
            return tr("Waiting for its turn…")
        if progress.total is None:
            return tr("Counting texts: {n}", n=f"{progress.done:,}")
        said, pace = done_words(progress), self.pace(now)
        if pace is None:
            return said
        speed = speed_words(pace.done / pace.seconds)
        return tr("{said}, {speed} a second, {left} left", said=said, speed=speed, left=pace.left)


def done_words(progress: Progress) -> str:
    """How far it has come: 412 of 5,000 texts; of pruning, where each text is read at every point, readings."""
    done, total = f"{progress.done:,}", f"{progress.total or 0:,}"
    if progress.words == "pruning":
        return tr("{done} of {total} readings", done=done, total=total)
    return tr("{done} of {total} texts", done=done, total=total)
