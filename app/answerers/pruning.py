"""Answers what removing heads one after the other does, over a set of texts or on one."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import numpy as np

from app.answerers.measures import Check, Clock, Steps, counted, texts_of
from bert_core.errors import Cancelled, TextError
from bert_core.queries import Effect, Query
from bert_core.queries_pruning import (
    ACCURACY,
    IS_NEXT,
    KL,
    LOSS,
    MASKED,
    NEXT,
    Floats,
    PruneCurve,
    SetPruning,
    TextPruning,
)
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core import Bert
    from bert_core.measures.head_pruning import PruneLosses, PruneTally

MOST_UNFINISHED = 8
"""So many curves that were broken off are kept, to go on with; each is a few kilobytes."""


class Unfinished:
    """What curves had come to when they were broken off, of the model in force."""

    def __init__(self) -> None:
        self._bert: Callable[[], Bert | None] = lambda: None
        self._tallies: dict[Query, PruneTally] = {}

    def of(self, bert: Bert, query: Query) -> PruneTally:
        """What there is of this curve by now, to be gone on with."""
        from bert_core.measures.head_pruning import PruneTally  # it needs torch, which is there by now

        if self._bert() is not bert:
            self._bert = weakref.ref(bert)
            self._tallies.clear()
        tally = self._tallies.pop(query) if query in self._tallies else PruneTally()
        self._tallies[query] = tally
        for old in list(self._tallies)[:-MOST_UNFINISHED]:
            del self._tallies[old]
        return tally

    def finish(self, query: Query) -> None:
        """It is done, or cannot be."""
        self._tallies.pop(query, None)


UNFINISHED = Unfinished()


def set_pruning(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """One text at one point after the other; what is broken off for a key is read again."""
    from bert_core.measures.gated_importance import Example
    from bert_core.measures.head_pruning import prune_counts, prune_losses

    assert isinstance(query, SetPruning)
    del trace  # it is of the text on screen, and may be large
    texts = yield from counted(query.source)
    clock = Clock(texts * len(prune_counts(len(query.order))), "pruning")
    tally = UNFINISHED.of(bert, query)
    examples = (Example(*line[:2]) for line in texts_of(query.source))
    found: PruneLosses | None = None
    steps = prune_losses(bert, examples, query.order, head_off=query.head_off, check=check, tally=tally)
    for step in steps:
        found = step or found
        if found is None:
            yield clock.progress(0) if clock.is_time() else None
        elif clock.is_time() or found.readings in (1, clock.total):
            yield clock.progress(found.readings, _of_set(found))
        else:
            yield None
    UNFINISHED.finish(query)
    if found is None or not found.texts:
        raise TextError(
            "There is nothing to measure pruning on: no text has a word to mask, and no pair is asked about.",
            remedy="Choose texts with words in them.",
        )
    return _of_set(found)


def text_pruning(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """Point by point, both ends first; what is broken off for a key is read again."""
    from bert_core.measures.head_pruning import coarse_to_fine, prune_counts, traced_without
    from bert_core.measures.intervention_effect import effect

    assert isinstance(query, TextPruning)
    del trace
    counts = tuple(prune_counts(len(query.order)))
    clock = Clock(len(counts), "pruning")
    lines: dict[str, Floats] = {}
    before: Trace | None = None
    for done, point in enumerate(coarse_to_fine(len(counts)), 1):
        after = yield from _patiently(
            lambda removed=counts[point]: traced_without(bert, query.scene, query.order, removed, check)  # type: ignore[misc]
        )
        before = before or after
        for name, value in _values(effect(before, after), paired=query.scene.second is not None).items():
            lines.setdefault(name, np.full(len(counts), np.nan))[point] = value
        yield clock.progress(done, _curve(counts, lines, 1)) if clock.is_time() or done == 2 else None
    if not lines:
        raise TextError(
            "There is nothing to see pruning on: no word is masked, and no next sentence is asked about.",
            remedy="Mask a word, or add a second sentence.",
        )
    return _curve(counts, lines, 1)


ANSWERERS: dict[type[Query], Callable[[Bert, Trace, Query, Check], object]] = {
    SetPruning: set_pruning,
    TextPruning: text_pruning,
}


def _patiently(read: Callable[[], Trace]) -> Generator[None, None, Trace]:
    """It makes way between two layers, and then begins again."""
    while True:
        try:
            return read()
        except Cancelled:
            yield None


def _values(found: Effect, *, paired: bool) -> dict[str, float]:
    """What the lines of a text have at one point."""
    values: dict[str, float] = {}
    if found.masks:
        values[KL] = float(np.mean([mask.kl for mask in found.masks]))
    if len(found.masks) > 1:
        values |= {f"{KL}-{mask.position}": mask.kl for mask in found.masks}
    if paired and found.next_after is not None:
        values[IS_NEXT] = found.next_after
    return values


def _of_set(found: PruneLosses) -> PruneCurve:
    lines = {LOSS: found.loss, MASKED: found.masked, NEXT: found.following, ACCURACY: found.accuracy}
    if np.isnan(found.masked).all() or np.isnan(found.following).all():
        del lines[MASKED], lines[NEXT]  # the loss is one of them
    kept = {name: line for name, line in lines.items() if not np.isnan(line).all()}
    return _curve(found.counts, kept, found.texts)


def _curve(counts: tuple[int, ...], lines: dict[str, Floats], texts: int) -> PruneCurve:
    """A value that shares nothing with what goes on."""
    frozen = {}
    for name, line in lines.items():
        frozen[name] = line.copy()
        frozen[name].flags.writeable = False
    return PruneCurve(counts, frozen, texts)
