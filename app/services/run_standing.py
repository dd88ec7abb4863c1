"""How a run stands, told by its newest events and by the lock of whoever trains it."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from app.run_values import RunState
from bert_core.training.run_folder import RunFolder

LEAST_PATIENCE, MOST_PATIENCE = 20.0, 600.0
"""Seconds without a word after which a run that nobody holds a lock on counts as gone."""
_PATIENT_GAPS = 3.0
_RECENT = 50  # events whose gaps say how often it speaks
_WARNINGS = 20  # the newest that are kept
_ENDINGS: dict[str, RunState] = {
    "finished": "finished",
    "stopped": "stopped",
    "diverged": "diverged",
    "out of memory": "out of memory",
    "crashed": "crashed",
}


class Standing:
    """Takes a run's events one by one.

    start     the fields of "started" and what "resumed" adds
    newest    the event that says how it stands
    place     "step" and "pieces" as last told
    times     unix seconds of the last events
    warnings  the newest, each once
    """

    def __init__(self) -> None:
        self.start: Mapping[str, Any] = {}
        self.newest: Mapping[str, Any] = {}
        self.place: dict[str, float] = {"step": 0.0, "pieces": 0.0}
        self.times: list[float] = []
        self.warnings: list[str] = []
        self._heard = -math.inf  # when, by our own clock, something came while we looked

    @property
    def last_word(self) -> float | None:
        """Unix seconds of the newest event, by the clock of whoever trains."""
        return self.times[-1] if self.times else None

    def hear(self) -> None:
        """Something has come while we looked."""
        self._heard = time.monotonic()

    def take(self, event: Mapping[str, Any]) -> None:
        """One more event."""
        kind = event.get("event")
        if kind in ("started", "resumed"):
            self.start = {**self.start, **event}  # after a pause it says less
        elif kind == "warning":
            words = str(event.get("message", ""))  # a run taken up again repeats some
            self.warnings = [*(old for old in self.warnings if old != words), words][-_WARNINGS:]
        for name in self.place:
            if is_number(event.get(name)):
                self.place[name] = number(event[name])
        if is_number(event.get("time")):
            self.times = [*self.times[-_RECENT:], number(event["time"])]
        if kind not in ("checkpoint", "warning", "best"):  # these come in any state and do not change it
            self.newest = event

    def state(self, folder: RunFolder) -> tuple[RunState, str]:
        """How it stands, and the words of its ending.

        A lock that is held says that somebody is at it. One that is not held, or cannot be asked about (another
        machine's disk, another person's folder), says less than words that have just come.
        """
        newest, kind = self.newest, self.newest.get("event")
        held = folder.is_running()
        silent = time.time() - self.times[-1] if self.times else math.inf
        fresh = 0 <= silent < self._patience() or time.monotonic() - self._heard < self._patience()
        ending = _ENDINGS.get(str(newest.get("ending"))) if kind == "ended" else None
        if ending is not None:
            if held and silent > LEAST_PATIENCE:
                return "preparing", ""  # taken up again
            return ending, str(newest.get("message", ""))
        if not newest:
            return ("preparing" if held else "waiting"), ""
        if kind == "paused":
            gone = not held and not fresh and os.access(folder.path / "lock", os.W_OK)
            return ("not running" if gone else "paused"), ""
        return ("running" if held or fresh else "not running"), ""

    def _patience(self) -> float:
        gaps = np.diff(self.times)
        usual = float(gaps.max()) if len(gaps) else 0.0
        return min(MOST_PATIENCE, max(LEAST_PATIENCE, _PATIENT_GAPS * usual))


def is_number(value: object) -> bool:
    """A number of JSON; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: float) -> float:
    """As a float; NaN where it is too large for one."""
    try:
        return float(value)
    except OverflowError:  # JSON knows whole numbers of any length
        return math.nan
