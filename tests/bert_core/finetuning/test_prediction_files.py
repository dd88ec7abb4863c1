"""Predictions written as CSV, Parquet and JSON Lines hold the same, beside the examples."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import polars
import pytest

from bert_core.errors import TextError, TrainingError
from bert_core.finetuning.evaluation_files import prediction_values, write_evaluation
from bert_core.finetuning.examples import (
    ChoiceExample,
    Example,
    Place,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.metrics import measure
from bert_core.finetuning.predicting import TunedBert
from bert_core.finetuning.prediction_files import export_run, prediction_of, write_predictions
from bert_core.finetuning.predictions import Prediction
from bert_core.finetuning.reading import read
from bert_core.finetuning.storing import write_examples
from bert_core.finetuning.task_info import TASKS, TaskName
from bert_core.training.run_folder import RunFolder
from tests.bert_core.finetuning.making import LABELS, examples, some_data
from tests.bert_core.finetuning.tuned_models import tuned

AWKWARD = 'a "quoted", text\nof two lines; =1+1 \ud800 ü 你'


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("task", TASKS)
def test_the_three_files_say_the_same(task: TaskName, tmp_path: Path) -> None:
    some = examples(task, 9)
    labels = LABELS.get(task, ())
    found = TunedBert(tuned(task)).predict(some)
    paths = [tmp_path / "deep" / f"p.{suffix}" for suffix in ("csv", "jsonl", "parquet")]
    assert [write_predictions(path, some, found, labels) for path in paths] == [9, 9, 9]
    lines = lines_of(paths[1])
    table = polars.read_parquet(paths[2]).to_dicts()
    assert table == lines
    with paths[0].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [list(row) for row in rows] == [list(line) for line in lines]
    for row, line in zip(rows, lines, strict=True):
        for name, value in line.items():
            if isinstance(value, float):
                assert float(row[name]) == pytest.approx(value, rel=1e-5)
            elif isinstance(value, str | bool):
                assert row[name] == (value if isinstance(value, str) else str(value).lower())
    assert all("predicted" in line for line in lines)
    assert {path.name for path in paths[0].parent.iterdir()} == {path.name for path in paths}


def test_classes(tmp_path: Path) -> None:
    some: list[Example] = [
        TextExample("one", None, "good", Place(4)),
        TextExample("two", "b", None, Place(7)),
    ]
    found = [
        Prediction(label="bad", confidence=0.75, probabilities=(0.75, 0.25), loss=1.5),
        Prediction(label="good", confidence=0.5, probabilities=(0.5, 0.5)),
    ]
    write_predictions(tmp_path / "p.jsonl", some, found, ("bad", "good"))
    assert lines_of(tmp_path / "p.jsonl") == [
        {"line": 4, "text_a": "one", "text_b": None, "label": "good", "predicted": "bad", "right": False}
        | {"confidence": 0.75, "loss": 1.5, "p(bad)": 0.75, "p(good)": 0.25},
        {"line": 7, "text_a": "two", "text_b": "b", "label": None, "predicted": "good", "right": None}
        | {"confidence": 0.5, "loss": None, "p(bad)": 0.5, "p(good)": 0.5},
    ]


def test_of_unlabelled_examples_nothing_is_said_of_what_is_right(tmp_path: Path) -> None:
    cases: list[tuple[Example, Prediction, set[str]]] = [
        (TextExample("one", None, None), Prediction(label="a", confidence=1.0), {"label", "right", "loss"}),
        (
            TaggingExample(("x",), None),
            Prediction(tags=("O",), probabilities=(1.0,)),
            {"tags", "right", "loss"},
        ),
        (
            QuestionExample("1", "q", "c", None),
            Prediction(answer="c", span=(0, 1)),
            {"answers", "right", "f1", "loss"},
        ),
        (ChoiceExample("c", "", ("a", "b"), None), Prediction(choice=1), {"label", "right", "loss"}),
    ]
    for n, (example, prediction, absent) in enumerate(cases):
        path = tmp_path / f"{n}.jsonl"
        write_predictions(path, [example], [prediction], ("a",) if n == 0 else ())
        (line,) = lines_of(path)
        assert not absent & line.keys() and "predicted" in line


def test_awkward_text_comes_back(tmp_path: Path) -> None:
    some: list[Example] = [TextExample(AWKWARD, None, None), TaggingExample(("New York", "", "x"), None)]
    told = [
        Prediction(label="a", probabilities=(1.0,)),
        Prediction(tags=("O", "B X", "O"), probabilities=(1.0,) * 3),
    ]
    for example, prediction in zip(some, told, strict=True):
        for suffix in ("csv", "jsonl", "parquet"):
            write_predictions(tmp_path / f"p.{suffix}", [example], [prediction], ("a",))
        line, parquet = (
            lines_of(tmp_path / "p.jsonl")[0],
            polars.read_parquet(tmp_path / "p.parquet").to_dicts()[0],
        )
        with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
            row = next(csv.DictReader(file))
        if isinstance(example, TextExample):
            shown = AWKWARD.encode("utf-8", "backslashreplace").decode()
            assert row["text_a"] == parquet["text_a"] == shown
        else:
            assert line["words"] == parquet["words"] == json.loads(row["words"]) == ["New York", "", "x"]


def test_what_was_predicted_can_be_read_as_data_again(tmp_path: Path) -> None:
    some = examples("single-sentence", 12)
    found = TunedBert(tuned("single-sentence")).predict(some)
    write_predictions(tmp_path / "p.csv", some, found, LABELS["single-sentence"])
    again = read(tmp_path / "p.csv")
    assert [e.text_a for e in again.examples if isinstance(e, TextExample)] == [
        e.text_a for e in some if isinstance(e, TextExample)
    ]


def test_other_names_and_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TextError, match=r"must end in \.csv, \.parquet, \.jsonl"):
        write_predictions(tmp_path / "p.txt", [], [], ())
    (tmp_path / "file").write_text("x")
    with pytest.raises(TextError, match="cannot be written"):
        write_predictions(tmp_path / "file" / "p.csv", [], [], ())


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("before")

    def predictions() -> Any:
        yield Prediction(label="a")
        raise OSError(28, "No space left on device")

    with pytest.raises(TextError, match="No space left"):
        write_predictions(path, examples("single-sentence", 2), predictions(), ("a",))
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("task", TASKS)
def test_a_prediction_comes_back_from_its_line(task: TaskName) -> None:
    for prediction in TunedBert(tuned(task)).predict(examples(task, 5)):
        again = prediction_of(json.loads(json.dumps(prediction_values(prediction) | {"of_later": 1})))
        assert prediction_values(again) == prediction_values(prediction)
        assert again.span == prediction.span and again.answer == prediction.answer


def a_run(path: Path, task: TaskName, *steps: int) -> Any:
    data = some_data(task, 8)
    RunFolder.create(path, {"kind": "finetune", "data": {"labels": list(LABELS.get(task, ()))}})
    write_examples(path / "data" / "dev.jsonl", data)
    found = TunedBert(tuned(task)).predict(data.examples)
    for step in steps:
        write_evaluation(path, step, 1.0, {}, measure(task, data.examples, found), found)
    return data, found


@pytest.mark.parametrize("task", TASKS)
def test_a_run_is_exported(task: TaskName, tmp_path: Path) -> None:
    data, found = a_run(tmp_path / "run", task, 3, 9)
    assert export_run(tmp_path / "run", tmp_path / "a.jsonl") == 8
    write_predictions(tmp_path / "b.jsonl", data.examples, found, LABELS.get(task, ()))
    for one, other in zip(lines_of(tmp_path / "a.jsonl"), lines_of(tmp_path / "b.jsonl"), strict=True):
        assert one.keys() == other.keys()
        for name, value in one.items():
            assert value == (
                pytest.approx(other[name], abs=1e-5) if isinstance(value, float) else other[name]
            ) or (name == "probabilities")


def test_a_step_that_is_not_kept_is_not_exported(tmp_path: Path) -> None:
    a_run(tmp_path / "run", "regression", 3)
    with pytest.raises(TrainingError, match="of step 4 are not kept"):
        export_run(tmp_path / "run", tmp_path / "a.csv", 4)
    (tmp_path / "run" / "evaluations" / "step-3.predictions.jsonl").write_text("{}\n")
    with pytest.raises(TrainingError, match="1 predictions for 8 examples"):
        export_run(tmp_path / "run", tmp_path / "a.csv")
    (tmp_path / "run" / "evaluations" / "step-3.predictions.jsonl").write_text("{")
    with pytest.raises(TrainingError, match="cannot be read"):
        export_run(tmp_path / "run", tmp_path / "a.csv")
    with pytest.raises(TrainingError, match="no run"):
        export_run(tmp_path, tmp_path / "a.csv")
