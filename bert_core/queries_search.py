"""What is asked of a corpus, for a head or for a hidden state, and what is found: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from bert_core.queries import Query
from bert_core.queries_measures import Source
from bert_core.scene import Scene

Kind = Literal[
    "any", "previous", "next", "itself", "same word", "far", "[CLS]", "[SEP]", "punctuation", "other sentence"
]
KINDS: tuple[Kind, ...] = (
    "any",
    "previous",
    "next",
    "itself",
    "same word",
    "far",
    "[CLS]",
    "[SEP]",
    "punctuation",
    "other sentence",
)
"""What a query may look at, see `bert_core.corpus_search.pairs`, in the order in which it is offered."""

Words = Literal["any", "same", "other"]
"""Which words are compared with the piece in question: all, the same word elsewhere, others, each of them once."""

FAR = 5
"""Pieces apart that are far."""

MOST_HITS = 100
"""So many are kept."""

BINS = 20
"""Of a histogram."""


@dataclass(frozen=True)
class Pattern:
    """Which pairs of query and key are looked for.

    kind     where the key stands, or what it is
    queries  pieces or words, parted by commas, of which the query is to be one; empty: any
    keys     the same of the key
    """

    kind: Kind = "any"
    queries: str = ""
    keys: str = ""

    @property
    def reads_pairs(self) -> bool:
        """Whether sentences are read two by two, as there would be no pair to look into otherwise."""
        return self.kind == "other sentence"


@dataclass(frozen=True)
class AttentionExamples(Query):
    """Where in a text a head attends most strongly in a given way: a `Found`.

    layer, head  0-based; head None is the average over the layer's heads
    """

    about_model: ClassVar[bool] = True
    source: Source
    layer: int
    head: int | None
    pattern: Pattern = Pattern()
    most: int = MOST_HITS


@dataclass(frozen=True)
class NearestPieces(Query):
    """The pieces of a text that are nearest to one piece by hidden state: a `Found`.

    scene, position  where that piece stands
    layer            0 is the embeddings
    """

    about_model: ClassVar[bool] = True
    source: Source
    scene: Scene
    position: int
    layer: int
    words: Words = "any"
    most: int = MOST_HITS


@dataclass(frozen=True, slots=True)
class Passage:
    """A text or a pair that the model reads at once, short enough to be kept.

    line    of the file, counted from 1; of a set of texts, which of them
    number  counts passages, from 0
    at      how far the reading of the source is behind it: bytes of a file, or texts
    cut     whether a line with a pair had more than is read
    """

    text_a: str
    text_b: str | None
    line: int
    number: int
    at: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece in a passage: its position among the pieces, and the code points that it stands for.

    text     of the piece
    segment  0 or 1: whether start and end count in the first or the second text; start = end = 0 for [CLS] and [SEP]
    """

    position: int
    text: str
    segment: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One example.

    value  the weight, 0 to 1; or the cosine, -1 to 1
    query  the piece that attends, or the piece that is near
    key    what it attends to; None of a piece that is near
    """

    value: float
    query: Mark
    key: Mark | None
    passage: Passage


@dataclass(frozen=True, eq=False)
class Found:
    """The best hits of what was read, best first, and statistics over all of it.

    texts, pieces  how much was read, [CLS] and [SEP] among the pieces
    counted        queries that could attend in this way; or pieces that were compared, whatever words were wanted
    mean           over these: of the weight that is on such keys together, or of the cosine; NaN where none
    deviation      standard deviation, dividing by their number
    over           how many of them have more than 0.5
    histogram      how many lie in each of BINS equal parts of low..1
    low            where the histogram begins: 0, or -1 for cosines
    cut            passages that the model, or we, could not take whole
    changed        whether the file was written to while it was read
    """

    hits: tuple[Hit, ...]
    texts: int
    pieces: int
    counted: int
    mean: float
    deviation: float
    over: int
    histogram: tuple[int, ...]
    low: float
    cut: int = 0
    changed: bool = False
