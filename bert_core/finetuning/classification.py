"""A class of a sentence or a pair: cross-entropy on the pooled [CLS] (Devlin et al. 2018, section 4.1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from bert_core.finetuning.arithmetic import Floats, log_softmax
from bert_core.finetuning.encoding import encode_texts
from bert_core.finetuning.examples import Example, TextExample
from bert_core.finetuning.predictions import Prediction
from bert_core.finetuning.rows import Batch, Rows, pack
from bert_core.finetuning.task_info import TaskInfo
from bert_core.tokenization import Tokenizer


def encode(tokenizer: Tokenizer, examples: Sequence[Example], info: TaskInfo) -> Rows:
    """One row an example; its target is the index of its label, -1 where that is not known."""
    texts = [example for example in examples if isinstance(example, TextExample)]
    ids, second = encode_texts(tokenizer, [(e.text_a, e.text_b) for e in texts], info.max_length)
    index = {label: number for number, label in enumerate(info.labels)}
    targets = [-1 if e.label is None else index.get(str(e.label), -1) for e in texts]
    return pack(ids, second, np.array(targets, np.int64))


def losses(logits: Tensor, targets: Tensor, batch: Batch, weights: Tensor | None) -> tuple[Tensor, Tensor]:
    """From logits [n, C], targets [n]: the cross-entropies, times the class's weight, added up; how many are right."""
    total = torch.nn.functional.cross_entropy(logits.float(), targets, weight=weights, reduction="sum")
    with torch.no_grad():
        right = (logits.argmax(-1) == targets).sum()
    return total, right


def outputs(logits: Tensor, batch: Batch) -> list[Floats]:
    """[n, C] -> [C] of each unit."""
    return list(logits.cpu().double().numpy())


def decode(info: TaskInfo, example: Example, rows: Rows, units: range, found: Sequence[Floats]) -> Prediction:
    """The most probable class."""
    logs = log_softmax(found[0])
    best = int(logs.argmax())
    target = int(rows.targets[units[0]])
    return Prediction(
        label=info.labels[best],
        confidence=float(np.exp(logs[best])),
        probabilities=tuple(np.exp(logs).tolist()),
        loss=None if target < 0 else float(-logs[target]),
    )
