"""Follows the folders of runs in a thread of its own, whoever trains them, and lists those that there are."""

from __future__ import annotations

import logging
import shutil
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.run_values import Run, RunWish
from app.services.run_follower import RunFollower
from app.services.run_summaries import RunLister
from app.translation import tr
from app.values import Problem
from bert_core.errors import BertError
from bert_core.training.control import Control
from bert_core.training.run_folder import UNFINISHED, RunFolder

log = logging.getLogger(__name__)

INTERVAL = 1.0
"""Seconds between two looks."""


class RunService(QObject):
    """Reads every followed folder once a second and says what changed. All signals carry frozen values.

    home  the folder in which runs are kept; those in it are listed while somebody looks at the list

    A thread, since a network disk may take its time, and a long record a second to read. Looking again and again,
    rather than being told by the system, since the system tells nothing of another machine's disk.
    """

    opened = Signal(object)  # Run: the first reading of a folder that was asked for
    read = Signal(object)  # Run: a later one, where something is new
    failed = Signal(object, object)  # str: folder, Problem
    listed = Signal(object)  # tuple[RunSummary, ...]: all that there are, where something is new
    deleted = Signal(object)  # str: a folder that is gone from the disk

    def __init__(
        self, home: Path | None = None, parent: QObject | None = None, *, interval: float = INTERVAL
    ) -> None:
        super().__init__(parent)
        self._interval = interval
        self._lister = None if home is None else RunLister(home)
        self._elsewhere: tuple[str, ...] | None = None
        self._listed: object = None
        self._wanted: tuple[str, ...] | None = None
        self._doomed: list[str] = []
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
            self._begin()

    def _begin(self) -> None:
        if self._thread is None and not self._stopping:  # none for those who never look at a run
            self._thread = threading.Thread(target=self._loop, name="runs", daemon=True)
            self._thread.start()
        self._wake.notify()

    def follow_only(self, folders: tuple[str, ...]) -> None:
        """Follow these, opening those that are not open yet, and no others."""
        with self._wake:
            self._wanted = folders
            self._begin()

    def list_runs(self, elsewhere: tuple[str, ...] | None) -> None:
        """List the runs at home and these as well, from now on; None: nobody looks at the list."""
        with self._wake:
            self._elsewhere, self._listed = elsewhere, None
            if elsewhere is not None:
                self._begin()

    def delete(self, folder: str) -> None:
        """Remove a run's folder from the disk, unless somebody trains it; `deleted` or `failed` comes of it."""
        with self._wake:
            self._doomed.append(folder)
            self._begin()

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
                self._wake.wait_for(self._something_to_do, self._interval)
                if self._stopping:
                    return
                asked, self._asked = self._asked, []
                wishes, self._wishes = self._wishes, []
                doomed, self._doomed = self._doomed, []
                wanted, self._wanted = self._wanted, None
                elsewhere = self._elsewhere
            for folder, wish in wishes:
                self._write(folder, wish)
            for folder in doomed:
                self._remove(folder)
            for folder in asked:
                self._open(folder)
            if wanted is not None:
                self._follow(wanted)
            for follower in list(self._followers.values()):
                self._look(follower)
            if elsewhere is not None and self._lister is not None:
                self._list(self._lister, elsewhere)

    def _something_to_do(self) -> bool:
        waiting = self._asked or self._wishes or self._doomed or self._wanted is not None
        return self._stopping or bool(waiting) or (self._elsewhere is not None and self._listed is None)

    def _list(self, lister: RunLister, elsewhere: tuple[str, ...]) -> None:
        try:
            found = lister.look(elsewhere)
        except Exception as error:
            log.info("the runs cannot be listed", exc_info=error)
            found = ()
        if found != self._listed:
            self._listed = found
            self.listed.emit(found)

    def _follow(self, folders: tuple[str, ...]) -> None:
        for folder in self._followers.keys() - set(folders):
            del self._followers[folder]
        for folder in folders:
            if folder not in self._followers:
                try:
                    follower = RunFollower(Path(folder))
                    run = follower.read()
                except Exception as error:
                    self.failed.emit(folder, _problem(folder, error))
                    continue
                self._followers[folder] = follower
                self._said[folder] = _fingerprint(run)
                self.read.emit(run)

    def _remove(self, folder: str) -> None:
        """First out of sight under another name, so that half a run is never found."""
        path = Path(folder)
        try:
            if RunFolder.open(path).is_running():
                self.failed.emit(
                    folder, Problem(tr("{name} is being trained; stop it first.", name=path.name))
                )
                return
            self._followers.pop(folder, None)
            leaving = path.with_name(f"{UNFINISHED}{path.name}.leaving")
            path.rename(leaving)
            shutil.rmtree(leaving)
        except Exception as error:
            self.failed.emit(folder, _not_deleted(folder, error))
            return
        if self._lister is not None:
            self._lister.forget(folder)
        self._listed = None
        self.deleted.emit(folder)

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
        *(run.checkpoint, run.model, run.wish, run.warnings, run.malformed, run.trouble, run.evaluated),
        *(_fingerprint(seed) for seed in run.seeds),
    )


def _not_deleted(folder: str, error: Exception) -> Problem:
    log.info("%s could not be deleted", folder, exc_info=error)
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Problem(tr("{folder} could not be deleted: {why}", folder=folder, why=why))


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
