"""Cuts a dev part off the examples: by seed and label, equal texts in one part."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Data
from bert_core.finetuning.duplicates import count_duplicates
from bert_core.finetuning.examples import ChoiceExample, Example, QuestionExample, TaggingExample, TextExample

_BINS = 10
_COMMON = 20
"""A sentence that stands in more examples than this (a fixed question, a headline) does not tie them together."""


def split(data: Data, share: float = 0.1, seed: int = 0) -> tuple[Data, Data]:
    """(train, dev): `share` of the examples for dev, the same ones for the same seed, both parts in the file's order.

    Examples with an equal text (but for capitals and blanks) come into one part: of pairs, those with a sentence in
    common; of questions, those about one context; of choices, those with one beginning. The groups are drawn so that
    dev has each class in its share: the label; of regression the tenth in which the number lies; of tagging the rarest
    kind of tag in the sentence; of questions whether there are some without an answer; of choices the right ending.
    A class of one group stays in train.

    Raises TextError where the share is not between 0 and 1, or there are not two groups to part.
    """
    if not 0 < share < 1:
        raise TextError(f"A dev share of {share} cannot be cut off: it must lie between 0 and 1.")
    groups = _groups(data.examples)
    if len(groups) < 2:
        raise TextError(
            "The examples cannot be parted into training and dev: they all have the same text.",
            where=data.path,
            remedy="Give a dev file.",
        )
    strata = _strata(data.examples)
    by_stratum: dict[Hashable, list[list[int]]] = defaultdict(list)
    for group in groups:
        by_stratum[_most_frequent([strata[at] for at in group])].append(group)
    generator = random.Random(seed)
    chosen: list[int] = []
    for quota, of_stratum in _quotas(list(by_stratum.values()), share):
        generator.shuffle(of_stratum)
        chosen += _fill(of_stratum, quota)
    if not chosen:  # each class has one group, or all are too large: one group, the smallest, all the same
        chosen = min(groups, key=len)
    dev = frozenset(chosen)
    kept = [example for at, example in enumerate(data.examples) if at not in dev]
    return _part(data, kept), replace(
        _part(data, [data.examples[at] for at in sorted(dev)]), problems=(), malformed=0, missing=0
    )


def _part(data: Data, examples: Sequence[Example]) -> Data:
    repeated = count_duplicates(examples)
    return replace(
        data, examples=tuple(examples), duplicates=repeated.same, contradictory=repeated.contradictory
    )


def _quotas(strata: list[list[list[int]]], share: float) -> list[tuple[int, list[list[int]]]]:
    """How many examples of each stratum go to dev: its share, rounded to the right sum; one group of two at least."""
    sizes = [sum(map(len, groups)) for groups in strata]
    exact = [size * share for size in sizes]
    quotas = [int(number) for number in exact]
    rest = round(sum(exact)) - sum(quotas)
    by_fraction = sorted(range(len(strata)), key=lambda at: quotas[at] - exact[at])
    for at in by_fraction[:rest]:
        quotas[at] += 1
    for at, groups in enumerate(strata):
        if len(groups) < 2:
            quotas[at] = 0
        elif not quotas[at]:
            quotas[at] = min(map(len, groups))
    return list(zip(quotas, strata, strict=True))


def _fill(groups: list[list[int]], quota: int) -> list[int]:
    """Groups in the drawn order, each where it still fits; one group at least stays behind."""
    chosen: list[int] = []
    taken = 0
    for group in groups:
        if taken < len(groups) - 1 and len(chosen) + len(group) <= quota:
            chosen += group
            taken += 1
    return chosen


def _groups(examples: Sequence[Example]) -> list[list[int]]:
    """The examples' numbers, those with an equal text together, in the order of their first."""
    keys = [_texts(example) for example in examples]
    counts = Counter(key for pair in keys for key in set(pair))
    parent = list(range(len(examples)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    first: dict[Hashable, int] = {}
    for at, pair in enumerate(keys):
        # A common sentence ties nothing, but the whole pair always does.
        ties = [key for key in pair if counts[key] <= _COMMON or len(pair) == 1]
        for key in (*ties, pair):
            other = first.setdefault(key, at)
            parent[root(at)] = root(other)
    groups: dict[int, list[int]] = defaultdict(list)
    for at in range(len(examples)):
        groups[root(at)].append(at)
    return list(groups.values())


def _texts(example: Example) -> tuple[Hashable, ...]:
    if isinstance(example, TextExample):
        texts = (example.text_a,) if example.text_b is None else (example.text_a, example.text_b)
    elif isinstance(example, TaggingExample):
        texts = (" ".join(example.words),)
    elif isinstance(example, QuestionExample):
        texts = (example.context,)
    else:
        texts = (f"{example.context} {example.start}",)
    return tuple(" ".join(text.casefold().split()) for text in texts)


def _strata(examples: Sequence[Example]) -> list[Hashable]:
    first = examples[0]
    if isinstance(first, TextExample):
        labels = [example.label for example in examples if isinstance(example, TextExample)]
        numbers = [label for label in labels if isinstance(label, float)]
        return list(_tenths(numbers)) if len(numbers) == len(labels) else list(labels)
    if isinstance(first, TaggingExample):
        kinds = [
            {kind_of(tag) for tag in example.tags or ()}
            for example in examples
            if isinstance(example, TaggingExample)
        ]
        counts = Counter(kind for found in kinds for kind in found)
        return [min(found, key=lambda kind: (counts[kind], kind), default="O") for found in kinds]
    if isinstance(first, QuestionExample):
        contexts = {e.context for e in examples if isinstance(e, QuestionExample) and e.answers == ()}
        return [isinstance(e, QuestionExample) and e.context in contexts for e in examples]
    return [example.label for example in examples if isinstance(example, ChoiceExample)]


def kind_of(tag: str) -> str:
    """The kind of entity without its place in it: "PER" of "B-PER"; "O" and bare tags as they are."""
    return tag[2:] if len(tag) > 2 and tag[1] == "-" and tag[0] in "BIESLUM" else tag


def _tenths(numbers: list[float]) -> list[int]:
    """In which tenth of the numbers each lies; equal numbers in the same."""
    ordered = sorted(numbers)
    edges = [ordered[len(ordered) * part // _BINS] for part in range(1, _BINS)]
    return [bisect_right(edges, number) for number in numbers]


def _most_frequent(strata: list[Hashable]) -> Hashable:
    return Counter(strata).most_common(1)[0][0]
