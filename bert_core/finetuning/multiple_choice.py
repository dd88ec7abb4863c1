"""The best of several endings: each is read as a pair, and their scores compete (Devlin et al. 2018, section 4.4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from bert_core.finetuning.arithmetic import Floats, log_softmax
from bert_core.finetuning.encoding import encode_texts
from bert_core.finetuning.examples import ChoiceExample, Example
from bert_core.finetuning.predictions import Prediction
from bert_core.finetuning.rows import Batch, Rows, pack
from bert_core.finetuning.task_info import TaskInfo
from bert_core.tokenization import Tokenizer


def pair(example: ChoiceExample, ending: str) -> tuple[str, str]:
    """Sentences A and B of an ending."""
    return example.context, f"{example.start} {ending}" if example.start else ending


def encode(tokenizer: Tokenizer, examples: Sequence[Example], info: TaskInfo) -> Rows:
    """A unit an example, a row an ending; its target is the right ending's index, -1 where that is not known."""
    choices = [example for example in examples if isinstance(example, ChoiceExample)]
    pairs: list[tuple[str, str | None]] = [pair(c, ending) for c in choices for ending in c.endings]
    ids, second = encode_texts(tokenizer, pairs, info.max_length)
    targets = np.array([-1 if c.label is None else c.label for c in choices], np.int64)
    return pack(ids, second, targets, units=[len(c.endings) for c in choices])


def losses(logits: Tensor, targets: Tensor, batch: Batch, weights: Tensor | None) -> tuple[Tensor, Tensor]:
    """From logits [B, 1], targets [n] -> sum of the cross-entropies among each unit's endings; how many are right."""
    scores = _by_unit(logits.float()[:, 0], batch)
    total = torch.nn.functional.cross_entropy(scores, targets, reduction="sum")
    with torch.no_grad():
        right = (scores.argmax(-1) == targets).sum()
    return total, right


def outputs(logits: Tensor, batch: Batch) -> list[Floats]:
    """[B, 1] -> of each unit [its endings]."""
    return np.split(logits.cpu().double().numpy()[:, 0], np.cumsum(batch.counts)[:-1])


def decode(info: TaskInfo, example: Example, rows: Rows, units: range, found: Sequence[Floats]) -> Prediction:
    """The most probable ending."""
    logs = log_softmax(found[0])
    best = int(logs.argmax())
    target = int(rows.targets[units[0]])
    return Prediction(
        choice=best,
        confidence=float(np.exp(logs[best])),
        probabilities=tuple(np.exp(logs).tolist()),
        loss=None if target < 0 else float(-logs[target]),
    )


def _by_unit(scores: Tensor, batch: Batch) -> Tensor:
    """[B] -> [n, most endings], -inf where a unit has fewer."""
    counts = batch.counts
    if len(counts) * int(counts.max()) == len(scores):
        return scores.view(len(counts), -1)
    places = torch.from_numpy(np.flatnonzero(np.arange(counts.max()) < counts[:, None])).to(scores.device)
    empty = scores.new_full((len(counts) * int(counts.max()),), -torch.inf)
    return empty.index_copy(0, places, scores).view(len(counts), -1)
