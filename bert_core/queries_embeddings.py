"""What is asked about the embedding tables of a checkpoint, and the answer: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bert_core.queries import Query
from bert_core.trace import Floats


@dataclass(frozen=True)
class EmbeddingTables(Query):
    """The position and segment tables themselves, and the lengths of the token table's rows: a `Tables`."""

    about_model: ClassVar[bool] = True


@dataclass(frozen=True, eq=False)
class Tables:
    """What the tables hold, whatever the text; all arrays are float32 and read-only.

    P positions, T segments, V pieces, H the hidden size:
    position        [P, H]
    segment         [T, H]
    position_norms  [P], Euclidean lengths of the rows; segment_norms [T] and token_norms [V] likewise
    alike           [P, P]: the cosine of every two rows of `position`
    vocabulary      V names, in the order of token_norms
    initial         the length that rows of the position table have on average before training, by config.json
    untrained_from  from which position on all rows look as they did before training; None: there are none such
    """

    position: Floats
    segment: Floats
    position_norms: Floats
    segment_norms: Floats
    token_norms: Floats
    alike: Floats
    vocabulary: tuple[str, ...]
    initial: float
    untrained_from: int | None
