"""What is asked about predictions of words: after every layer, of one's own words, of several masks; frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from bert_core.explanations import FillOrder, Ranked, WordMethod
from bert_core.queries import Query

MOST_POSITIONS = 64
"""At so many pieces at once the lens looks: at 12 layers and 30,522 pieces that is some 25 million logits."""

MOST_COMPARED = 16
"""So many pieces at once are compared with a reference: the final answer of each is looked up in the other's lens."""


@dataclass(frozen=True)
class Lens(Query):
    """The candidates after every layer: a `LayerLens`; None where there is no such piece.

    positions  None: the masked pieces; those that the text does not have are left out
    first      how many of them are passed over, and
    most       how many are looked at
    words      ids whose rank and probability is asked for everywhere
    """

    positions: tuple[int, ...] | None = None
    top_k: int = 10
    words: tuple[int, ...] = ()
    first: int = 0
    most: int = MOST_POSITIONS

    def places(self, masked: tuple[int, ...], size: int) -> tuple[int, ...]:
        """The positions that are meant in a text of `size` pieces."""
        meant = masked if self.positions is None else self.positions
        return tuple(position for position in meant if position < size)[self.first : self.first + self.most]


@dataclass(frozen=True)
class WordScores(Query):
    """How probable the person's own words are in the place of a piece: a tuple of `WordScore`, as many and in order.

    Empty where the text has no such piece.
    """

    position: int
    words: tuple[str, ...]
    method: WordMethod = "left-to-right"


@dataclass(frozen=True)
class FillMasks(Query):
    """All masks filled: a `MaskFilling`; None where nothing is masked."""

    order: FillOrder = "certain"


@dataclass(frozen=True)
class FindRanked(Query):
    """The pieces that hold `text` among all candidates for a masked piece: a `Found`; None where it is not masked."""

    position: int
    text: str
    limit: int = 20


@dataclass(frozen=True)
class Found:
    """Pieces found in a ranking of `total`, `count` in all and the best of them in `pieces`; the very piece first."""

    pieces: tuple[Ranked, ...]
    count: int
    total: int
