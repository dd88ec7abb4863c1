"""The numbers of a head's worked example, which keys are listed, and what is said of a spot."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from app.views.head_steps import Spot, arithmetic, listed_keys, spot_text
from tests.app.calculations import by_hand
from tests.app.fakes import fake_tokens

TOKENS = fake_tokens(3)
WEIGHTS = np.array([math.exp(2), 1, 0]) / (math.exp(2) + 1)


def test_the_sum_and_the_root() -> None:
    steps = by_hand()
    assert [steps.dot(key) for key in range(3)] == [4.0, 0.0, 2.0]
    assert (steps.width, steps.root) == (4, 2.0)
    assert [steps.forbidden(key) for key in range(3)] == [False, False, True]
    assert steps.exponentials(0) == pytest.approx((math.exp(2), math.exp(2) + 1))


def test_the_rest_is_what_the_others_bring() -> None:
    steps = by_hand()
    weight, brought = steps.rest([0])
    assert weight == pytest.approx(WEIGHTS[1])
    np.testing.assert_allclose(brought, WEIGHTS[1] * np.array([0, 3, 0, 0]), rtol=1e-6)
    np.testing.assert_allclose(brought + steps.weighted[0], steps.output, rtol=1e-6)


def test_the_arithmetic_of_a_key() -> None:
    assert arithmetic(by_hand(), 0) == [
        ("sum", "4.00"),
        ("÷ √4 =", "2.00"),
        ("softmax: exp(2.00) ÷ Σ exp = 7.39 ÷ 8.39 =", "0.881"),
    ]
    assert arithmetic(by_hand(), 0, brief=True)[-1] == ("softmax", "0.881")


def test_a_forbidden_key_shows_the_mask() -> None:
    assert arithmetic(by_hand(), 2) == [
        ("sum", "2.00"),
        ("÷ √4 =", "1.00"),
        ("+ mask −∞ =", "−∞"),
        ("softmax", "0"),
    ]


def test_a_head_that_is_even_divides_by_the_keys_it_may_attend_to() -> None:
    steps = replace(by_hand(), off="uniform", weights=np.array([0.5, 0.5, 0], np.float32))
    assert arithmetic(steps, 0)[-1] == ("head off, so even: 1 ÷ 2 =", "0.500")


def test_a_difference_is_signed_and_has_no_softmax_to_spell_out() -> None:
    steps = replace(by_hand(), difference=True)
    assert arithmetic(steps, 0) == [("sum", "+4.00"), ("÷ √4 =", "+2.00"), ("softmax", "+0.881")]


@pytest.mark.parametrize(
    ("count", "kept", "listed"),
    [
        (6, (), [0, 1, 2, 3, 4]),
        (5, (), [0, 1, 2, 3, 4]),
        (4, (), [1, 3, 4]),
        (4, (0,), [0, 1, 3]),
        (3, (0, 2, 99), [0, 2]),
        (2, (0, 2), [0, 2]),
    ],
)
def test_the_strongest_are_listed_in_the_order_of_the_text(
    count: int, kept: tuple[int, ...], listed: list[int]
) -> None:
    weights = np.array([0.01, 0.4, 0.05, 0.3, 0.24], np.float32)
    assert listed_keys(weights, count, kept) == listed


def test_a_difference_lists_what_changed_most() -> None:
    assert listed_keys(np.array([0.1, -0.4, 0.2, 0.0], np.float32), 3, ()) == [1, 2]


def text(spot: Spot, key: int = 0, rest: int = 0, **changed: object) -> str:
    return spot_text(replace(by_hand(), **changed), TOKENS, spot, key, rest)


def test_spots_say_their_numbers() -> None:
    assert text(Spot("key", None, 1)) == "dimension 1: q 2.00 × k 1.00 = 2.00"
    assert text(Spot("weighted", 1, 1)) == "dimension 1 for ‘the’: weight 0.119 × v 3.00 = 0.358"
    assert text(Spot("output", None, 3)).startswith("dimension 3 of the output for ‘the’: 1.76")
    assert text(Spot("score", 0)) == "the → [CLS]: sum 4.00, score 2.00, weight 0.881"
    assert text(Spot("score", 2)) == "the → man: may not be attended to, weight 0"
    assert text(Spot("rest"), rest=7).startswith("7 more keys")
    assert text(Spot("product", None, 1), difference=True) == "dimension 1, now less the reference: 2.00"


def test_colours_end_by_what_is_shown() -> None:
    steps = by_hand()
    assert steps.score_limit == 2.0, "−∞ is no size"
    assert steps.weight_limit == 1.0
    assert steps.product_limit == 2.0
    assert steps.output_limit >= float(np.abs(steps.output).max())
    assert replace(steps, difference=True).weight_limit == pytest.approx(WEIGHTS[0])
