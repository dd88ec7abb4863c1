"""What is to be told of the run that made a model, gathered from its folder."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bert_core.errors import TrainingError
from bert_core.finetuning.reading_runs import read_evaluations
from bert_core.finetuning.run_values import Evaluation
from bert_core.training.events import EventReader
from bert_core.training.run_folder import RunFolder

_SEEDS = "seeds.json"


@dataclass(frozen=True)
class Spread:
    """A figure over several seeds: its mean, standard deviation (n - 1), and each seed's."""

    mean: float
    deviation: float
    each: tuple[float, ...]


@dataclass(frozen=True)
class RunStory:
    """A run as a model card tells it.

    values       what run.json holds
    evaluations  of the dev set, in order
    losses       (step, training loss)
    step         of which the model is; None where that is not known
    seeds        of a run of several: which, and
    best_seed    whose model it is; evaluations and losses are that one's
    spread       over them, by the figure's name
    ending       as the run has it: "finished", ...; empty: it has not ended
    seconds      of training
    """

    values: Mapping[str, Any]
    evaluations: tuple[Evaluation, ...] = ()
    losses: tuple[tuple[float, float], ...] = ()
    step: int | None = None
    seeds: tuple[int, ...] = ()
    best_seed: int | None = None
    spread: Mapping[str, Spread] = field(default_factory=dict)
    ending: str = ""
    seconds: float | None = None

    @property
    def evaluation(self) -> Evaluation | None:
        """That of the model."""
        return next((e for e in self.evaluations if e.step == self.step), None)

    def part(self, name: str) -> Mapping[str, Any]:
        """An object in run.json, as "recipe"; empty where there is none."""
        found = self.values.get(name)
        return found if isinstance(found, Mapping) else {}


def run_of(path: Path) -> Path | None:
    """The run to which a folder belongs: itself, or where it is RUN/model or RUN/checkpoints/step-N, RUN."""
    path = path.absolute()
    places = [path]
    if path.name == "model":
        places.append(path.parent)
    if path.parent.name == "checkpoints":
        places.append(path.parent.parent)
    return next((place for place in places if (place / "run.json").is_file()), None)


def model_of(run: Path) -> Path:
    """The model of a run: the finished one, else its best checkpoint so far, else the newest.

    Raises TrainingError where there is none yet.
    """
    if (run / "model" / "config.json").is_file():
        return run / "model"
    folder = RunFolder.open(run)
    found = folder.best() or folder.latest()
    if found is None:
        seeds = sorted(run.glob("seeds/*/model/config.json"))
        if seeds:
            return seeds[0].parent
        raise TrainingError("The run has no model yet.", where=run, remedy="Wait for its first checkpoint.")
    return found


def measured_in(run: Path) -> Path:
    """The run that has the evaluations of RUN/model: itself, or of several seeds the best one's."""
    best = _seeds(run).get("best_seed")
    inside = run / "seeds" / str(best)
    return inside if isinstance(best, int) and inside.is_dir() else run


def read_story(run: Path, model: Path) -> RunStory:
    """What a run's folder tells of its model; tolerant of what is missing. Raises TrainingError where it is no run."""
    values = RunFolder.open(run).values
    seeds = _seeds(run)
    inside, best_seed = measured_in(run), seeds.get("best_seed")
    events = _events(inside)
    evaluations = read_evaluations(inside)
    ended: Mapping[str, Any] = next(
        (event for event in reversed(events) if event.get("event") == "ended"), {}
    )
    losses = [
        (event["step"], loss)
        for event in events
        if event.get("event") == "step"
        and isinstance(event.get("step"), int)
        and isinstance(loss := event.get("task_loss", event.get("loss")), int | float)
    ]
    times = [event["elapsed"] for event in events if isinstance(event.get("elapsed"), int | float)]
    return RunStory(
        values=values,
        evaluations=evaluations,
        losses=tuple(losses),
        step=_step(model, ended, evaluations),
        seeds=tuple(s for s in seeds.get("seeds", ()) if isinstance(s, int)),
        best_seed=best_seed if isinstance(best_seed, int) else None,
        spread=_spread(seeds.get("spread")),
        ending=str(ended.get("ending", "")),
        seconds=max(times, default=None),
    )


def _step(model: Path, ended: Mapping[str, Any], evaluations: Sequence[Evaluation]) -> int | None:
    """Which step's the model is: by its name, else by how the run ended."""
    if model.name.startswith("step-") and model.name[5:].isdigit():
        return int(model.name[5:])
    best = ended.get("best_step")
    if isinstance(best, int):
        return best
    return evaluations[-1].step if evaluations else None


def _events(run: Path) -> list[dict[str, Any]]:
    try:
        return EventReader(run / "events.jsonl").read()
    except OSError:
        return []


def _seeds(run: Path) -> Mapping[str, Any]:
    try:
        values = json.loads((run / "evaluations" / _SEEDS).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _spread(values: object) -> dict[str, Spread]:
    found: dict[str, Spread] = {}
    for name, figures in values.items() if isinstance(values, Mapping) else ():
        try:
            each = tuple(float(value) for value in figures["each"])
            spread = Spread(float(figures["mean"]), float(figures["sd"]), each)
        except (KeyError, TypeError, ValueError):
            continue
        if math.isfinite(spread.mean):
            found[str(name)] = spread
    return found
