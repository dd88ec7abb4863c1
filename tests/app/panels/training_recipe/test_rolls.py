"""Rolls are numbered, and those that were made can be returned to."""

from __future__ import annotations

from app.panels.training_recipe.rolls import Rolls


def test_again_is_always_new() -> None:
    rolls = Rolls().again().again()
    assert rolls == Rolls(3, 3)
    assert rolls.walk(-1) == Rolls(2, 3)
    assert rolls.walk(-2).again() == Rolls(4, 4)


def test_one_cannot_walk_where_there_is_none() -> None:
    assert Rolls(1, 3).walk(-1) == Rolls(1, 3)
    assert Rolls(3, 3).walk(1) == Rolls(3, 3)
