"""A setting on screen: its name, its field, one sentence, and what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.panels.fine_tuning.setup.making import Unwheeled, line, say
from app.panels.fine_tuning.setup.option_specs import OptionSpec
from app.translation import tr

_FIELD, _HEIGHT = 126, 26  # pixels
_MOST_SEEDS = 20


class OptionRow(QWidget):
    """changed() is emitted when the value is another one, whoever changed it."""

    changed = Signal()

    def __init__(self, spec: OptionSpec, calm: Unwheeled, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.error = ""
        self._value: Any = None
        self.field = self._make(spec)
        calm.calm(self.field)
        self.field.setAccessibleName(spec.title)
        self.field.setAccessibleDescription(spec.hint)
        self.field.setToolTip(spec.hint)
        self.hint = line("secondary", spec.hint)
        row = QHBoxLayout()
        row.setSpacing(8)
        if isinstance(self.field, QCheckBox):
            row.addWidget(self.field, 1)
        else:
            label = QLabel(spec.title)
            label.setBuddy(self.field)
            label.setToolTip(spec.hint)
            row.addWidget(label, 1)
            self.field.setFixedSize(_FIELD, _HEIGHT)
            row.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addLayout(row)
        column.addWidget(self.hint)

    @property
    def value(self) -> Any:
        """As the recipe has it; the last good one while `error` says what is wrong with what stands there."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show this one."""
        field, spec = self.field, self.spec
        if isinstance(field, QCheckBox):
            field.setChecked(bool(value))
        elif isinstance(field, QComboBox):
            field.setCurrentIndex(next((n for n, (known, _) in enumerate(spec.choices) if known == value), 0))
        elif isinstance(field, QSpinBox):
            field.setValue(int(value))
        elif isinstance(field, QDoubleSpinBox):
            field.setValue(100 * value if spec.kind == "percent" else value)
        elif isinstance(field, QLineEdit):
            field.setText(_written(value))
        self._read()

    def set_high(self, high: int) -> None:
        """The most that makes sense with the model."""
        if isinstance(self.field, QSpinBox):
            self.field.setMaximum(high)

    def offer(self, values: Collection[Any]) -> None:
        """Of the choices, those that make sense; another one that is chosen gives way to the first."""
        if isinstance(self.field, QComboBox):
            view = self.field.view()
            for number, (value, _) in enumerate(self.spec.choices):
                if isinstance(view, QListView):
                    view.setRowHidden(number, value not in values)
            if self.value not in values:
                self.field.setCurrentIndex(0)

    def set_nothing(self, words: str) -> None:
        """What an empty field means."""
        if isinstance(self.field, QLineEdit):
            self.field.setPlaceholderText(words)

    def _make(self, spec: OptionSpec) -> QCheckBox | QComboBox | QSpinBox | QDoubleSpinBox | QLineEdit:
        if spec.kind == "tick":
            tick = QCheckBox(spec.title)
            tick.toggled.connect(self._read)
            return tick
        if spec.kind == "choice":
            combo = QComboBox()
            combo.addItems([title for _, title in spec.choices])
            combo.currentIndexChanged.connect(self._read)
            return combo
        if spec.kind == "whole":
            whole = QSpinBox()
            whole.setRange(int(spec.low), int(spec.high))
            whole.setSingleStep(int(spec.step))
            whole.setGroupSeparatorShown(True)
            whole.valueChanged.connect(self._read)
            return whole
        if spec.kind in ("decimal", "percent"):
            number = QDoubleSpinBox()
            number.setDecimals(spec.places)
            number.setRange(spec.low, spec.high)
            number.setSingleStep(spec.step)
            if spec.kind == "percent":
                number.setSuffix(tr(" %"))
            number.valueChanged.connect(self._read)
            return number
        edit = QLineEdit()
        edit.setPlaceholderText(spec.nothing)
        edit.textChanged.connect(self._read)
        return edit

    @Slot()
    def _read(self, _: object = None) -> None:
        before = (self._value, self.error)
        try:
            self._value, self.error = self._read_field(), ""
        except ValueError as error:
            self.error = str(error)
        say(self.hint, self.error or self.spec.hint, "error" if self.error else "secondary")
        if (self._value, self.error) != before:
            self.changed.emit()

    def _read_field(self) -> Any:
        """Raises ValueError with words for a person."""
        field, spec = self.field, self.spec
        if isinstance(field, QCheckBox):
            return field.isChecked()
        if isinstance(field, QComboBox):
            return spec.choices[field.currentIndex()][0]
        if isinstance(field, QSpinBox):
            return field.value()
        if isinstance(field, QDoubleSpinBox):
            return round(field.value() / (100 if spec.kind == "percent" else 1), 6)
        return _seeds(field.text()) if spec.kind == "seeds" else _maybe(field.text(), spec)


def _maybe(text: str, spec: OptionSpec) -> float | int | None:
    if not text.strip():
        return None
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if not spec.low <= number <= spec.high:
        raise ValueError(
            tr("A number from {low} to {high}, or nothing.", low=_written(spec.low), high=_written(spec.high))
        )
    if spec.places:
        return number
    if number != int(number):
        raise ValueError(tr("A whole number, or nothing."))
    return int(number)


def _seeds(text: str) -> tuple[int, ...]:
    words = [word for word in re.split(r"[\s,;]+", text.strip()) if word]
    if not words:
        raise ValueError(tr("One number at least, as 0."))
    if not all(word.isascii() and word.isdigit() and int(word) < 1 << 31 for word in words):
        raise ValueError(tr("Whole numbers from 0 on, parted by commas."))
    found = tuple(dict.fromkeys(map(int, words)))
    if len(found) < len(words):
        raise ValueError(tr("One of them stands there twice."))
    if len(found) > _MOST_SEEDS:
        raise ValueError(tr("No more than {n}.", n=_MOST_SEEDS))
    return found


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, float) and (0 < value < 1e-2 or value >= 1e6):
        mantissa, _, exponent = f"{value:.3e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return f"{value:g}"
