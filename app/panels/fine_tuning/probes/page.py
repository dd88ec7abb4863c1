"""The page of probes: pinned sentences at every evaluation of a run."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.file_questions.probes import (
    Floats,
    ProbeHistory,
    ProbesOf,
    Replay,
    ReplayOf,
    WordHistory,
    WordsOf,
)
from app.files import FileAnswer, FileQuestion
from app.panels.common_pictures import pictures_button
from app.panels.fine_tuning.page import RunPage
from app.panels.fine_tuning.probes.arrangement import Arrangement
from app.panels.fine_tuning.probes.charts_pane import ChartsPane
from app.panels.fine_tuning.probes.drift_pane import DriftPane
from app.panels.fine_tuning.probes.explanation import probes_help
from app.panels.fine_tuning.probes.figures import ProbeFigures, Shown
from app.panels.fine_tuning.probes.replay_pane import ReplayPane
from app.panels.fine_tuning.probes.words import (
    around,
    head_name,
    no_probes,
    predictions,
    remarks,
    sentence_name,
    start_words,
    step_words,
    waiting,
)
from app.panels.fine_tuning.seed_choice import SeedChoice
from app.run_values import Run
from app.selection import Selection
from app.session import Session
from app.translation import tr
from app.views.choice import Choice
from app.views.empty import EmptyState
from app.views.help_button import HelpButton
from app.views.piece_text import isolated
from app.views.start_and_now import StartAndNow
from app.views.step_slider import StepSlider
from app.views.worked_numbers import places

_SPACING, _LEFT = 10, 12  # pixels
_LETTERS = 28


class ProbesPage(RunPage):
    """What is recorded is read by the file service; the page follows the newest record until its slider is moved.

    pin_wanted()  a person wants the sentences that are looked at to be pinned for the next run
    """

    name = "probes"
    pin_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.title = tr("Probes")
        self.tip = tr("Pinned sentences at every evaluation: how attention, vectors and predictions move")
        self._folder = ""  # where the records lie
        self._history: ProbeHistory | None = None
        self._problem = ""
        self._sentence, self._mask = 0, 0
        self._told = _head_of(session.selection)  # what was chosen elsewhere last
        self._head = self._told or (0, 0)
        self._head_chosen = self._told not in (None, _head_of(Selection()))  # else the one that moved most
        self._asked: dict[type[FileQuestion], FileQuestion] = {}
        self._replayed: tuple[int, int, int] | None = None  # sentence, layer, head of the maps that are shown
        self.sentence = Choice(tr("Probe sentence"), tr("Which sentence is replayed"), letters=_LETTERS)
        self.over = Choice(tr("Measured over"), tr("Over which sentences drift and CKA are measured"))
        self.over.set_names([tr("Drift, CKA: all sentences"), tr("Drift, CKA: this sentence")])
        self.seed = SeedChoice(session.runs)
        self.slider = StepSlider()
        self.drift_pane, self.replay_pane, self.charts = DriftPane(), ReplayPane(), ChartsPane()
        self.said = StartAndNow(tr("Predictions at the start and now"))
        self.area = Arrangement(self.drift_pane, self.replay_pane, self.charts, self.said, self.slider)
        self.figures = ProbeFigures(self.drift_pane, self.replay_pane, self.charts, self._shown)
        self.help_button = HelpButton(probes_help())
        self.remarks = QLabel()
        self.empty = EmptyState()
        self._build()
        self.sentence.chosen.connect(self._sentence_chosen)
        self.over.chosen.connect(self._over_chosen)
        self.slider.wanted.connect(self._record_wanted)
        self.replay_pane.stepped.connect(self.slider.step_by)
        self.drift_pane.grid.head_clicked.connect(self._head_clicked)
        self.charts.chosen.connect(self.slider.go)
        self.charts.mask_wanted.connect(self._mask_chosen)
        self.empty.activated.connect(self.pin_wanted)
        session.selection_changed.connect(self._selection_changed)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def history(self) -> ProbeHistory | None:
        """What is recorded, as far as it is read."""
        return self._history

    @property
    def head(self) -> tuple[int, int]:
        """Which head is replayed, 0-based."""
        return self._head

    @property
    def every(self) -> bool:
        """Whether drift and CKA are measured over all sentences."""
        return self.over.currentIndex() == 0

    def show_run(self, run: Run | None) -> None:
        """Ask what is new of its probes; another run's are shown once they are read."""
        own = None if run is None else self.seed.shown(run)
        folder = "" if own is None else own.folder
        if folder != self._folder:
            self._folder, self._history, self._replayed, self._problem = folder, None, None, ""
            self._asked.clear()
        self._show_state()
        if own is None or no_probes(run):
            return
        self._ask(ProbesOf(folder, own.step), anew=True)

    def _shown(self) -> Shown | None:
        run, history = self.run, self._history
        if run is None or history is None:
            return None
        return Shown(run, history, self.slider.record, self._sentence, self.every, self._head)

    def _show_state(self) -> None:
        run, history = self.run, self._history
        reason = no_probes(run)
        there = history is not None and not reason
        self.content.setVisible(there)
        self.empty.setVisible(not there)
        if not there:
            pin = bool(run is not None and reason and run.details.get("kind") == "finetune")
            words = reason or self._problem or ("" if run is None else waiting(run))
            self.empty.set_text(words, tr("Pin the current sentences") if pin else "")
        elif history is not None:
            words = remarks(history, run, self._sentence)
            if self._problem:
                words = f"{words}\n{self._problem}".strip()
            self.remarks.setText(words)
            self.remarks.setVisible(bool(words))
        self.figures.refresh()

    # Asking ------------------------------------------------------------------------------------------------------

    def _ask(self, question: FileQuestion, *, anew: bool = False) -> None:
        if anew or self._asked.get(type(question)) != question:
            self._asked[type(question)] = question
            self.session.files.ask(question)

    @Slot(object)
    def accept(self, answer: FileAnswer) -> None:
        """What was asked for last; anything older is dropped."""
        question, value = answer.question, answer.value
        if self._asked.get(type(question)) != question:
            return
        problem = "" if answer.problem is None else answer.problem.message
        if isinstance(question, ProbesOf):
            self._problem = problem
            if isinstance(value, ProbeHistory):
                self._take(value)
                if value.left and self.isVisible():
                    self._ask(question, anew=True)
            self._show_state()
        elif isinstance(question, ReplayOf):
            maps = value.maps.astype(np.float32) if isinstance(value, Replay) else None
            self._show_replay(question, maps, problem)
        elif isinstance(question, WordsOf):
            words = value if isinstance(value, WordHistory) else None
            self.charts.show_words(words, question.steps, problem)
            self.charts.words.set_record(self.slider.record)

    def _take(self, history: ProbeHistory) -> None:
        before, self._history = self._history, history
        if history is before:
            return
        anew = before is None
        layers, heads = history.shape
        self._sentence = min(self._sentence, len(history.sentences) - 1)
        self.sentence.set_names([sentence_name(n, text) for n, text in enumerate(history.sentences)])
        self.sentence.setCurrentIndex(self._sentence)
        if not self._head_chosen and (before is None or not before.drift.any()):
            self._head = history.most_moved
        self._head = min(self._head[0], layers - 1), min(self._head[1], heads - 1)
        self.slider.set_steps(history.steps, anew=anew)
        self._show_sentence()

    # Showing -----------------------------------------------------------------------------------------------------

    def _show_sentence(self) -> None:
        """All that hangs on which sentence, or sentences, are looked at."""
        history = self._history
        if history is None:
            return
        text = history.sentences[self._sentence]
        names = [f"{place + 1}  {isolated(around(text.tokens, place))}" for place in text.masks]
        self._mask = min(self._mask, max(0, len(names) - 1))
        self.charts.show_masks(names, self._mask)
        self.charts.show_history(history, self._sentence, every=self.every, layer=self._head[0])
        self._ask_words()
        self._show_head()
        self._show_record()
        self.area.give_room()

    def _ask_words(self) -> None:
        history = self._history
        if history is None:
            return
        text = history.sentences[self._sentence]
        if not text.masks:
            none = tr(
                "Nothing is masked in this sentence: write [MASK] in a probe to follow what is guessed there."
            )
            unable = tr("This model has no masked-word head.")
            self._asked.pop(WordsOf, None)
            self.charts.show_words(None, (), none if text.has_words else unable)
        else:
            self._ask(WordsOf(self._folder, history.steps, self._sentence, self._mask))

    def _show_head(self) -> None:
        """Another head, or another sentence: its maps are read."""
        history = self._history
        if history is None:
            return
        self.drift_pane.set_head(self._head)
        self.charts.set_layer(self._head[0])
        question = ReplayOf(self._folder, history.steps, self._sentence, *self._head)
        before = self._asked.get(ReplayOf)
        if not isinstance(before, ReplayOf) or before.sentence != self._sentence:
            self._replayed = None
            self.replay_pane.set_replay(None, (), tr("Reading…"))
        self._ask(question)

    def _show_replay(self, question: ReplayOf, maps: Floats | None, problem: str) -> None:
        history = self._history
        if history is not None:
            self._replayed = question.sentence, question.layer, question.head
            self.replay_pane.set_replay(maps, history.sentences[self._sentence].tokens, problem)
            self._show_record()

    def _show_record(self) -> None:
        """All that hangs on the step."""
        history, record = self._history, self.slider.record
        if history is None:
            return
        drift = history.drift.mean(1) if self.every else history.drift[:, self._sentence]
        self.slider.set_words(*step_words(self.run, history, record))
        self.drift_pane.show_drift(drift[record], float(np.nan_to_num(drift).max(initial=0.0)))
        sentence, *head = self._replayed or (self._sentence, *self._head)
        own = float(history.drift[record, sentence, head[0], head[1]])
        said = tr("drift in this sentence") if self.every else tr("drift")
        self.replay_pane.set_head(head_name((head[0], head[1])), said, places(own, 4))
        start = start_words(history)
        now = tr("step {n}", n=f"{history.steps[record]:,}")
        self.replay_pane.set_record(record, now, start)
        self.said.set_blocks(predictions(history, self._sentence, record), tr("start"), now)
        self.charts.set_record(record)

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def _record_wanted(self, _record: int) -> None:
        self._show_record()

    @Slot(object)
    def _sentence_chosen(self, index: int) -> None:
        self._sentence, self._mask = index, 0
        self._show_sentence()
        self._show_state()

    @Slot(object)
    def _over_chosen(self, _index: int) -> None:
        self._show_sentence()

    @Slot(object)
    def _mask_chosen(self, index: int) -> None:
        self._mask = index
        self._ask_words()

    @Slot(object)
    def _head_clicked(self, head: tuple[int, int]) -> None:
        self.choose_head(head)
        if self._of_session():
            self.session.select_head(*head)

    def choose_head(self, head: tuple[int, int]) -> None:
        """Replay this head, from now on also where another has moved more."""
        self._head_chosen = True
        if head != self._head:
            self._head = head
            self._show_head()
            self._show_record()

    @Slot(object)
    def _selection_changed(self, selection: Selection) -> None:
        """A head chosen elsewhere is chosen here, where the models are of the same shape."""
        before, self._told = self._told, _head_of(selection)
        if self._told not in (None, before) and (self._history is None or self._of_session()):
            self.choose_head(self._told)

    def _of_session(self) -> bool:
        trace, history = self.session.trace, self._history
        return trace is not None and history is not None and trace.attentions.shape[:2] == history.shape

    def earlier(self) -> None:
        """One record back."""
        self.slider.step_by(-1)

    def later(self) -> None:
        """One record on."""
        self.slider.step_by(1)

    def newest(self) -> None:
        """The newest record; follow the run from now on."""
        self.slider.go_newest()

    # Layout ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(8)
        for choice in (self.seed, self.sentence, self.over):
            bar.addWidget(choice)
        bar.addStretch(1)
        self.pictures = pictures_button(self.figures.all)
        bar.addWidget(self.pictures)
        bar.addWidget(self.help_button)
        self.remarks.setProperty("kind", "warning")
        self.remarks.setTextFormat(Qt.TextFormat.PlainText)
        self.remarks.setWordWrap(True)
        self.remarks.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.content = QWidget()
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        column.addLayout(bar)
        column.addWidget(self.slider)
        column.addWidget(self.remarks)
        column.addWidget(self.area, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(_LEFT, 0, 0, 0)
        whole.addWidget(self.content, 1)
        whole.addWidget(self.empty, 1)
        self.content.hide()

    def minimumSizeHint(self) -> QSize:
        return QSize(500, 240)


def _head_of(selection: Selection) -> tuple[int, int] | None:
    return None if selection.layer is None or selection.head is None else (selection.layer, selection.head)
