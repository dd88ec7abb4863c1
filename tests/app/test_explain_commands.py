"""The actions of the Explain menu: each shows its panel, and in it the part that it is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS
from app.explain_commands import ExplainCommands
from app.panels.embeddings import EmbeddingsPanel
from app.panels.hidden_states import HiddenStatesPanel
from app.panels.layer_lens import LayerLensPanel
from app.panels.next_sentence import ContinuityPanel
from app.panels.predictions import PredictionsPanel
from app.panels.saliency import SaliencyPanel
from app.session import Session


class Panels:
    """The panels, and which were brought forward."""

    def __init__(self, qtbot: QtBot) -> None:
        session = Session()
        self.embeddings, self.states = EmbeddingsPanel(session), HiddenStatesPanel(session)
        self.lens, self.saliency = LayerLensPanel(session), SaliencyPanel(session)
        self.continuity = ContinuityPanel(session)
        self.brought: list[str] = []
        self.predictions = PredictionsPanel(session)
        panels = self.predictions, self.embeddings, self.states, self.lens, self.saliency, self.continuity
        for panel in panels:
            qtbot.addWidget(panel)
        self.actions = {spec.id: QAction(spec.text, self.embeddings) for spec in ACTIONS}

        def bind(id_: str, slot: Callable[[], object]) -> None:
            self.actions[id_].triggered.connect(slot)

        ExplainCommands(*panels, self.brought.append, bind, self.embeddings)

    def seen(self) -> tuple[str, str, str, str]:
        """Of each panel that has parts, which is seen."""
        method: str = self.states.options.method
        part: str = self.continuity.part
        return self.embeddings.view, method, self.saliency.view, part

    def do(self, id_: str) -> str:
        """Trigger an action; which panel it showed."""
        self.actions[id_].trigger()
        return self.brought[-1]


@pytest.fixture
def panels(qtbot: QtBot) -> Panels:
    return Panels(qtbot)


def test_the_parts_of_the_embeddings(panels: Panels) -> None:
    assert panels.do("embedding-tables") == "embeddings" and panels.seen()[0] == "tables"
    assert panels.do("embeddings-text") == "embeddings" and panels.seen()[0] == "text"


def test_the_map_and_what_stands_beside_it(panels: Panels) -> None:
    assert panels.do("states-tsne") == "hidden-states" and panels.seen()[1] == "tsne"
    panels.do("states-map")
    assert panels.seen()[1] == "pca"
    panels.do("states-senses")
    assert not panels.states.side.senses.isHidden() and panels.states.side.nearest.isHidden()
    panels.do("states-nearest")
    assert panels.states.side.senses.isHidden() and not panels.states.side.nearest.isHidden()


def test_the_lists_and_the_paragraph(panels: Panels) -> None:
    assert panels.do("paragraph") == "continuity" and panels.seen()[3] == "paragraph"
    assert panels.do("which-next") == "continuity" and panels.seen()[3] == "ranking"
    for id_ in ("next-break", "previous-break"):
        panels.do(id_)
        assert panels.seen()[3] == "paragraph"


def test_saliency_and_what_if(panels: Panels) -> None:
    assert panels.do("what-if") == "saliency" and panels.seen()[2] == "what-if"
    assert panels.do("saliency") == "saliency" and panels.seen()[2] == "saliency"
    panels.do("take-change")  # there is none
    assert panels.seen()[2] == "what-if"
    assert panels.do("lens-all") == "layer-lens" and panels.do("fill-masks") == "predictions"
