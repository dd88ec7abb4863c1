"""What runs reached and in what they differ, as the lines of a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.panels.fine_tuning.metric_names import METRIC_KINDS, metric_title, metric_word
from app.run_values import Run, less_is_better
from app.translation import tr

_LEFT_OUT = ("seed", "seeds", "checkpoint_minutes", "keep_checkpoints", "log_seconds")


@dataclass(frozen=True)
class Line:
    """One run, or one seed of it.

    cells   as they are written, in the order of the columns
    values  the numbers behind them; NaN for none
    sign    which look its curves have; None for a single seed
    """

    name: str
    cells: tuple[str, ...]
    values: tuple[float, ...]
    sign: int | None = None


@dataclass(frozen=True)
class Compared:
    """The table. best: of each column the line that is ahead, -1 where that means nothing."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    best: tuple[int, ...]


def compared(runs: Sequence[Run]) -> Compared:
    """All of these: figures at the best evaluation of each, then the settings that are not the same everywhere."""
    metrics = _metrics(runs)
    settings = differing([_settings(run) for run in runs])
    lines: list[Line] = []
    for sign, run in enumerate(runs):
        own = _settings(run)
        words = tuple(_word(own.get(name)) for name in settings)
        lines.append(_line(run, metrics, words, sign))
        if len(run.seeds) > 1:
            none = ("",) * len(settings)
            lines += [_line(seed, metrics, none, None) for seed in run.seeds]
    titles = (name.replace("_", " ") for name in settings)
    columns = (*(metric_title(name) for name in metrics), tr("Best at step"), *titles)
    best = [_best_line(lines, number, name) for number, name in enumerate(metrics)]
    return Compared(columns, tuple(lines), (*best, *([-1] * (1 + len(settings)))))


def differing(settings: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The names of those that are not the same in all."""
    names = dict.fromkeys(name for own in settings for name in own)
    return tuple(name for name in names if len({repr(own.get(name)) for own in settings}) > 1)


def figures_of(run: Run) -> Mapping[str, float]:
    """What the run had reached at its best evaluation; of the first in the list where there is no best one."""
    best = run.best
    if best is None:
        return {}
    place = int(np.flatnonzero(run.evaluations.column("step") == best[0])[-1])
    return {name: float(column[place]) for name, column in run.evaluations.columns.items()}


def each_of(run: Run, metric: str) -> tuple[float, ...]:
    """What each seed reached, or the one run."""
    if run.spread.get(metric):
        return run.spread[metric]
    reached = (figures_of(part).get(metric, math.nan) for part in (run.seeds or (run,)))
    return tuple(value for value in reached if math.isfinite(value))


def _metrics(runs: Sequence[Run]) -> tuple[str, ...]:
    there = {name for run in runs for part in (run.seeds or (run,)) for name in part.evaluations.columns}
    return tuple(
        name for name in (*METRIC_KINDS, "dev_loss", "mlm_loss", "top1", "nsp_accuracy") if name in there
    )


def _line(run: Run, metrics: Sequence[str], settings: tuple[str, ...], sign: int | None) -> Line:
    cells, values = [], []
    for name in metrics:
        each = each_of(run, name)
        mean = float(np.mean(each)) if each else math.nan
        values.append(mean)
        if not each:
            cells.append("")
        elif len(each) > 1:
            cells.append(f"{metric_word(name, mean)} ± {_deviation(name, each)}")
        else:
            cells.append(metric_word(name, mean))
    best = run.best
    name = run.name if sign is not None else tr("seed {n}", n=run.name)
    return Line(
        name,
        (*cells, f"{best[0]:,}" if best else "", *settings),
        (*values, float(best[0]) if best else math.nan, *([math.nan] * len(settings))),
        sign,
    )


def _deviation(name: str, each: Sequence[float]) -> str:
    """The standard deviation (n - 1) in the unit of the figure."""
    deviation = float(np.std(each, ddof=1))
    return f"{100 * deviation:.1f}" if METRIC_KINDS.get(name) == "share" else f"{deviation:.3f}"


def _best_line(lines: Sequence[Line], column: int, metric: str) -> int:
    """Of the runs; single seeds are no rivals of means."""
    rivals = [
        n for n, line in enumerate(lines) if line.sign is not None and math.isfinite(line.values[column])
    ]
    if len(rivals) < 2:
        return -1
    ahead = min if less_is_better(metric) else max
    return ahead(rivals, key=lambda n: lines[n].values[column])


def _settings(run: Run) -> dict[str, Any]:
    """What decided how it went, by the names of the recipe."""
    found = {name: value for name, value in run.recipe.items() if name not in _LEFT_OUT}
    model, data = run.details.get("model"), run.details.get("data")
    if isinstance(model, str):
        found["model"] = Run(model).name
    if isinstance(data, Mapping):
        found["train"] = Run(str(data.get("train", ""))).name
        counts = data.get("counts")
        found["examples"] = counts.get("train") if isinstance(counts, Mapping) else None
    return found


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return f"{value:g}" if isinstance(value, float) else str(value)
