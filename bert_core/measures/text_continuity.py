"""Whether each sentence of a text follows the one before, by the next-sentence head."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from bert_core.interventions import NONE, Interventions
from bert_core.measures.in_steps import finished
from bert_core.measures.next_scores import Score, require_next, scored
from bert_core.measures.scene_target import nothing
from bert_core.pretraining.sentences import split_sentences
from bert_core.queries import Progress
from bert_core.queries_next_sentence import MOST_RANDOM, MOST_SENTENCES, Continuity

if TYPE_CHECKING:
    from bert_core.bert import Bert

BUFFER = 64
"""Neighbours that are read at once, so that some of them are of one shape."""


def continuity(
    bert: Bert,
    sentences: Sequence[str] | str,
    *,
    interventions: Interventions | None = None,
    seed: int = 0,
    check: Callable[[], None] | None = None,
) -> Continuity:
    """p(is next) of each sentence after the one before; `Continuity.breaks` says where it is low.

    sentences      or a text, which is cut by `sentences_of`
    interventions  in force for every pair
    seed           of the pairs that do not follow each other, of which MOST_RANDOM are read to compare with
    check          called before every layer; may raise

    p = softmax(W tanh(P h_CLS + p) + b)[0]: Devlin et al. 2018, BERT, section 3.1, Task #2. A model that was trained to
    tell neighbours from sentences of other texts judges by topic for the most part: within one paragraph the random
    pairs say how little an order of sentences on one topic is worth to it.

    Raises TextError where the model has no next-sentence head or no such head of attention; ValueError for
    interventions at single pieces; MemoryShortage.
    """
    return finished(continuity_in_steps(bert, sentences, interventions or NONE, seed, check), check)


def continuity_in_steps(
    bert: Bert,
    sentences: Sequence[str] | str,
    interventions: Interventions = NONE,
    seed: int = 0,
    check: Callable[[], None] | None = None,
) -> Generator[Progress | None, None, Continuity]:
    """The same by a generator that returns it, and yields a Progress in pairs now and then, with what is known by then.

    Of a text, MOST_SENTENCES are read, and of a list all. What `check` calls off by raising Cancelled is begun again
    after a yield.
    """
    require_next(bert, interventions)
    check = check or nothing
    left_out = 0
    if isinstance(sentences, str):
        found = sentences_of(sentences)
        left_out = max(0, len(found) - MOST_SENTENCES)
        texts = tuple(found[:MOST_SENTENCES])
    else:
        texts = tuple(sentences)
    pairs = list(pairwise(texts))
    others = random_pairs(len(texts), seed)
    total, scores = len(pairs) + len(others), list[Score]()

    def now(random: Sequence[Score] = ()) -> Continuity:
        return Continuity(
            texts,
            tuple(score.log_odds for score in scores),
            tuple(score.log_odds for score in random),
            frozenset(n for n, score in enumerate(scores) if score.cut),
            left_out,
        )

    yield Progress(0, total, "pairs", now())
    for begin in range(0, len(pairs), BUFFER):
        steps = scored(bert, pairs[begin : begin + BUFFER], interventions, check)
        scores += yield from _told(steps, begin, total)
        yield Progress(len(scores), total, "pairs", now())
    apart = [(texts[first], texts[second]) for first, second in others]
    return now((yield from _told(scored(bert, apart, interventions, check), len(pairs), total)))


def _told(
    steps: Generator[int, None, list[Score]], done: int, total: int
) -> Generator[Progress | None, None, list[Score]]:
    while True:
        try:
            known = next(steps)
        except StopIteration as end:
            value: list[Score] = end.value
            return value
        yield Progress(done + known, total, "pairs") if known else None


def random_pairs(size: int, seed: int, most: int = MOST_RANDOM) -> list[tuple[int, int]]:
    """At most so many different (first, second) of which the second is neither the first nor its successor."""
    if size < 2:
        return []
    if size * size <= 4 * most:
        every = [(n, m) for n in range(size) for m in range(size) if m not in (n, n + 1)]
        return sorted(random.Random(seed).sample(every, min(most, len(every))))
    draw, found = random.Random(seed), set[tuple[int, int]]()
    while len(found) < most:
        first, second = draw.randrange(size), draw.randrange(size)
        if second not in (first, first + 1):
            found.add((first, second))
    return sorted(found)


def sentences_of(text: str) -> list[str]:
    """The sentences of a text that was pasted, by the rule that pretraining uses.

    A line break ends a sentence, unless the next line goes on with a small letter, as in text that was broken into
    lines of one length.
    """
    lines: list[str] = []
    blank = True
    for line in text.splitlines():
        stripped = line.strip()
        if stripped and not blank and stripped[0].islower():
            lines[-1] = f"{lines[-1]} {stripped}"
        elif stripped:
            lines.append(stripped)
        blank = not stripped
    return [sentence for line in lines for sentence in split_sentences(line)]
