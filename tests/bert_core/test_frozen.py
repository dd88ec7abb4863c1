"""A mapping that can be a part of a value."""

from __future__ import annotations

import copy
import pickle

import pytest

from bert_core.frozen import FrozenMap


def test_equal_maps_have_equal_hashes_whatever_the_order() -> None:
    one, two = FrozenMap({1: "a", 2: "b"}), FrozenMap([(2, "b"), (1, "a")])
    assert one == two == {1: "a", 2: "b"}
    assert hash(one) == hash(two)
    assert one != FrozenMap({1: "a"})


def test_it_cannot_be_changed_not_even_through_what_it_was_made_of() -> None:
    items = {1: "a"}
    frozen = FrozenMap(items)
    items[2] = "b"
    assert dict(frozen) == {1: "a"}
    with pytest.raises(TypeError):
        frozen[1] = "c"  # type: ignore[index]


def test_copies_with_an_item_more_or_less() -> None:
    frozen: FrozenMap[int, str] = FrozenMap({1: "a"})
    assert frozen.with_item(2, "b") == {1: "a", 2: "b"}
    assert frozen.without(1) == {} and frozen.without(7) == frozen == {1: "a"}


def test_it_survives_copying_and_pickling() -> None:
    frozen = FrozenMap({1: frozenset({2})})
    hash(frozen)
    assert pickle.loads(pickle.dumps(frozen)) == frozen
    assert copy.deepcopy(frozen) == frozen
