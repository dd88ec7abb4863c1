"""What the embeddings panel draws: what is now, the reference, or what is now less the reference."""

from __future__ import annotations

from dataclasses import dataclass

from app.reference import incomparable
from app.session import Session
from app.translation import tr
from bert_core.queries import OfReference, Query
from bert_core.trace import Trace


@dataclass(frozen=True, eq=False)
class Compared:
    """The trace that is drawn, what is taken from it, if anything, and a note on that for the person."""

    trace: Trace | None
    against: Trace | None = None
    note: str = ""


def compared(session: Session) -> Compared:
    """By what the person chose to see. Where there is no difference to draw, it is what is now, and why is said."""
    reference, now = session.reference, session.trace
    if now is not None and not now.tokens:
        now = None
    if reference is None or now is None or reference.showing == "now":
        return Compared(now)
    if reference.showing == "reference":
        return Compared(reference.trace, note=tr("The reference"))
    why = incomparable(reference.trace, now) or _another_width(reference.trace, now)
    if why:
        return Compared(now, note=why)
    return Compared(now, reference.trace, tr("Now less the reference"))


def about(query: Query, trace: Trace, session: Session) -> Query:
    """The query, so that it is about this trace."""
    return query if trace is session.trace else OfReference(query, trace.scene)


def _another_width(reference: Trace, now: Trace) -> str:
    there, here = reference.hidden_states.shape[-1], now.hidden_states.shape[-1]
    if there == here:
        return ""
    return tr("No difference: the reference has vectors of {a} numbers, this text of {b}.", a=there, b=here)
