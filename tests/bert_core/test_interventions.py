"""Interventions are values: checked when made, equal when they mean the same."""

from __future__ import annotations

from typing import Any

import pytest

from bert_core.interventions import NONE, Interventions


def test_equal_however_they_are_given() -> None:
    one = Interventions(heads_off={(0, 1), (2, 3)}, hidden={4}, dropped={"position": {1}, "token": "all"})
    two = Interventions(
        heads_off=frozenset([(2, 3), (0, 1)]),
        hidden=frozenset([4]),
        dropped={"token": "all", "position": {1}},
    )
    assert one == two
    assert hash(one) == hash(two)
    assert one != NONE


def test_what_it_was_made_of_may_change_afterwards() -> None:
    hidden, where = {1}, {2}
    made = Interventions(hidden=hidden, dropped={"segment": where})
    hidden.add(5)
    where.add(6)
    assert made.hidden == {1}
    assert made.dropped["segment"] == {2}


@pytest.mark.parametrize(
    "changes",
    [{"heads_off": {(0, 0)}}, {"hidden": {0}}, {"dropped": {"token": "all"}}, {"direction": "left-to-right"}],
)
def test_true_when_something_is_changed(changes: dict[str, Any]) -> None:
    assert Interventions(**changes)


def test_false_when_nothing_is() -> None:
    assert not NONE
    assert not Interventions(head_off="uniform")
    assert Interventions(dropped={"token": set()}) == NONE


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"head_off": "half"}, "head_off"),
        ({"direction": "upwards"}, "direction"),
        ({"dropped": {"colour": "all"}}, "colour"),
        ({"dropped": {"token": "some"}}, "some"),
        ({"dropped": {"token": {-1}}}, "negative"),
        ({"heads_off": {(0, -1)}}, "negative"),
        ({"hidden": {-3}}, "negative"),
        ({"heads_off": {(1, 2, 3)}}, "unpack"),
    ],
)
def test_nonsense_is_refused(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Interventions(**changes)
