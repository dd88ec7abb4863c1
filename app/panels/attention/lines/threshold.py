"""A slider for the weight below which no line is drawn, with its number."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from app.translation import tr

STEPS = (
    *(0.0, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15),
    *(0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
)
"""Round numbers, closer together where most weights are."""


class Threshold(QWidget):
    """changed(float) is emitted when a person moves it."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.title.setProperty("kind", "secondary")
        self.number = QLabel()
        self.number.setProperty("kind", "small")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(STEPS) - 1)
        self.slider.setPageStep(3)
        self.slider.setAccessibleName(tr("Smallest weight that has a line"))
        self.slider.setToolTip(tr("No lines for weights smaller than this (arrow keys)"))
        self.title.setBuddy(self.slider)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.title, 1)
        top.addWidget(self.number)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.slider)
        self.slider.valueChanged.connect(self._moved)
        self.set_value(0.0)

    @property
    def value(self) -> float:
        """The threshold."""
        return STEPS[self.slider.value()]

    def set_value(self, value: float, *, signed: bool = False) -> None:
        """Move to the first step that is not below `value`, of weights or of changes; says nothing of it."""
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(min(bisect_left(STEPS, value), len(STEPS) - 1))
        self.slider.blockSignals(blocked)
        self.title.setText(tr("Changes from") if signed else tr("Weights from"))
        self._write()

    @Slot(int)
    def _moved(self, _: int) -> None:
        self._write()
        self.changed.emit(self.value)

    def _write(self) -> None:
        self.number.setText(f"{self.value:g}")
