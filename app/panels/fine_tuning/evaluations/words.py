"""An evaluation in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from app.panels.fine_tuning.metric_names import baseline_title, metric_title, metric_word
from app.run_values import best_place
from app.translation import tr
from app.views.confusion_matrix import Mode
from app.views.tables import Table
from bert_core.finetuning.run_values import Evaluation


def place_of_best(found: Sequence[Evaluation], metric: str) -> int:
    """Which is the best by that figure; the newest where none has it."""
    values = np.array([evaluation.metrics.get(metric, np.nan) for evaluation in found], dtype=float)
    steps = np.array([float(evaluation.step) for evaluation in found])
    place = best_place(steps, values, metric)
    return len(found) - 1 if place is None else place


def where(evaluation: Evaluation, *, best: bool, newest: bool) -> str:
    """Which one it is."""
    said = [tr("Step {n}", n=f"{evaluation.step:,}"), tr("epoch {n}", n=f"{evaluation.epoch:.2f}")]
    if evaluation.step == 0:
        said.append(tr("before training"))
    if best:
        said.append(tr("best"))
    if newest:
        said.append(tr("newest"))
    return "  ·  ".join(said)


def figures(evaluation: Evaluation, baseline: Mapping[str, float], task: str) -> str:
    """All of its figures, each beside what is reached without learning to read."""
    said = []
    for name, value in evaluation.metrics.items():
        words = f"{metric_title(name)} {metric_word(name, value)}"
        if name in baseline:
            words += f" ({baseline_title(task)}: {metric_word(name, baseline[name])})"
        said.append(words)
    return "   ·   ".join(said)


def hint(mode: Mode) -> str:
    """What the cells of the matrix say."""
    unit = tr("numbers are counts") if mode == "counts" else tr("numbers are % of the row")
    return tr("Colour: share of the row; {unit}. A click lists the examples.", unit=unit)


def caption(mode: Mode) -> str:
    """The same under a picture."""
    said = tr("counts") if mode == "counts" else tr("percent of the row")
    return tr("Rows: gold; columns: predicted; numbers: {said}; colour: share of the row.", said=said)


def table_of(found: Sequence[Evaluation]) -> Table:
    """Every evaluation's figures."""
    names = list(dict.fromkeys(name for one in found for name in one.metrics))
    rows = [(one.step, one.epoch, *(one.metrics.get(name, "") for name in names)) for one in found]
    return (tr("step"), tr("epoch"), *names), rows
