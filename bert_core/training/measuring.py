"""Measures the model of a run in the middle of it, and writes what came of that."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch

from bert_core.errors import BertError
from bert_core.training.agreement import Agreement
from bert_core.training.files import is_full_disk
from bert_core.training.report import Report
from bert_core.training.task import Heeding, Task
from bert_core.training.watching import Watching

logger = logging.getLogger(__name__)

Evaluated = Callable[[int, Mapping[str, float]], Iterable[str]]
"""Is told of each evaluation, its step and figures, and gives warnings."""


class _CalledOff(Exception):
    """The run is to stop, in the middle of an evaluation."""


class Measuring:
    """Of one run, on its main process."""

    def __init__(
        self,
        task: Task[Any],
        watching: Watching,
        report: Report,
        agreement: Agreement,
        evaluated: Evaluated | None,
    ) -> None:
        self._task, self._watching, self._report = task, watching, report
        self._agreement, self._evaluated = agreement, evaluated
        self._step = 0
        if isinstance(task, Heeding):
            task.heed = self._heed

    def measure(self, step: int, save: Callable[[], str | None]) -> bool:
        """Measure it after this step, and `save` it where it is the best so far. False: that was called off."""
        self._step = step
        since, waited = time.monotonic(), self._agreement.waited
        self._task.module.eval()
        try:
            with torch.no_grad():
                figures = self._task.evaluate()
        except _CalledOff:
            return False
        finally:
            self._task.module.train()
        best, watching = self._watching.best, self._watching
        before = None if best is None else best.state()
        better = watching.tell(step, figures)
        told: dict[str, Any] = {} if best is None else {"best": better}
        pieces = self._task.pieces()
        self._report.emit("evaluation", step=step, pieces=pieces, **self._report.where(), **figures, **told)
        if self._evaluated is not None:
            self._write_more(self._evaluated, figures)
        if best is not None and before is not None and better and best.watch.keep and save() is not None:
            best.restore(before)  # it cannot be had again: the best of what is there is looked for
        watching.at = time.monotonic()
        self._report.evaluated(watching.at - since - (self._agreement.waited - waited))
        return True

    def _write_more(self, evaluated: Evaluated, figures: Mapping[str, float]) -> None:
        try:
            for words in evaluated(self._step, figures):
                self._report.emit("warning", message=words)
        except (OSError, BertError) as error:
            logger.warning("What was measured cannot be written: %s", error)
            what = "The disk is full." if is_full_disk(error) else str(error)
            self._report.emit("warning", message=f"What was measured is not written. {what}")

    def _heed(self) -> None:
        """In the middle of an evaluation: end it if the run is to stop, wait if it is to pause."""
        if not self._agreement.alone:
            return  # the others wait, and none of them may go another way
        flags = self._agreement.due()
        if flags.stop or (flags.pause and self._agreement.pause(self._step)):
            raise _CalledOff
