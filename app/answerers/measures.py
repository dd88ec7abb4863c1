"""Answers what is asked about all heads of a model, over the present text or a set of them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from bert_core.errors import Cancelled, TextError
from bert_core.measures.attention_distance import distance
from bert_core.measures.attention_entropy import entropy
from bert_core.measures.head_patterns import PatternTally, patterns
from bert_core.measures.head_similarity import head_map, similarity_in_steps
from bert_core.measures.measure_tally import MeasureTally
from bert_core.measures.separator_weight import separator_share
from bert_core.pattern import Pattern
from bert_core.queries import Progress, Query
from bert_core.queries_measures import (
    MOST_MAPPED,
    Floats,
    HeadImportance,
    HeadMeasures,
    HeadPlaces,
    SetImportance,
    SetMeasured,
    SetMeasures,
    Source,
    TextHeadPlaces,
    TextMeasures,
    Texts,
    TextSeparatorNorms,
)
from bert_core.scene import Scene
from bert_core.sentence_lines import Line, read_sentences
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core import Bert

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""

Steps = Generator[Progress | None, None, object]

AT_ONCE = 4_000_000
"""Of so many weights at most, measures are an answer at once; of more, the first come before the others."""

Value = TypeVar("Value")

TELL_AFTER = 0.25
"""Seconds between two words on how far a long query has come."""

PACE = 0.2
"""Seconds that a batch of gradients may take, about, or one example where that takes longer: so long a key waits."""

_COUNTED = 512  # lines between two yields


def text_measures(bert: Bert, trace: Trace, query: Query, check: Check) -> HeadMeasures | Steps:
    """What takes some 25 ms for 144 heads of 128 pieces, and sixteen times that for 512: what is known first, first."""
    steps = _measuring(trace, check)
    return steps if trace.attentions.size > AT_ONCE else _whole(steps)


def _measuring(trace: Trace, check: Check) -> Generator[Progress | None, None, HeadMeasures]:
    found, special = trace.attentions, [token.special for token in trace.tokens]
    unknown = np.full(found.shape[:2], np.nan)
    entropies, shares = entropy(found), separator_share(found, trace.tokens)
    check()
    yield Progress(1, 3, "measuring", _measures(entropies, (unknown, unknown.copy()), shares, []))
    distances = distance(found), distance(found, special)
    check()
    yield Progress(2, 3, "measuring", _measures(entropies, distances, shares, []))
    return _measures(entropies, distances, shares, patterns(found, trace.tokens))


def text_separator_norms(bert: Bert, trace: Trace, query: Query, check: Check) -> Floats | Steps:
    """Layer by layer."""
    steps = _weighing(bert, trace, check)
    return steps if trace.attentions.size > AT_ONCE else _whole(steps)


def _weighing(bert: Bert, trace: Trace, check: Check) -> Generator[Progress | None, None, Floats]:
    from bert_core.measures.separator_norm import layer_shares  # it needs torch, which is there by now

    shares = []
    for share in layer_shares(bert, trace):
        check()
        yield None
        shares.append(share)
    return _frozen(np.stack(shares))


def _whole(steps: Generator[Progress | None, None, Value]) -> Value:
    """The value at the end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: Value = end.value
            return value


