"""Long work in steps: begun again where it was called off, and run to its end."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from bert_core.errors import Cancelled
from bert_core.measures.in_steps import finished, retried


def test_a_step_is_begun_again_until_it_is_left_alone() -> None:
    tries = iter([Cancelled(), Cancelled(), None])

    def step() -> int:
        if (error := next(tries)) is not None:
            raise error
        return 7

    steps = retried(step)
    assert [next(steps), next(steps)] == [None, None]
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value == 7


def test_another_error_ends_it() -> None:
    def step() -> int:
        raise KeyError("no")

    with pytest.raises(KeyError):
        next(retried(step))


def count(to: int) -> Generator[int, None, str]:
    yield from range(to)
    return f"{to} steps"


def test_to_the_end() -> None:
    asked = []
    assert finished(count(3), lambda: asked.append(True)) == "3 steps"
    assert finished(count(3)) == "3 steps" and len(asked) == 3


def test_who_checks_can_break_off() -> None:
    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        finished(count(3), check)
