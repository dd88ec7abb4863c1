"""What is asked about what a prediction hangs on, and what would become of it otherwise; frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bert_core.explanations import Baseline, Target
from bert_core.queries import Query
from bert_core.scene import Scene

ChangeKind = Literal["as it is", "swapped", "masked", "candidate", "removed"]
Changes = Literal["candidates", "masks", "removals"]


@dataclass(frozen=True)
class IntegratedGradients(Query):
    """An `Attribution` by integrated gradients, its steps raised until the gap is small; it comes step by step."""

    target: Target
    baseline: Baseline = "[MASK]"


@dataclass(frozen=True)
class GradientXInput(Query):
    """An `Attribution` by gradient times input."""

    target: Target


@dataclass(frozen=True)
class LeaveOneOut(Query):
    """An `Attribution` by masking each piece in turn; it comes step by step."""

    target: Target


@dataclass(frozen=True)
class WhatIf(Query):
    """What becomes of a target when something is changed: a `WhatIfTable`; it comes row by row.

    changes   "candidates": the piece at `position` gives way to each of the `count` best candidates of its own mask;
              "masks": every piece is masked in turn; "removals": every word is taken out of the text in turn
    position  which piece gives way; nothing to the other two
    """

    target: Target
    changes: Changes = "candidates"
    position: int = 0
    count: int = 20


@dataclass(frozen=True)
class Outcome:
    """One change, and what the prediction is then.

    piece        what was put there, masked or taken out; empty where nothing was
    position     where, in the text as it is; None where it was nowhere in particular
    chance       of a candidate: how probable it is there when that place is masked
    scene        the scene with this change
    target       the same prediction in it: its place may have moved
    probability  of the candidate, class, tag or answer that the target is about, or p(is next); of a number, itself
    divergence   KL(as it is || with the change) of the distribution it is from, in nats; NaN where there is none
    best         the best candidate, class, tag or answer there ("" for none), and its probability; None where the
                 target is about the next sentence, or a number
    """

    kind: ChangeKind
    piece: str
    position: int | None
    chance: float | None
    scene: Scene
    target: Target
    probability: float
    divergence: float
    best: tuple[str, float] | None


@dataclass(frozen=True)
class WhatIfTable:
    """All changes, first the text as it is; then A and B swapped, where there is a pair; then what was asked for."""

    outcomes: tuple[Outcome, ...]

    @property
    def before(self) -> Outcome:
        """The text as it is."""
        return self.outcomes[0]
