"""Several seeds as one run: each a run folder of its own inside, trained in turn, and how far apart they come out."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from bert_core.bert import Bert
from bert_core.errors import TrainingError
from bert_core.finetuning.evaluation_files import FOLDER
from bert_core.finetuning.one_run import copy_model, tune
from bert_core.finetuning.preparation import DEV, TRAIN, Prepared
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.training.ending import Ending
from bert_core.training.events import EventLog, EventReader
from bert_core.training.files import is_full_disk, write_json
from bert_core.training.report import Listener, Teller
from bert_core.training.run_folder import RunFolder
from bert_core.training.settings import Device

_SEEDS = "seeds"
_LEFT_OUT = ("seeds", "format", "created", "versions")
"""What a seed's run.json does not take over from that of the whole."""


@dataclass(frozen=True)
class Outcome:
    """What came of a seed: its ending after so many steps, and the dev set's figures of its model, that of `step`."""

    seed: int
    ending: str
    steps: int
    step: int | None = None
    metrics: Mapping[str, float] | None = None


def tune_seeds(
    folder: RunFolder,
    prepared: Prepared,
    recipe: FineTuneRecipe,
    *,
    bert: Bert | None,
    resumed: bool,
    device: Device,
    threads: int | None,
    owned: bool,
    listener: Listener | None,
) -> Ending:
    """Train each of the recipe's seeds that is not finished, in order; wishes told to the whole run govern them all.

    One that diverges is told, and the others go on: that is what several seeds are to show. Any other bad end is the
    end of the whole. RUN/model is then that of the best seed. Arguments as in `one_run.tune`.
    """
    log = EventLog(folder.events_path)
    outcomes = [found for seed in recipe.seeds if (found := outcome(folder.path, seed)) is not None]
    if resumed:
        log.cut(_settled(folder.events_path))
    tell = Teller(log, listener)
    tell("resumed" if resumed else "started", seeds=list(recipe.seeds), step=0)
    ending = Ending("finished", "", 0)
    for number, seed in enumerate(recipe.seeds, start=1):
        if any(found.seed == seed for found in outcomes):
            continue
        if folder.control.wish() == "stop":
            ending = Ending("stopped", "Resume it to go on with the seeds that are left.", 0)
            break
        tell("seed", state="begin", seed=seed, number=number, of=len(recipe.seeds))
        one = replace(recipe, seeds=(seed,))
        inside, fresh = _folder(folder, seed, one)
        ending = tune(
            inside,
            prepared,
            one,
            bert=bert,
            resumed=not fresh,
            device=device,
            threads=threads,
            owned=owned,
            listener=listener,
        )
        if ending.kind not in ("finished", "diverged"):
            break
        found = outcome(folder.path, seed) or Outcome(seed, ending.kind, ending.step)
        outcomes.append(found)
        tell(
            "seed",
            state="end",
            seed=seed,
            number=number,
            of=len(recipe.seeds),
            ending=found.ending,
            best_step=found.step,
            metrics=found.metrics,
        )
    if ending.kind in ("finished", "diverged"):
        ending = _finished(folder, recipe, outcomes)
    tell(
        "ended",
        ending=ending.kind,
        message=ending.message,
        step=ending.step,
        best_seed=best_seed(outcomes, *recipe.watched()),
        spread=spread(outcomes),
    )
    return ending


def outcome(run: Path, seed: int) -> Outcome | None:
    """What came of a seed that is done; None of one that is still to be trained."""
    inside = run / _SEEDS / str(seed)
    events = EventReader(inside / "events.jsonl").read()
    last = events[-1] if events else {}
    if last.get("event") != "ended" or last.get("ending") not in ("finished", "diverged"):
        return None
    steps = int(last.get("step", 0))
    if last["ending"] == "diverged":
        return Outcome(seed, "diverged", steps)
    evaluations = {int(event["step"]) for event in events if event.get("event") == "evaluation"}
    best = last.get("best_step")
    step = best if best in evaluations else max(evaluations, default=None)
    try:
        values = json.loads((inside / FOLDER / f"step-{step}.json").read_bytes())
        metrics = {name: value for name, value in values["metrics"].items() if value is not None}
    except (OSError, ValueError, KeyError, AttributeError):
        metrics = None
    return Outcome(seed, "finished", steps, step, metrics)


