"""What a fine-tuning run has shown so far, as its folder tells it: frozen values, no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bert_core.finetuning.examples import Example
from bert_core.finetuning.task_info import TaskName


@dataclass(frozen=True)
class Confusion:
    """How often an example of one class was taken for another: counts[gold][predicted], in the order of `labels`."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class ClassFigures:
    """Of one class, or one kind of entity: precision, recall and their harmonic mean, 0 to 1; support: how many."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Evaluation:
    """One measurement on the dev set.

    step         of the optimizer; 0 is the state before training
    epoch        how often the training data had been gone through by then
    metrics      by name, as in METRICS, and "dev_loss"
    confusion    None where the task has no classes
    per_class    empty likewise
    predictions  whether its predictions are kept, example by example: `read_rows` has them
    """

    step: int
    epoch: float
    metrics: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    confusion: Confusion | None = None
    per_class: tuple[ClassFigures, ...] = ()
    predictions: bool = False


@dataclass(frozen=True)
class ExampleRow:
    """One example of the dev set with what the model makes of it.

    index          in the dev set, from 0 on
    text, text_b   as a scene has them: sentence and second sentence; words parted by spaces; question and context;
                   beginning and ending (the predicted one, else the right one, else the first)
    gold, predicted  in words: class, number, tags parted by spaces, answer ("" is "no answer"), ending
    known          whether the gold answer is known at all; where not, `right` is false and `loss` not a number
    confidence     what the model gives its prediction, 0 to 1; not a number for regression, and without a prediction
    loss           not a number where it is not known
    right          exactly: of tags all of them, of answers by SQuAD's exact match; of numbers: within a tenth of the
                   range of the dev set
    score          how right, 0 to 1: of tags the share of words, of answers SQuAD's F1, of numbers 1 - |error| / range
    probabilities  of the classes or endings, in the order of `labels`; else empty
    labels         what these are of
    example        as it is in the dev set
    """

    index: int
    text: str
    text_b: str | None
    gold: str
    predicted: str
    confidence: float = math.nan
    loss: float = math.nan
    right: bool = False
    score: float = 0.0
    known: bool = True
    probabilities: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    gold_tags: tuple[str, ...] = ()
    predicted_tags: tuple[str, ...] = ()
    example: Example | None = None


@dataclass(frozen=True)
class Rows:
    """The dev set at one step.

    step     None where there are no predictions yet: rows then have none
    steps    those whose predictions are kept, ascending
    labels   classes or tags, in the model's order
    left_out examples beyond MOST_ROWS, which are not read
    """

    task: TaskName
    step: int | None
    rows: tuple[ExampleRow, ...]
    steps: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    left_out: int = 0


MOST_ROWS = 20_000
"""Examples of a dev set that are shown one by one; of more, the first so many."""
