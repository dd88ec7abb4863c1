"""Which of many sentences comes next, by the next-sentence head."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from bert_core.corpus_search.keeping import Best
from bert_core.interventions import NONE, Interventions
from bert_core.measures.in_steps import finished
from bert_core.measures.next_scores import Score, require_next, scored
from bert_core.measures.scene_target import nothing
from bert_core.queries import Progress
from bert_core.queries_next_sentence import Candidate, Ranking
from bert_core.queries_search import Passage

if TYPE_CHECKING:
    from bert_core.bert import Bert

BUFFER = 256
"""Sentences that are read at once, so that many of them are of one length."""

CLOSE = 4
"""Decimals of the log odds by which sentences are ordered: they differ by less where they are read in other company."""

TOLD_APART = 100_000
"""Of so many sentences that are better than the own one, those that are the same count once; of more, each time."""


def rank_next(
    bert: Bert,
    text_a: str,
    candidates: Iterable[str],
    own: str | None = None,
    *,
    interventions: Interventions | None = None,
    most: int | None = None,
    check: Callable[[], None] | None = None,
) -> Ranking:
    """The candidates by p(is next) after A, best first; of equals, to CLOSE decimals of the log odds, the earlier.

    own            the sentence that is known to come next, ranked among them and marked; it need not be one of them;
                   of equals, it is the first
    interventions  in force for every pair
    most           how many to keep; None: all
    check          called before every layer; may raise

    Of sentences that are the same the first only is kept, and blank ones are left out. p = softmax(W tanh(P h_CLS + p)
    + b)[0]: Devlin et al. 2018, BERT, section 3.1, Task #2. Whether there is one candidate or many changes no p.

    Raises TextError where the model has no next-sentence head or no such head of attention; ValueError for
    interventions at single pieces; MemoryShortage.
    """
    if isinstance(candidates, str):
        raise ValueError("a single text; expected several candidates")
    passages = (Passage(text, None, 0, number, number + 1) for number, text in enumerate(candidates))
    steps = ranked_in_steps(bert, text_a, passages, own or "", interventions or NONE, most, check)
    return finished(steps, check)


def ranked_in_steps(
    bert: Bert,
    text_a: str,
    passages: Iterable[Passage],
    own: str = "",
    interventions: Interventions = NONE,
    most: int | None = None,
    check: Callable[[], None] | None = None,
) -> Generator[Progress | None, None, Ranking]:
    """The same of a stream of passages, each text of a pair being a sentence, in memory bounded by `most`.

    A generator that yields now and then a Progress with how far the reading is (see Passage.at) and the ranking by
    then, or None, and returns the ranking. What `check` calls off by raising Cancelled is begun again after a yield.
    """
    require_next(bert, interventions)
    if most is not None and most < 1:
        raise ValueError(f"{most} sentences to keep")
    ranking, check = _Ranking(text_a, own.strip(), most), check or nothing
    if ranking.own:
        [score] = yield from _quietly(scored(bert, [(text_a, ranking.own)], interventions, check))
        ranking.take_own(score)
    sentences, at = _sentences(passages), 0
    while buffer := list(islice(sentences, BUFFER)):
        begun, at = at, buffer[-1].at
        steps = scored(bert, [(text_a, one.text) for one in buffer], interventions, check)
        while True:
            try:
                known = next(steps)
            except StopIteration as end:
                scores: list[Score] = end.value
                break
            yield Progress(begun + (at - begun) * known // len(buffer), None, "ranking") if known else None
        for sentence, score in zip(buffer, scores, strict=True):
            ranking.take(sentence, score)
        yield Progress(at, None, "ranking", ranking.now())
    return ranking.now()


class _Sentence(NamedTuple):
    """One of a passage: its line, how far the reading is behind it, and whether it is not all of it."""

    text: str
    line: int
    at: int
    cut: bool


def _sentences(passages: Iterable[Passage]) -> Iterator[_Sentence]:
    for passage in passages:
        for text in (passage.text_a, passage.text_b or ""):
            if text.strip():
                yield _Sentence(text.strip(), passage.line, passage.at, passage.cut)


class _Ranking:
    """What is known of sentences that come one by one, in memory bounded by `most`."""

    def __init__(self, text_a: str, own: str, most: int | None) -> None:
        self.own = own
        self._text_a = text_a
        self._best: Best[Candidate] = Best(sys.maxsize if most is None else most)
        self._own: Candidate | None = None  # as it stands alone, and
        self._own_rank: tuple[float, ...] = ()  # where it would come
        self._better: set[int] = set()  # others that are better, by the hash of their text
        self._many_better = 0
        self._seen = self._over = self._cut = 0

    def take_own(self, score: Score) -> None:
        """The sentence that is known to come next."""
        self._own = Candidate(self.own, score.log_odds, -1, 0, score.cut, True)
        self._own_rank = (-round(score.log_odds, CLOSE), -1.0)

    def take(self, sentence: _Sentence, score: Score) -> None:
        """One more."""
        number, cut = self._seen, sentence.cut or score.cut
        self._seen += 1
        self._over += score.log_odds > 0
        self._cut += cut
        rank = -round(score.log_odds, CLOSE), float(number)
        if self._own is not None and sentence.text == self.own:
            if self._own.number < 0:  # it is found
                self._own = replace(self._own, number=number, line=sentence.line)
            return
        if self._own is not None and rank < self._own_rank:
            if len(self._better) < TOLD_APART:
                self._better.add(hash(sentence.text))
            else:
                self._many_better += 1
        self._best.offer(
            sentence.text,
            rank,
            lambda: Candidate(sentence.text, score.log_odds, number, sentence.line, cut),
        )

    def now(self) -> Ranking:
        """The ranking of what came by now."""
        best, rank = self._best.sorted(), None
        if self._own is not None:
            rank = 1 + len(self._better) + self._many_better
            best = (*best[: rank - 1], self._own, *best[rank - 1 :])
        return Ranking(self._text_a, best, rank, self._seen, self._over, self._cut)


def _quietly(steps: Generator[int, None, list[Score]]) -> Generator[None, None, list[Score]]:
    """Without numbers."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: list[Score] = end.value
            return value
        yield None
