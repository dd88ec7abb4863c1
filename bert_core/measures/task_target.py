"""What a tuned model's own head makes of hidden states, read for one target: a class, a number, a tag, or an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

import torch
from torch import Tensor

from bert_core.errors import TextError
from bert_core.explanations import (
    ClassTarget,
    Scale,
    ScoreTarget,
    SpanTarget,
    TagTarget,
    Target,
    TaskTarget,
)
from bert_core.finetuning.features_mode import LAYERS
from bert_core.finetuning.heads import POOLED
from bert_core.finetuning.task_info import TaskName
from bert_core.measures.batched_reading import linear
from bert_core.trace import Token

if TYPE_CHECKING:
    from bert_core.bert import Bert

TARGETS: dict[TaskName, type[TaskTarget]] = {
    "single-sentence": ClassTarget,
    "sentence-pair": ClassTarget,
    "regression": ScoreTarget,
    "multiple-choice": ScoreTarget,
    "tagging": TagTarget,
    "question-answering": SpanTarget,
}
"""What can be explained of a model that is tuned for the task."""


def is_task_target(target: Target) -> TypeGuard[TaskTarget]:
    """Whether it is about a tuned model's own task."""
    return isinstance(target, ClassTarget | ScoreTarget | TagTarget | SpanTarget)


class TaskHead:
    """The head on the hidden states at `rows` after the last `layers` layers, [B, R, layers * H], in float32.

    Raises TextError where the model is not tuned for what the target is about, or there is no such piece or label.
    """

    def __init__(self, bert: Bert, target: TaskTarget, tokens: Sequence[Token]) -> None:
        info, model = bert.task, bert.task_model
        if info is None or model is None or TARGETS[info.task] is not type(target):
            raise TextError(
                "This model is not tuned for such a prediction.", remedy="Choose another one to be explained."
            )
        self._bert, self._info, self._model = bert, info, model
        self._tokens, self._size = tokens, len(tokens)
        self.rows: list[int] = [0]
        if isinstance(target, TagTarget):
            self.rows = self._tagged(target.position)
        elif isinstance(target, SpanTarget):
            if not any(token.segment == 1 and not token.special for token in tokens):
                raise TextError("There is no context to find an answer in.", remedy="Type it as sentence B.")
            self.rows = list(range(self._size))
        self.layers = 1
        self._places = self.rows
        if model.features_head is not None:  # it reads all pieces, one after the other
            self.rows, self.layers = list(range(self._size)), min(LAYERS, bert.config.num_hidden_layers)
        self._allowed = torch.tensor(
            [n == 0 or (token.segment == 1 and not token.special) for n, token in enumerate(tokens)],
            device=bert.device,
        )
        label = target.label if isinstance(target, ClassTarget | TagTarget) else None
        if label is not None and not 0 <= label < len(info.labels):
            raise TextError(f"There is no class {label + 1}; this model has {len(info.labels)}.")
        places = (target.start, target.end) if isinstance(target, SpanTarget) else ()
        if any(place is not None and not 0 <= place < self._size for place in places):
            raise TextError(f"There is no such piece; the text has {self._size}.")

    def _tagged(self, position: int | None) -> list[int]:
        """The pieces whose tags are looked at: that one, or the first of each word."""
        if position is None:
            words = {
                token.word: place
                for place, token in reversed(list(enumerate(self._tokens)))
                if not token.special
            }
            if not words:
                raise TextError("There is no word to be tagged.", remedy="Type a sentence.")
            return sorted(words.values())
        if not 0 <= position < self._size:
            raise TextError(f"There is no piece {position + 1}; the text has {self._size}.")
        return [position]

    def logits(self, hidden: Tensor) -> Tensor:
        """[B, R, H] -> [B, C], of classes or a number (C = 1); of tags [B, R, C]; of answers [B, 2, S], start and end.

        Outside the context, and [CLS] which stands for "no answer", logits of answers are -inf.
        """
        found = self._head(hidden)
        if self._info.task == "question-answering":
            return found.transpose(1, 2).masked_fill(~self._allowed, -torch.inf)
        return found

    def _head(self, hidden: Tensor) -> Tensor:
        """[B, C], or of the pieces that are looked at [B, R, C]."""
        model = self._model
        if model.features_head is not None:
            lengths = torch.full((len(hidden),), self._size)
            with torch.backends.cudnn.flags(
                enabled=False
            ):  # it takes no gradients of an LSTM that is not trained
                found: Tensor = model.features_head(hidden, lengths, None)
            return found if found.ndim == 2 else found[:, self._places]
        if self._info.task in POOLED:
            pooler = self._bert.module.pooler
            assert pooler is not None
            hidden = torch.tanh(linear(pooler.dense, hidden[:, 0]))
        return linear(model.head, hidden)

    def named(self, target: TaskTarget, logits: Tensor) -> TaskTarget:
        """The target with what it leaves open: what the logits of one text, B left out, predict."""
        if isinstance(target, TagTarget):
            best = logits.argmax(-1).tolist()
            others = (row for row, label in enumerate(best) if self._info.labels[label] != "O")
            row = next(others, 0)
            label = best[row] if target.label is None else target.label
            return replace(target, position=self._places[row], label=label)
        if isinstance(target, ClassTarget) and target.label is None:
            return replace(target, label=int(logits.argmax()))
        if isinstance(target, SpanTarget) and (target.start is None or target.end is None):
            info = self._info
            start, end = best_span(logits, info.max_answer_length, info.unanswerable, info.null_threshold)
            return replace(target, start=start, end=end)
        return target

    def values(self, target: TaskTarget, logits: Tensor) -> Tensor:
        """What the target is, of each of B texts; it must be `named`, and of tags R must be 1."""
        if isinstance(target, ScoreTarget):
            return logits[:, 0]
        if isinstance(target, SpanTarget):
            start, end = target.start, target.end
            assert start is not None and end is not None
            if target.scale == "logit":
                return logits[:, 0, start] + logits[:, 1, end]
            logs = logits.log_softmax(-1)
            return _scaled(logs[:, 0, start] + logs[:, 1, end], target.scale)
        assert target.label is not None
        logits = logits[:, 0] if isinstance(target, TagTarget) else logits
        if target.scale == "logit":
            return logits[:, target.label]
        return _scaled(logits.log_softmax(-1)[:, target.label], target.scale)


def best_span(logits: Tensor, longest: int, unanswerable: bool, threshold: float = 0.0) -> tuple[int, int]:
    """Of logits [2, S], -inf where no answer can be: the places where the best one of at most `longest` pieces begins
    and ends; 0, 0 where there is none, or where "no answer" is more than `threshold` above it.
    """
    size = logits.shape[1]
    sums = logits[0][:, None] + logits[1][None, :]
    near = torch.ones(size, size, dtype=torch.bool, device=logits.device).triu().tril(longest - 1)
    near[0] = near[:, 0] = False
    sums = sums.masked_fill(~near, -torch.inf)
    best = int(sums.argmax())
    found = divmod(best, size)
    none = float(logits[0, 0] + logits[1, 0])
    if not torch.isfinite(sums.flatten()[best]) or (
        unanswerable and none - float(sums.flatten()[best]) > threshold
    ):
        return 0, 0
    return found


def _scaled(logs: Tensor, scale: Scale) -> Tensor:
    return logs if scale == "log-probability" else logs.exp()
