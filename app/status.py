"""The line at the bottom: how many pieces, how long it took, what is being done."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QStatusBar

from app.memory import resident_bytes
from app.session import Session
from app.translation import tr
from app.values import Loading, shortened
from app.views.elided_label import ElidedLabel
from app.views.read_out import ReadOut
from bert_core.trace import Trace

NOTICE_MS = 8000

STEPS = {  # how a step's word begins -> what is said
    "torch": "starting PyTorch",
    "files": "reading the files",
    "Downloading": "downloading",
    "Checking": "checking the weights",
    "weights": "preparing the weights",
}


class StatusLine(QStatusBar):
    """Tells; changes nothing. Times are from the change of the scene to the end of the repaint it led to."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.session = session
        self._asked = perf_counter()
        self._measuring = False
        self.last_delay: float | None = None  # seconds from the change to the repainted panels
        self.pieces, self.forward, self.drawn, self.memory = (ElidedLabel() for _ in range(4))
        for label in (self.pieces, self.forward, self.drawn, self.memory):
            label.setContentsMargins(8, 0, 8, 0)
            self.addWidget(label)
        self.notice = ReadOut(right=True, name=tr("Notice"))  # never widens the window
        self.state = ElidedLabel()
        self.state.setContentsMargins(8, 0, 12, 0)
        self.addPermanentWidget(self.notice, 1)
        self.addPermanentWidget(self.state)
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(NOTICE_MS)
        self._silence.timeout.connect(self._silenced)
        self._after_painting = QTimer(
            self
        )  # timers come after the posted repaints; this one dies with the line
        self._after_painting.setSingleShot(True)
        self._after_painting.setInterval(0)
        self._after_painting.timeout.connect(self._painted)
        session.scene_changed.connect(self._scene_changed)
        session.trace_changed.connect(self._trace_changed)
        session.loading_changed.connect(self._state_changed)
        session.model_changed.connect(self._state_changed)
        session.problem_changed.connect(self._state_changed)
        session.notice_given.connect(self.give_notice)
        self._state_changed()

    @Slot(object)
    def give_notice(self, text: str) -> None:
        """One passing sentence."""
        self.notice.set_text(text)
        self.notice.setToolTip(text)
        self._silence.start()

    @Slot()
    def _silenced(self) -> None:
        self.notice.set_text("")
        self.notice.setToolTip("")

    @Slot(object)
    def _scene_changed(self, scene: object) -> None:
        self._asked = perf_counter()
        self._measuring = True
        self._state_changed()

    @Slot(object)
    def _trace_changed(self, trace: Trace | None) -> None:
        self._state_changed()
        if trace is None:
            return
        limit = self.session.model.max_length if self.session.model is not None else len(trace.tokens)
        self.pieces.setText(tr("{n} of {limit} pieces", n=len(trace.tokens), limit=limit))
        self.forward.setText(tr("forward {ms} ms", ms=_ms(trace.timing.forward)))
        if self._measuring:
            self._measuring = False
            self._after_painting.start()
        size = resident_bytes()
        if size is not None:
            self.memory.setText(tr("{mb} MB", mb=round(size / 1e6)))

    @Slot()
    def _painted(self) -> None:
        self.last_delay = perf_counter() - self._asked
        self.drawn.setText(tr("on screen {ms} ms after the key", ms=_ms(self.last_delay)))

    @Slot()
    def _state_changed(self, _: object = None) -> None:
        session = self.session
        if session.loading is not None:
            self.state.setText(loading_words(session.loading))
        elif session.model is None:
            self.state.setText(tr("no model"))
        elif session.up_to_date:
            self.state.setText(tr("ready"))
        elif session.problem is not None:
            self.state.setText(tr("not analysed"))
        else:
            self.state.setText(tr("reading…"))


def loading_words(loading: Loading) -> str:
    """One line on how far a load has come."""
    step = next((words for word, words in STEPS.items() if loading.step.startswith(word)), "loading")
    share = f" · {round(100 * loading.share)}%" if loading.share else ""
    return f"{shortened(loading.choice.name, 32)}: {tr(step)}{share}"


def _ms(seconds: float) -> str:
    ms = 1000 * seconds
    return f"{ms:.1f}" if ms < 10 else f"{ms:.0f}"
