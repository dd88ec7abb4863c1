"""Follows the folders of training runs in a thread of its own, whoever trains them."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.run_values import Run, RunWish
from app.services.run_follower import RunFollower
from app.translation import tr
from app.values import Problem
from bert_core.errors import BertError
from bert_core.training.control import Control

log = logging.getLogger(__name__)

INTERVAL = 1.0
"""Seconds between two looks."""


class RunService(QObject):
    """Reads every followed folder once a second and says what changed. All signals carry frozen values.

    A thread, since a network disk may take its time, and a long record a second to read. Looking again and again,
    rather than being told by the system, since the system tells nothing of another machine's disk.
    """

    opened = Signal(object)  # Run: the first reading of a folder that was asked for
    read = Signal(object)  # Run: a later one, where something is new
    failed = Signal(object, object)  # str: folder, Problem

    def __init__(self, parent: QObject | None = None, *, interval: float = INTERVAL) -> None:
        super().__init__(parent)
        self._interval = interval
        self._wake = threading.Condition()
        self._stopping = False
        self._asked: list[str] = []
        self._wishes: list[tuple[str, RunWish]] = []
        self._followers: dict[str, RunFollower] = {}
        self._said: dict[str, tuple[object, ...]] = {}
        self._thread: threading.Thread | None = None

    # Called on the GUI thread ------------------------------------------------------------------------------------

    def follow(self, folder: str) -> None:
        """Open this folder and follow it from now on; `opened` or `failed` comes of it."""
        with self._wake:
            self._asked.append(folder)
            if self._thread is None:  # none for those who never look at a run
                self._thread = threading.Thread(target=self._loop, name="runs", daemon=True)
                self._thread.start()
            self._wake.notify()

    def wish(self, folder: str, wish: RunWish) -> None:
        """Ask whoever trains the run in that folder; `failed` if that cannot be written."""
        with self._wake:
            self._wishes.append((folder, wish))
            self._wake.notify()

    def stop(self, timeout: float = 5.0) -> None:
        """End the thread; waits at most `timeout` seconds."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout)

    # Run by the thread -------------------------------------------------------------------------------------------

    def _loop(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._stopping or self._asked or self._wishes, self._interval)
                if self._stopping:
                    return
                asked, self._asked = self._asked, []
                wishes, self._wishes = self._wishes, []
            for folder, wish in wishes:
                self._write(folder, wish)
            for folder in asked:
                self._open(folder)
            for follower in list(self._followers.values()):
                self._look(follower)

    def _open(self, folder: str) -> None:
        try:
            path = Path(folder).expanduser().absolute()
            follower = self._followers.get(str(path)) or RunFollower(path)
            run = follower.read()
        except Exception as error:  # the run that is shown stays, and the person is told
            self.failed.emit(folder, _problem(folder, error))
            return
        self._followers[run.folder] = follower
        self._said[run.folder] = _fingerprint(run)
        self.opened.emit(run)

    def _look(self, follower: RunFollower) -> None:
        try:
            run = follower.read()
        except Exception as error:  # said once: it would come again every second
            del self._followers[follower.folder]
            self.failed.emit(follower.folder, _problem(follower.folder, error))
            return
        fingerprint = _fingerprint(run)
        if fingerprint != self._said[run.folder]:
            self._said[run.folder] = fingerprint
            self.read.emit(run)

    def _write(self, folder: str, wish: RunWish) -> None:
        try:
            Control(Path(folder)).ask(wish)
        except OSError as error:
            log.info("%s cannot be asked to %s: %s", folder, wish, error)
            message = tr(
                "The run cannot be told: control.json in {folder} cannot be written ({why}).",
                folder=folder,
                why=error.strerror or error,
            )
            self.failed.emit(folder, Problem(message))


def _fingerprint(run: Run) -> tuple[object, ...]:
    """All that may change of a run; the numbers themselves change with their count and the newest event's time."""
    return (
        *(run.steps.size, run.evaluations.size, run.last_word, run.state, run.message, run.step, run.pieces),
        *(run.checkpoint, run.model, run.wish, run.warnings, run.malformed, run.trouble),
    )


def _problem(folder: str, error: Exception) -> Problem:
    if isinstance(error, BertError):
        log.info("%s", error)
        return Problem(str(error))
    log.info("the run in %s cannot be followed", folder, exc_info=error)
    return Problem(
        tr(
            "The run in {folder} cannot be followed: {why}",
            folder=folder,
            why=f"{type(error).__name__}: {error}",
        )
    )
