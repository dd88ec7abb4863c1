"""Answers which sentence comes next, and whether a text hangs together, step by step."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from bert_core.errors import TextError
from bert_core.queries import Progress, Query
from bert_core.queries_measures import Source, Texts
from bert_core.queries_next_sentence import (
    ContinuityOf,
    RankCandidates,
    Ranking,
    RankSentences,
    SwappedScore,
)
from bert_core.queries_search import Passage
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core import Bert

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""

Steps = Generator[Progress | None, None, object]

TELL_AFTER = 0.2
"""Seconds between two words on how far it is."""


def swapped_score(bert: Bert, trace: Trace, query: Query, check: Check) -> float | None:
    """One pass without its attention maps; it is what the panel shows once the sentences are swapped."""
    from bert_core.measures.swapped_score import (
        swapped_score as found,
    )  # it needs torch, which is there by now

    scene = trace.scene
    alone = scene.second is None or not scene.text_a.strip()
    return None if trace.nsp is None or alone else found(bert, scene, check)


def rank_candidates(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """Begun anew with every text; a batch that a key calls off is not finished."""
    from bert_core.measures.sentence_ranking import ranked_in_steps

    assert isinstance(query, RankCandidates)
    text_a, changes = trace.scene.text_a, trace.scene.interventions.moved({})
    passages = (Passage(text, None, 0, n, n + 1) for n, text in enumerate(query.candidates))
    steps = ranked_in_steps(bert, text_a, passages, query.own, changes, None, check)
    return (yield from _told(steps, len(query.candidates)))


def rank_sentences(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """A file is looked through for its mistakes first."""
    from bert_core.corpus_search.passages import passages_of, read_passages
    from bert_core.measures.sentence_ranking import ranked_in_steps

    assert isinstance(query, RankSentences)
    del trace
    source = query.source
    yield from _checked(source)
    if isinstance(source, Texts):
        passages, total = passages_of(source.pairs), len(source.pairs)
    else:
        passages, total = read_passages(Path(source.path)), source.size
    steps = ranked_in_steps(bert, query.text_a, passages, query.own, query.interventions, query.most, check)
    ranking = yield from _told(steps, total)
    assert isinstance(ranking, Ranking)
    return replace(ranking, changed=source.is_changed)


def continuity_of(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """It does not hang on the text that is read."""
    from bert_core.measures.text_continuity import continuity_in_steps

    assert isinstance(query, ContinuityOf)
    del trace
    return (yield from _told(continuity_in_steps(bert, query.text, query.interventions, query.seed, check)))


ANSWERERS: dict[type[Query], Callable[[Bert, Trace, Query, Check], object]] = {
    SwappedScore: swapped_score,
    RankCandidates: rank_candidates,
    RankSentences: rank_sentences,
    ContinuityOf: continuity_of,
}


def _told(
    steps: Generator[Progress | None, None, object], total: int | None = None
) -> Generator[Progress | None, None, object]:
    """Not more often than is of use; what is known by then comes along with the next word.

    total  where the steps do not know
    """
    told, value = monotonic(), None
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return end.value
        if step is None:
            yield None
            continue
        value = step.value if step.value is not None else value
        if monotonic() - told < TELL_AFTER:
            yield None
            continue
        told = monotonic()
        whole = step.total if total is None else max(total, step.done)
        yield replace(step, total=whole, value=value)


def _checked(source: Source) -> Generator[Progress | None, None, None]:
    """Read a file once, so that whatever is wrong with it is said before long work."""
    from bert_core.corpus_search.passages import check_text

    if isinstance(source, Texts):
        if not any((text or "").strip() for pair in source.pairs for text in pair):
            raise TextError("There is no text in it.", remedy="Choose a text file with sentences in it.")
        return
    told = monotonic()
    for at in check_text(Path(source.path)):
        if monotonic() - told >= TELL_AFTER:
            told = monotonic()
            yield Progress(at, None, "checking")
