"""The two jobs of the measures view, measuring and importance over a set of texts, and a line on each."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panels.attention.measures.job import Job
from app.panels.attention.measures.words import job_end
from app.session import Session
from app.translation import tr
from app.values import shortened
from app.views.job_line import JobLine
from bert_core.queries import Query
from bert_core.queries_measures import SetImportance, SetMeasures, Source, TextFile

_LETTERS = 24  # of a file's name


class JobsBar(QWidget):
    """Hidden while nothing is under way.

    changed      something is known that was not
    again(Job)   a person wants one that stopped once more
    """

    changed = Signal()
    again = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: frozenset[Query] = frozenset()
        self.measuring, self.weighing = Job(session, self), Job(session, self)
        self.measuring_line = JobLine(tr("Measuring heads"))
        self.weighing_line = JobLine(tr("Importance of heads"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for job, line in ((self.measuring, self.measuring_line), (self.weighing, self.weighing_line)):
            column.addWidget(line)
            job.changed.connect(self._changed)
            line.cancelled.connect(job.cancel)
        self.measuring_line.again.connect(self._measuring_again)
        self.weighing_line.again.connect(self._weighing_again)
        self.hide()

    def measure(self, source: Source) -> None:
        """Measure over this set, unless that is known or under way."""
        query = SetMeasures(source)
        if self.measuring.query != query or self.measuring.state not in ("running", "done"):
            self.measuring.start(query)

    def value_of(self, query: Query) -> object:
        """What is known, and while it is under way, what is known by now."""
        for job in (self.measuring, self.weighing):
            if job.query == query and job.value is not None:
                return job.value
        known = self._session.known(query)
        return None if known is None else known.value

    def forget(self) -> None:
        """Another model is in force."""
        self.measuring.forget()
        self.weighing.forget()
        self.show_for(self._shown)

    def show_for(self, shown: Collection[Query]) -> None:
        """Say how the jobs stand; of one that ended early, only where its answer would be `shown`."""
        self._shown = frozenset(shown)
        self._show(self.measuring, self.measuring_line, "")
        self._show(self.weighing, self.weighing_line, tr("Importance"))
        self.setVisible(not (self.measuring_line.isHidden() and self.weighing_line.isHidden()))

    def _show(self, job: Job, line: JobLine, what: str) -> None:
        query = job.query
        if not isinstance(query, SetMeasures | SetImportance):
            line.clear()
            return
        here = query in self._shown
        where = "" if here or not isinstance(query.source, TextFile) else _name(query.source)
        name = ", ".join(part for part in (what, where) if part)
        if job.state == "running":
            share = None
            if job.progress is not None and job.progress.total:
                share = job.progress.done / job.progress.total
            line.show_progress(f"{name}: {job.words()}" if name else job.words(), share)
        elif (end := job_end(job)) and here:
            line.show_end(f"{name}: {end}" if name else end)
        else:
            line.clear()

    @Slot()
    def _changed(self) -> None:
        self.show_for(self._shown)
        self.changed.emit()

    @Slot()
    def _measuring_again(self) -> None:
        self.again.emit(self.measuring)

    @Slot()
    def _weighing_again(self) -> None:
        self.again.emit(self.weighing)


def _name(source: TextFile) -> str:
    return shortened(Path(source.path).name, _LETTERS)
