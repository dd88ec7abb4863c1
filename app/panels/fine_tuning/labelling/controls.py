"""What stands above the list: which file is labelled, how it is ranked, and whether the model's word is seen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from app.panels.fine_tuning.labelling.explanation import explanation
from app.panels.fine_tuning.labelling.words import MOST_LETTERS, has_classes
from app.translation import tr
from app.values import shortened
from app.views.choice import Choice
from app.views.elided_label import ElidedLabel
from app.views.help_button import HelpButton
from bert_core.info import ModelInfo
from bert_core.queries_task import Uncertainty

_MEASURES: tuple[Uncertainty, ...] = ("entropy", "margin")


class LabelControls(QWidget):
    """Who owns it connects its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.file_button = QPushButton()
        self.measure = Choice(tr("Uncertainty"), tr("By what the texts are ranked"), letters=8)
        self.measure.set_names([tr("by entropy"), tr("by margin")])
        self.rank_button = QPushButton(tr("Rank again"))
        self.note = ElidedLabel()
        self.note.setProperty("kind", "warning")
        self.guess_button = QToolButton()
        self.guess_button.setText(tr("Show what the model says"))
        self.guess_button.setCheckable(True)
        self.guess_button.setToolTip(tr("It may sway you: hidden at first (M)"))
        self.help_button = HelpButton(explanation())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self.file_button, self.measure, self.rank_button):
            row.addWidget(widget)
        row.addWidget(self.note, 1)
        row.addStretch(0)
        row.addWidget(self.guess_button)
        row.addWidget(self.help_button)

    @property
    def uncertainty(self) -> Uncertainty:
        """By what the texts are ranked."""
        return _MEASURES[max(0, self.measure.currentIndex())]

    def show_state(self, source: str | None, model: ModelInfo | None, lister: ModelInfo | None) -> None:
        """Of the file and the model that are open; `lister` is the model that made the list, if there is one."""
        self.setVisible(source is not None)
        self.file_button.setText(
            tr("Choose a file…") if source is None else shortened(Path(source).name, MOST_LETTERS)
        )
        self.file_button.setToolTip(source or tr("Which sentences are to be labelled"))
        self.rank_button.setEnabled(has_classes(model) and source is not None)
        self.rank_button.setToolTip(
            tr("Rank what is not labelled yet with {model}", model="" if model is None else model.name)
        )
        note = ""
        if model is not None and lister is not None and model.model_id != lister.model_id:
            note = tr("Ranked by {model}, which is not the model that is open now.", model=lister.name)
        self.note.setText(note)
        self.note.setVisible(bool(note))
