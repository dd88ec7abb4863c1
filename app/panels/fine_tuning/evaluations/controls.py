"""The row of controls over an evaluation: whose, which one, and what the cells say."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QSlider, QToolButton, QWidget

from app.panels.common_pictures import pictures_button
from app.panels.fine_tuning.evaluations.explanation import evaluations_help
from app.panels.fine_tuning.seed_choice import SeedChoice
from app.runs import Runs
from app.translation import tr
from app.views.help_button import HelpButton
from app.views.picture import PictureActions


class EvaluationControls(QWidget):
    """slid(int) tells the place of the evaluation that a person chose, followed(str) "best" or "newest"."""

    slid = Signal(object)
    followed = Signal(object)
    mode_chosen = Signal()

    def __init__(self, runs: Runs, pictures: Sequence[PictureActions], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seed = SeedChoice(runs)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("Evaluation"))
        self.slider.setToolTip(tr("Which evaluation is shown, from the first to the newest"))
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.slider.setMinimumWidth(80)
        self.slider.setPageStep(1)
        self.slider.valueChanged.connect(self._slid)
        self.best = _tab(tr("Best"), tr("The best evaluation by the figure that the run goes by"))
        self.newest = _tab(tr("Newest"), tr("Always the newest evaluation"))
        self.best.clicked.connect(self._best_clicked)
        self.newest.clicked.connect(self._newest_clicked)
        self.counts = _tab(tr("Counts"), tr("How many examples"))
        self.shares = _tab(tr("Shares"), tr("Percent of the row"))
        self.counts.setChecked(True)
        group = QButtonGroup(self)
        for button in (self.counts, self.shares):
            group.addButton(button)
            button.clicked.connect(self.mode_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.seed)
        row.addWidget(self.slider, 1)
        row.addWidget(self.best)
        row.addWidget(self.newest)
        row.addSpacing(8)
        row.addWidget(self.counts)
        row.addWidget(self.shares)
        row.addWidget(pictures_button(pictures))
        row.addWidget(HelpButton(evaluations_help()))

    def show_place(self, place: int, count: int, best: int) -> None:
        """Which of so many is shown, and which is the best."""
        self.slider.blockSignals(True)
        self.slider.setRange(0, count - 1)
        self.slider.setValue(place)
        self.slider.blockSignals(False)
        self.slider.setEnabled(count > 1)
        self.best.setChecked(place == best)
        self.newest.setChecked(place == count - 1)

    def offer_modes(self, offered: bool) -> None:
        """Are there cells in which counts or shares can stand?"""
        self.counts.setVisible(offered)
        self.shares.setVisible(offered)

    @Slot(int)
    def _slid(self, place: int) -> None:
        self.slid.emit(place)

    @Slot()
    def _best_clicked(self) -> None:
        self.followed.emit("best")

    @Slot()
    def _newest_clicked(self) -> None:
        self.followed.emit("newest")


def _tab(text: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(name)
    button.setCheckable(True)
    button.setProperty("kind", "tab")
    return button
