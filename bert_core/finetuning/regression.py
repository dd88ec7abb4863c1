"""A number for a sentence or a pair: squared error on the pooled [CLS] (Devlin et al. 2018, section 4.1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from bert_core.finetuning.arithmetic import Floats
from bert_core.finetuning.encoding import encode_texts
from bert_core.finetuning.examples import Example, TextExample
from bert_core.finetuning.predictions import Prediction
from bert_core.finetuning.rows import Batch, Rows, pack
from bert_core.finetuning.task_info import TaskInfo
from bert_core.tokenization import Tokenizer


def encode(tokenizer: Tokenizer, examples: Sequence[Example], info: TaskInfo) -> Rows:
    """One row an example; its target is its number, NaN where that is not known."""
    texts = [example for example in examples if isinstance(example, TextExample)]
    ids, second = encode_texts(tokenizer, [(e.text_a, e.text_b) for e in texts], info.max_length)
    return pack(
        ids, second, np.array([np.nan if e.label is None else float(e.label) for e in texts], np.float32)
    )


def losses(logits: Tensor, targets: Tensor, batch: Batch, weights: Tensor | None) -> tuple[Tensor, Tensor]:
    """From logits [n, 1], targets [n] -> sum of the squared errors; 0 are right, for there is no right and wrong."""
    total = torch.nn.functional.mse_loss(logits.float()[:, 0], targets, reduction="sum")
    return total, torch.zeros((), device=logits.device)


def outputs(logits: Tensor, batch: Batch) -> list[Floats]:
    """[n, 1] -> [1] of each unit."""
    return list(logits.cpu().double().numpy())


def decode(info: TaskInfo, example: Example, rows: Rows, units: range, found: Sequence[Floats]) -> Prediction:
    """The number."""
    value, target = float(found[0][0]), float(rows.targets[units[0]])
    return Prediction(value=value, loss=None if np.isnan(target) else (value - target) ** 2)
