"""What a run says on a terminal: a line now and then, in words."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from typing import Any, TextIO

EVERY = 10.0
"""Seconds between two lines about preparation."""


class Console:
    """Prints progress and events; each line is flushed, for logs that are followed. Each kind of run has its own."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out: TextIO | None = sys.stdout if out is None else out
        self._last: tuple[str, float] = ("", 0.0)

    def progress(self, step: str, share: float) -> None:
        """How far preparation is: a line when a step begins, and one every ten seconds."""
        now = time.monotonic()
        word, since = self._last
        if word != step or now - since >= EVERY:
            self._last = (step, now)
            self._say(f"{step} {share:.0%}")

    def event(self, kind: str, fields: Mapping[str, Any]) -> None:
        """One of the run's events."""
        match kind:
            case "started" | "resumed" if "device" in fields:
                self._say(
                    f"{kind} at step {fields['step']:,}: {fields['parameters']:,} weights, {fields['device']}, "
                    f"{fields['processes']} process(es), {fields['precision']}"
                )
            case "step":
                self._say(self._step(fields))
            case "evaluation":
                if said := self._evaluation(fields):
                    self._say(said)
            case "checkpoint":
                self._say(f"saved {fields['folder']}")
            case "warning":
                self._say(f"warning: {fields['message']}")
            case "ended":
                self._say(f"{fields['ending']} at step {fields['step']:,}. {fields['message']}")
            case _:
                self._say(kind)

    def _step(self, fields: Mapping[str, Any]) -> str:
        raise NotImplementedError

    def _evaluation(self, fields: Mapping[str, Any]) -> str:
        """Empty where nothing was measured."""
        raise NotImplementedError

    def _say(self, text: str) -> None:
        if self._out is None:
            return
        try:
            print(f"{time.strftime('%H:%M:%S')} {text}", file=self._out, flush=True)
        except OSError:  # the terminal or window that read this is gone, which is no reason to end a run
            if self._out is sys.stdout:  # what is left in its buffer goes nowhere
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self._out = None
