"""Trains runs in child processes, one after the other; those that wait outlive the window."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

import bert_core
from app.run_values import RunWish
from app.services.run_ends import ending_of, last_ending, record_end
from app.translation import tr
from app.tuning import TuningEnd, TuningState, TuningWish
from app.values import Problem
from bert_core.errors import BertError
from bert_core.training.control import Control
from bert_core.training.ending import Ending

log = logging.getLogger(__name__)

QUEUE_FILE = "queue.json"
KEPT = 20_000
"""So much of the end of a child's standard error is kept, in bytes."""
CLOSING = 4.0
"""Seconds for which a window that is being closed waits for a checkpoint."""
_STEP = re.compile(rb"\bstep [\d,]+, epoch ")
_ENVIRONMENT = {
    "OMP_WAIT_POLICY": "PASSIVE",  # threads that wait do not take the window's core
    "KMP_BLOCKTIME": "0",
    "PYTHONUNBUFFERED": "1",
    "PYTHONIOENCODING": "utf-8",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}


class TrainingService(QObject):
    """One run is trained at a time, with `python -m bert_core finetune ... --owned`; what comes of it is in its folder.

    home     the folder in which runs are kept; the queue is written there
    program  what a wish's arguments are handed to
    All slots are to be called on the thread of this object; none of them waits, but for `close`.
    """

    state_changed = Signal(object)  # TuningState
    started = Signal(object)  # TuningWish
    first_step = Signal(object, object)  # TuningWish, float: seconds since it was started
    ended = Signal(object)  # TuningEnd
    failed = Signal(object)  # Problem: what was asked for cannot be done

    def __init__(
        self,
        home: Path,
        parent: QObject | None = None,
        *,
        program: Sequence[str] = (sys.executable, "-m", "bert_core"),
    ) -> None:
        super().__init__(parent)
        self._home = home
        self._program = tuple(program)
        self._queue: list[TuningWish] = []
        self._held: list[TuningWish] = []
        self._running: TuningWish | None = None
        self._process: _Child | None = None
        self._said = bytearray()
        self._heard = b""
        self._begun = self._begun_at = 0.0
        self._first_step: float | None = None
        self._called_off = self._closing = False
        self._recall()

    @property
    def state(self) -> TuningState:
        """What is trained, and what waits."""
        return TuningState(self._running, tuple(self._queue), tuple(self._held))

    def tell(self) -> None:
        """Say how it stands, to those who have just begun to listen."""
        self.state_changed.emit(self.state)

    # Wishes ------------------------------------------------------------------------------------------------------

    @Slot(object)
    def start(self, wish: TuningWish) -> None:
        """Train this, once those before it have ended."""
        if wish.folder in self._folders():
            name = wish.name
            self.failed.emit(
                Problem(tr("{name} is being trained, or waits for its turn, already.", name=name))
            )
            return
        self._queue.append(wish)
        self._go()

    @Slot(object)
    def cancel(self, folder: str) -> None:
        """Let go of a run that waits."""
        for waiting in (self._queue, self._held):
            waiting[:] = [wish for wish in waiting if wish.folder != folder]
        self._changed()

    @Slot(object)
    def put_first(self, folder: str) -> None:
        """Let a run that waits be the next; one that was held is held no longer."""
        chosen = [wish for wish in (*self._queue, *self._held) if wish.folder == folder]
        self.cancel(folder)
        self._queue[:0] = chosen
        self._go()

    @Slot()
    def go_on(self) -> None:
        """Train what was held since the window was last closed."""
        self._queue += self._held
        self._held.clear()
        self._go()

    @Slot(object, object)
    def wish(self, folder: str, wish: RunWish) -> None:
        """Ask the run in that folder to go on, to pause, or to stop with a checkpoint."""
        if self._running is not None and folder == self._running.folder and not self._has_begun(folder):
            if wish == "stop" and self._process is not None:  # nothing can be lost yet
                self._called_off = True
                self._process.kill()
            return
        threading.Thread(target=self._ask, args=(folder, wish), name="wish", daemon=True).start()

    def close(self, timeout: float = CLOSING) -> None:
        """Stop with a checkpoint; waits at most `timeout` seconds. A child that takes longer ends by itself.

        What is being trained is offered again at the next start, as what waits is.
        """
        self._closing = True
        process, running = self._process, self._running
        if process is None or running is None or process.state() == QProcess.ProcessState.NotRunning:
            return
        if not self._has_begun(running.folder):
            process.kill()
        else:
            self._ask(running.folder, "stop")
        if not process.waitForFinished(max(1, round(1000 * timeout))):
            log.info("%s is still writing its checkpoint; it ends by itself", running.folder)
            process.leave()
            self._process = None

    # Processes ---------------------------------------------------------------------------------------------------

    def _go(self) -> None:
        """Start the next, where none is at it."""
        if self._process is None and self._queue and not self._closing:
            self._begin(self._queue.pop(0))
        self._changed()

    def _begin(self, wish: TuningWish) -> None:
        process = _Child()
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in _ENVIRONMENT.items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.setWorkingDirectory(str(Path(bert_core.__file__).parent.parent))
        process.setProgram(self._program[0])
        process.setArguments([*self._program[1:], *wish.arguments(), "--owned"])
        process.readyReadStandardOutput.connect(self._read_words)
        process.readyReadStandardError.connect(self._read_complaints)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._process_failed)
        self._process, self._running = process, wish
        self._said, self._heard, self._first_step = bytearray(), b"", None
        self._called_off = False
        self._begun, self._begun_at = time.monotonic(), time.time()
        log.info("%s begins", wish.folder)
        process.start()
        self.started.emit(wish)

    @Slot()
    def _read_words(self) -> None:
        """Its words wake; the first step's tell how long it took to get there."""
        if self._process is None:
            return
        heard = self._heard + bytes(self._process.readAllStandardOutput().data())
        if self._first_step is None and self._running is not None and _STEP.search(heard):
            self._first_step = time.monotonic() - self._begun
            log.info("%s: first step %.2f s after Start", self._running.name, self._first_step)
            self.first_step.emit(self._running, self._first_step)
        self._heard = heard[-200:]

    @Slot()
    def _read_complaints(self) -> None:
        if self._process is not None:
            self._said += bytes(self._process.readAllStandardError().data())
            del self._said[:-KEPT]

    @Slot(QProcess.ProcessError)
    def _process_failed(self, error: QProcess.ProcessError) -> None:
        """Only where it could not be started; of all else `finished` tells."""
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            why = self._process.errorString()
            self._end(Ending("crashed", tr("The process could not be started: {why}.", why=why), 0))

    @Slot(int, QProcess.ExitStatus)
    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._running is None:
            return
        self._read_words()
        self._read_complaints()
        if self._called_off:
            self._end(Ending("stopped", tr("Nothing was begun yet."), 0))
            return
        killed = status == QProcess.ExitStatus.CrashExit
        self._end(ending_of(Path(self._running.folder), self._begun_at, code, killed, self._details()))

    def _end(self, ending: Ending) -> None:
        wish, process = self._running, self._process
        assert wish is not None and process is not None
        log.info("%s ended: %s. %s", wish.folder, ending.kind, ending.message)
        if not ending.good and self._said:
            log.info("what it said last: %s", self._details())
        if ending.kind == "crashed":  # in a thread, since the lock may be a moment in coming
            threading.Thread(
                target=record_end, args=(Path(wish.folder), ending), name="record", daemon=True
            ).start()
        end = TuningEnd(wish, ending, self._details(), self._first_step)
        process.deleteLater()
        self._process = None
        if self._closing:
            return  # it stays in the queue's file, to be offered again
        self._running = None
        self.ended.emit(end)
        self._go()

    def _details(self) -> str:
        return self._said.decode("utf-8", errors="replace").strip()

    def _has_begun(self, folder: str) -> bool:
        return (Path(folder) / "run.json").is_file()

    def _ask(self, folder: str, wish: RunWish) -> None:
        try:
            Control(Path(folder)).ask(wish)
        except OSError as error:
            log.info("%s cannot be asked to %s: %s", folder, wish, error)
            words = tr(
                "The run cannot be told: control.json in {folder} cannot be written ({why}).",
                folder=folder,
                why=error.strerror or error,
            )
            self.failed.emit(Problem(words))

    # The queue ---------------------------------------------------------------------------------------------------

    def _folders(self) -> set[str]:
        at_it = [] if self._running is None else [self._running]
        return {wish.folder for wish in (*at_it, *self._queue)}

    def _changed(self) -> None:
        self._write()
        self.state_changed.emit(self.state)

    def _write(self) -> None:
        """Whole or not at all; it may be old after a loss of power, which is no great loss."""
        path = self._home / QUEUE_FILE
        waiting = [*self._queue, *self._held]
        try:
            if not waiting and self._running is None:
                path.unlink(missing_ok=True)
                return
            values: dict[str, Any] = {
                "running": None if self._running is None else self._running.to_dict(),
                "waiting": [wish.to_dict() for wish in waiting],
            }
            self._home.mkdir(parents=True, exist_ok=True)
            staged = path.with_name(f".{QUEUE_FILE}")
            staged.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")
            os.replace(staged, path)
        except OSError as error:
            log.info("the queue cannot be written: %s", error)

    def _recall(self) -> None:
        """What waited when the window was last closed; what was being trained comes first, and goes on."""
        try:
            values = json.loads((self._home / QUEUE_FILE).read_bytes())
        except FileNotFoundError:
            return
        except (OSError, ValueError, RecursionError) as error:
            log.info("the queue of the last time cannot be read: %s", error)
            return
        values = values if isinstance(values, Mapping) else {}
        waiting = values.get("waiting")
        found = [
            _wish(each) for each in (values.get("running"), *(waiting if isinstance(waiting, list) else ()))
        ]
        wishes = [wish for wish in found if wish is not None]
        for wish in {wish.folder: wish for wish in wishes}.values():
            if not self._has_begun(wish.folder):
                self._held.append(wish)
            elif last_ending(Path(wish.folder)) in (None, "stopped"):
                self._held.append(TuningWish(wish.folder, resume=True, kind=wish.kind))


class _Child(QProcess):
    """A process that can be left to itself."""

    def leave(self) -> None:
        """Neither hear of it nor kill it: a QProcess that is destroyed kills what it thinks is running."""
        self.blockSignals(True)
        self.setProcessState(QProcess.ProcessState.NotRunning)


def _wish(values: object) -> TuningWish | None:
    if not isinstance(values, Mapping):
        return None
    try:
        return TuningWish.from_dict(values)
    except (BertError, TypeError, ValueError) as error:
        log.info("a run that waited cannot be read: %s", error)
        return None
