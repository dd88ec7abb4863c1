"""Writes a run's checkpoints, and knows what is saved."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

from torch.optim import Optimizer

from bert_core.errors import TrainingError
from bert_core.training import checkpoint, optimizers
from bert_core.training.events import EventLog
from bert_core.training.report import Report
from bert_core.training.run_folder import RunFolder
from bert_core.training.task import Task
from bert_core.training.watching import Watching

logger = logging.getLogger(__name__)


class Saver:
    """Of one run, on its main process.

    step      of the newest checkpoint; None before the first
    measured  the step after which the run was last measured, as that checkpoint has it
    at        when it was last tried, by the monotonic clock
    """

    def __init__(self, task: Task[Any], folder: RunFolder, log: EventLog, report: Report, keep: int) -> None:
        self._task = task
        self._folder = folder
        self._log = log
        self._report = report
        self._keep = keep
        self.step: int | None = None
        self.measured: int | None = None
        self.at = time.monotonic()

    def save(self, step: int, watching: Watching, optimizers_: list[Optimizer]) -> str | None:
        """Save what is not saved yet. Returns what went wrong, in words, after a warning; training can go on."""
        self.at = time.monotonic()
        if (self.step, self.measured) == (step, watching.step):
            return None
        state = {
            "task": self._task.state(),
            "pieces": self._task.pieces(),
            "progress": self._task.progress(),
            "elapsed": self._report.elapsed(),
            "since_evaluation": time.monotonic() - watching.at,
            **watching.state(),
            "events_offset": self._log.offset(),
        }
        try:
            if self.step == step:  # only what it was measured at is new
                path = checkpoint.save_state(self._folder, step, state)
            else:
                path = self._save_all(step, state, optimizers_)
        except TrainingError as error:
            logger.warning("%s", error)
            self._report.emit("warning", message=str(error))
            return str(error)
        self.step, self.measured = step, watching.step
        self._folder.remove_old(self._keep, watching.kept())
        self._report.emit("checkpoint", step=step, folder=path.name)
        return None

    def where(self) -> str:
        """What is saved, in words."""
        if self.step is None:
            return "There is no checkpoint yet."
        return f"The last checkpoint is of step {self.step}."

    def _save_all(self, step: int, state: dict[str, Any], optimizers_: list[Optimizer]) -> Path:
        task = self._task
        config, weights = task.canonical()
        memory = optimizers.tensors(task.module, optimizers_)
        return checkpoint.save(self._folder, step, config, task.tokenizer, weights, memory, state)
