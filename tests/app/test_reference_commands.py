"""The actions about the reference: what they have views show, and what is ticked and offered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from app.actions import ACTIONS
from app.reference_commands import SHOWING, ReferenceCommands
from app.session import Session
from app.values import LoadedModel, ModelChoice
from tests.app.fakes import fake_model_info, fake_trace


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    trace = fake_trace()
    made.begin(trace.scene)
    info = fake_model_info(model_id=trace.scene.model_id)
    made.set_model(LoadedModel(ModelChoice("m"), info, lambda a, b: trace.tokens, ("cpu",)))
    made.accept_trace(trace)
    return made


@pytest.fixture
def actions(session: Session) -> dict[str, QAction]:
    parent = QObject(session)
    made = {spec.id: QAction(spec.text, parent) for spec in ACTIONS}
    for spec in ACTIONS:
        made[spec.id].setCheckable(spec.checkable)

    def bind(id_: str, slot: Callable[[], object]) -> None:
        made[id_].triggered.connect(slot)

    ReferenceCommands(session, bind, made, parent)
    return made


def ticked(actions: dict[str, QAction]) -> list[str]:
    return [id_ for id_ in SHOWING if actions[id_].isChecked()]


def test_without_a_reference_one_can_only_keep_one(actions: dict[str, QAction]) -> None:
    about = [*SHOWING, "next-showing", "drop-reference"]
    assert not any(actions[id_].isEnabled() for id_ in about) and ticked(actions) == []
    actions["keep-reference"].trigger()
    assert all(actions[id_].isEnabled() for id_ in about) and ticked(actions) == ["show-difference"]


def test_each_shows_what_it_says_and_stays_ticked(session: Session, actions: dict[str, QAction]) -> None:
    actions["keep-reference"].trigger()
    for id_, showing in SHOWING.items():
        for _ in range(2):
            actions[id_].trigger()
            assert session.reference is not None and session.reference.showing == showing
            assert ticked(actions) == [id_]


def test_in_turn_and_let_go(session: Session, actions: dict[str, QAction]) -> None:
    actions["keep-reference"].trigger()
    seen = []
    for _ in range(4):
        actions["next-showing"].trigger()
        assert session.reference is not None
        seen.append(session.reference.showing)
    assert seen == ["now", "reference", "difference", "now"]
    actions["drop-reference"].trigger()
    assert session.reference is None and ticked(actions) == []
