"""What the six tasks have in common: each says how it is encoded, what its loss is, and how its answers are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Protocol, cast

from torch import Tensor

from bert_core.finetuning import (
    classification,
    multiple_choice,
    question_answering,
    regression,
    tagging,
)
from bert_core.finetuning.arithmetic import Floats
from bert_core.finetuning.examples import Example
from bert_core.finetuning.predictions import Prediction
from bert_core.finetuning.rows import Batch, Rows, joined
from bert_core.finetuning.task_info import TaskInfo, TaskName
from bert_core.tokenization import Tokenizer


class Kind(Protocol):
    """A task's module."""

    def encode(self, tokenizer: Tokenizer, examples: Sequence[Example], info: TaskInfo) -> Rows:
        """Examples as the model reads them."""

    def losses(
        self, logits: Tensor, targets: Tensor, batch: Batch, weights: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Of what the model gives for a batch: the losses of its predictions added up, and how many are right."""

    def outputs(self, logits: Tensor, batch: Batch) -> list[Floats]:
        """The same by units, as numbers."""

    def decode(
        self, info: TaskInfo, example: Example, rows: Rows, units: range, found: Sequence[Floats]
    ) -> Prediction:
        """What `outputs` of an example's units say of it."""


_KINDS: dict[TaskName, ModuleType] = {
    "single-sentence": classification,
    "sentence-pair": classification,
    "regression": regression,
    "tagging": tagging,
    "question-answering": question_answering,
    "multiple-choice": multiple_choice,
}


AT_ONCE = 2_000
"""So many examples are encoded between two looks at whether that is still wanted: 0.1 s, of questions 0.6 s."""


def encoded(
    tokenizer: Tokenizer, examples: Sequence[Example], info: TaskInfo, heed: Callable[[], None]
) -> Rows:
    """All of them as the model reads them. `heed` is called on the way, and may raise what ends it."""
    parts, counts, encode = [], [], kind_of(info.task).encode
    for first in range(0, max(1, len(examples)), AT_ONCE):
        heed()
        some = examples[first : first + AT_ONCE]
        parts.append(encode(tokenizer, some, info))
        counts.append(len(some))
    return joined(parts, counts)


def kind_of(task: TaskName) -> Kind:
    """The module of a task."""
    return cast(Kind, _KINDS[task])
