"""How it is trained: settings in two groups, what they come to, and sets of them by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels.fine_tuning.setup.making import Unwheeled, line, say
from app.panels.fine_tuning.setup.option_rows import OptionRow
from app.panels.fine_tuning.setup.option_specs import USUAL, presets, specs, usual_rate
from app.translation import tr
from bert_core.errors import RecipeError
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.finetuning.task_info import METRICS, TaskName

_HIDDEN = 256
"""Of a model that nothing is known of yet."""


class OptionsPart(QWidget):
    """changed() is emitted when any setting is another one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task: TaskName | None = None
        self._hidden = _HIDDEN
        self._filling = False
        self._other: dict[str, Any] = {}  # settings that have no row, of a run that this is to be like
        self._calm = Unwheeled(self)
        self.presets = presets()
        self.preset = QComboBox()
        self.preset.addItems([preset.title for preset in self.presets])
        self.preset.setAccessibleName(tr("Settings"))
        self.preset.setToolTip(tr("Sets all settings at once; each can be changed afterwards"))
        self._calm.calm(self.preset)
        self.preset_hint = line()
        self.sum_line = line()
        self.rows = {spec.name: OptionRow(spec, self._calm, self) for spec in specs()}
        self.more = QPushButton()
        self.more.setProperty("kind", "link")
        self.more.setCheckable(True)
        self.more_rows = QWidget()
        self.error_line = line("error")
        self._build()
        self.set_recipe(USUAL)
        for row in self.rows.values():
            row.changed.connect(self._row_changed)
        self.preset.activated.connect(self._preset_chosen)
        self.more.toggled.connect(self._show_rows)
        self._show_rows()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        first = QHBoxLayout()
        first.setSpacing(8)
        label = QLabel(tr("Begin with"))
        label.setBuddy(self.preset)
        first.addWidget(label)
        first.addWidget(self.preset, 1)
        column.addLayout(first)
        column.addWidget(self.preset_hint)
        inner = QVBoxLayout(self.more_rows)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        for row in self.rows.values():
            (column if row.spec.usual else inner).addWidget(row)
        column.addWidget(self.sum_line)
        column.addWidget(self.more)
        column.addWidget(self.more_rows)
        column.addWidget(self.error_line)

    # The recipe --------------------------------------------------------------------------------------------------

    @property
    def recipe(self) -> FineTuneRecipe | None:
        """All settings; None where they cannot be meant: `problem` says why."""
        if any(row.error for row in self._seen()):
            return None
        try:
            return FineTuneRecipe(**{**self._other, **self._values(), "task": self._task})
        except RecipeError:
            return None

    @property
    def problem(self) -> str:
        """What is wrong with the settings; empty where nothing is."""
        for row in self._seen():
            if row.error:
                return tr("{setting}: {what}", setting=row.spec.title, what=row.error)
        try:
            FineTuneRecipe(**{**self._other, **self._values(), "task": self._task})
        except RecipeError as error:
            return str(error)
        return ""

    def set_recipe(self, recipe: FineTuneRecipe) -> None:
        """Show these settings."""
        self._filling = True
        values = {f.name: getattr(recipe, f.name) for f in fields(recipe)}
        for name, row in self.rows.items():
            row.set_value(values[name])
        self._other = {
            name: value
            for name, value in values.items()
            if name not in self.rows and name not in ("task", "dev_share", "split_seed", "skip_malformed")
        }
        self._filling = False
        self._row_changed()

    def take(self, changes: Mapping[str, Any]) -> None:
        """Change some settings."""
        self._filling = True
        for name, value in changes.items():
            if name in self.rows:
                self.rows[name].set_value(value)
        self._filling = False
        self._row_changed()

    # What they depend on -----------------------------------------------------------------------------------------

    def set_task(self, task: TaskName | None) -> None:
        """Which settings matter, and which dev figures there are."""
        if task != self._task:
            self._task = task
            if task is not None:
                self.rows["metric"].offer((None, "dev_loss", *METRICS[task]))
            self._show_rows()
            self._row_changed()

    def set_model(self, hidden: int, layers: int, max_length: int) -> None:
        """What the base model lets one choose."""
        self._hidden = hidden
        self.rows["frozen_layers"].set_high(layers)
        self.rows["max_length"].set_high(max_length)
        self._row_changed()

    def set_examples(self, count: int) -> None:
        """Say what the settings come to with so many examples."""
        recipe = self.recipe
        if not count or recipe is None:
            say(self.sum_line, "")
            return
        an_epoch = -(-count // recipe.batch_size)
        steps = max(1, round(an_epoch * recipe.epochs))
        words = tr(
            "{n} steps an epoch, {all} in all. How long that takes is known after the first of them.",
            n=f"{an_epoch:,}",
            all=f"{steps:,}",
        )
        if len(recipe.seeds) > 1:
            words = tr(
                "{n} steps an epoch, {all} with each of {seeds} seeds. How long that takes is known after the "
                "first of them.",
                n=f"{an_epoch:,}",
                all=f"{steps:,}",
                seeds=len(recipe.seeds),
            )
        if steps < 60 and recipe.epochs < 10:
            words += " " + tr("That is few: “Few examples” trains longer.")
        say(self.sum_line, words)

    # Inside ------------------------------------------------------------------------------------------------------

    def _seen(self) -> list[OptionRow]:
        mode = self.rows["mode"].value
        return [row for row in self.rows.values() if row.spec.matters(self._task, mode)]

    def _values(self) -> dict[str, Any]:
        """Of the rows that matter; the others are as by default."""
        usual = asdict(USUAL)
        seen = {row.spec.name for row in self._seen()}
        return {name: row.value if name in seen else usual[name] for name, row in self.rows.items()}

    @Slot()
    def _show_rows(self, _: object = None) -> None:
        seen = self._seen()
        for row in self.rows.values():
            row.setVisible(row in seen)
        wide = self.more.isChecked()
        self.more_rows.setVisible(wide)
        self.more.setText(tr("Fewer settings") if wide else tr("More settings…"))

    @Slot()
    def _row_changed(self) -> None:
        if self._filling:
            return
        self.rows["learning_rate"].set_nothing(usual_rate(self._hidden, self.rows["mode"].value))
        self._show_rows()
        self._show_preset()
        problem = "" if any(row.error for row in self._seen()) else self.problem
        say(self.error_line, problem, "error")
        self.changed.emit()

    def _show_preset(self) -> None:
        """Which one this is; between two, it is one's own."""
        values = self._values()
        usual = {name: value for name, value in asdict(USUAL).items() if name in values}
        number = next(
            (
                n
                for n, preset in enumerate(self.presets)
                if values == {**usual, **preset.changes(self._hidden)}
            ),
            -1,
        )
        self.preset.setCurrentIndex(number)
        self.preset.setPlaceholderText(tr("Your own"))
        say(
            self.preset_hint,
            self.presets[number].hint if number >= 0 else tr("Other settings than these two."),
        )

    @Slot(int)
    def _preset_chosen(self, number: int) -> None:
        usual = {name: value for name, value in asdict(USUAL).items() if name in self.rows}
        self.take({**usual, **self.presets[number].changes(self._hidden)})