def spread(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Any]]:
    """Of each figure the mean over the seeds, the standard deviation (n - 1; 0 of one), and each, in their order."""
    found = [outcome.metrics for outcome in outcomes if outcome.metrics]
    names = [name for name in found[0] if all(name in metrics for metrics in found)] if found else []
    result = {}
    for name in names:
        each = [metrics[name] for metrics in found]
        result[name] = {"mean": fmean(each), "sd": stdev(each) if len(each) > 1 else 0.0, "each": each}
    return result


def best_seed(outcomes: Sequence[Outcome], metric: str, higher: bool) -> int | None:
    """The seed whose model is best by that figure; of two the first. None where none has it."""
    known = [
        (found.metrics[metric], found.seed) for found in outcomes if found.metrics and metric in found.metrics
    ]
    if not known:
        return None
    best = (max if higher else min)(value for value, _ in known)
    return next(seed for value, seed in known if value == best)


def _finished(folder: RunFolder, recipe: FineTuneRecipe, outcomes: Sequence[Outcome]) -> Ending:
    """All seeds are done: what they came to is written, and the best one's model taken."""
    metric, higher = recipe.watched()
    found, best = spread(outcomes), best_seed(outcomes, metric, higher)
    failed = [str(one.seed) for one in outcomes if one.ending == "diverged"]
    step = sum(one.steps for one in outcomes)
    if len(failed) == len(outcomes):
        words = (
            "The loss is no finite number any more, with every seed. Start anew with a lower learning rate."
        )
        return Ending("diverged", words, step)
    try:
        (folder.path / FOLDER).mkdir(exist_ok=True)
        each = [
            {"seed": one.seed, "ending": one.ending, "step": one.step, "metrics": one.metrics}
            for one in outcomes
        ]
        write_json(
            folder.path / FOLDER / "seeds.json",
            {"seeds": [one.seed for one in outcomes], "each": each, "spread": found, "best_seed": best},
        )
        winner = best if best is not None else next(o.seed for o in outcomes if o.ending == "finished")
        copy_model(folder.path / _SEEDS / str(winner) / "model", folder.path / "model")
    except OSError as error:
        what = "The disk is full." if is_full_disk(error) else f"{error.strerror or error}."
        words = f"All seeds are trained, but the model is not written. {what} Resume to try again."
        return Ending("crashed", words, step)
    words = f"{len(outcomes)} seeds were trained."
    if metric in found:
        figure = found[metric]
        least, most = min(figure["each"]), max(figure["each"])
        words += f" {metric}: {figure['mean']:.4g} on average, from {least:.4g} to {most:.4g}."
    if failed:
        words += f" The loss was no finite number any more with seed {', '.join(failed)}."
    return Ending("finished", words, step)


def _folder(folder: RunFolder, seed: int, recipe: FineTuneRecipe) -> tuple[RunFolder, bool]:
    """The run of a seed, which obeys the wishes told to the whole; and whether it is new."""
    path = folder.path / _SEEDS / str(seed)
    if (path / "run.json").exists():
        inside = RunFolder.open(path, folder.control)
        if inside.values.get("recipe") != json.loads(json.dumps(recipe.to_dict())):
            inside.values["recipe"] = recipe.to_dict()  # a resume changed it
            write_json(path / "run.json", inside.values)
        return inside, False
    (path / "data").mkdir(parents=True, exist_ok=True)
    for name in (TRAIN, DEV):
        _link(folder.path / name, path / name)
    values = {name: value for name, value in folder.values.items() if name not in _LEFT_OUT}
    return RunFolder.create(path, {**values, "recipe": recipe.to_dict()}, folder.control), True


def _link(source: Path, target: Path) -> None:
    """The same file once more, without taking room where the file system can do so. Raises TrainingError."""
    try:
        target.unlink(missing_ok=True)
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
    except OSError as error:
        what = "The disk is full" if is_full_disk(error) else str(error.strerror or error)
        raise TrainingError(f"The data of a seed cannot be written: {what}.", where=target) from error


def _settled(path: Path) -> int:
    """The length in bytes of a log up to the end of the last seed that is done, or to its first event."""
    length = settled = 0
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except OSError:
        return 0
    for number, line in enumerate(lines):
        length += len(line)
        try:
            event = json.loads(line)
        except ValueError:
            break
        done = event.get("event") == "seed" and event.get("state") == "end"
        if number == 0 or done:
            settled = length
    return settled
