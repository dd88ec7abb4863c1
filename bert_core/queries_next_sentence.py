"""What is asked about which sentence comes next, and the answers: frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import ClassVar

from bert_core.interventions import NONE, Interventions
from bert_core.queries import Query
from bert_core.queries_measures import Source

MOST_KEPT = 100
"""So many sentences of a file are kept, the best ones."""

MOST_SENTENCES = 2000
"""So many sentences of a paragraph are read."""

MOST_RANDOM = 64
"""So many pairs that do not follow each other are read to compare with."""


@dataclass(frozen=True)
class SwappedScore(Query):
    """p(is next) of the scene's pair the other way round, B first; None without a pair, or without the head."""


@dataclass(frozen=True)
class RankCandidates(Query):
    """Which of these sentences comes after the scene's A, by the model as it is changed: a `Ranking`.

    own  what is known, or taken, to come next, to be ranked among them; empty: none
    """

    candidates: tuple[str, ...]
    own: str = ""


@dataclass(frozen=True)
class RankSentences(Query):
    """Which sentences of a text come after A: a `Ranking`.

    interventions  those that belong to no piece
    """

    about_model: ClassVar[bool] = True
    source: Source
    text_a: str
    own: str = ""
    interventions: Interventions = NONE
    most: int = MOST_KEPT


@dataclass(frozen=True)
class ContinuityOf(Query):
    """Whether each sentence of a text follows the one before: a `Continuity`.

    seed  of the random pairs
    """

    about_model: ClassVar[bool] = True
    text: str
    interventions: Interventions = NONE
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may come next.

    log_odds  ln p(is next) - ln p(not next)
    number    which of the sentences that were read, from 0; -1: it is the own one, and not among them
    line      of the file, from 1; 0 where there is none
    cut       whether the model did not take all of the pair
    own       whether it is the one that is known, or taken, to come next
    """

    text: str
    log_odds: float
    number: int
    line: int = 0
    cut: bool = False
    own: bool = False

    @property
    def is_next(self) -> float:
        """p(is next)."""
        return probability(self.log_odds)


@dataclass(frozen=True)
class Ranking:
    """Sentences by how well they go after A, best first; of equals, the earlier.

    best  those that were kept; the own one is among them, if there is one, and comes last where it did not make it
    rank  of the own one: 1 + how many others are better; None where there is none
    seen  how many sentences were read, the same ones each time
    over  how many of these have p(is next) > 1/2
    cut   how many of these the model did not take whole
    changed  whether the file was written to while it was read
    """

    text_a: str
    best: tuple[Candidate, ...]
    rank: int | None
    seen: int
    over: int
    cut: int = 0
    changed: bool = False

    @property
    def own(self) -> Candidate | None:
        """The sentence that is known, or taken, to come next."""
        return next((one for one in self.best if one.own), None)

    @property
    def total(self) -> int:
        """Among how many the own one is ranked, itself included."""
        return self.seen + (self.own is not None and self.own.number < 0)


@dataclass(frozen=True)
class Continuity:
    """How well each sentence follows the one before.

    sentences  N of the text
    log_odds   N - 1, of sentence n + 1 after sentence n; fewer while it is under way
    random     of pairs that do not follow each other, drawn from the same sentences; empty where there are none
    cut        the pairs that the model did not take whole, by the number of their first sentence
    left_out   sentences behind the last that is read
    """

    sentences: tuple[str, ...]
    log_odds: tuple[float, ...]
    random: tuple[float, ...] = ()
    cut: frozenset[int] = frozenset()
    left_out: int = 0

    @property
    def is_next(self) -> tuple[float, ...]:
        """p(is next) of each neighbouring pair."""
        return tuple(map(probability, self.log_odds))

    @property
    def mean(self) -> float:
        """Mean p(is next) of neighbours; NaN of none."""
        return _mean(self.log_odds)

    @property
    def random_mean(self) -> float:
        """The same of the random pairs."""
        return _mean(self.random)

    def breaks(self, threshold: float) -> tuple[int, ...]:
        """The sentences, by number, after which p(is next) is below the threshold."""
        return tuple(n for n, share in enumerate(self.is_next) if share < threshold)


def probability(log_odds: float) -> float:
    """1 / (1 + exp(-x)), without overflow."""
    if log_odds >= 0:
        return 1 / (1 + exp(-log_odds))
    odds = exp(log_odds)
    return odds / (1 + odds)


def _mean(log_odds: Sequence[float]) -> float:
    return sum(map(probability, log_odds)) / len(log_odds) if log_odds else float("nan")
