"""Fine-tuning with one seed, in a run folder that holds its data: the model, the task, the loop, the finished model."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bert_core.bert import Bert
from bert_core.errors import TrainingError
from bert_core.finetuning.evaluation_files import keep_predictions, remove_after, write_evaluation
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.objective import FineTuning
from bert_core.finetuning.precision import choose_precision
from bert_core.finetuning.preparation import Prepared
from bert_core.finetuning.probe_values import Sentence
from bert_core.finetuning.probes import ProbeRecorder
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.finetuning.task_info import TaskInfo
from bert_core.training.beginning import CalledOff, heeding
from bert_core.training.ending import Ending
from bert_core.training.events import EventLog
from bert_core.training.files import sync_folder
from bert_core.training.loop import train
from bert_core.training.processes import processes
from bert_core.training.report import Listener, Teller
from bert_core.training.run_folder import UNFINISHED, RunFolder
from bert_core.training.settings import Device, LoopSettings, OptimizerRecipe, Remedies, Watch

REMEDIES = Remedies(
    out_of_memory="Resume with more micro-batches a step (accumulate=2, 4, ...), which changes nothing but the memory "
    "that is needed; or start anew with a smaller max_length.",
    diverged="with a lower learning rate (a half or a third), or a longer warm-up.",
)
NOT_OF_THE_MODEL = ("optimizer.safetensors", "state.json")
"""What a checkpoint has beside the model's files."""


