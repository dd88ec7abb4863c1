"""What an answer reaches that never looks at the text: the commonest class, the mean, the usual tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean
from typing import TypeVar

from bert_core.finetuning.data_values import Data
from bert_core.finetuning.examples import (
    ChoiceExample,
    Example,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.metrics import measure
from bert_core.finetuning.predictions import Prediction

_T = TypeVar("_T", str, int)


def baseline(train: Data, dev: Data) -> dict[str, float]:
    """The dev set's figures for the one answer that is commonest in training; of numbers, for their mean.

    Of questions that is "no answer" if any has none, else the context's first three words.
    """
    predictions = _predictions(train.examples, dev.examples)
    return dict(measure(train.task, dev.examples, predictions, train.labels).metrics)


def _predictions(train: Sequence[Example], dev: Sequence[Example]) -> list[Prediction]:
    labels: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    choices: Counter[int] = Counter()
    numbers: list[float] = []
    answerless = False
    for example in train:
        if isinstance(example, TextExample):
            if isinstance(example.label, str):
                labels[example.label] += 1
            elif example.label is not None:
                numbers.append(example.label)
        elif isinstance(example, TaggingExample):
            tags.update(example.tags or ())
        elif isinstance(example, ChoiceExample):
            if example.label is not None:
                choices[example.label] += 1
        elif example.answers == ():
            answerless = True
    found = []
    for example in dev:
        match example:
            case TextExample():
                found.append(
                    Prediction(value=fmean(numbers)) if numbers else Prediction(label=_commonest(labels))
                )
            case TaggingExample():
                found.append(Prediction(tags=(_commonest(tags),) * len(example.words)))
            case ChoiceExample():
                found.append(Prediction(choice=min(_commonest(choices), len(example.endings) - 1)))
            case QuestionExample():
                found.append(Prediction(answer="" if answerless else " ".join(example.context.split()[:3])))
    return found


def _commonest(counts: Counter[_T]) -> _T:
    """Of two that are equally common, the first by name."""
    return min(counts, key=lambda item: (-counts[item], item))
