"""What a run says of itself: its events, with speed and time left."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import psutil
import torch

from bert_core.training.events import EventLog
from bert_core.training.task import ByExamples, Task

logger = logging.getLogger(__name__)

_MEMORY = 30.0
"""Seconds after which what a rate is the mean of weighs a third."""

Listener = Callable[[str, Mapping[str, Any]], None]
"""Is told of each event: its kind and fields."""

_CPU = torch.device("cpu")


class Report:
    """Writes events, on the main process; keeps the clocks, on all."""

    def __init__(
        self,
        log: EventLog,
        task: Task[Any],
        listener: Listener | None,
        *,
        main: bool,
        device: torch.device = _CPU,
    ) -> None:
        self._tell = Teller(log, listener)
        self._task = task
        self._main = main
        self._device = device
        self._process = psutil.Process()
        self._seconds = self._progress = self._examples = 0.0
        """Of late: how long was trained, how far that led, how many examples it took."""
        self._evaluation: float | None = None
        """Seconds that the last evaluation took."""
        self.begin(0.0)

    def begin(self, elapsed: float) -> None:
        """Start the clocks; `elapsed` seconds were spent by processes before this one."""
        now = time.monotonic()
        self._began = now - elapsed
        self._told_at = now
        self._told_pieces, self._told_progress = self._task.pieces(), self._task.progress()
        self._told_examples = self._task.examples() if isinstance(self._task, ByExamples) else 0

    def elapsed(self) -> float:
        """Seconds of the run, pauses left out."""
        return time.monotonic() - self._began

    def since_told(self) -> float:
        """Seconds of training since the last `steps`."""
        return time.monotonic() - self._told_at

    def paused(self, seconds: float) -> None:
        """So long nothing was done: no time of the run."""
        self._told_at += seconds
        self._began += seconds

    def evaluated(self, seconds: float) -> None:
        """So long no step was made, since the model was measured and what came of it written."""
        self._told_at += seconds
        self._evaluation = seconds

    def steps(
        self, step: int, figures: Mapping[str, float], learning_rate: float, evaluations_left: int = 0
    ) -> None:
        """The event "step": `figures` of the steps since the last one.

        The time left is that of training at the rate of the last half minute, and of `evaluations_left` evaluations.
        """
        now, pieces, progress = time.monotonic(), self._task.pieces(), self._task.progress()
        seconds = max(now - self._told_at, 1e-9)
        faded = math.exp(-seconds / _MEMORY)
        self._seconds = faded * self._seconds + seconds
        self._progress = faded * self._progress + progress - self._told_progress
        left = max(1 - progress, 0.0) * self._seconds / max(self._progress, 1e-12)
        left += evaluations_left * (self._evaluation or 0.0)
        by_examples = self.where()
        if by_examples:
            examples = int(by_examples["examples"])
            self._examples = faded * self._examples + examples - self._told_examples
            self._told_examples = examples
            by_examples["examples_per_second"] = round(self._examples / self._seconds, 1)
        self.emit(
            "step",
            step=step,
            pieces=pieces,
            progress=progress,
            **by_examples,
            **figures,
            learning_rate=learning_rate,
            pieces_per_second=round((pieces - self._told_pieces) / seconds, 1),
            memory_mb=round(self.memory() / 1e6, 1),
            seconds_left=round(left, 1),
            elapsed=round(self.elapsed(), 3),
        )
        self._told_at, self._told_pieces, self._told_progress = now, pieces, progress

    def where(self) -> dict[str, float]:
        """How far it is, for a task that counts examples; else nothing."""
        if not isinstance(self._task, ByExamples):
            return {}
        return {"epoch": round(self._task.epoch(), 4), "examples": self._task.examples()}

    def memory(self) -> int:
        """Bytes that this process holds: of the GPU's memory where it trains on one, else of the main memory."""
        if self._device.type == "cuda":
            return int(torch.cuda.memory_reserved(self._device))
        if self._device.type == "mps":
            return int(torch.mps.driver_allocated_memory())
        return int(self._process.memory_info().rss)

    def emit(self, kind: str, **fields: Any) -> None:
        """An event."""
        if self._main:
            self._tell(kind, **fields)


class Teller:
    """Writes events, and tells a listener. That one cannot be written (a full disk) does not end the training."""

    def __init__(self, log: EventLog, listener: Listener | None) -> None:
        self._log = log
        self._listener = listener

    def __call__(self, kind: str, **fields: Any) -> None:
        try:
            self._log.append(kind, **fields)
        except OSError as error:
            logger.warning("The event %r cannot be written: %s", kind, error)
        if self._listener is not None:
            self._listener(kind, fields)
