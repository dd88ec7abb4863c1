"""The names of the panels that share a place."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from app.views.dock_tabs import DockTabs


def test_own_name_is_a_title_and_the_others_can_be_clicked(qtbot) -> None:
    tabs = DockTabs("b")
    qtbot.addWidget(tabs)
    tabs.set_tabs([("a", "First"), ("b", "Second"), ("c", "Third")])
    assert list(tabs.buttons) == ["a", "c"] and not tabs.isHidden()
    assert [label.text() for label in tabs.findChildren(QLabel)] == ["Second"]
    said: list[str] = []
    tabs.chosen.connect(said.append)
    tabs.buttons["c"].click()
    assert said == ["c"]


def test_alone_there_is_nothing(qtbot) -> None:
    tabs = DockTabs("b")
    qtbot.addWidget(tabs)
    tabs.set_tabs([("a", "First"), ("b", "Second")])
    tabs.set_tabs([("b", "Second")])
    assert tabs.isHidden() and tabs.buttons == {}
