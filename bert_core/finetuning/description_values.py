"""The figures of a data set, as they are shown before training: frozen values, no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bert_core.finetuning.examples import Example
from bert_core.frozen import FrozenMap


@dataclass(frozen=True)
class Bars:
    """A histogram: counts[i] values v with edges[i] <= v < edges[i + 1]; the last bar has its upper edge, too."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Lengths:
    """How long the examples are.

    unit      "pieces" of the model's vocabulary, [CLS] and [SEP] included; "words" where no model was given
    measured  so many examples were looked at: all, or evenly spread ones of a large set
    over      pieces only: for some limits the share of the examples (0 to 1) that are longer: they
              would be cut, or, of questions, read in several windows
    """

    unit: Literal["pieces", "words"]
    measured: int
    bars: Bars
    mean: float
    median: float
    longest: int
    over: FrozenMap[int, float]


@dataclass(frozen=True)
class Description:
    """What a person should know of a data set before training.

    labels    (class, its examples) in the order of Data.labels; of tagging (tag, its words); of questions "answer",
              "no answer" or "unknown"; of choices the right ending, "1" for the first; empty for regression
    entities  of tagging: (kind, its entities)
    scores    of regression: the numbers
    lengths   None without examples
    rows      the first examples
    """

    examples: int
    labels: tuple[tuple[str, int], ...]
    entities: tuple[tuple[str, int], ...]
    scores: Bars | None
    lengths: Lengths | None
    rows: tuple[Example, ...]
