"""What a run writes down at every evaluation: its figures, and where they are of use its predictions."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from bert_core.finetuning.metrics import Figures
from bert_core.finetuning.predictions import Prediction
from bert_core.training.files import write_json

FOLDER = "evaluations"
_FILE = re.compile(r"step-(\d+)(?:\.predictions)?\.jsonl?")
_PREDICTIONS = ".predictions.jsonl"
_PLACES = 6  # decimals that are kept of a prediction's numbers


def write_evaluation(
    run: Path,
    step: int,
    epoch: float,
    metrics: Mapping[str, float],
    figures: Figures,
    predictions: Sequence[Prediction],
) -> None:
    """Write RUN/evaluations/step-N.predictions.jsonl, one object an example, and then step-N.json.

    Raises OSError; a file is then as it was before, or not there.
    """
    folder = run / FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / f"step-{step}{_PREDICTIONS}"
    staged = path.with_name(f".{path.name}")
    try:
        with staged.open("w", encoding="utf-8", newline="\n") as file:
            for prediction in predictions:
                file.write(json.dumps(prediction_values(prediction), ensure_ascii=False) + "\n")
        os.replace(staged, path)
    finally:
        staged.unlink(missing_ok=True)
    write_json(
        folder / f"step-{step}.json",
        {
            "step": step,
            "epoch": epoch,
            "metrics": {name: _finite(value) for name, value in metrics.items()},
            "confusion": None if figures.confusion is None else _confusion(figures),
            "per_class": [
                {name: getattr(row, name) for name in ("label", "precision", "recall", "f1", "support")}
                for row in figures.per_class
            ],
        },
    )


def prediction_values(prediction: Prediction) -> dict[str, Any]:
    """Its fields that say something, for JSON."""
    found: dict[str, Any] = {}
    for field in fields(prediction):
        value = getattr(prediction, field.name)
        if value is None or value == () or (field.name == "best" and not value):
            continue
        if isinstance(value, float):
            value = _finite(round(value, _PLACES))
        elif isinstance(value, tuple):
            value = [round(item, _PLACES) if isinstance(item, float) else item for item in value]
        found[field.name] = value
    return found


def keep_predictions(run: Path, steps: Sequence[int]) -> None:
    """Remove the predictions of all other steps; what is open elsewhere stays."""
    for path, step in _files(run):
        if path.name.endswith(_PREDICTIONS) and step not in steps:
            _remove(path)


def remove_after(run: Path, step: int) -> None:
    """Forget the evaluations after a step, to which a run has been taken back."""
    for path, number in _files(run):
        if number > step:
            _remove(path)


def _files(run: Path) -> list[tuple[Path, int]]:
    folder = run / FOLDER
    if not folder.is_dir():
        return []
    return [(path, int(found[1])) for path in folder.iterdir() if (found := _FILE.fullmatch(path.name))]


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def _confusion(figures: Figures) -> dict[str, Any]:
    assert figures.confusion is not None
    labels, counts = figures.confusion
    return {"labels": list(labels), "counts": [[int(count) for count in row] for row in counts]}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
