"""Which curves a run has, and over which x axis."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.run_values import Floats, Run
from app.translation import tr
from app.views.curve_chart import AxisSpec, ChartSpec, Curve

Against = Literal["pieces", "step", "elapsed"]
AGAINST: tuple[Against, ...] = ("pieces", "step", "elapsed")


def chart_specs() -> tuple[ChartSpec, ...]:
    """The charts, named after the field of a step's event that they show."""
    return (
        ChartSpec("mlm_loss", tr("MLM loss"), tr("nats a piece")),
        ChartSpec("lm_loss", tr("Next-piece loss"), tr("nats a piece")),
        ChartSpec("mlm_accuracy", tr("MLM accuracy"), tr("top 1"), "share"),
        ChartSpec("lm_accuracy", tr("Next-piece accuracy"), tr("top 1"), "share"),
        ChartSpec("nsp_accuracy", tr("NSP accuracy"), "", "share"),
        ChartSpec("learning_rate", tr("Learning rate")),
        ChartSpec("gradient_norm", tr("Gradient norm"), tr("before clipping")),
        ChartSpec("pieces_per_second", tr("Speed"), tr("pieces a second"), "amount"),
    )


HELD_OUT = {
    "mlm_loss": ("mlm_loss",),
    "lm_loss": ("lm_loss",),
    "mlm_accuracy": ("top1", "mlm_accuracy"),
    "lm_accuracy": ("top1", "lm_accuracy"),
    "nsp_accuracy": ("nsp_accuracy",),
}
"""By which field of an evaluation's event the same is measured on held-out text; the first that is there."""

OF_THE_OTHER = {True: ("mlm_loss", "mlm_accuracy"), False: ("lm_loss", "lm_accuracy")}
"""What a causal run (True) does not measure, or any other: their top 1 has the same name."""

UNSMOOTHED = ("learning_rate",)
"""Exact at every point: a mean would only lag behind."""


def axis_spec(against: Against) -> AxisSpec:
    """The x axis as it is labelled."""
    return {
        "pieces": AxisSpec(tr("pieces read")),
        "step": AxisSpec(tr("steps")),
        "elapsed": AxisSpec(tr("time of training"), "seconds"),
    }[against]


def curves_of(run: Run, against: Against) -> dict[str, Curve]:
    """Every chart's curve."""
    x = run.steps.column(against)
    dots_x = _of_evaluations(run, against)
    other = OF_THE_OTHER[is_causal(run)]
    curves = {}
    for spec in chart_specs():
        fields = () if spec.name in other else HELD_OUT.get(spec.name, ())
        dots = next((name for name in fields if name in run.evaluations.columns), "")
        curves[spec.name] = Curve(x, run.steps.column(spec.name), dots_x, run.evaluations.column(dots))
    return curves


def is_causal(run: Run) -> bool:
    """Does it guess the piece that comes next, rather than masked ones?"""
    return "lm_loss" in run.steps.columns or "lm_loss" in run.evaluations.columns


def _of_evaluations(run: Run, against: Against) -> Floats:
    """Where evaluations stand; the time of one that does not say it lies between those of the steps round it."""
    own = run.evaluations.column(against)
    steps, known = run.steps.column("step"), run.steps.column(against)
    there = np.isfinite(steps) & np.isfinite(known)
    if np.isfinite(own).all() or not there.any():
        return own
    between: Floats = np.interp(run.evaluations.column("step"), steps[there], known[there])
    return np.where(np.isfinite(own), own, between)
