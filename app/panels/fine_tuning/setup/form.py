"""The form in which a run is set up: examples, model, settings, probes; what was read of the files; Start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.file_questions.data import BaseOf, BuiltInSets, DataOf
from app.files import FileAnswer
from app.panels.fine_tuning.setup.columns import Columns
from app.panels.fine_tuning.setup.data_part import DataPart
from app.panels.fine_tuning.setup.explanation import setup_help
from app.panels.fine_tuning.setup.likeness import Likeness, likeness
from app.panels.fine_tuning.setup.making import heading
from app.panels.fine_tuning.setup.model_part import ModelPart
from app.panels.fine_tuning.setup.naming import RunNames
from app.panels.fine_tuning.setup.options_part import OptionsPart
from app.panels.fine_tuning.setup.preview_part import PreviewPart
from app.panels.fine_tuning.setup.probes_part import ProbesPart
from app.panels.fine_tuning.setup.reading import DataReading
from app.panels.fine_tuning.setup.start_part import StartPart
from app.panels.fine_tuning.setup.waiting import WaitingBar
from app.panels.fine_tuning.setup.wish import stem_of, wish_of
from app.run_values import Run, RunSummary
from app.session import Session
from app.translation import tr
from app.tuning import TuningEnd, TuningWish
from app.values import Catalogue
from app.views.banner import Banner
from app.views.help_button import HelpButton
from bert_core.finetuning.data_values import Layout
from bert_core.info import ModelInfo


class SetUpForm(QWidget):
    """begun(str): the run that was started here has a folder now; it is the one to be shown."""

    begun = Signal(object)

    def __init__(self, session: Session, options: OptionsPart, parent: QWidget) -> None:
        super().__init__(parent)
        self.session, self.options = session, options
        self.setAcceptDrops(True)
        self._asked_base: BaseOf | None = None
        self._named = False
        self._started: str | None = None
        self._sets_asked = False
        self.reading = DataReading(session, self)
        self.names = RunNames(session)
        self._build()
        self._connect()
        self.model.set_catalogue(session.catalogue)
        self._model_changed(session.model)
        self.data.set_extra(session.tuning.extra)
        self._queue_changed()

    def _build(self) -> None:
        self.data, self.model = DataPart(), ModelPart()
        self.preview = PreviewPart()
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
            self,  # at once, for a widget with all that is in it is styled anew whenever it gets another parent
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
        self.reading.wanted.connect(self._ask_data)
        self.reading.taken.connect(self._data_read)
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
        self.reading.layout = like.layout
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
        data, reading = self.data, self.reading
        reading.hurry()
        if not data.train:
            reading.stop(data.missing)
        elif self.isVisible():
            question = DataOf(
                train=data.train,
                layout=reading.layout,
                anew=anew,
                dev=data.dev,
                share=data.dev_share,
                seed=data.split_seed,
                extra=data.extra,
                model=self.model.source,
            )
            if reading.report is None:
                self.preview.show_waiting(tr("Reading…"))
            reading.ask(question)
            self._show()

    @Slot(object, object)
    def _data_read(self, words: str, kind: str) -> None:
        report = self.reading.report
        self.preview.show_report(report, words, kind)
        self.options.set_task(None if report is None else report.layout.task)
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

    # What changes ------------------------------------------------------------------------------------------------

    @Slot()
    def _data_changed(self) -> None:
        before = self.reading.question
        if before is None or before.train != self.data.train:
            self.reading.begin()
            self._ask_data()
        else:
            self.reading.ask_soon()
        self._show()

    @Slot(object, object)
    def _layout_wanted(self, layout: Layout, anew: bool) -> None:
        self.reading.layout = layout
        self._ask_data(anew=anew)

    @Slot()
    def _base_changed(self) -> None:
        self._ask_base()
        self.reading.ask_soon()
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

    @Slot()
    def _show(self, _: object = None) -> None:
        """Say what Start would begin, or why it cannot."""
        report = self.reading.report
        self.options.set_examples(0 if report is None else report.counts[0])
        if not self._named:
            self.start_part.name.setText(self.names.free(stem_of(self)))
        wish, reason, kind = wish_of(self)
        self.start_part.show_wish(wish, reason, kind, queue=self.session.tuning.busy)

    @property
    def said_of_the_queue(self) -> str:
        """What is to be known of a run that could begin: which one is being trained."""
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
