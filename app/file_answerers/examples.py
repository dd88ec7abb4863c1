"""Reads what a run's model makes of each example of its dev set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.file_questions.examples import ExampleList, RowsOf
from app.files import FileQuestion
from bert_core.errors import TrainingError
from bert_core.finetuning.reading_runs import read_rows
from bert_core.training.run_folder import RunFolder


def rows_of(question: RowsOf) -> ExampleList:
    """Raises a BertError where there is no run, or what it wrote cannot be read."""
    rows = read_rows(question.folder, question.step)
    return ExampleList(rows, MappingProxyType(models_of(Path(question.folder))))


def models_of(folder: Path) -> dict[int, str]:
    """The folder of the model of each step that is kept: checkpoints; the finished model is the best one's."""
    try:
        run = RunFolder.open(folder)
        found = {int(path.name.rpartition("-")[2]): str(path) for path in run.checkpoints()}
    except (OSError, ValueError, TrainingError):
        return {}
    return found


ANSWERERS: dict[type[FileQuestion], Callable[[Any], object]] = {RowsOf: rows_of}
