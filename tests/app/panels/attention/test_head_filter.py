"""The grammar of filters: what it reads, what it refuses and how, and which heads it means."""

from __future__ import annotations

import operator

import numpy as np
import pytest

from app.panels.attention.head_filter import (
    OFF,
    Condition,
    FilterError,
    Measure,
    fits,
    presets,
    read_filter,
)
from app.panels.attention.measured import EVIDENCE, Measured
from app.session import Session
from bert_core.queries_measures import PATTERNS


@pytest.fixture
def measures(qapp: object) -> list[Measure]:
    return Measured(Session()).measures()


GOOD = {
    "previous token": [Condition("previous token")],
    "  Previous   TOKEN ": [Condition("previous token")],
    "[SEP]": [Condition("[SEP]")],
    "mixed": [Condition("mixed")],
    "switched off": [Condition(OFF)],
    "off": [Condition(OFF)],
    "not switched off": [Condition(OFF, negated=True)],
    "not  broad": [Condition("broad", negated=True)],
    "entropy under 1": [Condition("entropy", operator.lt, 1.0)],
    "entropy over 3": [Condition("entropy", operator.gt, 3.0)],
    "entropy<1": [Condition("entropy", operator.lt, 1.0)],
    "entropy >= .5": [Condition("entropy", operator.ge, 0.5)],
    "entropy ≤ 0.5": [Condition("entropy", operator.le, 0.5)],
    "entropy > −0.5": [Condition("entropy", operator.gt, -0.5)],
    "entr under 2": [Condition("entropy", operator.lt, 2.0)],
    "distance over 5": [Condition("distance", operator.gt, 5.0)],
    "distance without special pieces over 5": [Condition("inner", operator.gt, 5.0)],
    "inner over 5": [Condition("inner", operator.gt, 5.0)],
    "[SEP] > 0.5": [Condition("separators", operator.gt, 0.5)],
    "[sep] share by norm > 0.5": [Condition("norms", operator.gt, 0.5)],
    "importance > 0.5": [Condition("importance", operator.gt, 0.5)],
    "previous token over 0.9": [Condition(EVIDENCE + "previous token", operator.gt, 0.9)],
    "evidence of block < 0.4": [Condition(EVIDENCE + "block", operator.lt, 0.4)],
    "not entropy under 1": [Condition("entropy", operator.lt, 1.0, negated=True)],
    "previous token, entropy under 1": [
        Condition("previous token"),
        Condition("entropy", operator.lt, 1.0),
    ],
    "previous token and not switched off and entropy > 1": [
        Condition("previous token"),
        Condition(OFF, negated=True),
        Condition("entropy", operator.gt, 1.0),
    ],
    "": [],
    "  ": [],
    "broad,": [Condition("broad")],
}


@pytest.mark.parametrize("text", GOOD)
def test_what_it_reads(measures: list[Measure], text: str) -> None:
    found = read_filter(text, measures)
    assert list(found.conditions) == GOOD[text]
    assert found.text == text


BAD = {
    "entrpy under 1": "“entrpy” is no measure",
    "foo": "“foo” is no pattern, no measure, and not “switched off”",
    "not": "“not” is no pattern",
    "entropy": "“entropy” needs a number",
    "entropy under": "After “under” comes a number",
    "entropy <": "After “<” comes a number",
    "entropy under one": "“one” is not a number",
    "entropy under 1 2": "“1 2” is not a number",
    "entropy < 1 < 2": "“1 < 2” is not a number",
    "3 < entropy": "“entropy” is not a number",
    "under 1": "“under 1” is no pattern",
    "< 1": "“” is no measure",
    "dist over 3": "“dist” may be any of: distance, distance without special pieces",
    "broad,,mixed": "Between two commas, a condition is missing",
    "broad mixed": "“broad mixed” is no pattern",
    "previous token under 1 over 2": "is not a number",
}


@pytest.mark.parametrize("text", BAD)
def test_what_it_cannot_read_it_says(measures: list[Measure], text: str) -> None:
    with pytest.raises(FilterError) as caught:
        read_filter(text, measures)
    assert BAD[text] in str(caught.value)


def test_all_that_is_offered_can_be_read(measures: list[Measure]) -> None:
    offered = presets(measures)
    assert set(PATTERNS) < set(offered)
    assert {"entropy under 1", "switched off", "not switched off"} < set(offered)
    for text in offered:
        assert len(read_filter(text, measures).conditions) == 1


def test_it_says_what_has_to_be_known(measures: list[Measure]) -> None:
    found = read_filter("broad, [SEP] share by norm > 0.5, off", measures)
    assert found.measures == {"broad", "norms"}
    assert read_filter("switched off", measures).measures == frozenset()


def test_all_conditions_have_to_hold_and_what_is_unknown_never_does(measures: list[Measure]) -> None:
    values = {
        "entropy": np.array([[0.5, 1.0, np.nan], [0.2, 3.0, 0.1]]),
        "broad": np.array([[1.0, 0.0, 1.0], [0.0, np.nan, 1.0]]),
        OFF: np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 1.0]]),
    }

    def fitting(text: str) -> list[tuple[int, int]]:
        found = fits(read_filter(text, measures), lambda condition: values[condition.subject])
        return [(int(layer), int(head)) for layer, head in zip(*found.nonzero(), strict=True)]

    assert fitting("entropy under 1") == [(0, 0), (1, 0), (1, 2)]
    assert fitting("entropy <= 1") == [(0, 0), (0, 1), (1, 0), (1, 2)]
    assert fitting("not entropy under 1") == [(0, 1), (1, 1)]
    assert fitting("broad") == [(0, 0), (0, 2), (1, 2)]
    assert fitting("not broad") == [(0, 1), (1, 0)]
    assert fitting("entropy under 1, not off") == [(0, 0)]
    assert fitting("broad and switched off") == [(1, 2)]


def test_no_conditions_are_no_filter(measures: list[Measure]) -> None:
    with pytest.raises(ValueError, match="without conditions"):
        fits(read_filter("", measures), lambda _: np.zeros((1, 1)))
