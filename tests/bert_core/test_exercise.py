"""The losses of a training example, and what it puts in the place of pieces."""

from __future__ import annotations

import math

import pytest

from bert_core.exercise import Asked, Exercise, Guess
from bert_core.trace import NspScore, Token

TYPED = tuple(
    Token(text, id_, 0, 0, 1, id_, id_ < 2) for id_, text in enumerate(["[CLS]", "[SEP]", "a", "b", "c"])
)
READ = (*TYPED[:2], Token("[MASK]", 9, 0, 0, 1, 2, False), TYPED[3], Token("x", 7, 0, 0, 1, 4, False))


def exercise(**values: object) -> Exercise:
    asked = (
        Asked(2, "mask", Guess("a", 2, 0.5, 0.5, math.log(2))),
        Asked(3, "kept", Guess("a", 2, 0.5, 0.25, math.log(4))),
        Asked(4, "random", Guess("a", 2, 0.5, 0.125, math.log(8))),
    )
    return Exercise(**{"tokens": TYPED, "read": READ, "asked": asked, **values})  # type: ignore[arg-type]


def test_the_loss_is_the_mean_over_the_pieces_plus_that_of_the_pair() -> None:
    made = exercise(is_next=True, nsp=NspScore(0.5, 0.5))
    assert made.mlm_loss == pytest.approx(2 * math.log(2))
    assert made.nsp_loss == pytest.approx(math.log(2))
    assert made.loss == pytest.approx(3 * math.log(2))


@pytest.mark.parametrize(("is_next", "right"), [(True, 0.9), (False, 0.1), (None, None)])
def test_the_pair_is_judged_by_its_label(is_next: bool | None, right: float | None) -> None:
    made = exercise(is_next=is_next, nsp=NspScore(0.9, 0.1))
    assert made.nsp_probability == right
    assert (made.nsp_loss is None) == (right is None)


def test_nothing_asked_and_nothing_known() -> None:
    assert exercise(asked=()).mlm_loss is None
    assert exercise(asked=(Asked(2, "mask"),)).mlm_loss is None
    assert exercise(asked=()).loss is None
    assert exercise(asked=(), is_next=True, nsp=NspScore(1.0, 0.0)).loss == 0.0
    assert exercise(is_next=False, nsp=NspScore(1.0, 0.0)).nsp_loss == math.inf


def test_counts_and_what_is_replaced() -> None:
    assert exercise().counts() == {"mask": 1, "random": 1, "kept": 1}
    assert exercise().replaced() == {2: 9, 4: 7}
    assert exercise().ordinary == 3
