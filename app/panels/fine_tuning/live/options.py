"""The row of options over the curves: what they run over, logarithms, smoothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSpinBox, QToolButton, QWidget

from app.panels.common_pictures import pictures_button
from app.panels.fine_tuning.live.charts import AGAINST, Against, axis_spec
from app.panels.fine_tuning.live.explanation import run_help
from app.theme import font
from app.translation import tr
from app.views.help_button import HelpButton

SMOOTHED = 10  # points, at first
_SPIN = 104  # pixels


class CurveOptions(QWidget):
    """changed() is emitted when the curves are to be drawn otherwise, fit_wanted() when all of them is to be seen."""

    changed = Signal()
    fit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.against = QComboBox()
        self.against.setAccessibleName(tr("What the curves run over"))
        self.against.setToolTip(tr("What the curves run over"))
        self._axes: tuple[Against, ...] = ()
        self.offer(AGAINST)
        self.log_x = _toggle(tr("log x"), tr("A logarithmic x axis"))
        self.log_y = _toggle(tr("log y"), tr("Logarithmic y axes"))
        self.smoothed = QSpinBox()
        self.smoothed.setRange(1, 9999)
        self.smoothed.setValue(SMOOTHED)
        self.smoothed.setKeyboardTracking(False)
        self.smoothed.setSuffix(tr(" points"))
        self.smoothed.setFixedWidth(_SPIN)
        self.smoothed.setAccessibleName(tr("Points that the exponential mean runs over"))
        self.smoothed.setToolTip(
            tr("The strong curve is the exponential mean over so many points; 1 is none.")
        )
        self.fit = QPushButton(tr("Show all"))
        self.fit.setToolTip(tr("The whole of every curve; so does a double click"))
        self.figures = pictures_button(())
        smoothing = QLabel(tr("Smoothing"))
        smoothing.setProperty("kind", "secondary")
        smoothing.setFont(font("small"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.against, self.log_x, self.log_y, smoothing, self.smoothed):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.fit)
        row.addWidget(self.figures)
        row.addWidget(HelpButton(run_help()))
        self.against.currentIndexChanged.connect(self._changed)
        self.smoothed.valueChanged.connect(self._changed)
        self.log_x.toggled.connect(self._changed)
        self.log_y.toggled.connect(self._changed)
        self.fit.clicked.connect(self.fit_wanted)

    def offer(self, axes: Sequence[Against]) -> None:
        """Those that there are numbers for; the one that is chosen stays where it is among them."""
        if tuple(axes) == self._axes:
            return
        chosen, self._axes = self.against.currentData(), tuple(axes)
        self.against.blockSignals(True)
        self.against.clear()
        for name in axes:
            self.against.addItem(axis_spec(name).label, name)
        self.against.setCurrentIndex(max(0, self.against.findData(chosen)))
        self.against.blockSignals(False)

    @property
    def axis(self) -> Against:
        """What the curves run over."""
        found: Against = self.against.currentData()
        return found

    @property
    def log(self) -> tuple[bool, bool]:
        """Which axes are logarithmic."""
        return self.log_x.isChecked(), self.log_y.isChecked()

    @Slot()
    def _changed(self, _: object = None) -> None:
        self.changed.emit()


def _toggle(text: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setCheckable(True)
    button.setProperty("kind", "tab")
    return button
