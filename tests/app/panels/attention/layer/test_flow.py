"""The nine vectors of a layer as they are drawn, and what is said of their numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from app.panels.attention.layer.flow import flow_steps, unit_values
from tests.app.calculations import fake_layer
from tests.app.fakes import fake_trace

TRACE = fake_trace()
FOUND = fake_layer(TRACE, 1, 5)


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+\.?\d*", text.replace("−", "-"))]


def test_the_vectors_in_their_order() -> None:
    steps = flow_steps(FOUND)
    expected = [
        FOUND.hidden,
        FOUND.attended,
        FOUND.attention_sum,
        FOUND.attention_norm.output,
        FOUND.inner,
        FOUND.activated,
        FOUND.fed,
        FOUND.output_sum,
        FOUND.output_norm.output,
    ]
    assert len(steps) == 9
    for step, values in zip(steps, expected, strict=True):
        np.testing.assert_array_equal(step.values, values)
    assert [step.plus for step in steps] == [None, None, 0, None, None, None, None, 3, None]
    assert [step.units for step in steps] == [False] * 4 + [True] * 2 + [False] * 3
    assert (
        steps[0].note == "layer 1's output"
        and flow_steps(fake_layer(TRACE, 0, 5))[0].note == "the embeddings"
    )
    assert steps[5].name == "ReLU" and steps[5].note == f"{(FOUND.inner > 0).sum()} of 40 units above 0"


@pytest.mark.parametrize("at", [0, 17, 63])
def test_what_is_said_of_a_dimension_adds_up(at: int) -> None:
    steps = flow_steps(FOUND)
    for index in (1, 6):
        place, part, bias, value = numbers(steps[index].explain(at))
        assert place == at and part + bias == pytest.approx(value, abs=0.02)
    for index in (2, 7):
        place, first, second, value = numbers(steps[index].explain(at))
        assert place == at and first + second == pytest.approx(value, abs=0.02)
        assert value == pytest.approx(float(steps[index].values[at]), abs=0.02)
    for index in (3, 8):
        place, gain, before, mean, deviation, shift, value = numbers(steps[index].explain(at))
        assert place == at
        assert gain * (before - mean) / deviation + shift == pytest.approx(value, abs=0.05)
        assert value == pytest.approx(float(steps[index].values[at]), abs=0.01)
    assert numbers(steps[0].explain(at)) == pytest.approx([at, float(FOUND.hidden[at])], abs=0.01)


def test_what_is_said_of_a_unit() -> None:
    unit = int(unit_values(FOUND).ranked[0])
    said = numbers(flow_steps(FOUND)[4].explain(unit))
    added = float(FOUND.activated[unit] * FOUND.reach[unit])
    assert said == pytest.approx([unit, FOUND.inner[unit], FOUND.activated[unit], added], abs=0.02)


def test_what_is_said_of_a_whole_vector() -> None:
    steps = flow_steps(FOUND)
    norm = float(np.linalg.norm(FOUND.attended))
    assert numbers(steps[1].explain(None)) == pytest.approx(
        [norm, float(np.linalg.norm(FOUND.attended_bias))], abs=0.01
    )
    mean, deviation, least, most, low, high = numbers(steps[3].explain(None))
    norm_step = FOUND.attention_norm
    assert (mean, deviation) == pytest.approx((norm_step.mean, norm_step.deviation), abs=0.01)
    assert (least, most) == pytest.approx((norm_step.gain.min(), norm_step.gain.max()), abs=0.05)
    assert (low, high) == pytest.approx((norm_step.shift.min(), norm_step.shift.max()), abs=0.05)
    assert numbers(steps[5].explain(None))[:2] == [40, (FOUND.inner > 0).sum()]


def test_the_difference_from_another() -> None:
    then = fake_layer(TRACE, 2, 5)
    steps = flow_steps(FOUND, then)
    np.testing.assert_allclose(steps[2].values, FOUND.attention_sum - then.attention_sum)
    np.testing.assert_allclose(steps[5].values, FOUND.activated - then.activated)
    now, before = float(FOUND.attended[3]), float(then.attended[3])
    assert numbers(steps[1].explain(3)) == pytest.approx([3, now, before, now - before], abs=0.02)
    assert steps[1].explain(3).startswith("dimension 3: now")
    assert steps[4].explain(3).startswith("unit 3: now")
