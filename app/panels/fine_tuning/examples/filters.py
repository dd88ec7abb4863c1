"""What stands above the examples: after which step, and which of them are listed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from app.panels.fine_tuning.examples.filtering import Wanted
from app.panels.fine_tuning.examples.words import step_names
from app.panels.fine_tuning.seed_choice import SeedChoice
from app.runs import Runs
from app.translation import tr
from app.views.choice import Choice
from bert_core.finetuning.run_values import Rows

_SETTLES_AFTER = 120  # milliseconds without another letter

Step = int | str | None
"""None the newest, "best", or a step."""


class ExampleFilters(QWidget):
    """step_chosen(Step); changed() when `wanted` is another, by a person's choice."""

    step_chosen = Signal(object)
    changed = Signal()

    def __init__(self, runs: Runs) -> None:
        super().__init__()
        self.wanted = Wanted()
        self.offered: list[Step] = [None]
        self._labels: tuple[str, ...] = ()
        self.steps = Choice(tr("Step"), tr("The model after which step of the training"), letters=14)
        self.seeds = SeedChoice(runs)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search the texts"))
        self.search.setAccessibleName(tr("Search the texts"))
        self.search.setToolTip(tr("Words that the texts, the gold or the predicted answer hold (Ctrl+F)"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(90)
        self.wrong = QToolButton()
        self.wrong.setText(tr("Wrong only"))
        self.wrong.setCheckable(True)
        self.wrong.setToolTip(tr("List only what the model got wrong"))
        self.gold = Choice(tr("Gold"), tr("Only examples of this class"), letters=8)
        self.predicted = Choice(tr("Predicted"), tr("Only what the model takes for this class"), letters=11)
        self.settle = QTimer(self)
        self.settle.setSingleShot(True)
        self.settle.setInterval(_SETTLES_AFTER)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self.seeds, self.steps, self.wrong, self.gold, self.predicted):
            row.addWidget(widget)
        row.addWidget(self.search, 1)
        self.steps.chosen.connect(self._step_chosen)
        self.wrong.toggled.connect(self._change)
        self.gold.chosen.connect(self._change)
        self.predicted.chosen.connect(self._change)
        self.search.textChanged.connect(self.settle.start)
        self.settle.timeout.connect(self._change)

    def offer_steps(self, kept: Sequence[int], best: int | None, chosen: Step) -> None:
        """Of a run that keeps these; where the chosen one is not among them, the newest is shown."""
        names = step_names(kept, best)
        self.offered = [step for step, _ in names]
        self.steps.set_names([name for _, name in names])
        self.steps.setCurrentIndex(self.offered.index(chosen) if chosen in self.offered else 0)
        self.steps.setEnabled(len(names) > 1)

    def offer_classes(self, rows: Rows) -> None:
        """Those of the dev set; what is wanted of others is wanted no more."""
        labels = rows.labels if rows.task in ("single-sentence", "sentence-pair", "tagging") else ()
        self._labels = rows.labels
        for choice, any_ in ((self.gold, tr("any gold")), (self.predicted, tr("any predicted"))):
            choice.setVisible(bool(labels))
            choice.set_names([any_, *labels])
        if self.wanted.gold not in (None, *labels) or self.wanted.predicted not in (None, *labels):
            self.wanted = Wanted(self.wanted.wrong, None, None, self.wanted.sought)
        for choice, label in ((self.gold, self.wanted.gold), (self.predicted, self.wanted.predicted)):
            choice.setCurrentIndex(0 if label is None else labels.index(label) + 1)

    def forget_classes(self) -> None:
        """Nothing is listed."""
        self._labels = ()

    def want_classes(self, gold: str | None, predicted: str | None) -> None:
        """Want what is of the one class and was taken for the other, and nothing else; None: any."""
        self.wanted = Wanted(False, gold, predicted, "")
        for widget in (self.wrong, self.search):
            widget.blockSignals(True)
        self.wrong.setChecked(False)
        self.search.clear()
        for widget in (self.wrong, self.search):
            widget.blockSignals(False)

    def go_to_search(self) -> None:
        """Type into the search field from now on."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @Slot(object)
    def _step_chosen(self, index: int) -> None:
        self.step_chosen.emit(self.offered[index])

    @Slot()
    def _change(self) -> None:
        self.wanted = Wanted(
            self.wrong.isChecked(),
            self._class_of(self.gold),
            self._class_of(self.predicted),
            self.search.text(),
        )
        self.changed.emit()

    def _class_of(self, choice: Choice) -> str | None:
        index = choice.currentIndex() - 1
        return self._labels[index] if not choice.isHidden() and 0 <= index < len(self._labels) else None
