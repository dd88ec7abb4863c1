"""What all panels share: a header, and no work while hidden."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.panels.base import Panel
from app.session import Session
from app.views.help_button import HelpText
from bert_core.queries import MeanAttention
from bert_core.trace import Trace
from tests.app.fakes import fake_trace


class Counting(Panel):
    name = "counting"

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Counting", HelpText("What", "It counts."))
        self.shown: list[Trace | None] = []

    def refresh(self, trace: Trace | None) -> None:
        self.shown.append(trace)

    def watch_queries(self) -> None:
        self.session.watch(self, MeanAttention())

    def stop_watching(self) -> None:
        self.session.watch(self, None)


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Counting:
    made = Counting(session)
    qtbot.addWidget(made)
    return made


def show(session: Session, trace: Trace) -> Trace:
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    return trace


def test_a_hidden_panel_does_nothing_and_catches_up_once(panel: Counting, session: Session) -> None:
    show(session, fake_trace(5))
    last = show(session, fake_trace(7))
    assert panel.shown == [] and session.watched == frozenset()
    panel.show()
    assert panel.shown == [last]
    panel.hide()
    panel.show()
    assert panel.shown == [last]


def test_a_visible_panel_follows(panel: Counting, session: Session) -> None:
    panel.show()
    assert panel.shown == [None]
    trace = show(session, fake_trace(5))
    assert panel.shown == [None, trace]


def test_it_watches_only_while_visible(panel: Counting, session: Session) -> None:
    panel.show()
    assert session.watched == {MeanAttention()}
    panel.hide()
    assert session.watched == frozenset()


def test_the_header_names_it(panel: Counting) -> None:
    assert panel.objectName() == "counting"
    assert panel.accessibleName() == panel.title == "Counting"
    assert "Counting" in [label.text() for label in panel.header.findChildren(QLabel)]
    assert panel.help_button.accessibleName() == "What is this? What"


def test_a_panel_must_say_how_it_is_drawn(qtbot: QtBot, session: Session) -> None:
    bare = Panel(session, "Bare", HelpText("a", "b"))
    qtbot.addWidget(bare)
    with pytest.raises(NotImplementedError):
        bare.refresh(None)


def test_esc_lets_go_of_what_is_pinned(qtbot: QtBot, panel: Counting, session: Session) -> None:
    show(session, fake_trace())
    panel.show()
    session.pin(query=2, key=3)
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert session.selection.query is None and session.selection.key is None
    assert not panel.let_go()
