"""The vectors on a piece's way through a layer, as they are drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from app.views.vector_strip import Pool
from bert_core.trace import Floats


@dataclass(frozen=True, eq=False)
class FlowStep:
    """One vector on the way.

    name      what makes it; `note` says more where there is room for a second line
    values    float32 [n]; `pool` says what is shown where values share a pixel
    limit     where colours end for units, either way; dimensions have one limit for all steps, by what is drawn
    explain   a line on one of its values, or on the whole with None
    block     steps of the same block stand in one box; empty for none
    plus      the step that is added here, by a line around what lies between
    units     its values are units of the feed-forward part, not dimensions
    """

    name: str
    note: str
    values: Floats
    limit: float
    explain: Callable[[int | None], str]
    block: str = ""
    plus: int | None = None
    units: bool = False
    pool: Pool = "mean"


@dataclass(frozen=True)
class FlowSpot:
    """A step, and one of its values or all of it."""

    step: int
    index: int | None = None


def norm_of(values: Floats) -> float:
    """The Euclidean length of float32 [n], summed in double precision."""
    return math.sqrt(float((values.astype("float64") ** 2).sum()))
