"""Reads a training run's folder again and again, each time only what is new, and makes a value of it."""

from __future__ import annotations

import math
import os
import shlex
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from app.run_values import Floats, Points, Run, RunState
from app.translation import tr
from bert_core.training.events import EventReader
from bert_core.training.run_folder import RunFolder

LEAST_PATIENCE, MOST_PATIENCE = 20.0, 600.0
"""Seconds without a word after which a run that nobody holds a lock on counts as gone."""
_PATIENT_GAPS = 3.0
_RECENT = 50  # events whose gaps say how often it speaks
_WARNINGS = 20  # the newest that are kept
_FIRST = 1024
_ENDINGS: dict[str, RunState] = {
    "finished": "finished",
    "stopped": "stopped",
    "diverged": "diverged",
    "out of memory": "out of memory",
    "crashed": "crashed",
}


class Table:
    """Columns of numbers that grow at their end. What `points` has handed out never changes."""

    def __init__(self) -> None:
        self._columns: dict[str, Floats] = {}
        self._size = 0
        self._room = _FIRST

    def add(self, event: Mapping[str, Any]) -> None:
        """One more entry, of the event's numbers."""
        if self._size == self._room:
            self._room *= 2
            for name, column in self._columns.items():
                grown = np.full(self._room, np.nan)
                grown[: self._size] = column[: self._size]
                self._columns[name] = grown
        for name, value in event.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                if name not in self._columns:
                    self._columns[name] = np.full(self._room, np.nan)
                self._columns[name][self._size] = _number(value)
        self._size += 1

    def points(self) -> Points:
        """What is there now; shares its memory with this table, which writes behind it only."""
        views = {name: column[: self._size] for name, column in self._columns.items()}
        for view in views.values():
            view.setflags(write=False)
        return Points(MappingProxyType(views), self._size)


class RunFollower:
    """Follows one run. Raises TrainingError at the start if the folder holds no run that can be read."""

    def __init__(self, folder: Path) -> None:
        self._run_folder = RunFolder.open(folder)
        self.folder = str(folder)
        self._reader = EventReader(self._run_folder.events_path)
        self._begin_anew()
        self._heard = -math.inf  # when, by our own clock, something came while we looked
        self._trouble = ""
        self._last: Run | None = None

    def read(self) -> Run:
        """How the run stands now. A folder that is gone is a trouble said in the value, not an exception."""
        try:
            if not (self._run_folder.path / "run.json").is_file():
                raise FileNotFoundError
            events = self._reader.read()
            self._trouble = ""
        except FileNotFoundError:
            self._trouble = tr(
                "The folder is gone. What is shown was read before; it goes on if the folder returns."
            )
            return self._value()
        except OSError as error:
            self._trouble = tr("The record cannot be read at present: {why}.", why=error.strerror or error)
            return self._value()
        if self._reader.restarted:
            self._begin_anew()
        if events and self._last is not None:
            self._heard = time.monotonic()
        for event in events:
            self._take(event)
        return self._value()

    def _begin_anew(self) -> None:
        self._steps, self._evaluations = Table(), Table()
        self._start: Mapping[str, Any] = {}
        self._newest: Mapping[str, Any] = {}
        self._place: dict[str, float] = {"step": 0.0, "pieces": 0.0}
        self._times: list[float] = []
        self._warnings: list[str] = []

    def _take(self, event: Mapping[str, Any]) -> None:
        kind = event.get("event")
        if kind == "step":
            self._steps.add(event)
        elif kind == "evaluation":
            self._evaluations.add(event)
        elif kind in ("started", "resumed"):
            self._start = {**self._start, **event}  # after a pause it says less
        elif kind == "warning":
            words = str(event.get("message", ""))  # a run taken up again repeats some
            self._warnings = [*(old for old in self._warnings if old != words), words][-_WARNINGS:]
        for name in self._place:
            if _is_number(event.get(name)):
                self._place[name] = _number(event[name])
        if _is_number(event.get("time")):
            self._times = [*self._times[-_RECENT:], _number(event["time"])]
        if kind not in ("checkpoint", "warning"):  # these come in any state and do not change it
            self._newest = event

    def _value(self) -> Run:
        folder, start = self._run_folder, self._start
        latest = self._latest()
        state, message = self._state()
        model = folder.path / "model"
        total = start.get("total_pieces")
        run = Run(
            folder=self.folder,
            details=MappingProxyType(folder.values),
            steps=self._steps.points(),
            evaluations=self._evaluations.points(),
            state=state,
            message=message,
            last_word=self._times[-1] if self._times else None,
            step=int(self._place["step"]),
            pieces=self._place["pieces"],
            total_pieces=_number(total) if isinstance(total, int | float) else None,
            device=str(start.get("device", "")),
            processes=start["processes"] if isinstance(start.get("processes"), int) else 1,
            precision=str(start.get("precision", "")),
            parameters=start["parameters"] if isinstance(start.get("parameters"), int) else None,
            checkpoint=None if latest is None else str(latest),
            checkpoint_step=None if latest is None else int(latest.name.rpartition("-")[2]),
            model=str(model) if (model / "config.json").is_file() else None,
            wish=folder.control.wish(),
            command=resume_command(folder.values, self.folder),
            warnings=tuple(self._warnings),
            malformed=self._reader.malformed,
            trouble=self._trouble,
        )
        self._last = run
        return run

    def _latest(self) -> Path | None:
        """The newest complete checkpoint; old ones may be removed while we look."""
        try:
            return self._run_folder.latest()
        except OSError:
            return None

    def _state(self) -> tuple[RunState, str]:
        """How it stands, and the words of its ending.

        A lock that is held says that somebody is at it. One that is not held, or cannot be asked about (another
        machine's disk, another person's folder), says less than words that have just come.
        """
        newest, kind = self._newest, self._newest.get("event")
        held = self._run_folder.is_running()
        silent = time.time() - self._times[-1] if self._times else math.inf
        fresh = 0 <= silent < self._patience() or time.monotonic() - self._heard < self._patience()
        ending = _ENDINGS.get(str(newest.get("ending"))) if kind == "ended" else None
        if ending is not None:
            if held and silent > LEAST_PATIENCE:
                return "preparing", ""  # taken up again
            return ending, str(newest.get("message", ""))
        if not self._newest:
            return ("preparing" if held else "waiting"), ""
        if kind == "paused":
            gone = not held and not fresh and os.access(self._run_folder.path / "lock", os.W_OK)
            return ("not running" if gone else "paused"), ""
        return ("running" if held or fresh else "not running"), ""

    def _patience(self) -> float:
        gaps = np.diff(self._times)
        usual = float(gaps.max()) if len(gaps) else 0.0
        return min(MOST_PATIENCE, max(LEAST_PATIENCE, _PATIENT_GAPS * usual))


def resume_command(values: Mapping[str, Any], folder: str) -> str:
    """What to type in a terminal so that the run goes on from its newest checkpoint."""
    kind = str(values.get("kind", "pretrain"))
    # As the terminal of this system quotes: cmd and PowerShell know double quotes only.
    quoted = f'"{folder}"' if sys.platform == "win32" else shlex.quote(folder)
    return f"python -m bert_core {kind} --out {quoted} --resume"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # JSON knows whole numbers of any length
        return math.nan
