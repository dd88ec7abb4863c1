"""Saves a tuned model as a folder for others: what `transformers` opens, with a card that says how it was made."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from bert_core.bert import Bert
from bert_core.errors import CheckpointError, TrainingError
from bert_core.finetuning.curves_svg import Points, curves_svg
from bert_core.finetuning.model_card import CURVES, MARK, model_card
from bert_core.finetuning.run_story import RunStory, model_of, read_story, run_of
from bert_core.training.files import is_full_disk

_CARD = "README.md"
_OTHER_CARD = "MODEL_CARD.md"
"""Where the folder has a README.md that somebody wrote."""


def save_tuned(source: Path | str, folder: Path | str) -> Path:
    """Write the folder: config.json with the labels' names, weights, tokenizer, README.md, and the curves beside it.

    source  a run's folder, its model or a checkpoint of it; or any tuned model, of whose making nothing is known
    Returns the folder. Raises CheckpointError where the model has no task or cannot be read or written, TrainingError
    where a run has no model yet.
    """
    folder = Path(folder).absolute()
    run = run_of(Path(source)) if Path(source).is_dir() else None
    place: Path | str = model_of(run) if run is not None and Path(source).absolute() == run else source
    bert = Bert.load(place, device="cpu")
    if bert.task is None:
        raise CheckpointError(
            "This model is not tuned for a task.",
            where=place,
            remedy="Fine-tune it first, or choose a model that was tuned.",
        )
    story = None if run is None else _story(run, Path(place))
    bert.save(folder)
    try:
        _write(
            folder / CURVES, None if story is None or not story.evaluations else _drawn(folder.name, story)
        )
        _write(_card_path(folder), model_card(folder.name, bert.task, story))
    except OSError as error:
        full = is_full_disk(error)
        raise CheckpointError(
            "The disk is full: the model is saved, but not its card."
            if full
            else f"The model is saved, but its card cannot be written: {error.strerror or error}.",
            where=folder,
            remedy="Make room and save again." if full else "",
        ) from error
    return folder


def _story(run: Path, model: Path) -> RunStory | None:
    try:
        return read_story(run, model)
    except TrainingError:
        return None  # the model is there all the same


def _drawn(name: str, story: RunStory) -> str:
    names = [name for name in story.evaluations[-1].metrics if not name.endswith(("_loss", "_error"))]
    figures: dict[str, Points] = {
        figure: [(e.step, e.metrics[figure]) for e in story.evaluations if figure in e.metrics]
        for figure in names
    }
    dev_loss = [(e.step, e.metrics["dev_loss"]) for e in story.evaluations if "dev_loss" in e.metrics]
    return curves_svg(f"Training of {name}", story.losses, dev_loss, figures)


def _card_path(folder: Path) -> Path:
    path = folder / _CARD
    try:
        ours = MARK in path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        ours = True
    return path if ours else folder / _OTHER_CARD


def _write(path: Path, text: str | None) -> None:
    """Replace the file by this text; None: remove it, for it is of another model."""
    if text is None:
        path.unlink(missing_ok=True)
        return
    staged = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        staged.write_text(text, encoding="utf-8", newline="\n")
        os.replace(staged, path)
    finally:
        staged.unlink(missing_ok=True)
