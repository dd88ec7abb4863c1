"""What the processes of a run do after a step: each says what it wants, all do what any of them wants."""

from __future__ import annotations

import time
from typing import NamedTuple

import torch
from accelerate import Accelerator
from torch import Tensor

from bert_core.training.control import Control
from bert_core.training.interrupts import Interrupts
from bert_core.training.report import Report
from bert_core.training.saver import Saver
from bert_core.training.settings import LoopSettings
from bert_core.training.watching import Watching

_POLL = 0.2
"""Seconds between two looks at the wishes while a run is paused."""


class Flags(NamedTuple):
    """What all processes do after this step: 1 or more for yes. In this order in the tensor they are sent in."""

    log: int = 0
    evaluate: int = 0
    checkpoint: int = 0
    pause: int = 0
    stop: int = 0


class Agreement:
    """One process's part in it; timers and wishes are the main process's.

    waited  seconds of pauses
    """

    def __init__(
        self,
        accelerator: Accelerator,
        interrupts: Interrupts,
        control: Control,
        settings: LoopSettings,
        report: Report,
        watching: Watching,
        saver: Saver,
    ) -> None:
        self._accelerator, self._interrupts, self._control = accelerator, interrupts, control
        self._settings, self._report, self._watching, self._saver = settings, report, watching, saver
        self.waited = 0.0

    @property
    def alone(self) -> bool:
        """Is there no other process?"""
        return self._accelerator.num_processes == 1

    def due(self) -> Flags:
        """What this process wants to be done."""
        stop = self._interrupts.asked()
        if not self._accelerator.is_main_process:
            return Flags(stop=int(stop))
        now, wish, settings = time.monotonic(), self._control.wish(), self._settings
        return Flags(
            log=int(self._report.since_told() >= settings.log_seconds),
            evaluate=int(now - self._watching.at >= settings.evaluate_minutes * 60),
            checkpoint=int(now - self._saver.at >= settings.checkpoint_minutes * 60),
            pause=int(wish == "pause"),
            stop=int(stop or wish == "stop"),
        )

    def agree(self, flags: Flags, counts: dict[str, int] | None = None) -> tuple[Flags, dict[str, int]]:
        """Flags of all processes added up, and counts, in one message."""
        counts = counts or {}
        if self.alone:
            return flags, counts
        mine = torch.tensor([*counts.values(), *flags], device=self._accelerator.device, dtype=torch.int64)
        all_: Tensor = self._accelerator.reduce(mine, "sum")  # type: ignore[assignment]
        values = [int(value) for value in all_.tolist()]
        return Flags(*values[len(counts) :]), dict(zip(counts, values, strict=False))

    def pause(self, step: int) -> bool:
        """Wait without computing until it is wished to go on. Returns whether to stop."""
        since = time.monotonic()
        self._report.emit("paused", step=step)
        while True:
            if self._accelerator.is_main_process:
                self._interrupts.wait(_POLL)
            flags, _ = self.agree(self.due())
            if flags.stop or not flags.pause:
                break
        self._report.paused(time.monotonic() - since)
        self.waited += time.monotonic() - since
        if not flags.stop:
            self._report.emit("resumed", step=step)
        return bool(flags.stop)
