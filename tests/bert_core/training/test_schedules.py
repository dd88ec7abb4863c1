from __future__ import annotations

import pytest

from bert_core.training.schedules import Schedule


@pytest.mark.parametrize(
    ("progress", "factor"), [(0, 0), (0.05, 0.5), (0.1, 1), (0.55, 0.5), (1, 0), (1.2, 0)]
)
def test_linear(progress, factor):
    assert Schedule("linear", 0.1, 0.2).factor(progress) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("progress", "factor"), [(0, 0), (0.05, 0.5), (0.1, 1), (0.8, 1), (0.9, 0.5), (1, 0)]
)
def test_constant(progress, factor):
    assert Schedule("constant", 0.1, 0.2).factor(progress) == pytest.approx(factor)


def test_without_warm_up_and_decay():
    assert [Schedule("constant", 0, 0).factor(p) for p in (0, 0.5, 1)] == [1, 1, 1]
    assert Schedule("linear", 0, 0).factor(0) == 1
    assert Schedule("linear", 1, 0).factor(0.5) == 0.5