def text_head_places(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """Block of queries by block: half a second for 144 heads of 128 pieces, and sixteen times that for 512."""
    return head_places((yield from similarity_in_steps(trace.attentions)))


def set_measures(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """One text after the other; what is broken off for a key is read again."""
    from bert_core.measures.separator_norm import layer_shares

    assert isinstance(query, SetMeasures)
    del trace  # it is of the text on screen, and may be large
    total = yield from counted(query.source)
    clock = Clock(total, "measuring")
    yield clock.progress(0)
    tally, named = MeasureTally(with_similarity=False), PatternTally()
    norms, compared = _Mean(), _Mean()
    truncated = 0

    def so_far(places: HeadPlaces | None) -> SetMeasured:
        distances = tally.distance(), tally.distance(specials=False)
        measures = _measures(tally.entropy(), distances, tally.separator_share(), named.patterns())
        return SetMeasured(measures, norms.value(), places, tally.texts, compared.count, truncated)

    for line in texts_of(query.source):
        one = yield from _traced(bert, line, check)
        truncated += line.cut or any(one.left_out)
        tally.add(one.attentions, one.tokens)
        named.add(one.attentions, one.tokens)
        yield None
        shares = []
        for share in layer_shares(bert, one):
            yield None
            shares.append(share)
        norms.add(np.stack(shares))
        if compared.count < MOST_MAPPED:
            compared.add((yield from similarity_in_steps(one.attentions)))
        if clock.is_time():
            yield clock.progress(tally.texts, so_far(None))
    return so_far(head_places(compared.value()))


def set_importance(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """Batch by batch; one that is under way cannot be broken off, and a key waits for it."""
    from bert_core.measures.gated_importance import Example, importances

    assert isinstance(query, SetImportance)
    del trace
    total = yield from counted(query.source)
    clock = Clock(total, "gradients")
    yield clock.progress(0)
    found = None
    examples = (Example(*line[:2]) for line in texts_of(query.source))
    for found in importances(bert, examples, pace=PACE):
        value = HeadImportance(_frozen(found.heads.copy()), found.done, found.used)
        yield clock.progress(found.done, value) if clock.is_time() else None
    if found is None or not found.used:
        raise TextError(
            "There is nothing to measure importance on: no text has a word to mask, and no pair is asked about.",
            remedy="Choose texts with words in them.",
        )
    return value


ANSWERERS: dict[type[Query], Callable[[Bert, Trace, Query, Check], object]] = {
    TextMeasures: text_measures,
    TextSeparatorNorms: text_separator_norms,
    TextHeadPlaces: text_head_places,
    SetMeasures: set_measures,
    SetImportance: set_importance,
}


def head_places(divergences: Floats) -> HeadPlaces:
    """The heads on a plane, by the divergences [N, N] between them, and how much of the variance that keeps.

    All of it is the trace of the matrix whose eigenvectors make the plane, see `head_map`: N m / 2, where m is the
    mean of the divergences.
    """
    places = head_map(divergences)
    variance = len(divergences) * float(divergences.mean()) / 2
    kept = float((places**2).sum()) / variance if variance > 0 else float("nan")
    return HeadPlaces(_frozen(places), kept)


def _traced(bert: Bert, line: Line, check: Check) -> Generator[None, None, Trace]:
    """The text as the model reads it, unchanged; it makes way between two layers, and then begins again."""

    def cancelled() -> bool:
        check()
        return False

    while True:
        try:
            return bert.trace_scene(Scene(bert.model_id, line.text_a, line.text_b), cancelled=cancelled)
        except Cancelled:
            yield None


def counted(source: Source) -> Generator[Progress | None, None, int]:
    """How many texts there are. A file is read once for that, so that whatever is wrong with it is said at once."""
    clock, count = Clock(None, "counting"), 0
    for count, _ in enumerate(texts_of(source), 1):
        if count % _COUNTED == 0:
            yield clock.progress(count) if clock.is_time() else None
    if count:
        return count
    what, remedy = "There is no text in it.", "Choose a file with a sentence on each line."
    raise TextError(what, where=None if isinstance(source, Texts) else source.path, remedy=remedy)


def texts_of(source: Source) -> Iterator[Line]:
    """The texts of a set, one by one."""
    if isinstance(source, Texts):
        return (Line(a, b if b and b.strip() else None) for a, b in source.pairs)
    return read_sentences(Path(source.path))


class Clock:
    """When it is time to tell how far a query has come."""

    def __init__(self, total: int | None, words: str) -> None:
        self.total, self._words = total, words
        self._told = monotonic()

    def is_time(self) -> bool:
        """Whether the last word is long enough ago."""
        return monotonic() - self._told >= TELL_AFTER

    def progress(self, done: int, value: object = None) -> Progress:
        """So far it has come now."""
        self._told = monotonic()
        return Progress(done, self.total, self._words, value)


class _Mean:
    """Of arrays of one shape, each entry over those that have a number there."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = self._numbers = np.zeros(())

    def add(self, values: Floats) -> None:
        """One more."""
        known = ~np.isnan(values)
        self._sum = self._sum + np.where(known, values, 0.0)
        self._numbers = self._numbers + known
        self.count += 1

    def value(self) -> Floats:
        """The mean; NaN where there was no number yet."""
        return _frozen(
            np.divide(self._sum, self._numbers, out=np.full(self._sum.shape, np.nan), where=self._numbers > 0)
        )


def _measures(
    entropies: Floats, distances: tuple[Floats, Floats], shares: Floats, names: list[list[Pattern]]
) -> HeadMeasures:
    return HeadMeasures(
        _frozen(entropies),
        _frozen(distances[0]),
        _frozen(distances[1]),
        _frozen(shares),
        tuple(tuple(layer) for layer in names),
    )


def _frozen(array: Floats) -> Floats:
    array.flags.writeable = False
    return array
