"""What is known of a run, as frozen values: its events as columns of numbers, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bert_core.finetuning.task_info import METRICS

Floats = NDArray[np.float64]

RunWish = Literal["run", "pause", "stop"]
RunState = Literal[
    "waiting",  # nothing has happened yet, and nobody is at it
    "preparing",  # somebody is at it, before the first step
    "running",
    "paused",
    "not running",  # whoever trained it is gone without an ending
    "finished",
    "stopped",
    "diverged",
    "out of memory",
    "crashed",
]
ALIVE = ("preparing", "running", "paused")
"""The states in which a process is at it and hears wishes."""
LESS_IS_BETTER = ("loss", "error", "perplexity", "bits_per_character")
"""How the names end of figures that are best where they are least."""


def less_is_better(metric: str) -> bool:
    """Is the least of these figures the best one?"""
    return metric.endswith(LESS_IS_BETTER)


@dataclass(frozen=True, eq=False)
class Points:
    """Events of one kind in the order in which they came, one entry each in every column.

    columns  read-only float64 [n] by the name of the event's field; NaN where an event does not say
    """

    columns: Mapping[str, Floats] = field(default_factory=lambda: MappingProxyType({}))
    size: int = 0

    def column(self, name: str) -> Floats:
        """[n]; all NaN where no event has such a field."""
        found = self.columns.get(name)
        return np.full(self.size, np.nan) if found is None else found

    def last(self, name: str) -> float | None:
        """The newest number of that name; None where there is none."""
        column = self.columns.get(name)
        if column is None:
            return None
        there = np.flatnonzero(np.isfinite(column))
        return float(column[there[-1]]) if len(there) else None


@dataclass(frozen=True, eq=False)
class Run:
    """A run's folder as last read.

    folder          absolute
    details         what run.json holds
    state, message  how it stands, and what its ending said
    last_word       unix seconds of the newest event, by the clock of whoever trains
    checkpoint      the newest complete one's folder; model: that of the finished model
    wish            what control.json asks for
    malformed       lines of the record that could not be read
    trouble         why the folder cannot be read at present; what is shown was read before
    evaluated       steps of which evaluations/step-N.json is there, ascending
    seeds           where it is several runs that differ in their seed only: each of them, in the order of training
    spread          of such a run's last event: name of a figure to what its seeds reached, as far as it is known
    early           why it ended before its last epoch; empty: it did not
    """

    folder: str
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    steps: Points = field(default_factory=Points)
    evaluations: Points = field(default_factory=Points)
    state: RunState = "waiting"
    message: str = ""
    last_word: float | None = None
    step: int = 0
    pieces: float = 0.0
    total_pieces: float | None = None
    device: str = ""
    processes: int = 1
    precision: str = ""
    parameters: int | None = None
    checkpoint: str | None = None
    checkpoint_step: int | None = None
    model: str | None = None
    wish: RunWish = "run"
    command: str = ""
    warnings: tuple[str, ...] = ()
    malformed: int = 0
    trouble: str = ""
    evaluated: tuple[int, ...] = ()
    seeds: tuple[Run, ...] = ()
    spread: Mapping[str, tuple[float, ...]] = field(default_factory=lambda: MappingProxyType({}))
    early: str = ""

    @property
    def name(self) -> str:
        """The folder's last part."""
        return self.folder.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or self.folder

    @property
    def alive(self) -> bool:
        """Is a process at it that hears wishes?"""
        return self.state in ALIVE and not self.trouble

    @property
    def progress(self) -> float | None:
        """The share that is done, 0..1; None while that is not known."""
        if self.state == "finished":
            return 1.0
        if self.planned_seeds:
            done = [run.progress or 0.0 for run in self.seeds]
            return sum(done) / len(self.planned_seeds)
        if self.total_pieces and self.kind != "finetune":
            return min(1.0, self.pieces / self.total_pieces)
        return self.steps.last("progress")

    @property
    def kind(self) -> str:
        """ "pretrain" or "finetune"."""
        return str(self.details.get("kind", "pretrain"))

    @property
    def recipe(self) -> Mapping[str, Any]:
        """All that decided how it is trained."""
        found = self.details.get("recipe")
        return found if isinstance(found, Mapping) else {}

    @property
    def task(self) -> str:
        """A TaskName; empty for pretraining."""
        return task_of(self.details)

    @property
    def metric(self) -> str:
        """The figure of an evaluation by which its best one is chosen."""
        return metric_of(self.details)

    @property
    def planned_seeds(self) -> tuple[Any, ...]:
        """The seeds of a run of several."""
        found = self.details.get("seeds")
        return tuple(found) if isinstance(found, list | tuple) and self.kind == "finetune" else ()

    @property
    def baseline(self) -> Mapping[str, float]:
        """What an answer that never looks at the text reaches, by the figure's name."""
        return baseline_of(self.details)

    @property
    def best(self) -> tuple[int, float] | None:
        """(step, figure) of the best evaluation; None before the first."""
        return best_of(self.evaluations, self.metric)


