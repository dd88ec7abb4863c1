"""What the loop asks of that which is trained; pretraining is one such task, fine-tuning another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, runtime_checkable

import torch
from torch import Tensor, nn

from bert_core.config import BertConfig
from bert_core.tokenization import Tokenizer

Batch = TypeVar("Batch")


@dataclass(frozen=True)
class Outcome:
    """Of one micro-batch, for each loss a scalar, on the device.

    sums   the losses of all its predictions added up, with gradient
    right  how many of them were right
    """

    sums: Mapping[str, Tensor]
    right: Mapping[str, Tensor]


class Task(Protocol[Batch]):
    """A model, its data, and its losses. The loss of a step is the sum of the means of the losses."""

    @property
    def losses(self) -> tuple[str, ...]:
        """Their names, such as "mlm" and "nsp"."""

    @property
    def module(self) -> nn.Module:
        """What is trained; the loop moves it to its device in place, and wraps it where there are many processes."""

    @property
    def tokenizer(self) -> Tokenizer:
        """Stored with each checkpoint."""

    def progress(self) -> float:
        """Share of the run that is drawn, 0 to 1."""

    def pieces(self) -> int:
        """How many were drawn so far, by all processes."""

    def total_pieces(self) -> int:
        """How many the whole run draws."""

    def draw(self, process: int, processes: int, accumulate: int) -> list[Batch]:
        """The next step's `accumulate` micro-batches of this process; advances by the whole step of all processes."""

    def counts(self, batch: Batch) -> dict[str, int]:
        """How many predictions a batch has, for each loss."""

    def forward(self, model: nn.Module, batch: Batch, device: torch.device) -> Outcome:
        """`model` is `module`, or what wraps it: it is to be called, once."""

    def evaluate(self) -> dict[str, float]:
        """Figures on held-out data; the loop has set the module to evaluation mode."""

    def state(self) -> dict[str, Any]:
        """Where it is, for JSON."""

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what `state` returned."""

    def canonical(self) -> tuple[BertConfig, Mapping[str, Tensor]]:
        """What a checkpoint stores: see bert_core.checkpoints.assemble.canonical_tensors."""

    def adopt(self, weights: Mapping[str, Tensor]) -> None:
        """Take the weights that `canonical` returned, in place: see bert_core.checkpoints.assemble.adopt_tensors."""


@runtime_checkable
class ByExamples(Protocol):
    """A task that reads examples, again and again; its events say how many and how often."""

    def examples(self) -> int:
        """How many were drawn so far, by all processes, each as often as it was."""

    def epoch(self) -> float:
        """How often all of them were drawn."""

    def total_steps(self) -> int:
        """Of the whole run."""


@runtime_checkable
class Heeding(Protocol):
    """A task whose evaluation takes long enough to be called off."""

    heed: Callable[[], None]
    """`evaluate` calls it before each batch, and lets what it raises pass."""
