"""What a fine-tuning run says on a terminal: a line now and then, in words."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, TextIO

from bert_core.training import console

_PLACES = ("step", "pieces", "epoch", "examples")
"""What an evaluation says of where it was made."""


class Console(console.Console):
    """Steps by examples, evaluations on the dev set.

    every  seconds between two lines about steps at least; 0: each is told, to wake the one who follows the record
    """

    def __init__(self, out: TextIO | None = None, *, every: float = 2.0) -> None:
        super().__init__(out)
        self._every = every
        self._told = float("-inf")

    def task(self, name: str, *, guessed: bool) -> None:
        """What the data are taken for."""
        self._say(f"the task is {name}{', as the file looks' if guessed else ''}")

    def event(self, kind: str, fields: Mapping[str, Any]) -> None:
        if kind == "step":
            now = time.monotonic()
            if now - self._told < self._every:
                return
            self._told = now
        elif kind == "seed":
            self._say(self._seed(fields))
            return
        super().event(kind, fields)

    def _step(self, fields: Mapping[str, Any]) -> str:
        left = int(fields["seconds_left"])
        return (
            f"step {fields['step']:,}, epoch {fields['epoch']:.2f} ({fields['progress']:.0%}): "
            f"loss {fields['loss']:.4f}, rate {fields['learning_rate']:.2e}, "
            f"{fields['examples_per_second']:,.0f} examples/s, {fields['memory_mb']:,.0f} MB, "
            f"{left // 60}:{left % 60:02} min left"
        )

    def _evaluation(self, fields: Mapping[str, Any]) -> str:
        figures = ", ".join(
            f"{name} {value:.4f}"
            for name, value in fields.items()
            if isinstance(value, float) and name not in _PLACES
        )
        best = ", the best so far" if fields.get("best") else ""
        return f"dev set after step {fields['step']:,}: {figures}{best}" if figures else ""

    @staticmethod
    def _seed(fields: Mapping[str, Any]) -> str:
        if fields["state"] == "begin":
            return f"seed {fields['seed']}, number {fields['number']} of {fields['of']}"
        figures = ", ".join(f"{name} {value:.4f}" for name, value in (fields.get("metrics") or {}).items())
        return f"seed {fields['seed']} {fields['ending']}{': ' if figures else ''}{figures}"
