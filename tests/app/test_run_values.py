"""What a run says of itself: its task, its metric, its best evaluation."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from app.run_values import Points, Run, best_of, less_is_better


def points(**columns: list[float]) -> Points:
    arrays = {name: np.array(values, dtype=float) for name, values in columns.items()}
    return Points(MappingProxyType(arrays), len(next(iter(arrays.values()))))


def tuned(**more: Any) -> Run:
    recipe = more.pop("recipe", {"task": "tagging"})
    details = {"kind": "finetune", "recipe": recipe, **more.pop("details", {})}
    return Run("/runs/a", details=MappingProxyType(details), **more)


@pytest.mark.parametrize(
    ("recipe", "metric"),
    [
        ({"task": "tagging"}, "entity_f1"),
        ({"task": "tagging", "metric": "token_accuracy"}, "token_accuracy"),
        ({"task": "regression", "metric": None}, "pearson"),
        ({}, "dev_loss"),
    ],
)
def test_the_metric_by_which_the_best_is_chosen(recipe: dict[str, Any], metric: str) -> None:
    assert tuned(recipe=recipe).metric == metric


def test_pretraining_has_no_task() -> None:
    run = Run("/runs/a", details=MappingProxyType({"kind": "pretrain", "recipe": {"task": "tagging"}}))
    assert (run.kind, run.task, run.metric, run.planned_seeds) == ("pretrain", "", "mlm_loss", ())
    assert Run("/x").kind == "pretrain"


def test_the_best_evaluation_is_the_first_of_equals_and_nan_is_none() -> None:
    evaluations = points(step=[0, 10, 20, 30], f1=[np.nan, 0.5, 0.7, 0.7], dev_loss=[3, 1, 2, 1])
    assert best_of(evaluations, "f1") == (20, 0.7)
    assert best_of(evaluations, "dev_loss") == (10, 1.0)
    assert best_of(evaluations, "accuracy") is None
    assert best_of(points(step=[0], f1=[np.nan]), "f1") is None


def test_the_state_before_training_is_best_only_where_there_is_no_other() -> None:
    assert best_of(points(step=[0], f1=[0.9]), "f1") == (0, 0.9)
    assert best_of(points(step=[0, 10], f1=[0.9, 0.4]), "f1") == (10, 0.4)


def test_which_figures_are_best_low() -> None:
    assert [n for n in ("dev_loss", "mean_squared_error", "accuracy", "pearson") if less_is_better(n)] == [
        "dev_loss",
        "mean_squared_error",
    ]


def test_progress_of_several_seeds_is_that_of_all() -> None:
    half = tuned(steps=points(step=[5], progress=[0.5]))
    whole = tuned(state="finished")
    run = tuned(details={"seeds": [0, 1, 2, 3]}, seeds=(whole, half))
    assert run.planned_seeds == (0, 1, 2, 3) and run.progress == pytest.approx(1.5 / 4)
    assert tuned(steps=points(step=[5], progress=[0.25]), pieces=900, total_pieces=1000).progress == 0.25


def test_the_baseline_has_numbers_only() -> None:
    run = tuned(details={"base_metric": {"accuracy": 0.5, "words": "x", "flag": True}})
    assert run.baseline == {"accuracy": 0.5}
    assert tuned().baseline == {}
