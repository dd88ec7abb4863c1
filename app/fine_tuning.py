"""The fine-tuning workspace put together: its pages, the service that trains, and what they ask of the explorer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from app.beside import Beside
from app.commands import Commands
from app.file_questions.saving import ExportPredictions, SaveTuned
from app.files import FileAnswer
from app.panels.fine_tuning.compare import ComparePage
from app.panels.fine_tuning.evaluations import EvaluationsPage
from app.panels.fine_tuning.examples import ExamplesPage
from app.panels.fine_tuning.labelling import LabellingPage
from app.panels.fine_tuning.live import LivePage
from app.panels.fine_tuning.panel import FineTuningPanel
from app.panels.fine_tuning.probes import ProbesPage
from app.panels.fine_tuning.setup import SetUpPage
from app.panels.saliency import SaliencyPanel
from app.panels.task import TaskPanel
from app.places import runs_folder
from app.probe_commands import pin_shown
from app.services.training import TrainingService
from app.session import Session
from app.translation import tr
from app.values import Problem
from app.window import Window
from bert_core.finetuning.run_values import ExampleRow
from bert_core.queries_saliency import Target


class FineTuning(QObject):
    """A part of the composition root.

    panel  the workspace; task: the panel of the explorer that shows what a tuned model answers
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.beside = Beside(session, self)
        self.service = TrainingService(runs_folder(), self)
        self.set_up, self.live = SetUpPage(session), LivePage(session)
        self.classes, self.compared = EvaluationsPage(session), ComparePage(session)
        self.examples, self.probes = ExamplesPage(session), ProbesPage(session)
        self.labelling = LabellingPage(session)
        self.panel = FineTuningPanel(
            session,
            (
                *(self.set_up, self.live, self.classes, self.compared),
                *(self.examples, self.probes, self.labelling),
            ),
        )
        self.task = TaskPanel(session)

    def wire(self, window: Window, commands: Commands, saliency: SaliencyPanel) -> None:
        """Connect all of it; the window and its actions are there by now."""
        self._window, self._commands, self._saliency = window, commands, saliency
        self._connect_service()
        live, session = self.live, self.session
        self.panel.open_wanted.connect(commands.open_run)
        self.set_up.begun.connect(self._begun)
        live.open_wanted.connect(commands.open_run)
        live.explore_wanted.connect(commands.show_explorer)
        live.beside_wanted.connect(self.open_beside)
        live.save_wanted.connect(self.save_model)
        live.export_wanted.connect(self.export_predictions)
        self.classes.examples_wanted.connect(self._examples_wanted)
        self.examples.example_wanted.connect(self.open_example)
        self.labelling.explore_wanted.connect(commands.show_explorer)
        self.labelling.next_run_wanted.connect(self._train_on)
        self.probes.pin_wanted.connect(self.pin_probe)
        self.task.why_wanted.connect(self._why)
        self.task.tune_wanted.connect(self.new_run)
        session.files.answered.connect(self._answered)

    def _connect_service(self) -> None:
        tuning, service = self.session.tuning, self.service
        tuning.start_wanted.connect(service.start)
        tuning.cancel_wanted.connect(service.cancel)
        tuning.first_wanted.connect(service.put_first)
        tuning.go_on_wanted.connect(service.go_on)
        tuning.wished.connect(service.wish)
        tuning.like_wanted.connect(self._like_wanted)
        service.state_changed.connect(tuning.set_state)
        service.started.connect(tuning.take_start)
        service.ended.connect(tuning.take_end)
        service.failed.connect(self._failed)
        service.tell()

    # The workspace -----------------------------------------------------------------------------------------------

    def show_page(self, name: str) -> None:
        """A page of the workspace."""
        self.panel.show_page(name)  # first, so that no other one is made for nothing
        self._commands.show_training()

    def new_run(self) -> None:
        """Set up a run."""
        self.show_page(self.set_up.name)

    @Slot(object)
    def _begun(self, _folder: str) -> None:
        """What was started on the page is there: its curves, unless the person has gone elsewhere."""
        if self.panel.page == self.set_up.name:
            self.panel.show_page(self.live.name)

    @Slot(object, object)
    def _like_wanted(self, _run: object, _changes: object) -> None:
        self.new_run()

    @Slot(object, object)
    def _examples_wanted(self, gold: str | None, predicted: str | None) -> None:
        self.show_page(self.examples.name)
        self.examples.filter_by(gold, predicted)

    @Slot(object)
    def _train_on(self, file: str) -> None:
        self.session.tuning.add_extra(file)
        self.new_run()

    @Slot(object)
    def _failed(self, problem: Problem) -> None:
        self.session.set_problem(problem, lasting=True)

    # The explorer ------------------------------------------------------------------------------------------------

    @Slot(object, object)
    def open_beside(self, original: str, tuned: str) -> None:
        """The tuned model, with the original one's analysis of the text as the reference."""
        self._commands.show_explorer()
        self.beside.open_beside(original, tuned)

    @Slot(object, object)
    def open_example(self, row: ExampleRow, model: str) -> None:
        """An example's text in all panels, read by the tuned model, and why it answers as it does."""
        session = self.session
        session.read_anew(row.text, row.text_b or "")
        self.task.take_example(row)
        if session.choice is None or session.choice.source != model or session.loading is not None:
            self.beside.open(model)
        self._window.bring_forward(self._saliency.name)
        self._saliency.explain_task()

    @Slot(object)
    def _why(self, target: Target) -> None:
        self._saliency.explain(target)
        self._window.bring_forward(self._saliency.name)

    def why(self) -> None:
        """Which pieces the tuned model's answer hangs on."""
        self._window.bring_forward(self._saliency.name)
        self._saliency.explain_task()

    def show_task(self) -> None:
        """What the tuned model answers for the text."""
        self._window.bring_forward(self.task.name)

    # Files -------------------------------------------------------------------------------------------------------

    @Slot(object)
    def save_model(self, run: str) -> None:
        """Ask where, then write the run's model as a folder of its own."""
        folder, _ = QFileDialog.getSaveFileName(
            self._window, tr("Save the tuned model as a folder"), _stem(run)
        )
        if folder:
            self.session.files.ask(SaveTuned(run, folder))

    @Slot(object)
    def export_predictions(self, run: str) -> None:
        """Ask where, then write what the model predicts for the dev set."""
        kinds = tr("CSV (*.csv);;Parquet (*.parquet);;JSON Lines (*.jsonl)")
        name = f"{_stem(run)}.csv"
        path, chosen = QFileDialog.getSaveFileName(self._window, tr("Export the predictions"), name, kinds)
        if path:
            suffix = "" if Path(path).suffix else chosen.partition("*")[2].rstrip(")") or ".csv"
            self.session.files.ask(ExportPredictions(run, path + suffix))

    @Slot(object)
    def _answered(self, answer: FileAnswer) -> None:
        question = answer.question
        if not isinstance(question, SaveTuned | ExportPredictions):
            return
        if answer.problem is not None:
            self.session.set_problem(answer.problem, lasting=True)
        else:
            path = question.folder if isinstance(question, SaveTuned) else question.path
            self.session.notice_given.emit(tr("Saved {path}", path=path))

    # Probes ------------------------------------------------------------------------------------------------------

    @Slot()
    def pin_probe(self) -> None:
        """The present text is to be looked at in the next run."""
        pin_shown(self.session)

    # The end -----------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Let what is being trained write its checkpoint."""
        self.service.close()


def _stem(run: str) -> str:
    """What a file about the run is called at first."""
    return Path(run).name
