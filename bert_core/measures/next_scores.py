"""p(is next) of many pairs at once, with the changes to the model in force."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import torch

from bert_core.errors import TextError
from bert_core.interventions import Interventions
from bert_core.measures.batched_reading import BatchedReading, linear
from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.in_steps import retried

if TYPE_CHECKING:
    from bert_core.bert import Bert

TOGETHER = 16
"""Pairs that are cut into pieces between two yields."""

Pair = tuple[str, str]


class Score(NamedTuple):
    """ln p(is next) - ln p(not next), and whether the model did not take all of the pair."""

    log_odds: float
    cut: bool


def require_next(bert: Bert, changes: Interventions) -> None:
    """Raises TextError where the model says nothing about next sentences; ValueError for changes at single pieces."""
    if bert.module.nsp is None:
        raise TextError(
            "This model has no next-sentence head.",
            remedy="Load a checkpoint that kept its pretraining heads, such as mini-en or bert-base-uncased.",
        )
    if changes.positions:
        raise ValueError("changes at single pieces mean other pieces in every pair")
    config = bert.config
    for layer, head in changes.heads_off:
        if layer >= config.num_hidden_layers or head >= config.num_attention_heads:
            raise TextError(f"There is no head L{layer + 1}-H{head + 1} to switch off in this model.")


def scored(
    bert: Bert, pairs: Sequence[Pair], changes: Interventions, check: Callable[[], None]
) -> Generator[int, None, list[Score]]:
    """The scores of the pairs, in their order, by a generator that yields how many are known and returns them.

    Pairs of the same shape are read together, without padding, in float32: equal to their traces but for the order of
    sums, and in a bfloat16 model but for the rounding of these. The last layer is computed at [CLS] only. A batch that
    `check` calls off by raising Cancelled is begun again after a yield. Raises MemoryShortage.
    """
    shapes: dict[tuple[int, ...], list[int]] = {}
    ids: list[Sequence[int]] = []
    cut: list[bool] = []
    for n, (first, second) in enumerate(pairs):
        encoding = bert.tokenizer.encode(first, second)
        ids.append(encoding.ids)
        cut.append(any(encoding.left_out))
        shapes.setdefault(tuple(encoding.segment_ids), []).append(n)
        if n % TOGETHER == TOGETHER - 1:
            yield 0
    found, done = [0.0] * len(pairs), 0
    for segments, members in sorted(shapes.items()):
        begin = 0
        while begin < len(members):
            read = partial(_batch, bert, segments, changes, check, ids, members[begin:])
            odds: list[float] = yield from _counting(done, read)
            for n, log_odds in zip(members[begin:], odds, strict=False):
                found[n] = log_odds
            begin += len(odds)
            done += len(odds)
            yield done
    return [Score(*pair) for pair in zip(found, cut, strict=True)]


def _counting(done: int, step: Callable[[], list[float]]) -> Generator[int, None, list[float]]:
    """`retried`, with a number for each yield."""
    steps = retried(step)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: list[float] = end.value
            return value
        yield done


def _batch(
    bert: Bert,
    segments: Sequence[int],
    changes: Interventions,
    check: Callable[[], None],
    ids: Sequence[Sequence[int]],
    members: Sequence[int],
) -> list[float]:
    """Log odds of as many of the members, from the first on, as are read at once."""
    pooler, head = bert.module.pooler, bert.module.nsp
    assert pooler is not None and head is not None
    with enough_memory(f"read pairs of {len(segments)} pieces"), torch.inference_mode():
        reading = BatchedReading(bert, segments, changes, check)
        batch = reading.batch(1, gradients=False, logits=False)
        words = reading.words([ids[n] for n in members[:batch]])
        first = reading.hidden(words, [0])[:, 0]
        logits = linear(head.seq_relationship, torch.tanh(linear(pooler.dense, first))).cpu().double()
        odds: list[float] = (logits[:, 0] - logits[:, 1]).tolist()
        return odds
