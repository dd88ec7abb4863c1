"""Evaluations and examples of a run as its folder has them, whole, half-written or damaged."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bert_core.errors import TextError, TrainingError
from bert_core.finetuning import reading_runs
from bert_core.finetuning.evaluation_files import write_evaluation
from bert_core.finetuning.examples import Answer, ChoiceExample, QuestionExample, TextExample
from bert_core.finetuning.metrics import Figures, measure
from bert_core.finetuning.predictions import is_right
from bert_core.finetuning.reading_runs import example_row, prediction_steps, read_evaluations, read_rows
from bert_core.finetuning.run_values import ClassFigures, Confusion
from bert_core.finetuning.storing import write_examples
from bert_core.finetuning.task_info import TASKS, TaskName
from tests.bert_core.finetuning.making import LABELS, some_data
from tests.bert_core.finetuning.tuned_models import tuned

FIGURES = Figures(
    {"accuracy": 0.75},
    (("a", "b"), np.array([[2, 1], [0, 1]])),
    (ClassFigures("a", 1.0, 2 / 3, 0.8, 3), ClassFigures("b", 0.5, 1.0, 2 / 3, 1)),
)


def predicted(run: Path, task: TaskName, *steps: int, count: int = 12) -> Any:
    """A run's folder with its dev set and the same predictions for some steps; returns both."""
    from bert_core.finetuning.predicting import TunedBert

    data = some_data(task, count)
    write_examples(run / "data" / "dev.jsonl", data)
    model = TunedBert(tuned(task))
    found = model.predict(data.examples)
    figures = measure(task, data.examples, found, LABELS.get(task, ()))
    for step in steps:
        write_evaluation(run, step, step / 10, {**figures.metrics, "dev_loss": 0.5}, figures, found)
    return data, found


def test_evaluations_in_order(tmp_path: Path) -> None:
    for step in (20, 0, 100):
        write_evaluation(tmp_path, step, step / 50, {"accuracy": 0.75, "dev_loss": math.nan}, FIGURES, [])
    (tmp_path / "evaluations" / "step-20.predictions.jsonl").unlink()
    found = read_evaluations(tmp_path)
    assert [evaluation.step for evaluation in found] == [0, 20, 100]
    assert [evaluation.predictions for evaluation in found] == [True, False, True]
    assert prediction_steps(tmp_path) == (0, 100)
    last = found[-1]
    assert last.epoch == 2.0 and last.metrics["accuracy"] == 0.75 and math.isnan(last.metrics["dev_loss"])
    assert last.confusion == Confusion(("a", "b"), ((2, 1), (0, 1)))
    assert last.per_class == FIGURES.per_class


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b"null", b"\xff", b"[" * 100_000, b'{"metrics": 3, "per_class": 1, "confusion": []}'],
)
def test_a_damaged_evaluation_harms_nothing(content: bytes, tmp_path: Path) -> None:
    write_evaluation(tmp_path, 5, 1.0, {"accuracy": 0.5}, FIGURES, [])
    (tmp_path / "evaluations" / "step-9.json").write_bytes(content)
    (tmp_path / "evaluations" / ".step-11.json.abc").write_bytes(b"{}")
    (tmp_path / "evaluations" / "seeds.json").write_bytes(b"{}")
    found = read_evaluations(tmp_path)
    assert found[0].step == 5 and all(not evaluation.metrics for evaluation in found[1:])
    assert [evaluation.step for evaluation in found] in ([5], [5, 9])


@pytest.mark.parametrize(
    "confusion",
    [None, 1, {"labels": ["a"]}, {"labels": ["a"], "counts": [[1, 2]]}, {"labels": ["a"], "counts": [["x"]]}],
)
def test_a_confusion_that_is_none(confusion: Any, tmp_path: Path) -> None:
    (tmp_path / "evaluations").mkdir()
    values = {"metrics": {"accuracy": 1}, "confusion": confusion, "per_class": [{"label": 1}, 3]}
    (tmp_path / "evaluations" / "step-1.json").write_text(json.dumps(values))
    (found,) = read_evaluations(tmp_path)
    assert found.confusion is None and found.metrics == {"accuracy": 1.0}
    assert [row.label for row in found.per_class] == ["1"] and math.isnan(found.per_class[0].f1)


def test_there_is_no_run(tmp_path: Path) -> None:
    assert read_evaluations(tmp_path / "nowhere") == ()
    assert prediction_steps(tmp_path / "nowhere") == ()
    with pytest.raises(TextError):
        read_rows(tmp_path / "nowhere")


