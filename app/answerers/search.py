"""Answers what is searched for in a corpus, step by step, so that keys slip in between."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from bert_core.errors import TextError
from bert_core.queries import Progress, Query
from bert_core.queries_measures import Source, Texts
from bert_core.queries_search import AttentionExamples, Found, NearestPieces
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core import Bert
    from bert_core.corpus_search import Search

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""

Steps = Generator[Progress | None, None, object]

TELL_AFTER = 0.25
"""Seconds between two words on how far a search has come."""


def attention_examples(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """Where a head attends most strongly."""
    from bert_core.corpus_search import HeadSearch  # it needs torch, which is there by now

    assert isinstance(query, AttentionExamples)
    del trace, check  # a step is so short that nothing has to be broken off
    yield from _checked(query.source)
    search = HeadSearch(bert, query.layer, query.head, query.pattern, query.most)
    return (yield from _driven(search, query.source, paired=query.pattern.reads_pairs))


def nearest_pieces(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """Which pieces are nearest by hidden state."""
    from bert_core.corpus_search import StateSearch

    assert isinstance(query, NearestPieces)
    del trace

    def cancelled() -> bool:
        check()
        return False

    yield from _checked(query.source)
    search = StateSearch(
        bert, query.scene, query.position, query.layer, query.words, query.most, cancelled=cancelled
    )
    return (yield from _driven(search, query.source, paired=False))


ANSWERERS: dict[type[Query], Callable[[Bert, Trace, Query, Check], object]] = {
    AttentionExamples: attention_examples,
    NearestPieces: nearest_pieces,
}


def _checked(source: Source) -> Generator[Progress | None, None, None]:
    """Read a file once, so that whatever is wrong with it is said before a long search."""
    from bert_core.corpus_search.passages import check_text

    if isinstance(source, Texts):
        if not any((text or "").strip() for pair in source.pairs for text in pair):
            raise TextError("There is no text in it.", remedy="Choose a text file with sentences in it.")
        return
    told = monotonic()
    for at in check_text(Path(source.path)):
        if monotonic() - told >= TELL_AFTER / 10:
            told = monotonic()
            yield Progress(at, None, "checking")


def _driven(search: Search, source: Source, *, paired: bool) -> Generator[Progress | None, None, Found]:
    """From now on `done` and `total` are bytes, or texts."""
    from bert_core.corpus_search.passages import passages_of, read_passages

    if isinstance(source, Texts):
        passages, total = passages_of(source.pairs, paired=paired), len(source.pairs)
    else:
        path = Path(source.path)
        passages, total = read_passages(path, paired=paired), source.size
    yield Progress(0, total, "searching")
    told = monotonic()
    for at in search.steps(passages):
        if monotonic() - told >= TELL_AFTER:
            told = monotonic()
            yield Progress(at, max(at, total), "searching", search.found())
        else:
            yield None
    return search.found(changed=source.is_changed)
