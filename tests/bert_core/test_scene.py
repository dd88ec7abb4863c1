"""A scene is a value: a trace is cached, compared and dropped by it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from bert_core.interventions import Interventions
from bert_core.scene import Scene


def test_equal_scenes_have_equal_hashes_also_when_made_from_dicts() -> None:
    one = Scene("m", "a", "b", {3: 7, 1: 2}, Interventions(hidden={1}))
    two = Scene("m", "a", "b", {1: 2, 3: 7}, Interventions(hidden=frozenset({1})))
    assert one == two
    assert hash(one) == hash(two)
    assert len({one, two}) == 1


@pytest.mark.parametrize(
    "other",
    [
        Scene("n", "a", "b", {1: 2}),
        Scene("m", "A", "b", {1: 2}),
        Scene("m", "a", None, {1: 2}),
        Scene("m", "a", "b", {1: 3}),
        Scene("m", "a", "b", {1: 2}, Interventions(direction="left-to-right")),
    ],
)
def test_every_part_counts(other: Scene) -> None:
    assert Scene("m", "a", "b", {1: 2}) != other


def test_it_is_frozen_to_the_bottom() -> None:
    replaced = {1: 2}
    scene = Scene("m", "a", None, replaced)
    replaced[5] = 6
    assert scene.replaced == {1: 2}
    with pytest.raises(FrozenInstanceError):
        scene.text_a = "b"  # type: ignore[misc]


@pytest.mark.parametrize(("text", "second"), [(None, None), ("", None), (" \t\n", None), ("b ", "b ")])
def test_a_blank_second_sentence_is_none(text: str | None, second: str | None) -> None:
    assert Scene("m", "a", text).second == second


def test_replacing_and_putting_back() -> None:
    scene = Scene("m", "a").replacing(1, 5).replacing(2, 6)
    assert scene.replaced == {1: 5, 2: 6}
    assert scene.replacing(1, 9).replaced == {1: 9, 2: 6}
    assert scene.replacing(1, None).replacing(2, None) == Scene("m", "a")
    assert scene.replacing(77, None) == scene
