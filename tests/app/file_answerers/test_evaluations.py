"""Evaluations as they are read from a run's folder."""

from __future__ import annotations

from pathlib import Path

from app.file_answerers.evaluations import evaluations
from app.file_answers import FILE_ANSWERERS
from app.file_questions.evaluations import EvaluationsOf
from tests.app.writing_tuning import LABELS, TuningWriter


def test_all_of_a_run_by_step(tmp_path: Path) -> None:
    writer = TuningWriter(tmp_path / "run")
    writer.train(until=30)
    (writer.path / "evaluations" / "step-20.json").write_text("{broken", encoding="utf-8")
    found = evaluations(EvaluationsOf(str(writer.path), (0, 10, 20, 30)))
    assert [one.step for one in found] == [0, 10, 30]
    newest = found[-1]
    assert newest.confusion is not None and newest.confusion.labels == LABELS
    assert [row.label for row in newest.per_class] == list(LABELS) and newest.metrics["accuracy"] > 0.5


def test_there_is_somebody_who_answers() -> None:
    assert FILE_ANSWERERS[EvaluationsOf] is evaluations
