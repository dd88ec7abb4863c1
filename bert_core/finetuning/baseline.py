"""What is reached without learning to read: the commonest class, the mean, each word's usual tag, a likely sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
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
from bert_core.finetuning.squad_scores import f1

_T = TypeVar("_T", str, int)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_WORD = re.compile(r"\w+")
_TRIED = 1000
"""Training questions over which the two ways to answer are compared."""


def baseline(train: Data, dev: Data) -> dict[str, float]:
    """The dev set's figures for answers that need no model.

    Classes, choices   the commonest of training
    Numbers            the mean of training
    Tags               for each word its commonest tag in training; for a word unknown there, the commonest tag
    Questions          no answer, or the sentence that shares most words with the question: the one of the two
                       that has the higher F1 in training
    """
    answer = _answering(train.examples)
    predictions = [answer(example) for example in dev.examples]
    return dict(measure(train.task, dev.examples, predictions, train.labels).metrics)


def _answering(train: Sequence[Example]) -> Callable[[Example], Prediction]:
    labels: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    tags_of: dict[str, Counter[str]] = {}
    choices: Counter[int] = Counter()
    numbers: list[float] = []
    for example in train:
        if isinstance(example, TextExample):
            if isinstance(example.label, str):
                labels[example.label] += 1
            elif example.label is not None:
                numbers.append(example.label)
        elif isinstance(example, TaggingExample):
            for word, tag in zip(example.words, example.tags or (), strict=False):
                tags[tag] += 1
                tags_of.setdefault(word, Counter())[tag] += 1
        elif isinstance(example, ChoiceExample) and example.label is not None:
            choices[example.label] += 1
    usual = {word: _commonest(counts) for word, counts in tags_of.items()}
    answer = _answering_questions([example for example in train if isinstance(example, QuestionExample)])

    def predict(example: Example) -> Prediction:
        match example:
            case TextExample():
                return Prediction(value=fmean(numbers)) if numbers else Prediction(label=_commonest(labels))
            case TaggingExample():
                return Prediction(tags=_tagged(example.words, usual, _commonest(tags)))
            case ChoiceExample():
                return Prediction(choice=min(_commonest(choices), len(example.endings) - 1))
            case QuestionExample():
                return Prediction(answer=answer(example))

    return predict


def _tagged(words: Sequence[str], usual: Mapping[str, str], other: str) -> tuple[str, ...]:
    return tuple(usual.get(word, other) for word in words)


def _answering_questions(train: Sequence[QuestionExample]) -> Callable[[QuestionExample], str]:
    """The better of two ways to answer; no answer only where training has questions without one."""

    def none(_example: QuestionExample) -> str:
        return ""

    def mean(answer: Callable[[QuestionExample], str]) -> float:
        asked = islice((example for example in train if example.answers is not None), _TRIED)
        scores = [f1(answer(example), [right.text for right in example.answers or ()]) for example in asked]
        return fmean(scores) if scores else 0.0

    return none if mean(none) > mean(_likely_sentence) else _likely_sentence


def _likely_sentence(example: QuestionExample) -> str:
    """The sentence of the context that shares most words with the question; of equal ones, the first."""
    asked = set(_WORD.findall(example.question.lower()))
    sentences = _SENTENCE_END.split(example.context)
    return max(sentences, key=lambda sentence: len(asked & set(_WORD.findall(sentence.lower()))))


def _commonest(counts: Counter[_T]) -> _T:
    """Of two that are equally common, the first by name."""
    return min(counts, key=lambda item: (-counts[item], item))
