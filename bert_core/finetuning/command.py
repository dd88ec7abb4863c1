"""Fine-tuning from start to finish: a run folder, its data, the model, the loop, for one seed or several in turn."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from bert_core.bert import Bert
from bert_core.checkpoints import builtin_models
from bert_core.errors import RecipeError, TrainingError
from bert_core.finetuning.baseline import baseline
from bert_core.finetuning.console import Console
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.one_run import tune
from bert_core.finetuning.precision import choose_precision
from bert_core.finetuning.preparation import Prepared, keep, kept, read_data
from bert_core.finetuning.probe_values import Sentence
from bert_core.finetuning.recipe import FineTuneRecipe, default_learning_rate
from bert_core.finetuning.seeds import tune_seeds
from bert_core.training.beginning import CalledOff, changed, heeding, recipe_of, remember
from bert_core.training.ending import Ending
from bert_core.training.files import is_full_disk
from bert_core.training.manners import step_back, threads_beside_window
from bert_core.training.processes import main_process_first, processes
from bert_core.training.run_folder import RunFolder
from bert_core.training.settings import Device

CHANGEABLE = (
    "epochs",
    "learning_rate",
    "warmup",
    "clip",
    "accumulate",
    "patience",
    "precision",
    "evaluations_per_epoch",
    "checkpoint_minutes",
    "keep_checkpoints",
    "log_seconds",
)
"""What a resumed run may have otherwise than it began with."""


def finetune(
    train: Path,
    dev: Path | None,
    model: str | Path,
    out: Path,
    recipe: FineTuneRecipe,
    *,
    layout: Layout | None = None,
    extra: Sequence[Path] = (),
    probes: Sequence[Sentence] = (),
    device: Device = "auto",
    threads: int | None = None,
    owned: bool = False,
    console: Console | None = None,
) -> Ending:
    """Begin a run in the folder `out` and train until it ends; then RUN/model is what it found.

    train, dev, layout, extra  as in `preparation.read_data`
    model    a built-in name, a folder, or a hub id
    probes   sentences, or pairs, that are run through the model at every evaluation
    owned    by a window: end, with a checkpoint, when the parent process is gone, and leave room for it
    console  is told how it goes
    Raises TextError, CheckpointError, RecipeError, DeviceError or TrainingError where it cannot begin; there is no
    folder then.
    """
    with main_process_first(device) as is_main:
        if is_main:
            RunFolder.refuse_old(out)
            told = None if console is None else console.progress
            try:
                prepared = read_data(
                    train, dev, recipe, layout=layout, extra=extra, progress=heeding(owned, told)
                )
                bert = Bert.load(model, device="cpu")
                recipe = _completed(recipe, prepared, bert, device)
            except CalledOff:
                return Ending("stopped", "Nothing was begun yet.", 0)
            if console is not None:
                console.task(prepared.train.task, guessed=layout is None)
            values: dict[str, Any] = {
                "kind": "finetune",
                "recipe": recipe.to_dict(),
                "model": _absolute(model),
                "data": {
                    "train": str(train.absolute()),
                    "dev": None if dev is None else str(dev.absolute()),
                    "extra": [str(path.absolute()) for path in extra],
                    **prepared.about(),
                },
                "probes": [list(sentence) for sentence in probes],
                "base_metric": baseline(prepared.train, prepared.dev),
            }
            if len(recipe.seeds) > 1:
                values["seeds"] = list(recipe.seeds)
            _keep(out, prepared)
            folder = RunFolder.create(out, values)
        else:
            folder = RunFolder.open(out)
            prepared, bert = kept(out), Bert.load(model, device="cpu")
            recipe = recipe_of(folder, FineTuneRecipe)
    return _run(folder, recipe, prepared, bert, False, device, threads, owned, console)


def resume(
    out: Path,
    settings: Sequence[str] = (),
    *,
    device: Device = "auto",
    threads: int | None = None,
    owned: bool = False,
    console: Console | None = None,
) -> Ending:
    """Go on with the run in the folder `out`, from its last checkpoint; its files may be gone or changed since.

    settings   of the recipe to change, such as "learning_rate=1e-5"; only those in CHANGEABLE. run.json keeps them
    Raises RecipeError for other settings, TrainingError where it cannot go on.
    """
    folder = RunFolder.open(out)
    if folder.values.get("kind") != "finetune":
        raise TrainingError("This is not a fine-tuning run.", where=out)
    recipe = changed(recipe_of(folder, FineTuneRecipe), settings, CHANGEABLE, out)
    if recipe.task is None or recipe.learning_rate is None:
        raise TrainingError("Its recipe does not say task and learning rate.", where=out / "run.json")
    return _run(folder, recipe, kept(out), None, True, device, threads, owned, console)


def _run(
    folder: RunFolder,
    recipe: FineTuneRecipe,
    prepared: Prepared,
    bert: Bert | None,
    resumed: bool,
    device: Device,
    threads: int | None,
    owned: bool,
    console: Console | None,
) -> Ending:
    if len(recipe.seeds) > 1 and processes() > 1:
        raise RecipeError(
            "Several seeds are trained by one process, in turn.",
            remedy="Launch a run for each, or one process.",
        )
    if owned:
        step_back()
        threads = threads_beside_window(threads)
    if threads is not None:
        torch.set_num_threads(threads)
    with ExitStack() as held:
        with main_process_first(device) as is_main:
            if is_main:  # from here on, so that no wish is lost
                held.enter_context(folder.lock(keep_wishes=not resumed))
                remember(folder, recipe)
        begin = tune if len(recipe.seeds) == 1 else tune_seeds
        return begin(
            folder,
            prepared,
            recipe,
            bert=bert,
            resumed=resumed,
            device=device,
            threads=threads,
            owned=owned,
            listener=None if console is None else console.event,
        )


def _completed(recipe: FineTuneRecipe, prepared: Prepared, bert: Bert, device: Device) -> FineTuneRecipe:
    """The recipe with all said that was left open. Raises RecipeError for what does not fit model or data."""
    config = bert.config
    layers = config.num_hidden_layers
    if recipe.frozen_layers > layers:
        raise RecipeError(f"The model has {layers} layers, so {recipe.frozen_layers} cannot be frozen.")
    rate = recipe.learning_rate
    unanswerable = recipe.unanswerable
    if unanswerable is None and prepared.train.task == "question-answering":
        unanswerable = any(getattr(example, "answers", None) == () for example in prepared.train.examples)
    return replace(
        recipe,
        task=prepared.train.task,
        learning_rate=default_learning_rate(config.hidden_size, recipe.mode) if rate is None else rate,
        unanswerable=unanswerable,
        precision=choose_precision(recipe.precision, device, config),
    )


def _absolute(model: str | Path) -> str:
    """The model's name so that a resume from elsewhere finds it: a folder's whole path."""
    if isinstance(model, str) and model in builtin_models():
        return model
    path = Path(model).expanduser()
    return str(path.absolute()) if path.is_dir() else str(model)


def _keep(out: Path, prepared: Prepared) -> None:
    """Before run.json, so that whoever finds that finds the data too."""
    try:
        keep(out, prepared)
    except OSError as error:
        what = (
            "The disk is full" if is_full_disk(error) else f"It cannot be written ({error.strerror or error})"
        )
        raise TrainingError(
            f"No run was begun. {what}.", where=out, remedy="Choose another folder, or make room."
        ) from error