@pytest.mark.parametrize("task", TASKS)
def test_rows_of_every_task(task: TaskName, tmp_path: Path) -> None:
    data, predictions = predicted(tmp_path, task, 0, 30)
    found = read_rows(tmp_path)
    assert (found.task, found.step, found.steps) == (task, 30, (0, 30))
    assert found.labels == LABELS.get(task, ()) and found.left_out == 0
    assert [row.example for row in found.rows] == list(data.examples)
    assert [row.index for row in found.rows] == list(range(12))
    for row, example, prediction in zip(found.rows, data.examples, predictions, strict=True):
        right = is_right(example, prediction)
        assert row.known and (right is None or row.right == right)
        assert row.loss == pytest.approx(prediction.loss, abs=1e-5)
        assert 0 <= row.score <= 1 and (row.score == 1 or not row.right or task == "regression")
        if prediction.confidence is None:
            assert math.isnan(row.confidence)
        else:
            assert row.confidence == pytest.approx(prediction.confidence, abs=1e-5)
    assert len({row.predicted for row in found.rows}) > 1


def test_what_a_row_says_of_a_number() -> None:
    example = TextExample("a", "b", 3.0)
    row = example_row(0, example, {"value": 3.4, "loss": 0.16}, (), 5.0)
    assert (row.gold, row.predicted, row.right) == ("3", "3.4", True)
    assert row.score == pytest.approx(0.92)
    assert not example_row(0, example, {"value": 3.6}, (), 5.0).right
    assert example_row(0, example, {"value": 30.0}, (), 5.0).score == 0
    unknown = example_row(0, replace(example, label=None), {"value": 1.0}, (), 0.0)
    assert (unknown.known, unknown.right, unknown.gold, unknown.predicted) == (False, False, "", "1")


def test_what_a_row_says_of_an_answer() -> None:
    example = QuestionExample("1", "who?", "Ana met Bo", (Answer("Ana", 0), Answer("Ana met", 0)))
    row = example_row(0, example, {"answer": "Ana met Bo"}, ())
    assert (row.text, row.text_b, row.gold, row.right) == ("who?", "Ana met Bo", "Ana", False)
    assert row.score == pytest.approx(0.8)
    none = example_row(0, replace(example, answers=()), {"answer": ""}, ())
    assert none.right and none.gold == "" and none.score == 1


def test_what_a_row_says_of_a_choice() -> None:
    example = ChoiceExample("It rains.", "She", ("gets wet.", "is dry."), 0)
    row = example_row(0, example, {"choice": 1, "probabilities": [0.25, 0.75]}, ())
    assert (row.text, row.text_b) == ("It rains.", "She is dry.")
    assert (row.gold, row.predicted, row.right) == ("gets wet.", "is dry.", False)
    assert row.probabilities == (0.25, 0.75) and row.labels == example.endings
    assert example_row(0, example, {}, ()).text_b == "She gets wet."
    assert example_row(0, example, {"choice": 7}, ()).predicted == ""


def test_rows_before_the_first_evaluation(tmp_path: Path) -> None:
    predicted(tmp_path, "single-sentence")
    found = read_rows(tmp_path)
    assert found.step is None and found.steps == ()
    assert all(not row.predicted and math.isnan(row.confidence) and row.known for row in found.rows)


def test_of_a_step_that_is_not_kept(tmp_path: Path) -> None:
    predicted(tmp_path, "single-sentence", 10)
    found = read_rows(tmp_path, 5)
    assert found.step is None and found.steps == (10,)
    assert not any(row.predicted for row in found.rows)


def test_lines_that_are_damaged_or_missing(tmp_path: Path) -> None:
    predicted(tmp_path, "single-sentence", 10)
    path = tmp_path / "evaluations" / "step-10.predictions.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], "{", '"x"', *lines[3:10]]) + "\n" + lines[10][:20])
    rows = read_rows(tmp_path).rows
    assert len(rows) == 12
    assert [bool(row.predicted) for row in rows] == [True, False, False, *[True] * 7, False, False]


def test_a_long_dev_set_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    predicted(tmp_path, "single-sentence", 10)
    monkeypatch.setattr(reading_runs, "MOST_ROWS", 7)
    found = read_rows(tmp_path)
    assert len(found.rows) == 7 and found.left_out == 5
    assert all(row.predicted for row in found.rows)


def test_a_run_of_several_seeds_has_none_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "seeds" / "0").mkdir(parents=True)
    with pytest.raises(TrainingError, match="several models"):
        read_rows(tmp_path)


def test_labels_come_in_the_order_of_the_output(tmp_path: Path) -> None:
    predicted(tmp_path, "single-sentence", 10)
    (tmp_path / "run.json").write_text(json.dumps({"data": {"labels": ["good", "fair", "bad"]}}))
    assert read_rows(tmp_path).labels == ("good", "fair", "bad")
    (tmp_path / "run.json").write_text("{")
    assert read_rows(tmp_path).labels == LABELS["single-sentence"]
