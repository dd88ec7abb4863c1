"""Examples that repeat one another, in one set or in two."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from bert_core.finetuning.data_values import Data
from bert_core.finetuning.examples import Example, QuestionExample, TaggingExample, TextExample


@dataclass(frozen=True)
class Repeated:
    """Examples that repeat an earlier one: `same` with the same label, `contradictory` with another one."""

    same: int
    contradictory: int


def asked(example: Example) -> Hashable:
    """What the example is about, without its label."""
    if isinstance(example, TextExample):
        return example.text_a, example.text_b
    if isinstance(example, TaggingExample):
        return example.words
    if isinstance(example, QuestionExample):
        return example.question, example.context
    return example.context, example.start, example.endings


def answer(example: Example) -> Hashable:
    """Its label, tags or answers."""
    if isinstance(example, TaggingExample):
        return example.tags
    if isinstance(example, QuestionExample):
        return example.answers
    return example.label


def count_duplicates(examples: Iterable[Example]) -> Repeated:
    """How many examples repeat an earlier one."""
    seen: dict[Hashable, Hashable] = {}
    more: dict[Hashable, set[Hashable]] = {}  # further labels of those that contradict each other
    same = contradictory = 0
    for example in examples:
        key, label = asked(example), answer(example)
        if key not in seen:
            seen[key] = label
        elif seen[key] == label or label in more.get(key, ()):
            same += 1
        else:
            contradictory += 1
            more.setdefault(key, set()).add(label)
    return Repeated(same, contradictory)


def shared_texts(train: Data, dev: Data) -> int:
    """How many examples of `dev` ask what is asked in `train`, too: their figures say less of unseen text."""
    known = {asked(example) for example in train.examples}
    return sum(asked(example) in known for example in dev.examples)
