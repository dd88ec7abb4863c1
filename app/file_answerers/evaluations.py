"""Reads the evaluations of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.file_questions.evaluations import EvaluationsOf
from bert_core.finetuning.reading_runs import read_evaluations
from bert_core.finetuning.run_values import Evaluation


def evaluations(question: EvaluationsOf) -> tuple[Evaluation, ...]:
    """By step; of a run that grows meanwhile, perhaps one more than was asked for."""
    return read_evaluations(Path(question.folder))


ANSWERERS: dict[type, Any] = {EvaluationsOf: evaluations}
