"""A running application for the benchmarks: started as a person would, without touching anyone's settings."""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["ATTENTION_EXPLORER_HOME"] = tempfile.mkdtemp(prefix="attention-explorer-bench-")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as app/__main__.py does

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.application import Application, Wishes

TICK_MS = 2


def wait_for(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    """Run the event loop until the condition holds. Raises TimeoutError."""
    end = perf_counter() + seconds
    heartbeat = QTimer()
    heartbeat.start(
        20
    )  # so that waiting for events ends now and then; polling would take the lock from the model
    while not condition():
        if perf_counter() > end:
            raise TimeoutError("the application did not get there")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def start(model: str = "mini-en", a: str | None = None, b: str | None = None) -> Application:
    """An application with its window shown and its first analysis on screen."""
    qt = QApplication.instance() or QApplication(["bench"])
    assert isinstance(qt, QApplication)
    application = Application(qt, Wishes(model=model, text_a=a, text_b=b, size=(1440, 900), remember=False))
    application.start()
    wait_for(lambda: application.session.up_to_date and application.session.settled)
    QCoreApplication.processEvents()
    return application


class Lateness(QObject):
    """How late a timer of 2 ms comes: what it is late by, the GUI thread was held elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.holds: list[float] = []
        self._last = perf_counter()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def _tick(self) -> None:
        now = perf_counter()
        self.holds.append(max(0.0, now - self._last - TICK_MS / 1000))
        self._last = now

    def stop(self) -> list[float]:
        """Seconds of lateness, one per tick."""
        self._timer.stop()
        return self.holds


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of them lie."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def summary(name: str, seconds: list[float], limit: str) -> str:
    """One line: median, 95th percentile and largest, in milliseconds."""
    figures = (statistics.median(seconds), percentile(seconds, 0.95), max(seconds))
    median, high, most = (f"{1000 * value:.1f}" for value in figures)
    return f"{name}: median {median} ms, 95th percentile {high} ms, largest {most} ms ({limit})"


def scratch_folder() -> Path:
    """A temporary folder for what a benchmark writes."""
    return Path(tempfile.mkdtemp(prefix="attention-explorer-bench-"))
