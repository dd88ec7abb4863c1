"""Which evaluation of a run was the best, and when to stop waiting for a better one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from bert_core.training.settings import Watch


class Best:
    """The best figure so far.

    step       of the evaluation that gave it; None before the first
    value      the figure
    worse      evaluations since then
    """

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.step: int | None = None
        self.value = math.nan
        self.worse = 0

    def tell(self, step: int, figures: Mapping[str, Any]) -> bool:
        """An evaluation. Is it better than all before it? One without a finite figure never is."""
        value = figures.get(self.watch.metric)
        if isinstance(value, int | float) and math.isfinite(value) and self._is_better(value):
            self.step, self.value, self.worse = step, float(value), 0
            return True
        self.worse += 1
        return False

    def _is_better(self, value: float) -> bool:
        if self.step is None:
            return True
        return value > self.value if self.watch.higher else value < self.value

    def exhausted(self) -> bool:
        """Were there as many evaluations without a better figure as the patience is?"""
        return self.watch.patience is not None and self.worse >= self.watch.patience

    def state(self) -> dict[str, Any]:
        """For JSON."""
        return {"step": self.step, "value": None if self.step is None else self.value, "worse": self.worse}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` returned. Raises KeyError or TypeError for what is garbled."""
        self.step, self.worse = state["step"], int(state["worse"])
        self.value = math.nan if self.step is None else float(state["value"])
