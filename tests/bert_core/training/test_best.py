"""Which evaluation is the best, and for how long a better one is waited for."""

from __future__ import annotations

import math

import pytest

from bert_core.training.best import Best
from bert_core.training.settings import Watch


def told(watch, values):
    best = Best(watch)
    return [best.tell(step, {"accuracy": value}) for step, value in enumerate(values)], best


@pytest.mark.parametrize(
    ("higher", "values", "better", "step"),
    [
        (True, (0.5, 0.7, 0.7, 0.6, 0.8), (True, True, False, False, True), 4),
        (False, (0.5, 0.7, 0.4, 0.4), (True, False, True, False), 2),
        (True, (math.nan, None, 0.1, math.inf), (False, False, True, False), 2),
        (True, (-0.1, 0.0), (True, True), 1),
    ],
)
def test_the_first_of_the_best(higher, values, better, step):
    found, best = told(Watch("accuracy", higher), values)
    assert tuple(found) == better and best.step == step and best.value == values[step]


def test_patience_ends():
    watch = Watch("accuracy", patience=2)
    assert not told(watch, (0.5, 0.4))[1].exhausted()
    assert told(watch, (0.5, 0.4, 0.5))[1].exhausted()
    assert not told(watch, (0.5, 0.4, 0.6, 0.6))[1].exhausted()
    assert not told(Watch("accuracy"), (0.5,) * 50)[1].exhausted()


def test_a_figure_that_is_not_there_is_no_better_one():
    best = Best(Watch("f1", patience=1))
    assert not best.tell(1, {"accuracy": 0.5}) and best.step is None and best.exhausted()


@pytest.mark.parametrize("values", [(), (0.5, 0.6, 0.1)])
def test_it_goes_on_from_its_state(values):
    _, one = told(Watch("accuracy", patience=2), values)
    other = Best(one.watch)
    other.restore(one.state())
    assert other.state() == one.state()
    assert other.tell(9, {"accuracy": 0.55}) == one.tell(9, {"accuracy": 0.55})
    assert other.exhausted() == one.exhausted()
