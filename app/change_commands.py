"""What the actions of the Change menu do, and which of them are ticked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from app.changes import term_name
from app.session import Session
from app.translation import tr
from bert_core.interventions import Direction, HeadOff, Interventions, Term

READING: Mapping[str, Direction] = {
    "read-both": "both",
    "read-right": "left-to-right",
    "read-left": "right-to-left",
}
"""Actions, and the reading direction that each stands for."""
MODES: Mapping[str, HeadOff] = {"heads-zero": "zero", "heads-even": "uniform"}
TERMS: Mapping[str, Term] = {
    "drop-token": "token",
    "drop-segment": "segment",
    "drop-position": "position",
}


class ChangeCommands(QObject):
    """Interventions by menu, key and finder; panels offer the same where the pointer is.

    bind     says what an action does
    actions  the window's, by id
    """

    def __init__(
        self,
        session: Session,
        bind: Callable[[str, Callable[[], object]], None],
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.session, self._actions = session, actions
        for id_, direction in READING.items():
            bind(id_, partial(self.read, direction))
        for id_, mode in MODES.items():
            bind(id_, partial(self.switch_off_by, mode))
        for id_, term in TERMS.items():
            bind(id_, partial(self.drop_everywhere, term))
        for id_, slot in (
            ("head-off", self.switch_head),
            ("layer-off", self.switch_layer),
            ("column-off", self.switch_column),
            ("hide-piece", self.hide_pinned),
            ("no-changes", self.take_back_all),
        ):
            bind(id_, slot)
        session.scene_changed.connect(self._tick)
        session.selection_changed.connect(self._tick)
        session.trace_changed.connect(self._tick)
        self._tick()

    # Heads -------------------------------------------------------------------------------------------------------

    def _switch(self, heads: set[tuple[int, int]]) -> None:
        """Off where any of them is on, else on again."""
        now = self.session.scene.interventions
        self.session.intervene(now.switching(heads, off=not heads <= now.heads_off))

    def switch_head(self) -> None:
        """The chosen head; where an average is chosen, all heads that it is of."""
        layer, head = self.session.selection.layer, self.session.selection.head
        if layer is None:
            self.session.notice_given.emit(tr("Choose a head or a layer first"))
        elif head is None:
            self.switch_layer()
        else:
            self._switch({(layer, head)})

    def switch_layer(self) -> None:
        """All heads of the chosen layer."""
        layer, model = self.session.selection.layer, self.session.model
        if layer is None or model is None:
            self.session.notice_given.emit(tr("Choose a head or a layer first"))
        else:
            self._switch({(layer, head) for head in range(model.config.num_attention_heads)})

    def switch_column(self) -> None:
        """The head of the chosen number in every layer."""
        head, model = self.session.selection.head, self.session.model
        if head is None or model is None:
            self.session.notice_given.emit(tr("Choose a head first"))
        else:
            self._switch({(layer, head) for layer in range(model.config.num_hidden_layers)})

    def switch_off_by(self, mode: HeadOff) -> None:
        """What "off" means for all heads that are."""
        self.session.intervene(replace(self.session.scene.interventions, head_off=mode))

    # Reading and embeddings --------------------------------------------------------------------------------------

    def read(self, direction: Direction) -> None:
        """Which way pieces may attend."""
        self.session.intervene(replace(self.session.scene.interventions, direction=direction))

    def drop_everywhere(self, term: Term) -> None:
        """Leave an embedding out of every piece's sum, or bring it back."""
        now = self.session.scene.interventions
        self.session.intervene(now.dropping(term, "all", drop=now.dropped.get(term) != "all"))

    def hide_pinned(self) -> None:
        """Hide the pinned piece from attention, or let it be seen again."""
        selection, now = self.session.selection, self.session.scene.interventions
        position = selection.query if selection.query is not None else selection.key
        if position is None:
            self.session.notice_given.emit(tr("Pin a piece first: Ctrl+click on it, or Space"))
        else:
            self.session.intervene(now.hiding(position, hide=position not in now.hidden))

    def take_back_all(self) -> None:
        """The model as it is."""
        self.session.intervene(Interventions(head_off=self.session.scene.interventions.head_off))

    @Slot()
    def _tick(self, _: object = None) -> None:
        now, selection = self.session.scene.interventions, self.session.selection
        for id_, direction in READING.items():
            self._actions[id_].setChecked(now.direction == direction)
        for id_, mode in MODES.items():
            self._actions[id_].setChecked(now.head_off == mode)
        for id_, term in TERMS.items():
            self._actions[id_].setChecked(now.dropped.get(term) == "all")
            self._actions[id_].setToolTip(
                tr("Leave the {term} embedding out of every piece's sum", term=term_name(term))
            )
        self._actions["head-off"].setChecked((selection.layer, selection.head) in now.heads_off)
        self._actions["no-changes"].setEnabled(bool(now))
