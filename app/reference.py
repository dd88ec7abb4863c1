"""What is kept to compare with: one mechanism for every view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.translation import tr
from bert_core.trace import Trace

Showing = Literal["now", "reference", "difference"]
WhyNot = Callable[[Trace, Trace], str]
"""As `incomparable`, of a view that needs more to be alike."""


@dataclass(frozen=True, eq=False)
class Reference:
    """A trace that was kept, by which model's name, and what views are to show."""

    trace: Trace
    model: str
    showing: Showing = "difference"


def incomparable(reference: Trace, now: Trace) -> str:
    """Why there is no difference of the two, as a sentence; empty where there is one.

    Layers and heads must be as many, and each piece must have its counterpart: as many pieces in A and in B. They need
    not be the same pieces: what a word in another's place changes is a difference to look at.
    """
    there, here = reference.attentions.shape, now.attentions.shape
    if there[:2] != here[:2]:
        return tr(
            "No difference: the reference is of a model with {a} × {b} heads, this one has {c} × {d}.",
            a=there[0], b=there[1], c=here[0], d=here[1],
        )  # fmt: skip
    if [token.segment for token in reference.tokens] != [token.segment for token in now.tokens]:
        return tr(
            "No difference: the reference has {a} pieces in A and {b} in B, this text {c} and {d}.",
            a=_pieces(reference, 0), b=_pieces(reference, 1), c=_pieces(now, 0), d=_pieces(now, 1),
        )  # fmt: skip
    return ""


def _pieces(trace: Trace, segment: int) -> int:
    return sum(token.segment == segment for token in trace.tokens)


def drawn(reference: Reference | None, now: Trace | None, *, always: bool = False) -> Trace | None:
    """What views draw: the trace of now, or the reference where that is shown (or `always`); None without a piece."""
    if reference is not None and (always or reference.showing == "reference"):
        now = reference.trace
    return now if now is not None and now.tokens else None


def compared(reference: Reference | None, now: Trace | None, why_not: WhyNot = incomparable) -> Trace | None:
    """What the trace of now is compared with, where the difference is wanted and there is one."""
    if reference is None or now is None or reference.showing != "difference":
        return None
    return None if why_not(reference.trace, now) else reference.trace


def why_not_compared(reference: Reference | None, now: Trace | None, why_not: WhyNot = incomparable) -> str:
    """Why there is no difference though it is wanted; else empty."""
    if reference is None or now is None or reference.showing != "difference":
        return ""
    return why_not(reference.trace, now)
