"""The page where sentences are labelled: those that the tuned model is least sure of, one after the other, by keys."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.file_questions.labelling import KeepLabels, LabelsIn
from app.files import FileAnswer
from app.panels.fine_tuning.labelling.explanation import explanation
from app.panels.fine_tuning.labelling.given import GivenLabels
from app.panels.fine_tuning.labelling.words import (
    CLASS_TASKS,
    count_words,
    has_classes,
    labels_file,
    rows_of,
    text_of,
)
from app.panels.fine_tuning.labelling.work import LabelWork
from app.panels.fine_tuning.page import RunPage
from app.run_values import Run
from app.session import Session
from app.translation import tr
from app.values import ModelChoice, shortened
from app.views.choice import Choice
from app.views.class_buttons import KEYS
from app.views.elided_label import ElidedLabel
from app.views.empty import EmptyState
from app.views.help_button import HelpButton
from app.views.job_line import JobLine
from app.views.sentence_ranks import SentenceRanks
from bert_core.info import ModelInfo
from bert_core.queries import Answer
from bert_core.queries_measures import TextFile
from bert_core.queries_task import MOST_UNCERTAIN, Uncertain, UncertainText, UncertainTexts, Uncertainty

AT_A_TIME = 100
"""So many texts are listed that have no label yet."""

_MEASURES: tuple[Uncertainty, ...] = ("entropy", "margin")
_LEAST = QSize(360, 200)
_LETTERS = 24  # of a file's name


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
        self._path: Path | None = None  # where its labels are kept
        self._labels: tuple[str, ...] = ()  # of the model that ranked it
        self._ranked_by = ""  # that model's id, and
        self._ranked_name = ""
        self._query: UncertainTexts | None = None
        self._found: Uncertain | None = None
        self._partly: Uncertain | None = None  # what is known while the file is being read
        self._given: GivenLabels | None = None  # None: what was labelled before is not read yet
        self._written = True
        self._current: int | None = None
        self._failure = ""
        self.file_button = QPushButton()
        self.measure = Choice(tr("Uncertainty"), tr("By what the texts are ranked"), letters=8)
        self.rank_button = QPushButton(tr("Rank again"))
        self.guess_button = QToolButton()
        self.help_button = HelpButton(explanation())
        self.job = JobLine(tr("Ranking texts"))
        self.list = SentenceRanks()
        self.work = LabelWork()
        self.empty = EmptyState()
        self._build()
        self._connect()
        self._show()

    # What is there -----------------------------------------------------------------------------------------------

    @property
    def found(self) -> Uncertain | None:
        """The texts that are listed."""
        return self._found

    @property
    def given(self) -> GivenLabels | None:
        """What is labelled."""
        return self._given

    @property
    def current(self) -> UncertainText | None:
        """The text that is to be labelled."""
        found, place = self._found, self._current
        return found.texts[place] if found is not None and place is not None else None

    @property
    def path(self) -> Path | None:
        """Where the labels are kept."""
        return self._path

    def show_run(self, run: Run | None) -> None:
        """Which model may be asked what it is unsure of; a file that was chosen before it was there is ranked now."""
        waits = self._source is not None and self._found is None and self._query is None
        if waits and not self._failure and has_classes(self.session.model):
            self._begin()
        else:
            self._show()

    def _why_not(self) -> tuple[str, str]:
        """Why nothing can be labelled, and what can be done about it."""
        run, model = self.run, self.session.model
        if has_classes(model):
            return "", ""
        if run is not None and run.kind == "finetune" and run.task not in CLASS_TASKS:
            return (
                tr(
                    "Labelling is for classes of sentences and pairs; this run is of another task. Choose a run that "
                    "sorts texts into classes."
                ),
                "",
            )
        if run is None or run.kind != "finetune":
            return tr(
                "Choose a fine-tuning run of a task with classes: its model says what it is unsure of."
            ), ""
        if self._model_of(run) is None:
            return tr("This run has no model yet. Wait for its first checkpoint."), ""
        words = tr(
            "The model that is open has no classes. Open the one of this run: it ranks what is to be labelled."
        )
        return words, tr("Open the model of {name}", name=shortened(run.name, _LETTERS))

    @staticmethod
    def _model_of(run: Run) -> str | None:
        return run.model or run.checkpoint

    # What is shown -----------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        why, action = self._why_not()
        model = self.session.model
        listed = self._found is not None and bool(self._found.texts)
        if not why and self._source is None:
            why = tr(
                "Choose a file of sentences without labels: one on each line, or a table with a column of texts."
            )
            action = tr("Choose a file…")
        elif not why and not listed:
            why, action = self._waiting()
        self.empty.set_text(why, action)
        self._stack.setCurrentIndex(1 if listed else 0)
        self.controls.setVisible(self._source is not None)
        self.file_button.setText(
            tr("Choose a file…") if self._source is None else shortened(Path(self._source).name, _LETTERS)
        )
        self.file_button.setToolTip(self._source or tr("Which sentences are to be labelled"))
        other = model is not None and bool(self._ranked_by) and model.model_id != self._ranked_by
        self.rank_button.setEnabled(has_classes(model) and self._source is not None)
        self.rank_button.setToolTip(
            tr("Rank what is not labelled yet with {model}", model="" if model is None else model.name)
        )
        note = tr("Ranked by {model}, which is not the model that is open now.", model=self._ranked_name)
        self.note.setText(note if other and listed else "")
        self.note.setVisible(bool(self.note.text()))
        self._show_current()

    def _waiting(self) -> tuple[str, str]:
        if self._failure:
            return self._failure, tr("Choose a file…")
        if self._found is not None and not self._found.texts:
            return tr("There is no text in this file."), tr("Choose a file…")
        return tr("The model reads the file…"), ""

    def _show_current(self) -> None:
        found, given, one = self._found, self._given, self.current
        if found is None or given is None:
            self.list.set_rows([])
            return
        self.list.set_rows(rows_of(found, given, self._current))
        self.work.set_labels(self._labels)
        self.work.show_text(found, self._current, None if one is None else given.of(text_of(one)))
        self.work.show_guess(shown=self.guess_button.isChecked() and one is not None)
        self.work.undo_button.setEnabled(given.can_undo)
        self.work.back_button.setEnabled((self._current is not None and self._current > 0) or one is None)
        self.work.skip_button.setEnabled(one is not None and (self._current or 0) + 1 < len(found.texts))
        self.work.look_button.setEnabled(one is not None)
        self.work.counts.setText(count_words(given, self._labels, kept=self._written))
        self.work.counts.setToolTip("" if self._path is None else str(self._path))
        self.work.add_button.setEnabled(len(given) > 0)

    # Files and answers -------------------------------------------------------------------------------------------

    def accept(self, answer: FileAnswer) -> None:
        """What was labelled before is there; or what was labelled is written."""
        question = answer.question
        if isinstance(question, LabelsIn) and self._path is not None and question.path == str(self._path):
            if answer.problem is not None:
                self._fail(answer.problem.message)
                return
            self._given = GivenLabels(answer.value or ())
            self._rank()
        elif isinstance(question, KeepLabels) and self._path is not None and question.path == str(self._path):
            self.work.problem.setText("" if answer.problem is None else answer.problem.message)
            self.work.problem.setVisible(answer.problem is not None)
            self._written = (
                answer.problem is None and self._given is not None and question.labels == self._given.all
            )
            if self._given is not None:
                self.work.counts.setText(count_words(self._given, self._labels, kept=self._written))

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
        self._stop_asking()
        self._source, self._found, self._current, self._failure = str(Path(path).absolute()), None, None, ""
        self._path = self._given = None
        self._ranked_by = ""
        self._begin()

    def _begin(self) -> None:
        """Read what is kept for this file and these classes; the ranking follows."""
        model = self.session.model
        if self._source is None or model is None or model.task is None or not has_classes(model):
            self._show()
            return
        self._labels = model.task.labels
        path = labels_file(self._source, self._labels)
        if path != self._path:
            self._path, self._given, self._written = path, None, True
            self.work.problem.hide()
            self.session.files.ask(LabelsIn(str(path)))
        else:
            self._rank()
        self._show()

    @Slot()
    def rank(self) -> None:
        """Rank the file with the model in force, from anew."""
        self._stop_asking()
        self._query = None
        self._begin()

    def _rank(self) -> None:
        model, given = self.session.model, self._given
        if self._source is None or given is None or model is None or not has_classes(model):
            return
        most = min(MOST_UNCERTAIN, AT_A_TIME * -(-(AT_A_TIME + len(given)) // AT_A_TIME))
        measure = _MEASURES[max(0, self.measure.currentIndex())]
        query = UncertainTexts(TextFile.at(self._source), measure, most)
        self._query, self._failure, self._partly = query, "", None
        self._ranked_by, self._ranked_name = model.model_id, model.name
        answer = self.session.watch(self, query)
        if answer is not None:
            self._answered(answer)
        self._show()

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        if self._query is None or answer.query != self._query:
            return
        progress = answer.progress
        if progress is not None:
            known = progress.total
            words = (
                tr("Reading the file…")
                if known is None
                else tr("{n} of {all} texts", n=f"{progress.done:,}", all=f"{known:,}")
            )
            self.job.show_progress(words, progress.done / known if known else None)
            if isinstance(progress.value, Uncertain) and progress.value.texts:
                self._partly = progress.value
            return
        self.session.watch(self, None)
        self.job.clear()
        if answer.failure:
            self._fail(answer.failure)
        elif isinstance(answer.value, Uncertain):
            self._take(answer.value)

    def _take(self, found: Uncertain) -> None:
        """List what is not labelled yet; the text that is looked at stays where it is still listed."""
        before, given = self.current, self._given or GivenLabels()
        left = [one for one in found.texts if given.of(text_of(one)) is None]
        self._found = replace(found, texts=tuple(left[:AT_A_TIME]))
        places = [
            n
            for n, one in enumerate(self._found.texts)
            if before is not None and text_of(one) == text_of(before)
        ]
        self._current = places[0] if places else (0 if self._found.texts else None)
        self._show()
        self._scroll()

    def _fail(self, why: str) -> None:
        self._failure = why
        self.job.clear()
        if self._found is None:
            self._show()
        else:
            self.job.show_end(why)

    @Slot()
    def cancel(self) -> None:
        """Rank no further; what is known by then is listed."""
        self._stop_asking()
        self._failure = tr("Cancelled before anything was known.")
        if self._partly is not None:
            self._take(self._partly)
        self.job.show_end(tr("Cancelled: the rest of the file was not read"))
        self._show()

    def _stop_asking(self) -> None:
        self.session.watch(self, None)
        self._query = None
        self.job.clear()

    @Slot(object)
    def _model_changed(self, model: ModelInfo | None) -> None:
        """A list stays, of the model that made it; where there is none yet, one is made."""
        if self._query is not None and self._found is None:
            self._stop_asking()
        if self._source is not None and self._found is None and self.isVisible():
            self._begin()
        else:
            self.session.watch(self, None)  # the list of another model is another list
            self._show()

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def give(self, label: str) -> None:
        """Label the current text, and go on to the next that has no label."""
        one, given = self.current, self._given
        if one is None or given is None:
            return
        given.give(text_of(one), label)
        self._keep()
        self._go_on()

    def give_number(self, number: int) -> None:
        """The class with this number, 1 the first."""
        if 1 <= number <= len(self._labels) and self._stack.currentIndex() == 1:
            self.give(self._labels[number - 1])

    @Slot()
    def skip(self) -> None:
        """Leave this text without a label, and go to the next."""
        if self._found is not None and self._current is not None:
            self._go_to(min(self._current + 1, len(self._found.texts) - 1))

    @Slot()
    def back(self) -> None:
        """Look at the text before once more."""
        if self._found is not None and self._found.texts:
            place = len(self._found.texts) if self._current is None else self._current
            self._go_to(max(0, place - 1))

    @Slot()
    def undo(self) -> None:
        """Take the last label back, and look at its text."""
        given, found = self._given, self._found
        text = None if given is None else given.undo()
        if text is None:
            self.session.notice_given.emit(tr("There is no label to take back"))
            return
        self._keep()
        texts = () if found is None else found.texts
        place = next((n for n, one in enumerate(texts) if text_of(one) == text), None)
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
        if self._path is not None and self._given is not None and len(self._given):
            self.next_run_wanted.emit(str(self._path))

    @Slot()
    def look(self) -> None:
        """Read the current text in all panels."""
        one = self.current
        if one is not None:
            self.session.read_anew(one.text, one.text_b or "")
            self.explore_wanted.emit()

    def _keep(self) -> None:
        if self._path is not None and self._given is not None:
            self._written = False
            self.session.files.ask(KeepLabels(str(self._path), self._given.all))

    def _go_on(self) -> None:
        found, given, at = self._found, self._given, self._current
        assert found is not None and given is not None and at is not None
        count = len(found.texts)
        order = [*range(at + 1, count), *range(at)]
        place = next((n for n in order if given.of(text_of(found.texts[n])) is None), None)
        self._go_to(place)

    @Slot(object)
    def _go_to(self, place: int | None) -> None:
        self._current = place
        self._show_current()
        self._scroll()

    def _scroll(self) -> None:
        if self._current is not None and self.list.rows:
            index = self.list.model().index(self._current, 0)
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)

    @Slot()
    def _activated(self) -> None:
        """The button where there is nothing to be labelled yet."""
        run = self.run
        if not has_classes(self.session.model) and run is not None:
            path = self._model_of(run)
            if path is not None:
                self.session.request_model(replace(self.session.choice or ModelChoice(""), source=path))
        else:
            self.ask_file()

    # Layout ------------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Texts scroll."""
        return _LEAST

    def _build(self) -> None:
        self.measure.set_names([tr("by entropy"), tr("by margin")])
        self.guess_button.setText(tr("Show what the model says"))
        self.guess_button.setCheckable(True)
        self.guess_button.setToolTip(tr("It may sway you: hidden at first (M)"))
        self.note = ElidedLabel()
        self.note.setProperty("kind", "warning")
        self.controls = QWidget()
        row = QHBoxLayout(self.controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self.file_button, self.measure, self.rank_button):
            row.addWidget(widget)
        row.addWidget(self.note, 1)
        row.addStretch(0)
        row.addWidget(self.guess_button)
        row.addWidget(self.help_button)
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
        session = self.session
        session.answer_changed.connect(self._answered)
        session.model_changed.connect(self._model_changed)
        self.empty.activated.connect(self._activated)
        self.file_button.clicked.connect(self.ask_file)
        self.rank_button.clicked.connect(self.rank)
        self.measure.chosen.connect(self.rank)
        self.guess_button.toggled.connect(self._show)
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
        self._key("M", self.guess_button.toggle)

    def _key(self, key: str, slot: object) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)
