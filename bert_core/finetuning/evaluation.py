"""A tuned model's predictions for many examples, in batches of like length, and given out in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from bert_core.finetuning.arithmetic import Floats
from bert_core.finetuning.batching import by_length
from bert_core.finetuning.examples import Example
from bert_core.finetuning.kinds import kind_of
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.predictions import Prediction
from bert_core.finetuning.rows import Batch, Rows, collate
from bert_core.finetuning.task_info import TaskInfo
from bert_core.tokenization import Tokenizer

BUFFER = 2048
"""So many examples are encoded at once; their predictions come together."""

MOST_PIECES = 8192
"""Of a batch."""


def predict(
    tuned: TunedModel,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    *,
    batch_size: int = 64,
    check: Callable[[], None] | None = None,
) -> Iterator[Prediction]:
    """One prediction an example, in order; the model's task says of which kind the examples must be.

    check  is called before every batch, and may raise Cancelled
    Memory is bounded by BUFFER examples. The model is in evaluation mode while it is asked.
    """
    kind, stream = kind_of(tuned.info.task), iter(examples)
    while buffer := list(islice(stream, BUFFER)):
        rows = kind.encode(tokenizer, buffer, tuned.info)
        found = ask(tuned, rows, pad_id=tokenizer.pad_id or 0, batch_size=batch_size, check=check)
        yield from answers(tuned.info, buffer, rows, found)


def ask(
    tuned: TunedModel,
    rows: Rows,
    *,
    pad_id: int = 0,
    batch_size: int = 64,
    check: Callable[[], None] | None = None,
    features: Callable[[Batch], Tensor | None] | None = None,
) -> list[Floats]:
    """What the model gives for each unit. `features` gives those of a batch, where they are known."""
    kind = kind_of(tuned.info.task)
    device = tuned.head.weight.device
    found: list[Floats] = [np.zeros(0)] * len(rows)
    training = tuned.training
    tuned.eval()
    try:
        for units in by_length(rows.lengths, batch_size, MOST_PIECES):
            if check is not None:
                check()
            batch = collate(rows, units, pad_id)
            with torch.inference_mode():
                logits = run(tuned, batch, device, None if features is None else features(batch))
                for unit, values in zip(units, kind.outputs(logits, batch), strict=True):
                    found[unit] = values
    finally:
        tuned.train(training)
    return found


def answers(
    info: TaskInfo, examples: Sequence[Example], rows: Rows, found: Sequence[Floats]
) -> list[Prediction]:
    """What this means for each example."""
    kind, predictions = kind_of(info.task), []
    for number, example in enumerate(examples):
        units = rows.windows(number)
        predictions.append(kind.decode(info, example, rows, units, found[units.start : units.stop]))
    return predictions


def run(model: torch.nn.Module, batch: Batch, device: torch.device, features: Tensor | None = None) -> Tensor:
    """The logits of a batch; `model` is a TunedModel or wraps one."""

    def there(array: np.ndarray | None) -> Tensor | None:
        return None if array is None else torch.from_numpy(array).to(device, non_blocking=True)

    logits: Tensor = model(
        there(batch.ids), there(batch.segments), there(batch.present), there(batch.at), features
    )
    return logits
