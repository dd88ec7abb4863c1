"""What is said on a terminal."""

from __future__ import annotations

import io
import re

import pytest

from bert_core.pretraining.console import Console
from bert_core.training import console as console_module

STEP = {
    "step": 1200,
    "pieces": 4_915_200,
    "progress": 0.25,
    "loss": 4.0,
    "mlm_loss": 3.5,
    "mlm_accuracy": 0.4,
    "nsp_loss": 0.5,
    "nsp_accuracy": 0.75,
    "gradient_norm": 1.5,
    "learning_rate": 1e-3,
    "pieces_per_second": 12345.6,
    "seconds_left": 3723.0,
    "elapsed": 12.0,
}


@pytest.fixture
def out():
    return io.StringIO()


def said(out):
    """Its lines, without the time of day."""
    lines = out.getvalue().splitlines()
    assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in lines)
    return [line[9:] for line in lines]


def test_a_step(out):
    Console(out).event("step", STEP)
    assert said(out) == [
        "step 1,200, 4.92 M pieces (25.0%): mlm 3.500 (40.0%), nsp 0.500 (75.0%), gradient 1.50, rate 1.00e-03, "
        "12,346 pieces/s, 1:02 h left"
    ]


@pytest.mark.parametrize(
    ("kind", "fields", "line"),
    [
        (
            "started",
            {"step": 0, "parameters": 1000, "device": "cpu", "processes": 2, "precision": "float32"},
            "started at step 0: 1,000 weights, cpu, 2 process(es), float32",
        ),
        ("resumed", {"step": 5}, "resumed"),
        ("paused", {"step": 5}, "paused"),
        ("evaluation", {"step": 5, "pieces": 9, "top1": 0.25}, "held out: top1 0.25"),
        ("checkpoint", {"step": 5, "folder": "step-5"}, "saved step-5"),
        ("warning", {"message": "The disk is full."}, "warning: The disk is full."),
        (
            "ended",
            {"ending": "stopped", "step": 5, "message": "Resume it."},
            "stopped at step 5. Resume it.",
        ),
    ],
)
def test_events(out, kind, fields, line):
    Console(out).event(kind, fields)
    assert said(out) == [line]


def test_an_evaluation_that_measured_nothing_is_not_mentioned(out):
    Console(out).event("evaluation", {"step": 5, "pieces": 9})
    assert said(out) == []


def test_preparation_is_told_now_and_then(out, monkeypatch):
    now = 100.0
    monkeypatch.setattr(console_module.time, "monotonic", lambda: now)
    console = Console(out)
    for seconds, step, share in ((0, "text", 0.0), (5, "text", 0.3), (5, "text", 0.6), (1, "vectors", 0.0)):
        now += seconds
        console.progress(step, share)
    assert said(out) == ["text 0%", "text 60%", "vectors 0%"]


class Closed(io.StringIO):
    """The other end is gone."""

    tries = 0

    def write(self, text: str) -> int:
        self.tries += 1
        raise BrokenPipeError


def test_that_nobody_reads_any_more_ends_no_run():
    out = Closed()
    console = Console(out)
    console.event("step", STEP)
    console.event("step", STEP)
    assert out.tries == 1
