"""The row of tabs: what stands in it, and what in its menu."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.views.tab_row import TabRow

NAMES = ["all heads", "one head", "lines", "arithmetic", "layer", "flow"]


@pytest.fixture
def row(qtbot: QtBot) -> TabRow:
    made = TabRow((name, name.capitalize(), f"tip of {name}") for name in NAMES)
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    made.show()
    return made


def in_menu(row: TabRow) -> list[str]:
    row.menu.aboutToShow.emit()
    return [action.text() for action in row.menu.actions()]


def test_with_room_all_stand_in_the_row(row: TabRow) -> None:
    assert row.hidden == () and row.more.isHidden()
    lefts = [row.buttons[name].x() for name in NAMES]
    assert lefts == sorted(lefts) and len(set(lefts)) == len(NAMES)


def test_what_has_no_room_stands_in_the_menu(row: TabRow) -> None:
    row.resize(row.sizeHint().width() - 20, row.height())
    assert row.hidden and set(row.hidden) <= set(NAMES[1:])
    assert in_menu(row) == [name.capitalize() for name in row.hidden]
    assert row.more.isVisible() and row.more.geometry().right() < row.width()
    shown = [button for name, button in row.buttons.items() if name not in row.hidden]
    assert all(a.geometry().right() < b.x() for a, b in zip(shown, [*shown[1:], row.more], strict=True))


def test_the_current_one_is_always_in_the_row(row: TabRow) -> None:
    row.resize(row.minimumSizeHint().width() + 60, row.height())
    for name in NAMES:
        row.set_current(name)
        assert row.current == name and name not in row.hidden
        assert row.buttons[name].geometry().right() < row.more.x()


def test_one_from_the_menu_is_chosen_and_comes_forward(row: TabRow, qtbot: QtBot) -> None:
    row.resize(row.minimumSizeHint().width() + 60, row.height())
    assert "flow" in row.hidden
    in_menu(row)
    with qtbot.waitSignal(row.chosen) as seen:
        row.menu.actions()[-1].trigger()
    assert seen.args == ["flow"]
    assert row.current == "flow" and "flow" not in row.hidden


def test_a_click_chooses(row: TabRow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(row.chosen) as seen:
        row.buttons["lines"].click()
    assert seen.args == ["lines"] and row.current == "lines"


def test_none_can_be_chosen_while_there_is_nothing_to_show(row: TabRow) -> None:
    row.set_usable(False)
    assert not any(button.isEnabled() for button in row.buttons.values())
    row.set_usable(True)
    assert all(button.isEnabled() for button in row.buttons.values())


def test_there_is_no_tab_of_another_name(row: TabRow) -> None:
    with pytest.raises(KeyError):
        row.set_current("nothing")
