"""The Change menu: what its actions do to the scene, and what is ticked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from app.actions import ACTIONS
from app.change_commands import ChangeCommands
from app.session import Session
from app.values import LoadedModel, ModelChoice
from bert_core.interventions import Interventions
from bert_core.scene import Scene
from tests.app.fakes import fake_model_info, fake_trace


class Menu(QObject):
    """The window's actions, without a window."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.actions = {spec.id: QAction(spec.text, self) for spec in ACTIONS}
        for spec in ACTIONS:
            self.actions[spec.id].setCheckable(spec.checkable)
        self.notices: list[str] = []
        session.notice_given.connect(self.notices.append)
        self.commands = ChangeCommands(session, self.bind, self.actions, self)

    def bind(self, id_: str, slot: Callable[[], object]) -> None:
        self.actions[id_].triggered.connect(slot)

    def trigger(self, *ids: str) -> None:
        for id_ in ids:
            self.actions[id_].trigger()

    @property
    def ticked(self) -> set[str]:
        return {id_ for id_, action in self.actions.items() if action.isChecked()}


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    trace = fake_trace(layers=3, heads=4)
    made.begin(trace.scene)
    info = fake_model_info(layers=3, heads=4, model_id=trace.scene.model_id)
    made.set_model(LoadedModel(ModelChoice("m"), info, lambda a, b: trace.tokens, ("cpu",)))
    made.accept_trace(trace)
    return made


@pytest.fixture
def menu(session: Session) -> Menu:
    return Menu(session)


def changes(session: Session) -> Interventions:
    return session.scene.interventions


def test_head_layer_and_column_go_off_and_on(session: Session, menu: Menu) -> None:
    session.select_head(1, 2)
    menu.trigger("head-off")
    assert changes(session).heads_off == {(1, 2)} and "head-off" in menu.ticked
    menu.trigger("layer-off")
    assert changes(session).heads_off == {(1, head) for head in range(4)}
    menu.trigger("layer-off", "column-off")
    assert changes(session).heads_off == {(layer, 2) for layer in range(3)}
    session.select_head(0, 0)
    assert "head-off" not in menu.ticked
    session.undo()
    session.undo()
    assert changes(session).heads_off == {(1, head) for head in range(4)}


def test_of_a_layers_average_the_layer_goes_off(session: Session, menu: Menu) -> None:
    session.select_head(2, None)
    menu.trigger("head-off")
    assert changes(session).heads_off == {(2, head) for head in range(4)}
    session.select_head(None, None)
    menu.trigger("head-off", "layer-off", "column-off")
    assert len(menu.notices) == 3 and len(changes(session).heads_off) == 4


def test_what_off_means(session: Session, menu: Menu) -> None:
    assert "heads-zero" in menu.ticked
    session.select_head(0, 0)
    menu.trigger("head-off", "heads-even")
    assert changes(session).head_off == "uniform"
    assert "heads-even" in menu.ticked and "heads-zero" not in menu.ticked
    menu.trigger("no-changes")
    assert changes(session) == Interventions(head_off="uniform"), "the choice is kept for the next head"


def test_reading_and_embeddings(session: Session, menu: Menu) -> None:
    menu.trigger("read-right", "drop-position", "drop-token")
    assert changes(session) == Interventions(
        direction="left-to-right", dropped={"position": "all", "token": "all"}
    )
    assert {"read-right", "drop-position", "drop-token"} <= menu.ticked
    assert not {"read-both", "read-left", "drop-segment"} & menu.ticked
    menu.trigger("drop-token", "read-both")
    assert changes(session) == Interventions(dropped={"position": "all"})
    assert menu.actions["no-changes"].isEnabled()
    menu.trigger("no-changes")
    assert not changes(session) and not menu.actions["no-changes"].isEnabled()


def test_the_pinned_piece_is_hidden_and_shown(session: Session, menu: Menu) -> None:
    menu.trigger("hide-piece")
    assert len(menu.notices) == 1 and not changes(session)
    session.pin(query=3, key=5)
    menu.trigger("hide-piece")
    assert changes(session).hidden == {3}
    menu.trigger("hide-piece")
    assert not changes(session)
    session.pin(key=5)
    menu.trigger("hide-piece")
    assert changes(session).hidden == {5}


def test_a_piece_of_an_older_text_cannot_be_hidden(session: Session, menu: Menu) -> None:
    session.pin(query=3)
    session.set_scene(Scene(session.scene.model_id, "quite another text"))
    menu.trigger("hide-piece")
    assert not changes(session) and "text before" in menu.notices[0]
