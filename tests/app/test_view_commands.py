"""The actions about the views of attention."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS
from app.panels.attention import AttentionPanel
from app.session import Session
from app.view_commands import ViewCommands


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A line to type in, and the panel."""
    made = QWidget()
    qtbot.addWidget(made)
    row = QHBoxLayout(made)
    panel = AttentionPanel(Session())
    for widget in (QLineEdit(), panel.header, panel):
        row.addWidget(widget)
    return made


@pytest.fixture
def panel(window: QWidget) -> AttentionPanel:
    return window.findChildren(AttentionPanel)[0]


@pytest.fixture
def shows() -> list[str]:
    return []


@pytest.fixture
def actions(panel: AttentionPanel, shows: list[str]) -> dict[str, QAction]:
    made = {spec.id: QAction(spec.text, panel) for spec in ACTIONS}
    for spec in ACTIONS:
        made[spec.id].setCheckable(spec.checkable)

    def bind(id_: str, slot: Callable[[], object]) -> None:
        made[id_].triggered.connect(slot)

    ViewCommands(panel, lambda: shows.append("shown"), bind, made, panel)
    return made


def test_every_view_has_its_action_and_no_action_lacks_its_view(panel: AttentionPanel) -> None:
    assert [spec.id for spec in ACTIONS if spec.id.startswith("view-")] == [
        f"view-{name}" for name in panel.views
    ]


def test_each_shows_its_view_and_stays_ticked(
    panel: AttentionPanel, actions: dict[str, QAction], shows: list[str]
) -> None:
    for name in panel.views:
        for _ in range(2):
            actions[f"view-{name}"].trigger()
            assert panel.view == name
            assert [other for other in panel.views if actions[f"view-{other}"].isChecked()] == [name]
    assert len(shows) == 2 * len(panel.views)


def test_a_tab_ticks_its_action(panel: AttentionPanel, actions: dict[str, QAction]) -> None:
    panel.tab_row.set_usable(True)
    panel.tab_row.buttons["lines"].click()
    assert actions["view-lines"].isChecked() and not actions["view-all"].isChecked()


def test_asked_for_twice_it_takes_the_keyboard(
    window: QWidget, panel: AttentionPanel, actions: dict[str, QAction]
) -> None:
    window.show()
    panel.tab_row.set_usable(True)
    typed = window.findChildren(QLineEdit)[0]
    typed.setFocus()
    actions["view-lines"].trigger()
    assert window.focusWidget() is typed
    actions["view-lines"].trigger()
    assert window.focusWidget() is panel.tab_row.buttons["lines"]
