"""The page where sentences are labelled: those that the tuned model is least sure of, one after the other, by keys."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from app.panels.fine_tuning.labelling.controls import LabelControls
from app.panels.fine_tuning.labelling.given import GivenLabels
from app.panels.fine_tuning.labelling.kept import KeptLabels, labels_file
from app.panels.fine_tuning.labelling.listing import Listing, text_of
from app.panels.fine_tuning.labelling.ranking import Ranking
from app.panels.fine_tuning.labelling.words import (
    count_words,
    has_classes,
    model_of,
    rows_of,
    words_without_classes,
    words_without_texts,
)
from app.panels.fine_tuning.labelling.work import LabelWork
from app.panels.fine_tuning.page import RunPage
from app.run_values import Run
from app.session import Session
from app.translation import tr
from app.values import ModelChoice, Problem
from app.views.class_buttons import KEYS
from app.views.empty import EmptyState
from app.views.job_line import JobLine
from app.views.sentence_ranks import SentenceRanks
from bert_core.info import ModelInfo
from bert_core.queries_task import Uncertain, UncertainText

_LEAST = QSize(360, 200)


class LabellingPage(RunPage):
    """What is labelled is written at once.

    next_run_wanted(str)  the file of what was labelled is to be added to the next run's training data
    explore_wanted()      a text is read by the model in force: show the panels that look into it
    """

    name = "labelling"
    next_run_wanted = Signal(object)
    explore_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.title = tr("Label")
        self.tip = tr("Label what the model is least sure of, and add it to the next run")
        self._source: str | None = None  # the file that is labelled
        self._labels: tuple[str, ...] = ()  # of the model that ranked it
        self._failure = ""
        self.job = JobLine(tr("Ranking texts"))
        self.listing = Listing()
        self.kept = KeptLabels(session, self)
        self.ranking = Ranking(session, self)
        self.controls = LabelControls()
        self.list = SentenceRanks()
        self.work = LabelWork()
        self.empty = EmptyState()
        self._build()
        self._connect()
        self._show()

    # What is there -----------------------------------------------------------------------------------------------

    @property
    def current(self) -> UncertainText | None:
        """The text that is to be labelled."""
        return self.listing.current

    @property
    def path(self) -> Path | None:
        """Where the labels are kept."""
        return self.kept.path

    def show_run(self, run: Run | None) -> None:
        """Which model may be asked what it is unsure of; a file that was chosen before it was there is ranked now."""
        waits = self._source is not None and self.listing.found is None and self.ranking.query is None
        if waits and not self._failure and has_classes(self.session.model):
            self._begin()
        else:
            self._show()

    # What is shown -----------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        model, listed = self.session.model, bool(self.listing.texts)
        if not has_classes(model):
            self.empty.set_text(*words_without_classes(self.run))
        elif not listed:
            ranked = self.listing.found is not None
            self.empty.set_text(*words_without_texts(self._source, self._failure, ranked=ranked))
        self._stack.setCurrentIndex(1 if listed else 0)
        self.controls.show_state(self._source, model, self.ranking.by if listed else None)
        self._show_current()

    def _show_current(self) -> None:
        listing, given, work = self.listing, self.kept.given, self.work
        found, one = listing.found, listing.current
        if found is None or given is None:
            self.list.set_rows([])
            return
        self.list.set_rows(rows_of(listing, given))
        work.set_labels(self._labels)
        work.show_text(found, listing.place, None if one is None else given.of(text_of(one)))
        work.show_guess(shown=self.controls.guess_button.isChecked() and one is not None)
        work.undo_button.setEnabled(given.can_undo)
        work.back_button.setEnabled((listing.place is not None and listing.place > 0) or one is None)
        work.skip_button.setEnabled(one is not None and (listing.place or 0) + 1 < len(listing.texts))
        work.look_button.setEnabled(one is not None)
        work.counts.setText(count_words(given, self._labels, kept=self.kept.safe))
        work.counts.setToolTip("" if self.path is None else str(self.path))
        work.add_button.setEnabled(len(given) > 0)

    @Slot(object)
    def _written(self, problem: Problem | None) -> None:
        """What was labelled is written; or why it is not."""
        self.work.problem.setText("" if problem is None else problem.message)
        self.work.problem.setVisible(problem is not None)
        if self.kept.given is not None:
            self.work.counts.setText(count_words(self.kept.given, self._labels, kept=self.kept.safe))

    # Which texts -------------------------------------------------------------------------------------------------

    @Slot()
    def ask_file(self) -> None:
        """Ask for a file of texts without labels."""
        folder = str(Path(self._source).parent) if self._source else ""
        kinds = ";;".join((tr("Texts (*.txt *.csv *.tsv *.jsonl *.ndjson *.parquet)"), tr("All files (*)")))
        path, _ = QFileDialog.getOpenFileName(self, tr("Sentences to be labelled"), folder, kinds)
        if path:
            self.choose_file(path)

    def choose_file(self, path: str) -> None:
        """Label this one; what was labelled in it before is known."""
        self._stop()
        self.ranking.by = None
        self.kept.close()
        self.listing.clear()
        self._source, self._failure = str(Path(path).absolute()), ""
        self._begin()

    def _begin(self) -> None:
        """Read what is kept for this file and these classes; the ranking follows."""
        model = self.session.model
        if self._source is not None and model is not None and model.task is not None and has_classes(model):
            self._labels = model.task.labels
            path = labels_file(self._source, self._labels)
            if path == self.path:
                self._rank()
            else:
                self.work.problem.hide()
                self.kept.open(path)
        self._show()

    @Slot()
    def rank(self) -> None:
        """Rank the file with the model in force, from anew."""
        self._stop()
        self._begin()

    def _stop(self) -> None:
        self.ranking.forget()
        self.job.clear()

    @Slot()
    def _rank(self) -> None:
        model, given = self.session.model, self.kept.given
        if self._source is None or given is None or model is None or not has_classes(model):
            return
        self._failure = ""
        self.ranking.rank(model, self._source, self.controls.uncertainty, len(given))
        self._show()

    @Slot()
    def _ranking_changed(self) -> None:
        """It has come, or how far it is."""
        ranking = self.ranking
        if ranking.state != "running":
            self.job.clear()
        elif ranking.progress is not None:
            self.job.show_progress(ranking.words(), ranking.share)
        if ranking.state == "failed":
            self._fail(ranking.failure)
        elif ranking.state == "done" and ranking.found is not None:
            self._take(ranking.found)

    def _take(self, found: Uncertain) -> None:
        self.listing.take(found, self.kept.given or GivenLabels())
        self._show()
        self._scroll()

    @Slot(object)
    def _fail(self, why: str) -> None:
        self._failure = why
        self.job.clear()
        if self.listing.found is None:
            self._show()
        else:
            self.job.show_end(why)

    @Slot()
    def cancel(self) -> None:
        """Rank no further; what is known by then is listed."""
        known = self.ranking.found
        self._stop()
        self._failure = tr("Cancelled before anything was known.")
        if known is not None and known.texts:
            self._take(known)
        self.job.show_end(tr("Cancelled: the rest of the file was not read"))
        self._show()

    @Slot(object)
    def _model_changed(self, model: ModelInfo | None) -> None:
        """A list stays, of the model that made it; where there is none yet, one is made."""
        if self.ranking.query is not None and self.listing.found is None:
            self._stop()
        if self._source is not None and self.listing.found is None and self.isVisible():
            self._begin()
        else:
            self.ranking.forget()  # the list of another model is another list
            self._show()

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def give(self, label: str) -> None:
        """Label the current text, and go on to the next that has no label."""
        one, given = self.current, self.kept.given
        if one is None or given is None:
            return
        given.give(text_of(one), label)
        self.kept.write()
        self._go_to(self.listing.place_without(given))

    def give_number(self, number: int) -> None:
        """The class with this number, 1 the first."""
        if 1 <= number <= len(self._labels) and self._stack.currentIndex() == 1:
            self.give(self._labels[number - 1])

    @Slot()
    def skip(self) -> None:
        """Leave this text without a label, and go to the next."""
        place = self.listing.place
        if place is not None:
            self._go_to(min(place + 1, len(self.listing.texts) - 1))

    @Slot()
    def back(self) -> None:
        """Look at the text before once more."""
        place, count = self.listing.place, len(self.listing.texts)
        if count:
            self._go_to(max(0, (count if place is None else place) - 1))

    @Slot()
    def undo(self) -> None:
        """Take the last label back, and look at its text."""
        given = self.kept.given
        text = None if given is None else given.undo()
        if text is None:
            self.session.notice_given.emit(tr("There is no label to take back"))
            return
        self.kept.write()
        place = self.listing.place_of(text)
        if place is None:
            self.session.notice_given.emit(
                tr("The last label was taken back; its text is not listed any more")
            )
            self._show_current()
        else:
            self._go_to(place)

    @Slot()
    def add_to_next_run(self) -> None:
        """The next run is to learn from what was labelled, too."""
        if self.path is not None and self.kept.given:
            self.next_run_wanted.emit(str(self.path))

    @Slot()
    def look(self) -> None:
        """Read the current text in all panels."""
        one = self.current
        if one is not None:
            self.session.read_anew(one.text, one.text_b or "")
            self.explore_wanted.emit()

    @Slot(object)
    def _go_to(self, place: int | None) -> None:
        self.listing.place = place
        self._show_current()
        self._scroll()

    def _scroll(self) -> None:
        if self.listing.place is not None and self.list.rows:
            index = self.list.model().index(self.listing.place, 0)
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)

    @Slot()
    def _activated(self) -> None:
        """The button where there is nothing to be labelled yet."""
        run = self.run
        if has_classes(self.session.model) or run is None:
            self.ask_file()
        elif (path := model_of(run)) is not None:
            self.session.request_model(replace(self.session.choice or ModelChoice(""), source=path))

    # Layout ------------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Texts scroll."""
        return _LEAST

    def _build(self) -> None:
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.list)
        self.split.addWidget(self.work)
        self.split.setStretchFactor(0, 2)
        self.split.setStretchFactor(1, 3)
        self.split.setSizes([300, 420])
        inner = QWidget()
        self._stack = QStackedLayout(inner)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.split)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(self.controls)
        whole.addWidget(self.job)
        whole.addWidget(inner, 1)

    def _connect(self) -> None:
        self.session.model_changed.connect(self._model_changed)
        self.kept.read.connect(self._rank)
        self.kept.failed.connect(self._fail)
        self.kept.written.connect(self._written)
        self.ranking.changed.connect(self._ranking_changed)
        self.empty.activated.connect(self._activated)
        self.controls.file_button.clicked.connect(self.ask_file)
        self.controls.rank_button.clicked.connect(self.rank)
        self.controls.measure.chosen.connect(self.rank)
        self.controls.guess_button.toggled.connect(self._show)
        self.job.cancelled.connect(self.cancel)
        self.job.again.connect(self.rank)
        self.list.row_chosen.connect(self._go_to)
        self.work.classes.chosen.connect(self.give)
        self.work.back_button.clicked.connect(self.back)
        self.work.skip_button.clicked.connect(self.skip)
        self.work.undo_button.clicked.connect(self.undo)
        self.work.look_button.clicked.connect(self.look)
        self.work.add_button.clicked.connect(self.add_to_next_run)
        for n in range(1, KEYS + 1):
            self._key(str(n), partial(self.give_number, n))
        for key, slot in (("S", self.skip), ("B", self.back), ("U", self.undo)):
            self._key(key, slot)
        self._key("M", self.controls.guess_button.toggle)

    def _key(self, key: str, slot: object) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)
