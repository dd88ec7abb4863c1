"""Answers what is asked about what a prediction hangs on."""

from __future__ import annotations

from collections.abc import Callable, Generator
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from bert_core.explanations import Attribution
from bert_core.queries import Progress, Query
from bert_core.queries_saliency import GradientXInput, IntegratedGradients, LeaveOneOut, WhatIf, WhatIfTable
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core import Bert

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""

T = TypeVar("T")

TELL_AFTER = 0.25
"""Seconds between two words on how far something has come."""


def integrated(bert: Bert, trace: Trace, query: Query, check: Check) -> Generator[object, None, Attribution]:
    """Batch by batch."""
    from bert_core.measures.path_gradients import scene_integrated_gradients  # torch is there by now

    assert isinstance(query, IntegratedGradients)
    steps = scene_integrated_gradients(bert, trace.scene, query.target, baseline=query.baseline, check=check)
    return (yield from _told(steps))


def gradient(bert: Bert, trace: Trace, query: Query, check: Check) -> Attribution:
    """One pass forth and back."""
    from bert_core.measures.input_gradient import scene_gradient_x_input

    assert isinstance(query, GradientXInput)
    return scene_gradient_x_input(bert, trace.scene, query.target, check)


def leave_one_out(
    bert: Bert, trace: Trace, query: Query, check: Check
) -> Generator[object, None, Attribution]:
    """Batch by batch."""
    from bert_core.measures.masked_in_turn import scene_leave_one_out

    assert isinstance(query, LeaveOneOut)
    return (yield from _told(scene_leave_one_out(bert, trace.scene, query.target, check)))


def what_if(bert: Bert, trace: Trace, query: Query, check: Check) -> Generator[object, None, WhatIfTable]:
    """Batch by batch, the table so far along with it."""
    from bert_core.measures.text_changes import scene_what_if

    assert isinstance(query, WhatIf)
    steps = scene_what_if(bert, trace.scene, query.target, query.position, query.changes, query.count, check)
    return (yield from _told(steps))


ANSWERERS: dict[type[Query], Callable[[Bert, Trace, Query, Check], object]] = {
    IntegratedGradients: integrated,
    GradientXInput: gradient,
    LeaveOneOut: leave_one_out,
    WhatIf: what_if,
}


def _told(steps: Generator[Progress | None, None, T]) -> Generator[Progress | None, None, T]:
    """Not more often than is of use."""
    told = monotonic()
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            value: T = end.value
            return value
        if step is not None and monotonic() - told < TELL_AFTER:
            step = None
        elif step is not None:
            told = monotonic()
        yield step
