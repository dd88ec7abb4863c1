"""The form in which a run is set up: examples, model, settings, probes; what was read of the files; Start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.file_questions.data import BaseOf, BuiltInSets, DataOf, DataReport
from app.files import FileAnswer
from app.panels.fine_tuning.setup.columns import Columns
from app.panels.fine_tuning.setup.data_part import DataPart
from app.panels.fine_tuning.setup.explanation import setup_help
from app.panels.fine_tuning.setup.likeness import Likeness, likeness
from app.panels.fine_tuning.setup.making import heading
from app.panels.fine_tuning.setup.model_part import ModelPart
from app.panels.fine_tuning.setup.naming import free_name, name_problem
from app.panels.fine_tuning.setup.options_part import OptionsPart
from app.panels.fine_tuning.setup.preview_part import PreviewPart
from app.panels.fine_tuning.setup.probes_part import ProbesPart
from app.panels.fine_tuning.setup.start_part import StartPart
from app.panels.fine_tuning.setup.waiting import WaitingBar
from app.places import runs_folder
from app.run_values import Run, RunSummary
from app.session import Session
from app.translation import tr
from app.tuning import TuningEnd, TuningWish
from app.values import Catalogue
from app.views.banner import Banner
from app.views.help_button import HelpButton
from bert_core.finetuning.data_values import Layout
from bert_core.info import ModelInfo

_SOON_MS = 150


class SetUpForm(QWidget):
    """begun(str): the run that was started here has a folder now; it is the one to be shown."""

    begun = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setAcceptDrops(True)
        self._layout: Layout | None = None  # as a person wants the file read; None: as it is guessed
        self._question: DataOf | None = None
        self._asked_base: BaseOf | None = None
        self._report: DataReport | None = None
        self._report_of: DataOf | None = None
        self._named = False
        self._started: str | None = None
        self._sets_asked = False
        self._build()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._ask_data)
        self._connect()
        self.model.set_catalogue(session.catalogue)
        self._model_changed(session.model)
        self.data.set_extra(session.tuning.extra)
        self._queue_changed()

    def _build(self) -> None:
        self.data, self.model = DataPart(), ModelPart()
        self.preview, self.options = PreviewPart(), OptionsPart()
        self.probes = ProbesPart(self.session)
        self.start_part = StartPart()
        self.waiting = WaitingBar()
        self.banner = Banner()
        self.help_button = HelpButton(setup_help())
        top = QWidget()
        row = QHBoxLayout(top)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(heading(tr("Examples")))
        row.addStretch(1)
        row.addWidget(self.help_button)
        self.columns = Columns(
            (
                *(top, self.data),
                *(heading(tr("Base model"), self.model.combo), self.model),
                *(heading(tr("Probes")), self.probes),
            ),
            (heading(tr("What was read")), self.preview),
            (heading(tr("Settings"), self.options.preset), self.options),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.waiting)
        column.addWidget(self.banner)
        column.addWidget(self.columns, 1)
        column.addWidget(self.start_part)
        self.banner.hide()

    def _connect(self) -> None:
        session, tuning = self.session, self.session.tuning
        session.files.answered.connect(self.accept)
        self.data.changed.connect(self._data_changed)
        self.data.extra_changed.connect(tuning.set_extra)
        self.model.changed.connect(self._base_changed)
        self.preview.layout_wanted.connect(self._layout_wanted)
        self.preview.skip_changed.connect(self._show)
        self.options.changed.connect(self._options_changed)
        self.start_part.start_wanted.connect(self.start)
        self.start_part.name_edited.connect(self._name_edited)
        self.waiting.go_on_wanted.connect(tuning.go_on)
        self.waiting.let_go_wanted.connect(self._let_go)
        session.catalogue_changed.connect(self._catalogue_changed)
        session.model_changed.connect(self._model_changed)
        session.probes.changed.connect(self._show)
        session.trace_changed.connect(self._text_read)
        session.runs.summaries_changed.connect(self._summaries_changed)
        tuning.extra_changed.connect(self.data.set_extra)
        tuning.queue_changed.connect(self._queue_changed)
        tuning.running_changed.connect(self._queue_changed)
        tuning.ended.connect(self._run_ended)

    # What a person does ------------------------------------------------------------------------------------------

    @property
    def wish(self) -> TuningWish | None:
        """What Start would begin; None where something is missing."""
        return self.start_part.wish

    @Slot()
    def start(self) -> None:
        """Train it, now or in its turn; no-op while something is missing."""
        wish = self.wish
        if wish is None:
            return
        self.banner.hide()
        if not self.session.tuning.busy:
            self._started = wish.folder
        self._named = False
        self.session.tuning.start(wish)
        if wish.extra:
            self.session.tuning.set_extra(())
        self._show()

    def begin_like(self, run: Run, changes: Mapping[str, Any]) -> None:
        """Fill the form as that run was, with some settings changed."""
        like = likeness(run, changes)
        if like is not None:
            self._ask_sets()
            self._take(like)

    def _take(self, like: Likeness) -> None:
        self.options.set_recipe(like.recipe)
        self.data.set_cut(like.recipe.dev_share, like.recipe.split_seed)
        self.preview.skip.setChecked(like.recipe.skip_malformed)
        self.session.probes.set_pinned(like.probes)
        self.model.choose(like.model)
        self.session.tuning.set_extra(like.extra)
        self.data.choose_file(like.train, like.dev)
        self._layout = like.layout
        self._ask_data()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped anywhere."""
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Train on it."""
        if path := _dropped(event):
            self.data.choose_file(path)
            event.acceptProposedAction()

    @Slot()
    def _let_go(self) -> None:
        for wish in self.session.tuning.held:
            self.session.tuning.cancel(wish.folder)

    @Slot()
    def _name_edited(self) -> None:
        self._named = bool(self.start_part.name.text().strip())
        self._show()

    # What is asked -----------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """The files may have changed since."""
        super().showEvent(event)
        self._ask_sets()
        self._ask_base()
        self._ask_data()
        self.probes.suggest()

    def _ask_sets(self) -> None:
        if not self._sets_asked:
            self._sets_asked = True
            self.session.files.ask(BuiltInSets())

    def _ask_base(self) -> None:
        source = self.model.source
        if source and self.isVisible():
            self._asked_base = BaseOf(source)
            self.session.files.ask(self._asked_base)

    @Slot()
    def _ask_data(self, *, anew: bool = False) -> None:
        """Read the files, unless nobody looks."""
        self._soon.stop()
        data = self.data
        if not data.train:
            self._question = None
            self._take_report(None, data.missing)
            return
        if not self.isVisible():
            return
        self._question = DataOf(
            train=data.train,
            layout=self._layout,
            anew=anew,
            dev=data.dev,
            share=data.dev_share,
            seed=data.split_seed,
            extra=data.extra,
            model=self.model.source,
        )
        if self._report is None:
            self.preview.show_waiting(tr("Reading…"))
        self.session.files.ask(self._question)
        self._show()

    @Slot(object)
    def accept(self, answer: FileAnswer) -> None:
        """What was asked is answered."""
        question = answer.question
        if isinstance(question, BuiltInSets) and answer.value is not None:
            self.data.set_sets(answer.value)
        elif isinstance(question, BaseOf) and question == self._asked_base:
            problem = "" if answer.problem is None else answer.problem.message
            self.model.show_facts(answer.value, problem)
            if self.model.facts is not None:
                facts = self.model.facts
                self.options.set_model(facts.hidden, facts.layers, facts.max_length)
            self._show()
        elif isinstance(question, DataOf) and question == self._question:
            if isinstance(answer.value, DataReport):
                self._report_of = question
                if question.anew:  # asked again, it is to be read so
                    self._layout = answer.value.layout
                    self._question = self._report_of = replace(question, layout=self._layout, anew=False)
                self._take_report(answer.value)
            elif answer.problem is not None:
                self._take_report(None, answer.problem.message, "error")

    def _take_report(self, report: DataReport | None, words: str = "", kind: str = "secondary") -> None:
        self._report = report
        self.preview.show_report(report, words, kind)
        self.options.set_task(None if report is None else report.layout.task)
        self._show()

    # What changes ------------------------------------------------------------------------------------------------

    @Slot()
    def _data_changed(self) -> None:
        before = self._question
        if before is None or before.train != self.data.train:
            self._layout = None
            self._report = None
            self._ask_data()
        else:
            self._soon.start()
        self._show()

    @Slot(object, object)
    def _layout_wanted(self, layout: Layout, anew: bool) -> None:
        self._layout = layout
        self._ask_data(anew=anew)

    @Slot()
    def _base_changed(self) -> None:
        self._ask_base()
        self._soon.start()
        self._show()

    @Slot()
    def _options_changed(self) -> None:
        self.preview.set_limit(self.options.rows["max_length"].value)
        self._show()

    @Slot(object)
    def _catalogue_changed(self, catalogue: Catalogue) -> None:
        self.model.set_catalogue(catalogue)

    @Slot(object)
    def _model_changed(self, info: ModelInfo | None) -> None:
        choice = self.session.choice
        if info is not None and choice is not None:
            self.model.set_current(choice.source)

    @Slot(object)
    def _queue_changed(self, _: object = None) -> None:
        tuning = self.session.tuning
        self.waiting.show_held(tuning.held)
        self._show()

    @Slot(object)
    def _summaries_changed(self, summaries: tuple[RunSummary, ...]) -> None:
        """Once the run that was started has a folder, it is the one to be shown."""
        started = self._started
        if started is not None and any(summary.folder == started for summary in summaries):
            self._started = None
            self.session.runs.request(started, quietly=True)
            self.begun.emit(started)
            self._show()

    @Slot(object)
    def _text_read(self, _: object) -> None:
        if self.isVisible():
            self.probes.suggest()

    @Slot(object)
    def _run_ended(self, end: TuningEnd) -> None:
        if end.wish.folder == self._started:  # without having become a run
            self._started = None
        if not end.ending.good and not (Path(end.wish.folder) / "run.json").is_file():
            words = tr("{name} could not begin. {why}", name=end.wish.name, why=end.ending.message)
            self.banner.show_message(words, end.details)
            self.banner.show()
        self._show()

    # Showing -----------------------------------------------------------------------------------------------------

    def _home(self) -> Path:
        return Path(self.session.runs.home or runs_folder())

    def _taken(self) -> set[str]:
        """Names of runs that have no folder yet."""
        tuning = self.session.tuning
        running = () if tuning.running is None else (tuning.running,)
        return {wish.name for wish in (*running, *tuning.queue)}

    @Slot()
    def _show(self, _: object = None) -> None:
        """Say what Start would begin, or why it cannot."""
        report = self._report
        self.options.set_examples(0 if report is None else report.counts[0])
        if not self._named:
            self.start_part.name.setText(free_name(self._stem(), self._home(), self._taken()))
        wish, reason, kind = self._complete()
        busy = self.session.tuning.busy
        self.start_part.show_wish(wish, reason, kind, queue=busy)

    def _stem(self) -> str:
        data_set = self.data.data_set
        data = data_set.name if data_set is not None else Path(self.data.train or "run").stem
        return f"{data}-{self.model.name}" if self.model.source else data

    def _complete(self) -> tuple[TuningWish | None, str, str]:
        """The wish, or None; what is said about it, and how."""
        report, name = self._report, self.start_part.name.text().strip()
        recipe = self.options.recipe
        if words := self.data.missing:
            return None, words, "secondary"
        unread = self._soon.isActive() or self._report_of != self._question
        if report is None or self._question is None or unread:
            failed = report is None and self.preview.state.property("kind") == "error"
            return (
                None,
                tr("The file cannot be read.") if failed else tr("Reading…"),
                "error" if failed else "secondary",
            )
        if words := self.preview.trouble or self.options.problem:
            return None, words, "error"
        if not self.model.source:
            return None, tr("Choose a base model."), "secondary"
        if words := name_problem(name, self._home(), self._taken()):
            return None, words, "error"
        assert recipe is not None
        wish = TuningWish(
            folder=str(self._home() / name),
            train=self._question.train,
            model=self.model.source,
            recipe=replace(
                recipe,
                dev_share=self.data.dev_share,
                split_seed=self.data.split_seed,
                skip_malformed=self.preview.skipping and report.malformed > 0,
            ),
            dev=self._question.dev,
            layout=self._layout,
            extra=self._question.extra,
            probes=self.probes.sentences,
        )
        return wish, self._said(), "secondary"

    def _said(self) -> str:
        running = self.session.tuning.running
        if running is None:
            return ""
        if self._started == running.folder:
            return tr("{name} is being prepared…", name=running.name)
        return tr("{name} is being trained; this one waits for its turn.", name=running.name)


def _dropped(event: QDropEvent) -> str:
    """The one file that is dragged; empty for anything else."""
    urls = event.mimeData().urls()
    return urls[0].toLocalFile() if len(urls) == 1 and urls[0].isLocalFile() else ""
