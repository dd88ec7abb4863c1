"""The table of actions is sound: every one can be found, and no key means two things."""

from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence

from app.actions import ACTIONS, MENUS


def test_each_id_and_each_name_once() -> None:
    for values in ([spec.id for spec in ACTIONS], [spec.text for spec in ACTIONS]):
        assert [value for value, times in Counter(values).items() if times > 1] == []


def test_every_action_stands_in_a_menu_and_menus_have_their_own_letter() -> None:
    assert {spec.menu for spec in ACTIONS} <= MENUS.keys()
    letters = [title[title.index("&") + 1].lower() for title in MENUS.values()]
    assert len(set(letters)) == len(letters)


def test_keys_can_be_typed_and_mean_one_thing() -> None:
    keys = [QKeySequence(key) for spec in ACTIONS for key in spec.keys]
    assert all(key.count() == 1 for key in keys)
    assert max(Counter(key.toString() for key in keys).values()) == 1
