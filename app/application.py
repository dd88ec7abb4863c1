"""The composition root: builds everything, wires it, closes it; the only file that knows everybody."""

from __future__ import annotations

import base64
import binascii
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from app.answers import ANSWERERS, KEPT
from app.attention_commands import AttentionCommands
from app.change_commands import ChangeCommands
from app.commands import Commands
from app.docks import Area, Place
from app.examples import examples_for
from app.explain_commands import ExplainCommands
from app.file_answers import FILE_ANSWERERS
from app.fine_tuning import FineTuning
from app.garbage import GuiThreadCollector
from app.panels.attention import AttentionPanel
from app.panels.embeddings import EmbeddingsPanel
from app.panels.features import FeaturesDialog
from app.panels.hidden_states import HiddenStatesPanel
from app.panels.input import InputPanel
from app.panels.layer_lens import LayerLensPanel
from app.panels.model import ModelPanel
from app.panels.next_sentence import ContinuityPanel, NextSentencePanel
from app.panels.predictions import PredictionsPanel
from app.panels.saliency import SaliencyPanel
from app.panels.training_recipe import TrainingRecipePanel
from app.places import runs_folder, settings_file
from app.reference import Reference
from app.reference_commands import ReferenceCommands
from app.run_values import Run
from app.services.files import FileService
from app.services.inference import InferenceService
from app.services.runs import RunService
from app.session import Session
from app.settings import Settings, read_settings, write_settings
from app.theme import Choice, apply_theme, theme
from app.translation import tr
from app.tune_commands import TuneCommands
from app.values import Catalogue, Loading, ModelChoice, Problem
from app.view_commands import ViewCommands
from app.window import Window
from bert_core.resources import resource_path
from bert_core.scene import Scene

log = logging.getLogger(__name__)

DEFAULT_MODEL = "mini-en"
SAVE_AFTER_MS = 1000


@dataclass(frozen=True)
class Wishes:
    """What the command line asked for, over what was remembered."""

    model: str | None = None
    text_a: str | None = None
    text_b: str | None = None
    run: str | None = None
    workspace: str = "explore"
    size: tuple[int, int] | None = None
    theme: Choice | None = None
    remember: bool = True


