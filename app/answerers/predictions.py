"""Answers what is asked about predictions of words."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bert_core.explanations import LayerLens, MaskFilling, Ranking, WordScore
from bert_core.queries import Progress, Query
from bert_core.queries_predictions import FillMasks, FindRanked, Found, Lens, WordScores
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core import Bert

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""

Steps = Generator[Progress | None, None, object]

AT_ONCE = 64
"""Hidden states: fewer are read in one go, more step by step, so many in each."""


def lens(bert: Bert, trace: Trace, query: Query, check: Check) -> LayerLens | Steps | None:
    """A few pieces at once, else some after the other; what is known by then comes along."""
    from bert_core.measures.head_on_layers import layer_lens  # it needs torch, which is there by now

    assert isinstance(query, Lens)
    places = query.places(trace.masked, len(trace.tokens))
    if not places:
        return None
    step = max(1, AT_ONCE // len(trace.hidden_states))

    def part(begin: int) -> LayerLens:
        some = places[begin : begin + step]
        return layer_lens(bert, trace, some, query.top_k, words=query.words, check=check)

    return part(0) if len(places) <= step else _lens_in_steps(part, len(places), step)


def _lens_in_steps(part: Callable[[int], LayerLens], total: int, step: int) -> Steps:
    parts: list[LayerLens] = []
    for begin in range(0, total, step):
        parts.append(part(begin))
        done = min(total, begin + step)
        if done < total:
            yield Progress(done, total, "lens", joined(parts))
    return joined(parts)


def joined(parts: list[LayerLens]) -> LayerLens:
    """One lens of the positions of several, in their order."""

    def of(name: str) -> NDArray[Any]:
        array: NDArray[Any] = np.concatenate([getattr(part, name) for part in parts], axis=1)
        array.flags.writeable = False
        return array

    if len(parts) == 1:
        return parts[0]
    return LayerLens(
        positions=tuple(position for part in parts for position in part.positions),
        ids=of("ids"),
        probabilities=of("probabilities"),
        entropies=of("entropies"),
        final_ranks=of("final_ranks"),
        final_probabilities=of("final_probabilities"),
        words=parts[0].words,
        word_ranks=of("word_ranks"),
        word_probabilities=of("word_probabilities"),
    )


def word_scores(bert: Bert, trace: Trace, query: Query, check: Check) -> tuple[WordScore, ...]:
    """The text is read anew for words of several pieces."""
    from bert_core.measures.word_scores import scene_word_scores

    assert isinstance(query, WordScores)
    if query.position >= len(trace.tokens) or not query.words:
        return ()
    return scene_word_scores(bert, trace.scene, query.position, query.words, query.method, check)


def fill_masks(bert: Bert, trace: Trace, query: Query, check: Check) -> MaskFilling | None:
    """One reading for each mask."""
    from bert_core.measures.mask_filling import scene_mask_filling

    assert isinstance(query, FillMasks)
    return scene_mask_filling(bert, trace.scene, query.order, check) if trace.masked else None


class Rankings:
    """The last ranking is kept for as long as its trace: a person types several letters to find a piece in it."""

    def __init__(self) -> None:
        self._known: weakref.WeakKeyDictionary[Trace, Ranking] = weakref.WeakKeyDictionary()

    def find(self, bert: Bert, trace: Trace, query: Query, check: Check) -> Found | None:
        """What holds the text, the best first."""
        from bert_core.measures.ranked_pieces import ranking

        assert isinstance(query, FindRanked)
        if trace.logits is None or query.position not in trace.logits:
            return None
        known = self._known.get(trace)
        if known is None or known.position != query.position:
            known = ranking(trace, query.position)
            self._known.clear()
            self._known[trace] = known
        check()
        found = known.search(query.text, len(known.vocabulary))
        return Found(tuple(found[: query.limit]), len(found), len(known.vocabulary))


ANSWERERS: dict[type[Query], Callable[[Bert, Trace, Query, Check], object]] = {
    Lens: lens,
    WordScores: word_scores,
    FillMasks: fill_masks,
    FindRanked: Rankings().find,
}