@dataclass(frozen=True)
class RunSummary:
    """A line of the list of runs: what can be told without reading the whole record.

    elsewhere  it lies outside the folder where runs of this program are kept
    best       the best evaluation's figure `metric`; None before the first
    last_word  unix seconds of the newest event; 0 where there is none
    seeds      how many there are to be trained; 1: it is an ordinary run
    """

    folder: str
    kind: str = "pretrain"
    task: str = ""
    model: str = ""
    state: RunState = "waiting"
    wish: RunWish = "run"
    message: str = ""
    progress: float | None = None
    seconds_left: float | None = None
    last_word: float = 0.0
    created: str = ""
    metric: str = ""
    best: float | None = None
    best_step: int | None = None
    seeds: int = 1
    elsewhere: bool = False
    trouble: str = ""

    @property
    def name(self) -> str:
        """The folder's last part."""
        return Run(self.folder).name

    @property
    def alive(self) -> bool:
        """Is a process at it that hears wishes?"""
        return self.state in ALIVE and not self.trouble


def task_of(details: Mapping[str, Any]) -> str:
    """The task that run.json tells of; empty for pretraining."""
    recipe = details.get("recipe")
    task = recipe.get("task", "") if isinstance(recipe, Mapping) else ""
    return str(task) if details.get("kind") == "finetune" else ""


def metric_of(details: Mapping[str, Any]) -> str:
    """The figure by which the best evaluation is chosen."""
    if details.get("kind") != "finetune":
        return "mlm_loss"
    recipe = details.get("recipe")
    chosen = recipe.get("metric") if isinstance(recipe, Mapping) else None
    usual = next((names[0] for task, names in METRICS.items() if task == task_of(details)), "dev_loss")
    return str(chosen or usual)


def baseline_of(details: Mapping[str, Any]) -> Mapping[str, float]:
    """What is reached without learning to read, where run.json has it."""
    found = details.get("base_metric")
    if not isinstance(found, Mapping):
        return {}
    return {
        str(name): float(value)
        for name, value in found.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def best_of(evaluations: Points, metric: str) -> tuple[int, float] | None:
    """(step, figure) of the best evaluation."""
    steps, column = evaluations.column("step"), evaluations.column(metric)
    place = best_place(steps, column, metric)
    if place is None:
        return None
    return (int(steps[place]) if np.isfinite(steps[place]) else 0), float(column[place])


def best_place(steps: Floats, values: Floats, metric: str) -> int | None:
    """Where in both [n] the best evaluation stands: of two that are equal, the earlier.

    The state before training counts only where there is no other. None where no figure is known.
    """
    known = np.isfinite(values)
    later = known & (steps != 0)
    there = np.flatnonzero(later if later.any() else known)
    if not len(there):
        return None
    best = np.argmin if less_is_better(metric) else np.argmax
    return int(there[best(values[there])])
