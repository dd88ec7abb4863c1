"""What is written down at every evaluation."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from bert_core.finetuning.evaluation_files import (
    keep_predictions,
    prediction_values,
    remove_after,
    write_evaluation,
)
from bert_core.finetuning.metrics import ClassFigures, Figures
from bert_core.finetuning.predictions import Prediction

FIGURES = Figures(
    {"accuracy": 0.75},
    (("no", "yes"), np.array([[2, 1], [0, 1]])),
    (ClassFigures("no", 1.0, 2 / 3, 0.8, 3), ClassFigures("yes", 0.5, 1.0, 2 / 3, 1)),
)


def names(run):
    return sorted(path.name for path in (run / "evaluations").iterdir())


def test_figures_and_predictions(tmp_path):
    predictions = [
        Prediction(label="no", confidence=0.91234567, probabilities=(0.91234567, 0.08765433), loss=0.1)
    ]
    write_evaluation(tmp_path, 7, 1.5, {"accuracy": 0.75, "dev_loss": math.nan}, FIGURES, predictions)
    assert names(tmp_path) == ["step-7.json", "step-7.predictions.jsonl"]
    values = json.loads((tmp_path / "evaluations/step-7.json").read_text(encoding="utf-8"))
    assert values == {
        "step": 7,
        "epoch": 1.5,
        "metrics": {"accuracy": 0.75, "dev_loss": None},
        "confusion": {"labels": ["no", "yes"], "counts": [[2, 1], [0, 1]]},
        "per_class": [
            {"label": "no", "precision": 1.0, "recall": 2 / 3, "f1": 0.8, "support": 3},
            {"label": "yes", "precision": 0.5, "recall": 1.0, "f1": 2 / 3, "support": 1},
        ],
    }
    (line,) = (tmp_path / "evaluations/step-7.predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {
        "label": "no",
        "confidence": 0.912346,
        "probabilities": [0.912346, 0.087654],
        "loss": 0.1,
    }


@pytest.mark.parametrize(
    ("prediction", "values"),
    [
        (Prediction(value=2.5), {"value": 2.5}),
        (Prediction(tags=("O", "B-PER"), confidence=0.5), {"tags": ["O", "B-PER"], "confidence": 0.5}),
        (Prediction(choice=0, probabilities=(0.5, 0.5)), {"choice": 0, "probabilities": [0.5, 0.5]}),
        (
            Prediction(answer="", none_margin=-math.inf, best="the cat"),
            {"answer": "", "none_margin": None, "best": "the cat"},
        ),
        (Prediction(answer="a cat", span=(3, 8)), {"answer": "a cat", "span": [3, 8]}),
    ],
)
def test_what_a_prediction_says(prediction, values):
    assert prediction_values(prediction) == values


def test_predictions_are_kept_of_some_steps(tmp_path):
    for step in (0, 5, 10):
        write_evaluation(tmp_path, step, 1.0, {}, Figures({}), [])
    keep_predictions(tmp_path, [0, 10])
    assert names(tmp_path) == [
        *(
            "step-0.json",
            "step-0.predictions.jsonl",
            "step-10.json",
            "step-10.predictions.jsonl",
            "step-5.json",
        )
    ]


def test_later_ones_are_forgotten(tmp_path):
    remove_after(tmp_path, 3)
    for step in (0, 5, 10):
        write_evaluation(tmp_path, step, 1.0, {}, Figures({}), [])
    (tmp_path / "evaluations/seeds.json").write_text("{}", encoding="utf-8")
    remove_after(tmp_path, 5)
    assert names(tmp_path) == [
        *("seeds.json", "step-0.json", "step-0.predictions.jsonl", "step-5.json", "step-5.predictions.jsonl")
    ]


def test_a_full_disk_leaves_no_half(tmp_path, monkeypatch):
    write_evaluation(tmp_path, 5, 1.0, {"accuracy": 0.5}, Figures({}), [Prediction(choice=1)])
    before = {name: (tmp_path / "evaluations" / name).read_bytes() for name in names(tmp_path)}

    def replace(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bert_core.finetuning.evaluation_files.os.replace", replace)
    with pytest.raises(OSError, match="No space"):
        write_evaluation(tmp_path, 5, 1.0, {"accuracy": 0.9}, Figures({}), [Prediction(choice=0)])
    assert before == {name: (tmp_path / "evaluations" / name).read_bytes() for name in names(tmp_path)}
