"""What is said on a terminal."""

from __future__ import annotations

import io

import pytest

from bert_core.finetuning import console as console_module
from bert_core.finetuning.console import Console

STEP = {
    "step": 1200,
    "pieces": 4_915,
    "progress": 0.25,
    "epoch": 0.75,
    "examples": 640,
    "examples_per_second": 81.4,
    "loss": 0.41234,
    "task_loss": 0.41234,
    "learning_rate": 3e-4,
    "memory_mb": 612.4,
    "seconds_left": 75.9,
}


@pytest.fixture
def out():
    return io.StringIO()


def said(out):
    return [line[9:] for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("kind", "fields", "line"),
    [
        (
            "step",
            STEP,
            "step 1,200, epoch 0.75 (25%): loss 0.4123, rate 3.00e-04, 81 examples/s, 612 MB, 1:15 min left",
        ),
        (
            "evaluation",
            {
                "step": 13,
                "pieces": 9,
                "epoch": 0.5,
                "examples": 8,
                "accuracy": 0.5,
                "dev_loss": 0.7,
                "best": True,
            },
            "dev set after step 13: accuracy 0.5000, dev_loss 0.7000, the best so far",
        ),
        ("evaluation", {"step": 13, "epoch": 0.5, "accuracy": 0.5}, "dev set after step 13: accuracy 0.5000"),
        ("seed", {"state": "begin", "seed": 7, "number": 2, "of": 3}, "seed 7, number 2 of 3"),
        (
            "seed",
            {"state": "end", "seed": 7, "ending": "finished", "metrics": {"accuracy": 0.5}},
            "seed 7 finished: accuracy 0.5000",
        ),
        ("seed", {"state": "end", "seed": 7, "ending": "diverged", "metrics": None}, "seed 7 diverged"),
        ("started", {"seeds": [1, 2], "step": 0}, "started"),
        ("checkpoint", {"step": 5, "folder": "step-5"}, "saved step-5"),
        ("warning", {"message": "The disk is full."}, "warning: The disk is full."),
    ],
)
def test_events(out, kind, fields, line):
    Console(out).event(kind, fields)
    assert said(out) == [line]


def test_an_evaluation_that_measured_nothing_is_not_mentioned(out):
    Console(out).event("evaluation", {"step": 5, "epoch": 0.5, "best": False})
    assert said(out) == []


@pytest.mark.parametrize(("every", "lines"), [(2.0, 2), (0.0, 4)])
def test_steps_are_told_now_and_then_or_each(out, monkeypatch, every, lines):
    now = 100.0
    monkeypatch.setattr(console_module.time, "monotonic", lambda: now)
    console = Console(out, every=every)
    for seconds in (0.0, 0.5, 1.0, 0.6):
        now += seconds
        console.event("step", STEP)
    assert len(said(out)) == lines


def test_the_task_is_told(out):
    Console(out).task("tagging", guessed=True)
    Console(out).task("tagging", guessed=False)
    assert said(out) == ["the task is tagging, as the file looks", "the task is tagging"]
