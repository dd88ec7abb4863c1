"""How figures are called and written."""

from __future__ import annotations

from typing import get_args

import pytest

from app.panels.fine_tuning.metric_names import baseline_title, metric_title, metric_word, task_title
from bert_core.finetuning.task_info import METRICS, TaskName


def test_every_task_and_its_figures_have_a_title() -> None:
    titles = [task_title(task) for task in get_args(TaskName)]
    assert len(set(titles)) == len(titles) and not set(titles) & set(get_args(TaskName))
    for names in METRICS.values():
        assert all(metric_title(name) != name for name in names)


@pytest.mark.parametrize(
    ("task", "title"),
    [
        ("single-sentence", "always the commonest"),
        ("multiple-choice", "always the commonest"),
        ("regression", "always the mean"),
        ("tagging", "each word’s usual tag"),
        ("question-answering", "no answer, or the likeliest sentence"),
    ],
)
def test_what_reaches_the_baseline(task: TaskName, title: str) -> None:
    assert baseline_title(task) == title


def test_shares_and_quantities() -> None:
    assert metric_word("accuracy", 0.9) == "90.0 %"
    assert [metric_word("matthews", value) for value in (0.4567, 0.88, 0.0, -0.5)] == [
        "0.457",
        "0.880",
        "0",
        "-0.500",
    ]
    assert metric_word("dev_loss", float("nan")) == "–" and metric_word("dev_loss", 1e-5) == "1·10⁻⁵"
