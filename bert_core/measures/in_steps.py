"""Long work as a generator, which makes way between two steps."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from bert_core.errors import Cancelled

T = TypeVar("T")


def retried(step: Callable[[], T]) -> Generator[None, None, T]:
    """The step's value; where it is called off by Cancelled, yields, and begins that step again."""
    while True:
        try:
            return step()
        except Cancelled:
            yield None


def finished(steps: Generator[object, None, T], check: Callable[[], None] | None = None) -> T:
    """What the generator returns in the end. `check` is called between its steps, and may raise to break off."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: T = end.value
            return value
        if check is not None:
            check()
