"""The figures beside the curves: the newest evaluation, and what is known of the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.panels.fine_tuning.live.charts import is_causal
from app.panels.fine_tuning.metric_names import METRIC_KINDS, figure_word, metric_title, task_title
from app.run_values import Points, Run, less_is_better
from app.theme import font
from app.translation import tr
from app.views.amounts import amount, quantity
from app.views.tables import Table

_NOT_SHOWN = {"time", "step", "pieces", "elapsed", "progress", "epoch", "examples"}
_WORTH_SHOWING = 12


@dataclass(frozen=True)
class Measure:
    """One figure of an evaluation: kind is "share" or "quantity"; `least` where less is better."""

    title: str
    kind: str
    least: bool


def measures(*, causal: bool) -> dict[str, Measure]:
    """The figures of an evaluation that have a name of their own, by the event's field."""
    tuned = {
        name: Measure(metric_title(name), kind, less_is_better(name)) for name, kind in METRIC_KINDS.items()
    }
    return {
        **tuned,
        "dev_loss": Measure(tr("Dev loss"), "quantity", True),
        "mlm_loss": Measure(tr("MLM loss"), "quantity", True),
        "lm_loss": Measure(tr("Next-piece loss"), "quantity", True),
        "mask_loss": Measure(tr("Loss at [MASK]"), "quantity", True),
        "top1": Measure(tr("Next piece, top 1") if causal else tr("MLM top 1"), "share", False),
        "top5": Measure(tr("Next piece, top 5") if causal else tr("MLM top 5"), "share", False),
        "word_top1": Measure(tr("Whole words, top 1"), "share", False),
        "word_top5": Measure(tr("Whole words, top 5"), "share", False),
        "word_loss": Measure(tr("Whole words, loss"), "quantity", True),
        "bits_per_character": Measure(tr("Bits a character"), "quantity", True),
        "word_bits_per_character": Measure(tr("Whole words, bits"), "quantity", True),
        "nsp_accuracy": Measure(tr("NSP accuracy"), "share", False),
        "nsp_loss": Measure(tr("NSP loss"), "quantity", True),
    }


def evaluation_rows(run: Run) -> list[tuple[str, ...]]:
    """(name, newest, best) of every figure of the evaluations, the known ones first; of several seeds, see below."""
    if run.seeds:
        return _spread_rows(run)
    known = measures(causal=is_causal(run))
    columns = run.evaluations.columns
    rows: list[tuple[str, ...]] = []
    for name in _names(run.evaluations, known)[:_WORTH_SHOWING]:
        measure = known.get(name, Measure(name.replace("_", " "), "quantity", less_is_better(name)))
        newest = run.evaluations.last(name)
        if newest is None:
            continue
        column = columns[name]
        best = float(np.nanmin(column) if measure.least else np.nanmax(column))
        rows.append(
            (
                measure.title,
                figure_word(measure.kind, newest),
                figure_word(measure.kind, best) if name in known else "",
            )
        )
    return rows


def _spread_rows(run: Run) -> list[tuple[str, ...]]:
    """(name, mean, standard deviation) over the seeds of what the run said at its end, or of their newest figures."""
    known = measures(causal=False)
    rows: list[tuple[str, ...]] = []
    for name in _names(run.seeds[0].evaluations, known)[:_WORTH_SHOWING]:
        measure = known.get(name, Measure(name.replace("_", " "), "quantity", less_is_better(name)))
        reached = run.spread.get(name) or [
            value for seed in run.seeds if (value := seed.evaluations.last(name)) is not None
        ]
        if reached:
            deviation = float(np.std(reached, ddof=1)) if len(reached) > 1 else float("nan")
            rows.append(
                (measure.title, *(figure_word(measure.kind, v) for v in (float(np.mean(reached)), deviation)))
            )
    return rows


def _names(evaluations: Points, known: dict[str, Measure]) -> list[str]:
    names = [name for name in known if name in evaluations.columns]
    return names + sorted(set(evaluations.columns) - set(known) - _NOT_SHOWN)


