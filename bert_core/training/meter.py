"""What a run's steps gave since the last report: losses, accuracies, norms; kept on the device until asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from bert_core.training.task import Outcome


class Meter:
    """Sums of this process over the steps since `reset`; counts are those of all processes."""

    def __init__(self, losses: tuple[str, ...], device: torch.device) -> None:
        self._losses = losses
        wide = torch.float32 if device.type == "mps" else torch.float64
        self._sums = torch.zeros(2 * len(losses), dtype=wide, device=device)
        self._norms = torch.zeros((), dtype=wide, device=device)
        self._counts = dict.fromkeys(losses, 0)
        self.steps = 0

    def reset(self) -> None:
        self._sums.zero_()
        self._norms.zero_()
        self._counts = dict.fromkeys(self._losses, 0)
        self.steps = 0

    def add(self, outcome: Outcome) -> None:
        """One micro-batch."""
        values = [outcome.sums[name].detach() for name in self._losses]
        values += [outcome.right[name].detach() for name in self._losses]
        self._sums += torch.stack([value.to(self._sums.dtype) for value in values])

    def add_step(self, counts: Mapping[str, int], norm: Tensor) -> None:
        """A step is done: how many predictions all processes made, and the gradient's norm."""
        for name in self._losses:
            self._counts[name] += counts[name]
        self._norms += norm
        self.steps += 1

    def sums(self) -> Tensor:
        """[2 losses], this process's sums, to be added up over processes."""
        return self._sums.clone()

    def figures(self, sums: Tensor) -> dict[str, float]:
        """loss, <name>_loss and <name>_accuracy per prediction, and gradient_norm per step."""
        values = sums.tolist()
        found = {}
        for index, name in enumerate(self._losses):
            count = max(self._counts[name], 1)
            found[f"{name}_loss"] = values[index] / count
            found[f"{name}_accuracy"] = values[len(self._losses) + index] / count
        total = sum(found[f"{name}_loss"] for name in self._losses)
        return {"loss": total, **found, "gradient_norm": self._norms.item() / max(self.steps, 1)}


def finite(figures: Mapping[str, float]) -> bool:
    """Are all of these numbers?"""
    return all(math.isfinite(value) for value in figures.values())
