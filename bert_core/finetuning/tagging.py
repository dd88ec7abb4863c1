"""A tag for each word: cross-entropy at its first piece, as for named entities (Devlin et al. 2018, section 5.3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from bert_core.finetuning.arithmetic import Floats, log_softmax
from bert_core.finetuning.encoding import encode_words
from bert_core.finetuning.examples import Example, TaggingExample
from bert_core.finetuning.predictions import Prediction
from bert_core.finetuning.rows import Batch, Marks, Rows, pack
from bert_core.finetuning.task_info import TaskInfo
from bert_core.tokenization import Tokenizer


def encode(tokenizer: Tokenizer, examples: Sequence[Example], info: TaskInfo) -> Rows:
    """One row an example: the pieces of its words; asked is the first piece of each word that has one and fits.

    A target is the index of the word's tag, -1 where that is not known.
    """
    sentences = [example for example in examples if isinstance(example, TaggingExample)]
    limit = min(info.max_length, tokenizer.max_length) - 2
    index = {label: number for number, label in enumerate(info.labels)}
    words = list({word: None for sentence in sentences for word in sentence.words})
    known = dict(zip(words, encode_words(tokenizer, words), strict=True))
    ids: list[list[int]] = []
    places: list[int] = []
    which: list[int] = []
    targets: list[int] = []
    offsets = [0]
    for sentence in sentences:
        row = [tokenizer.cls_id]
        for number, word in enumerate(sentence.words):
            pieces = known[word]
            if pieces and len(row) <= limit:
                places.append(len(row))
                which.append(number)
                targets.append(-1 if sentence.tags is None else index.get(sentence.tags[number], -1))
                row += pieces[: limit + 1 - len(row)]
        ids.append([*row, tokenizer.sep_id])
        offsets.append(len(places))
    marks = Marks(np.array(offsets, np.int64), np.array(places, np.int64), np.array(which, np.int64))
    return pack(ids, [len(row) for row in ids], np.array(targets, np.int64), marks=marks)


def losses(logits: Tensor, targets: Tensor, batch: Batch, weights: Tensor | None) -> tuple[Tensor, Tensor]:
    """From logits [R, T], targets [R]: the cross-entropies, times their tag's weight, added up; how many are right."""
    total = torch.nn.functional.cross_entropy(
        logits.float(), targets, weight=weights, reduction="sum", ignore_index=-1
    )
    with torch.no_grad():
        right = (logits.argmax(-1) == targets).sum()
    return total, right


def outputs(logits: Tensor, batch: Batch) -> list[Floats]:
    """[R, T] -> of each unit [its asked pieces, T]."""
    return np.split(logits.cpu().double().numpy(), np.cumsum(batch.counts)[:-1])


def decode(info: TaskInfo, example: Example, rows: Rows, units: range, found: Sequence[Floats]) -> Prediction:
    """The most probable tag of each word."""
    assert isinstance(example, TaggingExample) and rows.marks is not None
    first, last = rows.marks.offsets[units[0]], rows.marks.offsets[units[0] + 1]
    outside = info.labels.index("O") if "O" in info.labels else 0
    tags = [info.labels[outside]] * len(example.words)
    probabilities = [0.0] * len(example.words)
    logs = log_softmax(found[0]) if last > first else np.zeros((0, len(info.labels)))
    for word, row in zip(rows.marks.words[first:last].tolist(), logs, strict=True):
        best = int(row.argmax())
        tags[word], probabilities[word] = info.labels[best], float(np.exp(row[best]))
    targets = rows.targets[first:last]
    judged = np.flatnonzero(targets >= 0)
    loss = float(-logs[judged, targets[judged]].mean()) if len(judged) else None
    return Prediction(
        tags=tuple(tags),
        confidence=min((p for p in probabilities if p > 0), default=0.0),
        probabilities=tuple(probabilities),
        loss=loss,
    )