def fact_rows(run: Run) -> list[tuple[str, str]]:
    """(name, value) of the run's other figures."""
    rate, norm = run.steps.last("learning_rate"), run.steps.last("gradient_norm")
    data = run.details.get("data")
    counts = data.get("counts") if isinstance(data, Mapping) else None
    counts = counts if isinstance(counts, Mapping) else {}
    model = run.details.get("model")
    best = run.best if run.kind == "finetune" else None
    rows = [
        (tr("Task"), task_title(run.task)),
        (tr("From"), Run(model).name if isinstance(model, str) and run.kind == "finetune" else ""),
        (tr("Examples"), f"{counts['train']:,}" if isinstance(counts.get("train"), int) else ""),
        (tr("Dev examples"), f"{counts['dev']:,}" if isinstance(counts.get("dev"), int) else ""),
        (tr("Best at"), tr("step {n}", n=f"{best[0]:,}") if best else ""),
        (tr("Step"), f"{run.step:,}" if run.step else ""),
        (tr("Learning rate"), "" if rate is None else quantity(rate, 3)),
        (tr("Gradient norm"), "" if norm is None else quantity(norm, 3)),
        (tr("Device"), run.device),
        (tr("Processes"), str(run.processes) if run.device else ""),
        (tr("Precision"), run.precision),
        (tr("Parameters"), amount(run.parameters) if run.parameters else ""),
        (
            tr("Checkpoint"),
            "" if run.checkpoint_step is None else tr("step {n}", n=f"{run.checkpoint_step:,}"),
        ),
        (tr("Begun"), str(run.details.get("created", ""))[:16].replace("T", " ")),
    ]
    return [(name, value) for name, value in rows if value]


class Facts(QWidget):
    """Two small tables under each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.evaluation = _Rows(tr("On held-out text"), (tr("newest"), tr("best")))
        self.none = QLabel(tr("No evaluation yet."))
        self.none.setProperty("kind", "secondary")
        self.run = _Rows(tr("The run"), ())
        for widget in (self.evaluation, self.none, self.run):
            column.addWidget(widget)
        column.insertSpacing(2, 12)
        column.addStretch(1)

    def show_run(self, run: Run) -> None:
        """Show this run's figures."""
        rows = evaluation_rows(run)
        self.none.setVisible(not rows)
        spread = bool(run.seeds)
        self.evaluation.set_columns(
            (tr("mean"), tr("sd")) if spread else (tr("newest"), tr("best")),
            tr("Over {n} seeds", n=len(run.seeds)) if spread else tr("On held-out text"),
        )
        self.evaluation.set_rows(rows)
        self.run.set_rows(fact_rows(run))

    def table(self) -> Table:
        """The newest evaluation as numbers in words."""
        return (self.evaluation.title.text(), *self.evaluation.columns), list(self.evaluation.rows)


class _Rows(QWidget):
    """A title, column names, and rows of a name and its values."""

    def __init__(self, title: str, columns: tuple[str, ...]) -> None:
        super().__init__()
        self.columns = columns
        self.rows: list[tuple[str, ...]] = []
        self._labels: list[tuple[QLabel, ...]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self.title = QLabel(title)
        self.title.setFont(font("bold"))
        self._grid.addWidget(self.title, 0, 0)
        self._heads = []
        for number, name in enumerate(columns):
            head = _label(right=True, small=True)
            head.setText(name)
            self._grid.addWidget(head, 0, number + 1)
            self._heads.append(head)

    def set_columns(self, columns: tuple[str, ...], title: str) -> None:
        """Other heads, as many."""
        self.columns = columns
        self.title.setText(title)
        for head, name in zip(self._heads, columns, strict=True):
            head.setText(name)

    def set_rows(self, rows: list[tuple[str, ...]] | list[tuple[str, str]]) -> None:
        self.rows = [tuple(row) for row in rows]
        for head in self._heads:
            head.setVisible(bool(rows))
        while len(self._labels) < len(self.rows):
            line = len(self._labels) + 1
            name, *values = made = (
                _label(right=False, small=True),
                *(_label(right=True) for _ in range(max(1, len(self.columns)))),
            )
            self._grid.addWidget(name, line, 0)
            for number, value in enumerate(values):
                self._grid.addWidget(value, line, number + 1)
            self._labels.append(made)
        for number, labels in enumerate(self._labels):
            words = self.rows[number] if number < len(self.rows) else ()
            for place, label in enumerate(labels):
                label.setText(words[place] if place < len(words) else "")
                label.setVisible(bool(words))


def _label(*, right: bool, small: bool = False) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    if small:
        label.setProperty("kind", "secondary")
    label.setFont(font("small" if small else "base"))
    if right:
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
