"""What is asked about heads removed one after the other, and the answer: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from bert_core.head_order import Heads
from bert_core.interventions import HeadOff
from bert_core.queries import Query
from bert_core.queries_measures import Source
from bert_core.scene import Scene

Floats = NDArray[np.float64]

LOSS, MASKED, NEXT, ACCURACY = "loss", "masked", "next", "accuracy"
"""The lines of a set: the loss in nats, its two parts, and the share of masked pieces whose best guess is right."""

KL, IS_NEXT = "kl", "is-next"
"""The lines of a text: KL(before || after) in nats, the mean over its masked pieces, and p(is next). Of several masked
pieces, each has a line besides: "kl-5" is that of the piece at position 5."""


@dataclass(frozen=True)
class SetPruning(Query):
    """What removing the heads of `order` does to the loss over a set of texts: a `PruneCurve`.

    Nothing else is changed in the model. Masked words are chosen as for importance, and are the same at every point.
    """

    about_model: ClassVar[bool] = True
    source: Source
    order: Heads
    head_off: HeadOff = "zero"


@dataclass(frozen=True)
class TextPruning(Query):
    """What removing the heads of `order` does to the predictions on one text, against `scene` itself: a `PruneCurve`.

    scene  the text with all changes that stay in force; heads that are off in it are off at every point
    """

    about_model: ClassVar[bool] = True
    scene: Scene
    order: Heads


@dataclass(frozen=True, eq=False)
class PruneCurve:
    """What is left with the first n heads of an order removed; all points are over the same texts.

    counts  how many are removed at each of P points, from 0 to all
    lines   name -> float64 [P], read-only; NaN at points that are not computed yet
    texts   over how many
    """

    counts: tuple[int, ...]
    lines: Mapping[str, Floats]
    texts: int
