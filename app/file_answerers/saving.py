"""Writes what a person wants to keep of a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.file_questions.saving import ExportPredictions, SaveTuned
from app.files import FileQuestion


def save_tuned_model(question: SaveTuned) -> str:
    """The folder. Raises BertError where it cannot be written, or there is no model yet."""
    from bert_core.finetuning.saving import save_tuned

    save_tuned(Path(question.run), Path(question.folder))
    return question.folder


def export_predictions(question: ExportPredictions) -> int:
    """How many. Raises BertError where there are none, or the file cannot be written."""
    from bert_core.finetuning.prediction_files import export_run

    return export_run(question.run, question.path)


ANSWERERS: dict[type[FileQuestion], Callable[[Any], object]] = {
    SaveTuned: save_tuned_model,
    ExportPredictions: export_predictions,
}