class Application(QObject):
    """Owns session, service and window for as long as the process runs."""

    painted = Signal()  # the window has been painted for the first time

    def __init__(self, qt: QApplication, wishes: Wishes) -> None:
        super().__init__()
        self.qt = qt
        self._remember = wishes.remember
        self._file = settings_file()
        self._settings = read_settings(self._file) if wishes.remember else Settings()
        self._theme = cast(Choice, wishes.theme or self._settings.theme)
        apply_theme(qt, self._theme)
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(SAVE_AFTER_MS)
        self._save_timer.timeout.connect(self.save)
        self._started = False
        self.collector = GuiThreadCollector(self)
        self.session = Session()
        self.service = InferenceService(ANSWERERS)
        self.run_service = RunService(runs_folder())
        self.file_service = FileService(FILE_ANSWERERS)
        self.tuning = FineTuning(self.session, self)
        self.features: FeaturesDialog | None = None
        self.window = self._build_window()
        self.commands = Commands(self.session, self.window)
        for commands in (ChangeCommands, ReferenceCommands):
            commands(self.session, self.window.bind, self.window.actions_, self.window)
        bind, actions = self.window.bind, self.window.actions_
        views = ViewCommands(self.attention, self.commands.show_explorer, bind, actions, self.window)
        AttentionCommands(self.attention, views.bring, bind, actions, self.window)
        below = self.embeddings, self.hidden_states, self.lens, self.saliency, self.continuity
        ExplainCommands(self.predictions, *below, self.window.bring_forward, bind, self.window)
        self.model.open_folder_wanted.connect(self.commands.open_folder)
        self._wire()
        self.tuning.wire(self.window, self.commands, self.saliency)
        TuneCommands(self.tuning, bind, self.window)
        self._recall(wishes)

    def _build_window(self) -> Window:
        session = self.session
        self.input = InputPanel(session)
        self.attention = AttentionPanel(session)
        self.model = ModelPanel(session)
        self.recipe = TrainingRecipePanel(session)
        self.embeddings, self.hidden_states = EmbeddingsPanel(session), HiddenStatesPanel(session)
        self.next_sentence, self.continuity = NextSentencePanel(session), ContinuityPanel(session)
        self.saliency = SaliencyPanel(session)
        self.predictions, self.lens = PredictionsPanel(session), LayerLensPanel(session)
        window = Window(
            session,
            self.attention,
            (
                Place(self.input, Area.LeftDockWidgetArea, 450),
                Place(self.model, Area.LeftDockWidgetArea, 190),
                Place(self.predictions, Area.RightDockWidgetArea, 380),
                Place(self.next_sentence, Area.RightDockWidgetArea, 240),
                Place(self.tuning.task, Area.RightDockWidgetArea, 240, behind=True),
                Place(self.embeddings, Area.BottomDockWidgetArea, 240),
                Place(self.hidden_states, Area.BottomDockWidgetArea, 240, behind=True),
                Place(self.lens, Area.BottomDockWidgetArea, 240, behind=True),
                Place(self.saliency, Area.BottomDockWidgetArea, 240, behind=True),
                Place(self.recipe, Area.BottomDockWidgetArea, 240, behind=True),
                Place(self.continuity, Area.BottomDockWidgetArea, 240, behind=True),
            ),
            (self.tuning.panel,),
        )
        for name in ("system", "light", "dark"):
            window.bind(f"theme-{name}", getattr(self, f"use_{name}_theme"))
        window.bind("edit-a", self.input.focus_a)
        window.bind("edit-b", self.input.focus_b)
        window.bind("cancel-load", self.cancel_load)
        window.bind("save-features", self.save_features)
        window.bind("why-next", self.explain_next)
        for id_, turn in (
            ("how-trained", None),
            ("roll", self.recipe.roll),
            ("previous-roll", self.recipe.previous_roll),
            ("next-roll", self.recipe.next_roll),
            ("put-roll", self.recipe.put_into_text),
        ):
            window.bind(id_, self.show_recipe)
            if turn is not None:
                window.bind(id_, turn)
        self.model.cancel_wanted.connect(self.cancel_load)
        self.predictions.lens_wanted.connect(self.show_lens)
        self.next_sentence.more_wanted.connect(self.show_continuity)
        self.next_sentence.why_wanted.connect(self.explain_next)
        window.top_bar.theme_button.clicked.connect(self.toggle_theme)
        return window

    def _wire(self) -> None:
        session, service = self.session, self.service
        session.scene_changed.connect(service.request)
        session.watched_changed.connect(service.watch)
        session.load_requested.connect(self._load)
        service.load_progressed.connect(self._load_progressed)
        service.model_loaded.connect(self._settle_garbage)
        service.model_loaded.connect(session.set_model)
        service.load_failed.connect(self._load_failed)
        service.load_cancelled.connect(self._load_cancelled)
        service.traced.connect(session.accept_trace)
        service.trace_failed.connect(self._trace_failed)
        service.answered.connect(session.accept_answer)
        session.reference_changed.connect(self._keep_reference)
        runs, run_service = session.runs, self.run_service
        runs.requested.connect(run_service.follow)
        runs.wished.connect(run_service.wish)
        run_service.opened.connect(self._run_opened)
        run_service.read.connect(runs.accept)
        run_service.failed.connect(self._run_failed)
        runs.home = str(runs_folder())
        runs.followed_changed.connect(run_service.follow_only)
        runs.list_wanted.connect(run_service.list_runs)
        runs.delete_wanted.connect(run_service.delete)
        run_service.listed.connect(runs.set_summaries)
        run_service.deleted.connect(runs.forget)
        runs.recent_changed.connect(self._save_soon)
        session.probes.changed.connect(self._save_soon)
        session.files.asked.connect(self.file_service.ask)
        self.file_service.answered.connect(session.files.answered)
        for signal in (session.scene_changed, session.model_changed, self.window.layout_changed):
            signal.connect(self._save_soon)
        self.window.closing.connect(self.save)
        self.qt.aboutToQuit.connect(self.close)
        self._show_theme()

    def _recall(self, wishes: Wishes) -> None:
        """Sentences, model and layout of last time, or an example that shows something at once."""
        kept = self._settings
        first = examples_for(None)[0]
        text_a, text_b, replaced = kept.text_a, kept.text_b, dict(kept.replaced)
        if wishes.text_a is not None or wishes.text_b is not None:
            text_a, text_b, replaced = wishes.text_a or "", wishes.text_b or "", {}
        elif text_a is None:
            text_a, text_b = first.a, first.b
        models = resource_path("models")
        builtin = tuple(sorted(folder.name for folder in models.iterdir() if folder.is_dir()))
        source = wishes.model or kept.model or DEFAULT_MODEL
        if source not in builtin:
            source = _from_anywhere(source)
        if source != kept.model:
            replaced = {}
        self._wanted = self._asked = ModelChoice(source, kept.device, kept.dtype)
        self.session.begin(Scene("", text_a, text_b, replaced), source)
        self.session.set_catalogue(Catalogue(builtin, kept.recent))
        self.session.runs.set_recent(kept.runs)
        self.session.probes.set_pinned(kept.probes)
        self._wanted_run = wishes.run
        self._wanted_workspace = wishes.workspace
        if wishes.size is not None:
            self.window.resize(*wishes.size)
            self.window.fit_layout()
        else:
            self.window.restore_layout(_bytes(kept.geometry), _bytes(kept.state))

    # Start and end -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Show the window; the model is loaded once it has been painted."""
        self.session.set_loading(Loading(self._wanted, "torch"))
        self.window.installEventFilter(self)
        self.window.show()
        self.input.focus_a()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin with the model after the first painting of the window."""
        if event.type() == QEvent.Type.Paint and not self._started:
            self._started = True
            QTimer.singleShot(0, self._first_painted)
        return super().eventFilter(watched, event)

    @Slot()
    def _first_painted(self) -> None:
        self.window.removeEventFilter(self)
        self.painted.emit()
        if self._wanted_workspace == "fine-tune":
            self.commands.show_training()
        self.service.start()
        self.session.request_model(self._wanted)
        if self._wanted_run is not None:
            self.session.runs.request(self._wanted_run)

    @Slot()
    def close(self) -> None:
        """Keep what is to be kept and end the threads."""
        self.save()
        self.service.stop()
        self.tuning.close()
        self.run_service.stop()
        self.file_service.stop()

    @Slot(object)
    def _settle_garbage(self, _: object) -> None:
        self.collector.settle()

    def take_down(self) -> None:
        """Delete the window; nothing may be asked of it afterwards.

        PySide would do it at the end of the process, in any order, and call panels that are half gone: a crash, where
        the window is still open then.
        """
        self.close()
        self.window.hide()
        delete(self.window)
        self.collector.stop()

    def save(self) -> None:
        """Write the settings; a failure is logged and said, never fatal."""
        self._save_timer.stop()
        if not self._remember:
            return
        session, (geometry, state) = self.session, self.window.save_layout()
        kept = self._settings
        choice = session.choice or ModelChoice(kept.model, kept.device, kept.dtype)
        settings = Settings(
            theme=self._theme,
            text_a=session.scene.text_a,
            text_b=session.scene.text_b,
            replaced=tuple(session.scene.replaced.items()),
            model=choice.source,
            device=choice.device,
            dtype=choice.dtype,
            recent=session.catalogue.recent,
            runs=session.runs.recent,
            probes=session.probes.pinned,
            geometry=base64.b64encode(geometry).decode(),
            state=base64.b64encode(state).decode(),
        )
        try:
            write_settings(self._file, settings)
        except OSError as error:
            log.info("settings could not be written to %s: %s", self._file, error)
            session.notice_given.emit(
                tr("Settings could not be saved in {path}: {why}", path=self._file, why=error.strerror)
            )

    @Slot()
    def _save_soon(self, _: object = None) -> None:
        self._save_timer.start()

    # Model -------------------------------------------------------------------------------------------------------

    @Slot(object)
    def _load(self, choice: ModelChoice) -> None:
        self._asked = choice
        self.session.set_loading(Loading(choice, "torch" if self.session.model is None else "files"))
        self.service.load(choice)

    @Slot(object)
    def _load_progressed(self, loading: Loading) -> None:
        """Show it, unless another model has been asked for in the meantime."""
        if loading.choice == self._asked:
            self.session.set_loading(loading)

    @Slot(object, object)
    def _load_failed(self, choice: ModelChoice, problem: Problem) -> None:
        """The model in force stays; at the start, when there is none, another one steps in, and that is said."""
        if choice != self._asked:
            return  # the log has it; another model is being loaded by now
        self.session.set_loading(None)
        instead = _instead(choice) if self.session.model is None else None
        if instead is not None:
            self.session.request_model(instead)
            problem = replace(problem, message=f"{problem.message}\n{_instead_words(choice, instead)}")
        self.session.set_problem(problem, lasting=True)

    @Slot(object)
    def _load_cancelled(self, choice: ModelChoice) -> None:
        """Nothing changes, unless a newer load is already under way."""
        if self.session.loading is not None and self.session.loading.choice == choice:
            self.session.set_loading(None)

    def cancel_load(self) -> None:
        """Stay with the model in force."""
        self.service.cancel_load()

    @Slot(object)
    def _keep_reference(self, reference: Reference | None) -> None:
        KEPT.keep(None if reference is None else reference.trace)

    @Slot(object, object)
    def _trace_failed(self, scene: Scene, problem: Problem) -> None:
        if scene == self.session.scene:
            self.session.set_problem(problem)

    # Training runs -----------------------------------------------------------------------------------------------

    @Slot(object)
    def _run_opened(self, run: Run) -> None:
        """Show the run that was asked for."""
        if self.session.runs.show(run):
            self.commands.show_training()

    @Slot(object, object)
    def _run_failed(self, folder: str, problem: Problem) -> None:
        self.session.set_problem(problem, lasting=True)

    # How BERT was trained ----------------------------------------------------------------------------------------

    def show_recipe(self) -> None:
        """Bring the panel forward."""
        self.window.bring_forward(self.recipe.name)

    @Slot(object, object)
    def show_lens(self, layer: int, position: int) -> None:
        """Bring the layer lens forward, at a layer and a masked piece."""
        self.window.bring_forward(self.lens.name)
        self.lens.look_into(layer, position)

    def show_continuity(self) -> None:
        """Bring the panel of lists and whole texts forward."""
        self.window.bring_forward(self.continuity.name)

    def explain_next(self) -> None:
        """Bring the saliency of p(is next) forward."""
        self.saliency.explain_next()
        self.window.bring_forward(self.saliency.name)

    # Features ----------------------------------------------------------------------------------------------------

    def save_features(self) -> None:
        """The dialog; it is made when it is first asked for, and kept, for its work goes on when it is closed."""
        if self.features is None:
            self.features = FeaturesDialog(self.session, self.window)
        self.features.bring()

    # Theme -------------------------------------------------------------------------------------------------------

    def _use(self, choice: Choice) -> None:
        self._theme = choice
        apply_theme(self.qt, choice)
        self._show_theme()
        self._save_soon()

    def _show_theme(self) -> None:
        for name in ("system", "light", "dark"):
            self.window.actions_[f"theme-{name}"].setChecked(name == self._theme)

    def use_system_theme(self) -> None:
        """As the system."""
        self._use("system")

    def use_light_theme(self) -> None:
        """Light."""
        self._use("light")

    def use_dark_theme(self) -> None:
        """Dark."""
        self._use("dark")

    def toggle_theme(self) -> None:
        """The other one."""
        self._use("light" if theme().name == "dark" else "dark")


def _from_anywhere(source: str) -> str:
    """The same source, a folder by its whole path: the next start may be from another folder."""
    try:
        folder = Path(source).expanduser()
        return str(folder.absolute()) if folder.is_dir() else source
    except (OSError, RuntimeError, ValueError):
        return source  # whoever loads it will say what is wrong


def _instead(failed: ModelChoice) -> ModelChoice | None:
    """What to try where `failed` could not be loaded and there is no model yet; None at the end of the line.

    First the same model in the way that any machine can run it, then the built-in one, then that on the CPU.
    """
    line = [ModelChoice(failed.source), ModelChoice(DEFAULT_MODEL), ModelChoice(DEFAULT_MODEL, "cpu")]
    behind = line[len(line) - line[::-1].index(failed) :] if failed in line else line
    return next(iter(behind), None)


def _instead_words(failed: ModelChoice, instead: ModelChoice) -> str:
    if failed.source == instead.source:
        return tr("It is loaded as this computer can run it.")
    return tr("The built-in model {name} is used instead.", name=instead.name)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
