"""The changes in force above the maps, and what they did to the predictions."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.changes import Change, changes_in
from app.panels.attention.effect_words import effect_lines, effect_summary
from app.session import Session
from app.translation import tr
from app.views.change_chips import ChangeChips
from bert_core.interventions import Interventions
from bert_core.queries import Answer, Effect, InterventionEffect
from bert_core.trace import Trace


class ChangesBar(QWidget):
    """Hidden while nothing is changed. Chips follow the scene at once, the effect comes with its trace."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._changes: list[Change] = []
        self._scene_changes = Interventions()
        self.chips = ChangeChips()
        self.effect = QLabel()
        self.effect.setProperty("kind", "secondary")
        self.effect.setTextFormat(Qt.TextFormat.PlainText)
        self.effect.setWordWrap(True)
        self.all_button = QPushButton(tr("Take back all"))
        self.all_button.setProperty("kind", "link")
        self.all_button.clicked.connect(self._take_back_all)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.chips, 1)
        row.addWidget(self.all_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.effect)
        self.chips.taken_back.connect(self._taken_back)
        session.scene_changed.connect(self.follow)
        session.trace_changed.connect(self.follow)
        self.hide()

    @property
    def wanted(self) -> InterventionEffect | None:
        """What is to be asked for while this is seen."""
        return InterventionEffect() if self._session.scene.interventions else None

    @Slot()
    def follow(self, _: object = None) -> None:
        """Say what is changed in the scene now."""
        session = self._session
        now, model = session.scene.interventions, session.model
        self._changes = []
        if now and model is not None:
            config, trace = model.config, session.trace
            tokens = () if trace is None else trace.tokens
            self._changes = changes_in(now, tokens, config.num_hidden_layers, config.num_attention_heads)
        self.chips.set_changes([(change.words, change.meaning) for change in self._changes])
        self.all_button.setVisible(len(self._changes) > 1)
        self.setVisible(bool(self._changes))
        if now != self._scene_changes:
            self._scene_changes = now
            self._say(tr("Comparing with the model as it is…") if now else "")

    def show_answer(self, answer: Answer, trace: Trace) -> None:
        """The effect on this trace."""
        if isinstance(answer.value, Effect):
            self._say(effect_summary(answer.value, trace), effect_lines(answer.value, trace))
        else:
            self._say(answer.failure)

    def _say(self, text: str, more: str = "") -> None:
        self.effect.setText(text)
        self.effect.setToolTip(more)
        self.effect.setVisible(bool(text))

    @Slot(object)
    def _taken_back(self, index: int) -> None:
        if index < len(self._changes):
            self._session.intervene(self._changes[index].without)

    @Slot()
    def _take_back_all(self) -> None:
        self._session.intervene(Interventions(head_off=self._session.scene.interventions.head_off))
