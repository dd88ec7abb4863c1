"""Curves over the recorded steps of a run under their title, with one value read out."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from PySide6.QtCore import QSizeF, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme import font
from app.translation import tr
from app.views.drawing import Drawing
from app.views.elided_label import ElidedLabel
from app.views.figure import figure
from app.views.piece_text import isolated
from app.views.read_out import ReadOut
from app.views.step_curves import StepCurves
from app.views.step_plot import StepCurve
from app.views.tables import Table

_VALUE, _LEAST = 112, 70  # pixels for what is read out, and the least of them
_PICTURE = QSizeF(420, 240)  # pixels, the least that a picture is drawn in


class StepChart(QWidget):
    """The value read out is the one near the pointer; else that of the strong curve at the marked step.

    chosen(record)  a person wants another step
    pointed(record, curve)  what the pointer is near, or None
    """

    chosen = Signal(object)
    pointed = Signal(object)

    def __init__(self, title: str, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(title)
        self.title.setFont(font("bold"))
        self.title.setToolTip(unit)
        self.unit = ElidedLabel(unit)
        self.unit.setProperty("kind", "secondary")
        self.unit.setFont(font("small"))
        self.unit.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.read_out = ReadOut(right=True, name=tr("Value under the pointer"), hint=60)
        self.read_out.setMinimumWidth(_LEAST)
        self.view = StepCurves(title)
        self.top = QHBoxLayout()
        self.top.setSpacing(6)
        self.top.addWidget(self.title)
        self.top.addWidget(self.unit)
        self.top.addWidget(self.read_out, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self.top)
        column.addWidget(self.view, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.view.chosen.connect(self.chosen)
        self.view.pointed.connect(self._pointed)

    def set_unit(self, unit: str) -> None:
        """What is measured, beside the title where there is room."""
        self.unit.setText(unit)
        self.title.setToolTip(unit)
        self._give_room()

    def set_curves(
        self,
        curves: Sequence[StepCurve],
        steps: Sequence[int],
        low: float,
        high: float,
        *,
        strong: int | None = None,
        empty: str = "",
    ) -> None:
        """Show these (see StepCurves); where there are none, the sentence `empty`."""
        self.view.set_empty_text(empty)
        self.view.set_curves(curves, steps, low, high, strong=strong)
        self._read(None)

    def set_record(self, record: int) -> None:
        """Mark a recorded step."""
        self.view.set_record(record)
        self._read(None)

    def set_strong(self, strong: int | None) -> None:
        """Draw this curve above the others."""
        self.view.set_strong(strong)
        self._read(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is measured gives way to the value, where there is not room for both."""
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        taken = self.title.sizeHint().width() + self.unit.sizeHint().width() + _VALUE
        self.unit.setVisible(self.width() >= taken)

    def _read(self, near: tuple[int, int] | None) -> None:
        curves, steps = self.view.curves, self.view.steps
        pointed = near is not None
        if near is None and curves and steps:  # the marked step: that need not be said
            at = len(steps) - 1 if self.view.record is None else self.view.record
            near = at, 0 if self.view.strong is None else self.view.strong
        if near is None or near[0] >= len(steps) or near[1] >= len(curves):
            self.read_out.set_text("")
            return
        record, index = near
        value = float(curves[index].values[record])
        words = isolated(curves[index].name)
        if pointed:
            words = tr("{name}, step {step}", name=words, step=f"{steps[record]:,}")
        self.read_out.set_text(words, "–" if isnan(value) else self.view.plot.word(value))

    @Slot(object)
    def _pointed(self, near: tuple[int, int] | None) -> None:
        self._read(near)
        self.pointed.emit(near)

    def drawing(self, title: str) -> Drawing:
        """The chart under a title, no smaller than can be read."""
        size = QSizeF(self.view.size()).expandedTo(_PICTURE)
        return figure(
            self.view.drawing(size),
            title,
            caption=tr("{measured} by step of the optimizer", measured=self.unit.text()).strip(),
        )

    def table(self) -> Table:
        """A row for each step, a column for each curve."""
        curves = self.view.curves
        rows = (
            (step, *(("" if isnan(v := float(curve.values[n])) else f"{v:.6g}") for curve in curves))
            for n, step in enumerate(self.view.steps)
        )
        return (tr("step"), *(curve.name for curve in curves)), rows
