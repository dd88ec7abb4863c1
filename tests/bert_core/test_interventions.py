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


def test_heads_are_switched_beside_others():
    off = Interventions(heads_off={(0, 1)}, hidden={2}).switching([(1, 0), (1, 1)], off=True)
    assert off.heads_off == {(0, 1), (1, 0), (1, 1)} and off.hidden == {2}
    assert off.switching([(0, 1), (1, 1), (3, 3)], off=False).heads_off == {(1, 0)}


def test_pieces_are_hidden_and_seen_again():
    hidden = Interventions().hiding(3, hide=True).hiding(5, hide=True)
    assert hidden.hidden == {3, 5}
    assert hidden.hiding(3, hide=False).hiding(4, hide=False).hidden == {5}


def test_terms_are_left_out_here_or_everywhere():
    here = Interventions().dropping("token", 2, drop=True).dropping("token", 4, drop=True)
    assert here.dropped == {"token": {2, 4}}
    assert here.dropping("token", 2, drop=False).dropping("token", 4, drop=False) == Interventions()
    everywhere = here.dropping("token", "all", drop=True).dropping("segment", "all", drop=True)
    assert everywhere.dropped == {"token": "all", "segment": "all"}
    assert everywhere.dropping("token", 2, drop=False) == everywhere
    assert everywhere.dropping("token", "all", drop=False).dropped == {"segment": "all"}


def test_positions_follow_their_pieces():
    before = Interventions(hidden={1, 2}, dropped={"position": {2, 7}, "token": "all", "segment": {1}})
    after = before.moved({2: 3, 7: 9})
    assert after.hidden == {3}
    assert after.dropped == {"position": {3, 9}, "token": "all"}
    assert before.positions == {1, 2, 7} and Interventions().positions == frozenset()


def test_only_heads_of_the_model_are_kept():
    some = Interventions(heads_off={(0, 0), (3, 7), (4, 0), (0, 8)}, direction="left-to-right")
    assert some.within(4, 8).heads_off == {(0, 0), (3, 7)}
    assert some.within(4, 8).direction == "left-to-right"
    assert some.within(5, 9) is some
