"""Hands and eyes for the tests: what a person does with the window, and what is there to see."""

from __future__ import annotations

import string
import threading
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.application import Application, Wishes
from app.panels.attention import AttentionPanel
from app.panels.input import InputPanel
from app.panels.model import ModelPanel
from app.panels.next_sentence import NextSentencePanel
from app.panels.predictions import PredictionsPanel
from app.places import settings_file
from app.values import Problem
from app.views.sentence_edit import SentenceEdit
from bert_core.config import BertConfig
from bert_core.trace import Trace

WORDS = (
    "the",
    "man",
    "went",
    "to",
    "store",
    "he",
    "bought",
    "gallon",
    "of",
    "milk",
    "penguin",
    "birds",
    "tired",
)
LETTERS = string.ascii_lowercase
PIECES = (
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *WORDS,
    *LETTERS,
    *(f"##{letter}" for letter in LETTERS),
    *".,!?'",
    *"我爱北京天安门",
    *"שלום",
    *(f"##{letter}" for letter in "שלום"),
)
SMALL = BertConfig(
    vocab_size=len(PIECES),
    hidden_size=24,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=48,
    max_position_embeddings=512,
    initializer_range=0.2,
)
PATIENCE_MS = 30_000


class Driver:
    """One running application. Anything that waits fails after PATIENCE_MS."""

    def __init__(self, qapp: QApplication, qtbot: QtBot | None, **wishes: Any) -> None:
        self.qtbot = qtbot
        self.settings_path = settings_file()
        self.application = Application(qapp, Wishes(**wishes))
        self.session, self.window = self.application.session, self.application.window
        self.traces: list[Trace] = []
        self.stale: list[Trace] = []
        self.notices: list[str] = []
        self.session.trace_changed.connect(self._keep_trace)
        self.session.notice_given.connect(self.notices.append)
        self._ended = False
        self.application.start()

    def _keep_trace(self, trace: Trace) -> None:
        self.traces.append(trace)
        if trace.scene != self.session.scene:
            self.stale.append(trace)

    # Panels ------------------------------------------------------------------------------------------------------

    @property
    def input(self) -> InputPanel:
        return self._panel(InputPanel)

    @property
    def model_panel(self) -> ModelPanel:
        return self._panel(ModelPanel)

    @property
    def predictions(self) -> PredictionsPanel:
        return self._panel(PredictionsPanel)

    @property
    def next_sentence(self) -> NextSentencePanel:
        return self._panel(NextSentencePanel)

    @property
    def attention(self) -> AttentionPanel:
        return self._panel(AttentionPanel)

    def _panel(self, kind: type) -> Any:
        found = self.window.findChild(kind)
        assert found is not None
        return found

    # What is to be seen ------------------------------------------------------------------------------------------

    @property
    def trace(self) -> Trace:
        assert self.session.trace is not None
        return self.session.trace

    @property
    def pieces(self) -> list[str]:
        """The chips."""
        return [token.text for token in self.input.strip.tokens]

    @property
    def message(self) -> str:
        """What the banner says; empty where it is not there."""
        banner = self.window.banner
        return "" if banner.isHidden() else banner.label.text()

    @property
    def left_out(self) -> str:
        """What is said of pieces that did not fit."""
        label = self.input.left_out
        return "" if label.isHidden() else label.text()

    # Waiting -----------------------------------------------------------------------------------------------------

    def wait_until(self, condition: Any) -> None:
        assert self.qtbot is not None
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def wait_for_trace(self) -> None:
        """Until model, analysis and all that panels asked for are there."""
        session = self.session
        self.wait_until(lambda: session.loading is None and session.up_to_date and session.settled)

    def wait_for_problem(self) -> Problem:
        session = self.session
        self.wait_until(lambda: session.loading is None and session.problem is not None)
        assert session.problem is not None
        return session.problem

    # Doing -------------------------------------------------------------------------------------------------------

    def type(self, text: str, edit: SentenceEdit | None = None) -> None:
        """Key by key, at the end of sentence A or of another editor."""
        edit = edit if edit is not None else self.input.edit_a
        edit.setFocus()
        edit.moveCursor(QTextCursor.MoveOperation.End)
        QTest.keyClicks(edit, text)

    def write(self, text: str, edit: SentenceEdit | None = None) -> None:
        """Put this in the place of what stands there."""
        (edit if edit is not None else self.input.edit_a).setPlainText(text)

    def click_chip(self, position: int) -> None:
        strip = self.input.strip
        centre = strip.chip_rect(position).center().toPoint()
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=centre)

    def click_candidate(self, block: int, row: int) -> None:
        bars = self.predictions.blocks[block].bars
        place = QPoint(bars.width() // 2, round((row + 0.5) * bars.height() / len(bars.rows)))
        QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=place)

    def trigger(self, action: str) -> None:
        """An action of the menus, by its id."""
        self.window.actions_[action].trigger()

    def end(self) -> None:
        """Close the window; ends as the process would."""
        if self._ended:
            return
        self._ended = True
        self.window.close()
        QApplication.processEvents()
        self.application.take_down()
        self.application.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not isValid(self.window), "the window is left to the end of the process"
        assert not self.thread_runs, "a thread of the application goes on after its end"

    @property
    def thread_runs(self) -> bool:
        return any(t is self.application.service._thread for t in threading.enumerate())
