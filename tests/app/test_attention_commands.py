"""The actions inside the views of attention: each shows its view and does what its buttons do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS
from app.attention_commands import SPECIALS, AttentionCommands
from app.panels.attention import AttentionPanel
from app.panels.attention.flow import FlowPage
from app.panels.attention.measures import MeasuresPage
from app.session import Session
from app.values import LoadedModel, ModelChoice
from tests.app.answering import answer_all
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
def panel(qtbot: QtBot, session: Session) -> Iterator[AttentionPanel]:
    made = AttentionPanel(session)
    qtbot.addWidget(made)
    made.resize(900, 570)
    made.show()
    answer_all(session)
    yield made


@pytest.fixture
def actions(panel: AttentionPanel) -> dict[str, QAction]:
    made = {spec.id: QAction(spec.text, panel) for spec in ACTIONS}
    for spec in ACTIONS:
        made[spec.id].setCheckable(spec.checkable)

    def bind(id_: str, slot: Callable[[], object]) -> None:
        made[id_].triggered.connect(slot)

    AttentionCommands(panel, panel.set_view, bind, made, panel)
    return made


def test_words_and_bars_are_switched_and_ticked(panel: AttentionPanel, actions: dict[str, QAction]) -> None:
    choices = panel.maps.head_pane.choices
    words, bars = choices.now.words, choices.now.bars
    actions["one-head-words"].trigger()
    actions["marginal-bars"].trigger()
    assert (choices.now.words, choices.now.bars) == (not words, not bars)
    assert actions["one-head-words"].isChecked() == (not words)
    assert actions["marginal-bars"].isChecked() == (not bars)


def test_of_the_three_for_special_pieces_one_is_ticked(
    panel: AttentionPanel, actions: dict[str, QAction]
) -> None:
    for id_, special in SPECIALS.items():
        for _ in range(2):
            actions[id_].trigger()
            assert panel.maps.head_pane.choices.now.special == special
            assert [other for other in SPECIALS if actions[other].isChecked()] == [id_]


def test_what_is_of_the_large_map_shows_it(panel: AttentionPanel, actions: dict[str, QAction]) -> None:
    panel.set_view("lines")
    actions["one-head-words"].trigger()
    assert panel.view == "one"


def test_the_pinned_piece_is_followed_and_without_one_that_is_said(
    panel: AttentionPanel, session: Session, actions: dict[str, QAction], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(session.notice_given):
        actions["follow-piece"].trigger()
    session.pin(key=4)
    actions["follow-piece"].trigger()
    page = panel.page("flow")
    assert panel.view == "flow" and isinstance(page, FlowPage) and page.position == 4


def test_pruning_is_shown(panel: AttentionPanel, actions: dict[str, QAction]) -> None:
    actions["prune"].trigger()
    page = panel.page("measures")
    assert panel.view == "measures" and isinstance(page, MeasuresPage) and page.view == "prune"


def test_importance_is_asked_for(
    panel: AttentionPanel, session: Session, actions: dict[str, QAction]
) -> None:
    before = session.watched
    actions["compute-importance"].trigger()
    assert panel.view == "measures"
    assert any(type(query).__name__ == "SetImportance" for query in session.watched - before)


def test_heads_are_dimmed_and_all_shown_again(panel: AttentionPanel, actions: dict[str, QAction]) -> None:
    arranging = panel.maps.mosaic_pane.arranging
    panel.set_view("lines")
    arranging.set_filter("entropy under 1")
    actions["heads-as-model"].trigger()
    assert panel.view == "all" and not arranging.filter.conditions
