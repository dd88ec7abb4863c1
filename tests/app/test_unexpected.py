"""What nobody expected reaches the log and the window, from any thread."""

from __future__ import annotations

import logging
import sys
import threading

import pytest
from pytestqt.qtbot import QtBot

from app.session import Session
from app.unexpected import Unexpected


def failing() -> None:
    raise RuntimeError("a bolt came loose")


@pytest.fixture
def session(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    made = Session()
    Unexpected(made).install()
    return made


@pytest.mark.expects_log
def test_an_error_is_logged_and_said(
    session: Session, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        failing()
    except RuntimeError as error:
        with qtbot.waitSignal(session.problem_changed, timeout=5000):
            sys.excepthook(type(error), error, error.__traceback__)
    assert session.problem is not None
    assert "a bolt came loose" in session.problem.message
    assert "in failing" in session.problem.details
    assert "Traceback" not in session.problem.message
    assert any(
        record.levelno == logging.ERROR and "in failing" in record.getMessage() for record in caplog.records
    )


@pytest.mark.expects_log
def test_an_error_in_a_thread_is_said_on_the_gui_thread(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.problem_changed, timeout=5000):
        thread = threading.Thread(target=failing)
        thread.start()
        thread.join()
    assert session.problem is not None
    assert "RuntimeError" in session.problem.message


def test_an_interrupt_is_not_taken(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert session.problem is None
    assert "KeyboardInterrupt" in capsys.readouterr().err
