"""The jobs of the measures view, measuring, importance and pruning over a set of texts, and a line on each."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panels.attention.measures.job import TextsJob
from app.panels.attention.measures.words import job_end
from app.panels.common_texts import file_words
from app.session import Session
from app.translation import tr
from app.views.job_line import JobLine
from bert_core.queries import Query
from bert_core.queries_measures import SetImportance, SetMeasures, Source, TextFile
from bert_core.queries_pruning import SetPruning


class _Row(NamedTuple):
    """A job, its line, and what the line calls it; empty where that goes without saying."""

    job: TextsJob
    line: JobLine
    what: str


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
        self.measuring, self.weighing, self.pruning, self.comparing = (
            TextsJob(session, self) for _ in range(4)
        )
        self.measuring_line = JobLine(tr("Measuring heads"))
        self.weighing_line = JobLine(tr("Importance of heads"))
        self.pruning_line = JobLine(tr("Removing heads"))
        self.comparing_line = JobLine(tr("Removing heads in another order"))
        self._rows = (
            _Row(self.measuring, self.measuring_line, ""),
            _Row(self.weighing, self.weighing_line, tr("Importance")),
            _Row(self.pruning, self.pruning_line, tr("Pruning")),
            _Row(self.comparing, self.comparing_line, tr("Pruning in the other order")),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for job, line, _ in self._rows:
            column.addWidget(line)
            job.changed.connect(self._changed)
            line.cancelled.connect(job.cancel)
            line.again.connect(self._again)
        for line in (self.pruning_line, self.comparing_line):
            line.again_button.setText(tr("Go on"))
        self.hide()

    def measure(self, source: Source) -> None:
        """Measure over this set, unless that is known or under way."""
        _begin(self.measuring, SetMeasures(source))

    def prune(self, query: Query, other: Query | None) -> None:
        """Compute these curves, one after the other, unless they are known, under way, or were stopped by a person."""
        _begin(self.pruning, query, again=False)
        if other is None:
            self.comparing.forget()
        elif self.pruning.state == "done":
            _begin(self.comparing, other, again=False)

    def value_of(self, query: Query) -> object:
        """What is known, and while it is under way, what is known by now."""
        for job, _, _ in self._rows:
            if job.query == query and job.value is not None:
                return job.value
        known = self._session.known(query)
        return None if known is None else known.value

    def settled(self, query: Query) -> object:
        """What is known and does not change any more: the job ended, or was stopped."""
        for job, _, _ in self._rows:
            if job.query == query and job.state == "running":
                return None
        return self.value_of(query)

    def forget(self) -> None:
        """Another model is in force."""
        for job, _, _ in self._rows:
            job.forget()
        self.show_for(self._shown)

    def show_for(self, shown: Collection[Query]) -> None:
        """Say how the jobs stand; of one that ended early, only where its answer would be `shown`."""
        self._shown = frozenset(shown)
        for row in self._rows:
            self._show(*row)
        self.setVisible(any(not row.line.isHidden() for row in self._rows))

    def _show(self, job: TextsJob, line: JobLine, what: str) -> None:
        query = job.query
        if query is None:
            line.clear()
            return
        here = query in self._shown
        source = query.source if isinstance(query, SetMeasures | SetImportance | SetPruning) else None
        where = "" if here or not isinstance(source, TextFile) else file_words(source.path)
        name = ", ".join(part for part in (what, where) if part)
        if job.state == "running":
            line.show_progress(f"{name}: {job.words()}" if name else job.words(), job.share)
        elif (end := job_end(job)) and here:
            line.show_end(f"{name}: {end}" if name else end)
        else:
            line.clear()

    @Slot()
    def _changed(self) -> None:
        self.show_for(self._shown)
        self.changed.emit()

    @Slot()
    def _again(self) -> None:
        self.again.emit(next(row.job for row in self._rows if row.line is self.sender()))


def _begin(job: TextsJob, query: Query, *, again: bool = True) -> None:
    """Start it, unless it is known or under way; where it ended early, only `again`."""
    if job.query != query or (again and job.state not in ("running", "done")) or job.state == "idle":
        job.start(query)
