"""What `python -m bert_core finetune` is told, and what it does with that; no torch until it begins."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from bert_core.errors import RecipeError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.probe_values import Sentence
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.finetuning.task_info import TASKS

DESCRIPTION = """Data files are CSV, TSV, JSON Lines, Parquet, CoNLL columns, SQuAD JSON or SWAG CSV; how one is laid
out, and so the task, is guessed where it is not said. The run's folder holds the recipe, the data, events, evaluations
and checkpoints, each of them a model that opens as it is; the best one is RUN/model in the end."""


def add_arguments(finetune: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    add = finetune.add_argument
    add("--task", choices=TASKS, help="left out, as the file looks")
    add("--train", type=Path, metavar="FILE", help="examples to learn from")
    add("--dev", type=Path, metavar="FILE", help="examples to measure on; left out, a part of the others")
    add(
        "--extra",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="more examples to learn from",
    )
    add("--model", help="what to start from: a built-in name, a folder, or a hub id; left out, mini-en")
    add("--out", type=Path, required=True, metavar="RUN", help="the run's folder")
    add("--resume", action="store_true", help="go on from the run's last checkpoint")
    add("--config", type=Path, metavar="JSON", help="the recipe; what it does not say has its default")
    add(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME=VALUE",
        help="single settings, such as epochs=4",
    )
    add("--seeds", type=int, nargs="+", metavar="N", help="one run for each, and how far apart they come out")
    add("--layout", metavar="JSON", help="how the training file is laid out: a file, or the JSON itself")
    add(
        "--probe",
        nargs="+",
        action="append",
        default=[],
        metavar="TEXT",
        help="a sentence, or two, to be run through the model at every evaluation; may be repeated",
    )
    add("--probes", type=Path, metavar="JSON", help="the same as a file: [[A, B or null], ...]")
    add("--device", default="auto", choices=["auto", "cpu"], help="auto takes a GPU where there is one")
    add("--threads", type=_count, help="torch threads")
    add(
        "--owned",
        action="store_true",
        help="end, with a checkpoint, when the parent process is gone, and leave room for it",
    )
    finetune.set_defaults(run=run)


def run(wishes: argparse.Namespace) -> int:
    """Begin or resume a run; the exit status."""
    if wishes.resume:
        begun = (
            wishes.task,
            wishes.train,
            wishes.dev,
            wishes.model,
            wishes.config,
            wishes.seeds,
            wishes.layout,
            wishes.probes,
        )
        if any(value is not None for value in begun) or wishes.extra or wishes.probe:
            raise RecipeError(
                "A resumed run has its data, model and recipe in its folder.",
                remedy="Give only --out, and --set for changes.",
            )
    elif wishes.train is None:
        raise RecipeError("There is nothing to learn from.", remedy="Name a file with --train.")
    recipe, layout, probes = _recipe(wishes), _layout(wishes.layout), _probes(wishes)

    from bert_core.finetuning.command import finetune, resume
    from bert_core.finetuning.console import Console

    shared: dict[str, Any] = {
        "device": wishes.device,
        "threads": wishes.threads,
        "owned": wishes.owned,
        "console": Console(every=0.0 if wishes.owned else 2.0),
    }
    if wishes.resume:
        ending = resume(wishes.out, wishes.set, **shared)
    else:
        ending = finetune(
            wishes.train,
            wishes.dev,
            wishes.model or "mini-en",
            wishes.out,
            recipe,
            layout=layout,
            extra=wishes.extra,
            probes=probes,
            **shared,
        )
    return 0 if ending.good else 1


def _recipe(wishes: argparse.Namespace) -> FineTuneRecipe:
    if wishes.resume:
        return FineTuneRecipe()
    recipe = FineTuneRecipe() if wishes.config is None else FineTuneRecipe.read(wishes.config)
    given = recipe.to_dict()
    if wishes.task is not None:
        given["task"] = wishes.task
    if wishes.seeds is not None:
        given["seeds"] = wishes.seeds
    return FineTuneRecipe.from_dict(given).with_settings(wishes.set)


def _layout(given: str | None) -> Layout | None:
    if given is None:
        return None
    inline = given.lstrip().startswith("{")
    values = _json(given, None) if inline else _json(_text(Path(given)), Path(given))
    if not isinstance(values, dict):
        raise RecipeError("A layout is a JSON object.", where=None if inline else given)
    return Layout.from_dict(values)


def _probes(wishes: argparse.Namespace) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    if wishes.probes is not None:
        values = _json(_text(wishes.probes), wishes.probes)
        for pair in values if isinstance(values, list) else [None]:
            if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
                raise RecipeError(
                    "Probes are a JSON list of pairs: [[A, B or null], ...].", where=wishes.probes
                )
            found.append((pair[0], None if pair[1] is None else str(pair[1])))
    for texts in wishes.probe:
        if len(texts) > 2:
            raise RecipeError(
                f"A probe is a sentence or two, not {len(texts)}.", remedy="Put each into quotes."
            )
        found.append((texts[0], texts[1] if len(texts) == 2 else None))
    return tuple(found)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(
            f"The file cannot be read: {getattr(error, 'strerror', error)}.", where=path
        ) from error


def _json(text: str, where: Path | None) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecipeError(f"This is not valid JSON: {error}", where=where) from error


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 1024:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to 1024")
    return value