def tune(
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
    """Train the model that run.json names, to the end or until stopped; then RUN/model is the best, or the last.

    bert  that model, where it is loaded already
    The recipe has one seed, a task and a learning rate. Raises CheckpointError, TrainingError or RecipeError where it
    cannot begin.
    """
    seed = recipe.seeds[0]
    if bert is None or resumed:
        bert = _base(folder)
    info = task_info(prepared, recipe, bert)
    tuned = TunedModel.new(bert, info, seed=seed, dropout=recipe.dropout, lstm_size=recipe.lstm_size)
    latest = folder.latest()
    step = 0 if latest is None else int(latest.name.removeprefix("step-"))
    alone = processes() == 1  # else the others would wait for one that goes
    heed = partial(heeding(owned, None, folder), "", 0.0) if alone else None
    try:
        task = FineTuning(tuned, bert.tokenizer, recipe, prepared.train, prepared.dev, seed=seed, heed=heed)
    except CalledOff:
        return _called_off(folder, step, listener)
    sentences = _sentences(folder.values)
    recorder = ProbeRecorder(folder.path, sentences, task.tokenizer)
    if resumed:
        remove_after(folder.path, step)
        recorder.cut(step)

    def evaluated(step: int, figures: Mapping[str, float]) -> Iterator[str]:
        write_evaluation(folder.path, step, task.epoch(), figures, task.figures, task.last)
        at_checkpoints = [int(path.name.removeprefix("step-")) for path in folder.checkpoints()]
        keep_predictions(folder.path, [0, step, *at_checkpoints])
        if warning := recorder.record(step, tuned.bert):
            yield warning

    return train(
        task,
        folder,
        loop_settings(recipe, task, choose_precision(recipe.precision, device, bert.config), device, threads),
        resume=resumed,
        stop_when_parent_gone=owned,
        warnings=_warnings(recipe, info, prepared) if not resumed else (),
        listener=listener,
        evaluated=evaluated,
        finish=lambda: write_model(folder),
    )


def _called_off(folder: RunFolder, step: int, listener: Listener | None) -> Ending:
    """It was not begun, or not gone on with: that is its last event."""
    ending = Ending("stopped", f"Resume it to {'go on from here' if step else 'begin'}.", step)
    tell = Teller(EventLog(folder.events_path), listener)
    tell("ended", ending=ending.kind, message=ending.message, step=step)
    return ending


def task_info(prepared: Prepared, recipe: FineTuneRecipe, bert: Bert) -> TaskInfo:
    """What the tuned model is to know of its task."""
    assert recipe.task is not None
    return TaskInfo(
        task=recipe.task,
        labels=prepared.train.labels,
        max_length=min(recipe.max_length, bert.tokenizer.max_length),
        mode=recipe.mode,
        doc_stride=recipe.doc_stride,
        max_answer_length=recipe.max_answer_length,
        unanswerable=bool(recipe.unanswerable),
    )


def loop_settings(
    recipe: FineTuneRecipe, task: FineTuning, precision: Any, device: Device, threads: int | None
) -> LoopSettings:
    """The recipe in the loop's words."""
    assert recipe.learning_rate is not None
    metric, higher = recipe.watched()
    return LoopSettings(
        optimizer=OptimizerRecipe(
            learning_rate=recipe.learning_rate,
            betas=(0.9, 0.999),
            epsilon=1e-8 if recipe.bias_correction else 1e-6,  # as the first BERT had it
            bias_correction=recipe.bias_correction,
            weight_decay=recipe.weight_decay,
            decay_positions=True,
            clip=recipe.clip,
            schedule="linear",
            warmup=recipe.warmup,
        ),
        precision=precision,
        accumulate=recipe.accumulate,
        seed=recipe.seeds[0],
        checkpoint_minutes=recipe.checkpoint_minutes,
        keep_checkpoints=recipe.keep_checkpoints,
        log_seconds=recipe.log_seconds,
        evaluate_minutes=float("inf"),
        evaluate_at=evaluation_steps(
            task.total_steps(), task.steps_per_epoch(), recipe.evaluations_per_epoch
        ),
        watch=Watch(metric, higher, keep=recipe.keep_best, patience=recipe.patience),
        device=device,
        threads=threads,
        remedies=REMEDIES,
    )


def evaluation_steps(total: int, per_epoch: int, evaluations: float) -> tuple[int, ...]:
    """Before the first step, so many times an epoch, and after the last: the steps after which it is measured."""
    every = per_epoch / evaluations
    found = {0, total}
    number = 1
    while round(number * every) < total:
        found.add(max(1, round(number * every)))
        number += 1
    return tuple(sorted(found))


def write_model(folder: RunFolder) -> None:
    """Make RUN/model of the best checkpoint, or the last where none is looked for. Raises OSError."""
    source = folder.best() or folder.latest()
    assert source is not None
    copy_model(source, folder.path / "model")


def copy_model(source: Path, target: Path) -> None:
    """Copy the model of a checkpoint, or of another run. Raises OSError; what was there is then whole, or gone."""
    staged = target.with_name(f"{UNFINISHED}{target.name}")
    shutil.rmtree(staged, ignore_errors=True)
    try:
        staged.mkdir()
        for path in source.iterdir():
            if path.name not in NOT_OF_THE_MODEL:
                shutil.copyfile(path, staged / path.name)
                with (staged / path.name).open("rb+") as file:
                    os.fsync(file.fileno())
        sync_folder(staged)
        if target.exists():
            shutil.rmtree(target)
        os.replace(staged, target)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _base(folder: RunFolder) -> Bert:
    """The model to start from. A run that has begun has all its weights in its checkpoint, wherever they came from."""
    latest = folder.latest()
    source = folder.values.get("model")
    if latest is not None:
        return Bert.load(latest, device="cpu")
    if not isinstance(source, str):
        raise TrainingError("It does not say what model the run starts from.", where=folder.path / "run.json")
    return Bert.load(source, device="cpu")


def _sentences(values: Mapping[str, Any]) -> tuple[Sentence, ...]:
    """The probes that run.json names; what is no sentence is passed over."""
    found = values.get("probes")
    pairs = (
        [pair for pair in found if isinstance(pair, list) and len(pair) == 2]
        if isinstance(found, list)
        else []
    )
    return tuple((str(a), None if b is None else str(b)) for a, b in pairs)


def _warnings(recipe: FineTuneRecipe, info: TaskInfo, prepared: Prepared) -> list[str]:
    found = []
    if info.max_length < recipe.max_length:
        found.append(
            f"The model reads at most {info.max_length} pieces, so max_length is that, not {recipe.max_length}."
        )
    if prepared.skipped:
        rows = "1 row was" if prepared.skipped == 1 else f"{prepared.skipped} rows were"
        first = next(iter((*prepared.train.problems, *prepared.dev.problems)), None)
        found.append(f"{rows} left out. The first: {first}" if first else f"{rows} left out.")
    return found
