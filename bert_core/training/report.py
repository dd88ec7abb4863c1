"""What a run says of itself: its events, with speed and time left."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from bert_core.training.events import EventLog
from bert_core.training.task import Task

logger = logging.getLogger(__name__)

Listener = Callable[[str, Mapping[str, Any]], None]
"""Is told of each event: its kind and fields."""


class Report:
    """Writes events, on the main process; keeps the clocks, on all."""

    def __init__(self, log: EventLog, task: Task[Any], listener: Listener | None, *, main: bool) -> None:
        self._log = log
        self._task = task
        self._listener = listener
        self._main = main
        self._rate: float | None = None
        """Progress a second, smoothed."""
        self.begin(0.0)

    def begin(self, elapsed: float) -> None:
        """Start the clocks; `elapsed` seconds were spent by processes before this one."""
        now = time.monotonic()
        self._began = now - elapsed
        self._told_at = now
        self._told_pieces, self._told_progress = self._task.pieces(), self._task.progress()

    def elapsed(self) -> float:
        """Seconds of the run, pauses left out."""
        return time.monotonic() - self._began

    def since_told(self) -> float:
        """Seconds of training since the last `steps`."""
        return time.monotonic() - self._told_at

    def leave_out(self, seconds: float, *, paused: bool) -> None:
        """So long no step was made. Evaluations count as time of the run, pauses do not."""
        self._told_at += seconds
        if paused:
            self._began += seconds

    def steps(self, step: int, figures: Mapping[str, float], learning_rate: float) -> None:
        """The event "step": `figures` of the steps since the last one."""
        now, pieces, progress = time.monotonic(), self._task.pieces(), self._task.progress()
        seconds = max(now - self._told_at, 1e-9)
        rate = (progress - self._told_progress) / seconds
        self._rate = rate if self._rate is None else 0.7 * self._rate + 0.3 * rate
        self.emit(
            "step",
            step=step,
            pieces=pieces,
            progress=progress,
            **figures,
            learning_rate=learning_rate,
            pieces_per_second=round((pieces - self._told_pieces) / seconds, 1),
            seconds_left=round(max(1 - progress, 0.0) / max(self._rate, 1e-12), 1),
            elapsed=round(self.elapsed(), 3),
        )
        self._told_at, self._told_pieces, self._told_progress = now, pieces, progress

    def emit(self, kind: str, **fields: Any) -> None:
        """An event. That it cannot be written (a full disk) does not end the training."""
        if not self._main:
            return
        try:
            self._log.append(kind, **fields)
        except OSError as error:
            logger.warning("The event %r cannot be written: %s", kind, error)
        if self._listener is not None:
            self._listener(kind, fields)
