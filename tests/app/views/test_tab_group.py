"""Tabs, of which one is down."""

from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.views.tab_group import TabGroup, tab_button


def test_one_is_down_and_a_click_tells_its_name(qtbot: QtBot) -> None:
    parent = QObject()
    group = TabGroup((("one", "One", "The first"), ("two", "Two", "The second")), parent)
    for button in group.tabs.values():
        qtbot.addWidget(button)
    group.tabs["one"].setChecked(True)
    told: list[str] = []
    group.chosen.connect(told.append)
    group.tabs["two"].click()
    assert told == ["two"] and not group.tabs["one"].isChecked()
    assert group.tabs["two"].toolTip() == "The second"


def test_it_is_dressed_as_a_tab_in_a_header_or_among_others(qtbot: QtBot) -> None:
    for kind, button in (("header-tab", tab_button("a", "b")), ("tab", tab_button("a", "b", kind="tab"))):
        qtbot.addWidget(button)
        assert button.property("kind") == kind and button.isCheckable()
