"""When a run is measured, at which step it was last, and what that has shown."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from bert_core.training.best import Best
from bert_core.training.settings import LoopSettings


class Watching:
    """Of a run that may look for its best state, and may end when none gets better.

    step      after which it was last measured; None: it never was
    at        when that was, or when the run began, by the monotonic clock
    best      None where nothing is looked for
    hopeless  is no better figure to be waited for any more?
    """

    def __init__(self, settings: LoopSettings) -> None:
        self._at = settings.evaluate_at
        self.step: int | None = None
        self.at = time.monotonic()
        self.best = None if settings.watch is None else Best(settings.watch)
        self.hopeless = False

    def due(self, step: int) -> bool:
        """Is it to be measured after this step, and was not yet?"""
        return step in self._at and step != self.step

    def left(self, step: int) -> int:
        """How often it is still to be measured, from after this step on."""
        return sum(at >= step and at != self.step for at in self._at)

    def tell(self, step: int, figures: Mapping[str, Any]) -> bool:
        """It was measured. Is it the best state so far? That before training is not what a run is to find."""
        self.step = step
        return self.best is not None and step > 0 and self.best.tell(step, figures)

    def exhausted(self) -> bool:
        """Were there enough measurements without a better one?"""
        return self.best is not None and self.best.exhausted()

    def kept(self) -> int | None:
        """The step whose checkpoint is to stay."""
        return self.best.step if self.best is not None and self.best.watch.keep else None

    def early(self) -> str:
        """What ended the run before its time, in words."""
        assert self.best is not None
        watch = self.best.watch
        return f"It ended early: in {watch.patience} evaluations there was no better {watch.metric}."

    def where(self) -> str:
        """Where the best state is, in words; empty where none is looked for or was found."""
        if self.best is None or self.best.step is None:
            return ""
        return f"The best {self.best.watch.metric} was {self.best.value:.4g}, after step {self.best.step}."

    def state(self) -> dict[str, Any]:
        """For a checkpoint's state.json."""
        return {"evaluated_step": self.step, "best": None if self.best is None else self.best.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint's state. Raises KeyError, TypeError or ValueError for what is garbled."""
        self.step = state.get("evaluated_step", state["step"])
        if self.best is not None and state.get("best") is not None:
            self.best.restore(state["best"])
            self.hopeless = self.best.exhausted()
