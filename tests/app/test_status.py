"""The line at the bottom says what is being done and how long the last thing took."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from app.session import Session
from app.status import STEPS, StatusLine, loading_words
from app.values import LoadedModel, Loading, ModelChoice, Problem
from bert_core.trace import Timing, Trace
from tests.app.fakes import fake_model_info, fake_trace

CHOICE = ModelChoice("mini-en")


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def line(qtbot: QtBot, session: Session) -> StatusLine:
    made = StatusLine(session)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def trace() -> Trace:
    return replace(fake_trace(), timing=Timing(0.001, 0.0184))


def take_model(session: Session) -> None:
    session.set_model(LoadedModel(CHOICE, fake_model_info(), lambda a, b: (), ("cpu",)))


def test_words_for_every_state(line: StatusLine, session: Session, trace: Trace) -> None:
    assert line.state.text() == "no model"
    session.set_loading(Loading(CHOICE, "torch"))
    assert line.state.text() == "mini-en: starting PyTorch"
    take_model(session)
    assert line.state.text() == "reading…"
    session.set_scene(trace.scene)
    session.set_problem(Problem("no"))
    assert line.state.text() == "not analysed"
    session.accept_trace(trace)
    assert line.state.text() == "ready"
    session.set_texts("other", "")
    assert line.state.text() == "reading…"
    session.undo()
    assert line.state.text() == "ready"


def test_numbers(line: StatusLine, session: Session, trace: Trace, qtbot: QtBot) -> None:
    take_model(session)
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    assert line.pieces.text() == "17 of 512 pieces"
    assert line.forward.text() == "forward 18 ms"
    qtbot.waitUntil(lambda: line.last_delay is not None)
    assert line.last_delay is not None and 0 < line.last_delay < 10
    assert line.drawn.text().startswith("on screen ") and line.drawn.text().endswith(" ms after the key")


def test_a_trace_that_no_key_asked_for_is_not_timed(
    line: StatusLine, session: Session, trace: Trace, qtbot: QtBot
) -> None:
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    qtbot.waitUntil(lambda: line.last_delay is not None)
    before = line.last_delay
    session.accept_trace(trace)
    QGuiApplication.processEvents()
    assert line.last_delay == before


def test_a_window_that_closes_at_once_takes_the_timer_with_it(
    session: Session, trace: Trace, qtbot: QtBot
) -> None:
    line = StatusLine(session)
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    with qtbot.waitSignal(line.destroyed, timeout=1000):
        line.deleteLater()
    QGuiApplication.processEvents()  # pytest-qt fails the test for an exception in a slot


@pytest.mark.parametrize(
    ("loading", "words"),
    [
        (Loading(CHOICE, "torch"), "mini-en: starting PyTorch"),
        (Loading(CHOICE, "weights", 0.256), "mini-en: preparing the weights · 26%"),
        (Loading(CHOICE, "Checking the weights", 1.0), "mini-en: checking the weights · 100%"),
        (Loading(ModelChoice("a/b-c"), "Downloading a/b-c", 0.5), "b-c: downloading · 50%"),
        (Loading(ModelChoice("C:\\m\\mine"), "files"), "mine: reading the files"),
        (Loading(CHOICE, "something new"), "mini-en: loading"),
        (Loading(CHOICE), "mini-en: loading"),
    ],
)
def test_words_for_a_load(loading: Loading, words: str) -> None:
    assert loading_words(loading) == words


def test_every_step_that_the_loader_tells_has_words() -> None:
    """The words in which bert_core tells its progress; see test_bert for the steps themselves."""
    for step in ("weights", "Checking the weights", "Downloading bert-base-uncased"):
        assert any(step.startswith(word) for word in STEPS), step


def test_a_notice_passes(line: StatusLine, session: Session, qtbot: QtBot) -> None:
    line._silence.setInterval(1)
    session.notice_given.emit("Saved")
    assert line.notice.text == line.notice.toolTip() == "Saved"
    qtbot.waitUntil(lambda: line.notice.text == "")
    assert line.notice.toolTip() == ""


@pytest.mark.parametrize("width", [330, 1024])
def test_what_does_not_fit_is_elided_with_all_of_it_in_the_tip(
    session: Session, trace: Trace, qtbot: QtBot, width: int
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    line = StatusLine(session)
    window.setStatusBar(line)
    window.resize(width, 100)
    window.show()
    qtbot.waitExposed(window)
    take_model(session)
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    qtbot.waitUntil(
        lambda: line.last_delay is not None and line.drawn.width() >= line.drawn.sizeHint().width() * 0.3
    )
    labels = (line.pieces, line.forward, line.drawn, line.memory, line.state)
    for label in labels:
        cut = label.shown_text() != label.text()
        assert label.toolTip() == (label.text() if cut else "")
        assert not cut or label.shown_text().endswith("…")
        assert label.fontMetrics().horizontalAdvance(label.shown_text()) <= label.contentsRect().width()
        assert line.rect().contains(label.geometry())
    assert any(label.toolTip() for label in labels) == (width < 1000)


def test_a_long_notice_does_not_widen_the_window(session: Session, trace: Trace, qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    line = StatusLine(session)
    window.setStatusBar(line)
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    session.set_loading(Loading(ModelChoice("/models/" + "x" * 300), "weights", 0.5))
    session.notice_given.emit("a long sentence " * 40)
    window.resize(1024, 100)
    window.show()
    qtbot.waitExposed(window)
    assert window.width() == 1024
    assert line.state.geometry().right() < 1024
    assert line.notice.width() > 100
