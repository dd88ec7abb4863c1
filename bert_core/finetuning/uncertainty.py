"""Which unlabelled texts a tuned model is least sure of: those that are worth labelling first (Lewis & Gale 1994)."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence

import numpy as np
import torch

from bert_core.errors import TextError
from bert_core.finetuning.arithmetic import Floats, log_softmax
from bert_core.finetuning.batching import by_length
from bert_core.finetuning.evaluation import MOST_PIECES, run
from bert_core.finetuning.examples import Example, TaggingExample, TextExample
from bert_core.finetuning.kinds import kind_of
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.rows import collate
from bert_core.finetuning.task_files import words_of
from bert_core.queries_task import MOST_UNCERTAIN, Uncertain, UncertainText, Uncertainty
from bert_core.tokenization import Tokenizer

_KNOWN = ("single-sentence", "sentence-pair", "tagging")


class UncertainTally:
    """Reads texts batch by batch, and keeps the `most` (of MOST_UNCERTAIN) that the model is least sure of.

    Raises TextError where the model's task has no classes and no tags: labels are what can be missing.
    """

    def __init__(self, tuned: TunedModel, tokenizer: Tokenizer, measure: Uncertainty, most: int) -> None:
        if tuned.info.task not in _KNOWN:
            raise TextError(
                "Only for classes and tags can it be told which texts the model is least sure of.",
                remedy="Choose a model that is tuned to classify or to tag.",
            )
        self._tuned, self._tokenizer, self._measure = tuned, tokenizer, measure
        self._most = max(1, min(most, MOST_UNCERTAIN))
        self._heap: list[tuple[float, int, UncertainText]] = []
        self.read = 0
        self.cut = 0

    def add(self, texts: Sequence[tuple[str, str | None]], check: Callable[[], None]) -> None:
        """Look at these too: all of them, or none where `check`, called before every batch, raises."""
        tuned, info = self._tuned, self._tuned.info
        if not texts:
            return
        examples = [self._example(a, b) for a, b in texts]
        kind = kind_of(info.task)
        rows = kind.encode(self._tokenizer, examples, info)
        device, training = tuned.head.weight.device, tuned.training
        found: list[Floats] = [np.zeros(0)] * len(rows)
        tuned.eval()
        try:
            for units in by_length(rows.lengths, len(rows), MOST_PIECES):
                check()
                batch = collate(rows, units, self._tokenizer.pad_id or 0)
                with torch.inference_mode():
                    outputs = kind.outputs(run(tuned, batch, device), batch)
                for unit, values in zip(units, outputs, strict=True):
                    found[unit] = values
        finally:
            tuned.train(training)
        limit = min(info.max_length, self._tokenizer.max_length)
        for number, (example, (text_a, text_b)) in enumerate(zip(examples, texts, strict=True)):
            units_ = rows.windows(number)
            prediction = kind.decode(info, example, rows, units_, [found[units_.start]])
            logs = log_softmax(np.atleast_2d(found[units_.start])) if found[units_.start].size else None
            self.read += 1
            self.cut += int(rows.lengths[number]) == limit and self._is_longer(text_a, text_b, limit)
            tagged = isinstance(example, TaggingExample)
            entry = UncertainText(
                line=self.read,
                text=text_a,
                text_b=text_b,
                predicted=prediction.label or " ".join(prediction.tags or ()),
                confidence=prediction.confidence or 0.0,
                uncertainty=0.0 if logs is None else uncertainty(logs, self._measure),
                probabilities=() if tagged else prediction.probabilities,
                words=example.words if isinstance(example, TaggingExample) else (),
                tags=prediction.tags or (),
            )
            # Of equals the earlier one is kept.
            heapq.heappush(self._heap, (entry.uncertainty, -self.read, entry))
            if len(self._heap) > self._most:
                heapq.heappop(self._heap)

    def value(self) -> Uncertain:
        """What is known by now."""
        ranked = [entry for *_, entry in sorted(self._heap, reverse=True)]
        return Uncertain(tuple(ranked), self.read, self.cut, self._tuned.info.labels, self._measure)

    def _example(self, text_a: str, text_b: str | None) -> Example:
        if self._tuned.info.task == "tagging":
            return TaggingExample(words_of(text_a), None)
        return TextExample(text_a, text_b, None)

    def _is_longer(self, text_a: str, text_b: str | None, limit: int) -> bool:
        texts = [text_a] if text_b is None else [text_a, text_b]
        return sum(map(len, self._tokenizer.ids(texts))) + 1 + len(texts) > limit


def uncertainty(logs: Floats, measure: Uncertainty) -> float:
    """Of logarithms of probabilities [W, C]: the mean over W of the entropy in nats, or of 1 - (best - second best)."""
    chances = np.exp(logs)
    if measure == "entropy":
        return float(-(chances * np.where(chances > 0, logs, 0.0)).sum(-1).mean())
    if chances.shape[-1] < 2:
        return 0.0
    two = np.sort(chances, axis=-1)[:, -2:]
    return float((1 - (two[:, 1] - two[:, 0])).mean())
