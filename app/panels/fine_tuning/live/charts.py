"""Which curves a run has, over which x axis, and how several runs stand in the same charts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from app.panels.fine_tuning.metric_names import METRIC_KINDS, baseline_title, metric_title
from app.run_values import Floats, Run
from app.translation import tr
from app.views.curve_chart import AxisSpec, ChartSpec, Curve
from app.views.plot_drawing import Level

Against = Literal["pieces", "step", "epoch", "elapsed"]
AGAINST: tuple[Against, ...] = ("step", "epoch", "elapsed", "pieces")

_FROM_DEV = tuple(METRIC_KINDS)
_NONE = np.empty(0)


def chart_specs() -> tuple[ChartSpec, ...]:
    """The charts, named after the field of a step's event that they show, or after an evaluation's figure."""
    return (
        ChartSpec("loss", tr("Training loss")),
        ChartSpec("mlm_loss", tr("MLM loss"), tr("nats a piece")),
        ChartSpec("lm_loss", tr("Next-piece loss"), tr("nats a piece")),
        ChartSpec("mlm_accuracy", tr("MLM accuracy"), tr("top 1"), "share"),
        ChartSpec("lm_accuracy", tr("Next-piece accuracy"), tr("top 1"), "share"),
        ChartSpec("nsp_accuracy", tr("NSP accuracy"), "", "share"),
        *(
            ChartSpec(name, metric_title(name), tr("dev"), kind, joined=True)
            for name, kind in METRIC_KINDS.items()
        ),
        ChartSpec("learning_rate", tr("Learning rate")),
        ChartSpec("gradient_norm", tr("Gradient norm"), tr("before clipping")),
        ChartSpec("pieces_per_second", tr("Speed"), tr("pieces a second"), "amount"),
        ChartSpec("examples_per_second", tr("Examples a second"), "", "amount"),
        ChartSpec("memory_mb", tr("Memory"), tr("MB"), "amount"),
    )


HELD_OUT = {
    "loss": ("dev_loss",),
    "mlm_loss": ("mlm_loss",),
    "lm_loss": ("lm_loss",),
    "mlm_accuracy": ("top1", "mlm_accuracy"),
    "lm_accuracy": ("top1", "lm_accuracy"),
    "nsp_accuracy": ("nsp_accuracy",),
    **{name: (name,) for name in _FROM_DEV},
}
"""By which field of an evaluation's event the same is measured on held-out text; the first that is there."""

_OTHERS = {
    "causal": ("loss", "mlm_loss", "mlm_accuracy"),
    "masked": ("loss", "lm_loss", "lm_accuracy"),
    "finetune": ("mlm_loss", "lm_loss", "mlm_accuracy", "lm_accuracy", "nsp_accuracy", "pieces_per_second"),
}
"""Charts that a run of a kind does not have, though it may have a field of that name."""

UNSMOOTHED = ("learning_rate", "memory_mb")
"""Exact at every point: a mean would only lag behind."""


CHARTS = tuple(spec.name for spec in chart_specs())


def axis_spec(against: Against) -> AxisSpec:
    """The x axis as it is labelled."""
    return {
        "pieces": AxisSpec(tr("pieces read")),
        "step": AxisSpec(tr("steps")),
        "epoch": AxisSpec(tr("epochs"), "quantity"),
        "elapsed": AxisSpec(tr("time of training"), "seconds"),
    }[against]


def possible_axes(runs: Iterable[Run]) -> tuple[Against, ...]:
    """Those that the events of these runs tell of."""
    trained = [part for run in runs for part in (run.seeds or (run,))]
    return tuple(
        name
        for name in AGAINST
        if name == "step" or any(part.steps.last(name) is not None for part in trained)
    )


def curves_of(run: Run, against: Against) -> dict[str, Curve]:
    """The curve of every chart that one run has something for; where it is several seeds, of none."""
    x = run.steps.column(against)
    dots_x = _of_evaluations(run, against)
    others = _OTHERS["finetune" if run.kind == "finetune" else "causal" if is_causal(run) else "masked"]
    curves = {}
    for name in CHARTS:
        dots = next((field for field in HELD_OUT.get(name, ()) if field in run.evaluations.columns), "")
        measured = name in METRIC_KINDS  # on the dev set; a step's field of that name is something else
        if name in others or not (dots or (name in run.steps.columns and not measured)):
            continue
        curves[name] = Curve(
            _NONE if measured else x,
            _NONE if measured else run.steps.column(name),
            dots_x if dots else _NONE,
            run.evaluations.column(dots) if dots else _NONE,
            best=_best(run, dots, dots_x),
        )
    return curves


def all_curves(run: Run, others: Sequence[Run], against: Against) -> dict[str, list[Curve]]:
    """Every chart's curves: those of the run, then those of the runs that it is compared with."""
    several = bool(others) or bool(run.seeds)
    found: dict[str, list[Curve]] = {name: [] for name in CHARTS}
    for look, one in enumerate((run, *others)):
        own = look if several else None
        if not one.seeds:
            for name, curve in curves_of(one, against).items():
                found[name].append(replace(curve, name=one.name, look=own))
            continue
        of_seeds = [curves_of(seed, against) for seed in one.seeds]
        for name, chart in found.items():
            each = [
                (curves[name], seed)
                for curves, seed in zip(of_seeds, one.seeds, strict=True)
                if name in curves
            ]
            if len(each) > 1:
                chart.append(replace(mean_curve([curve for curve, _ in each]), name=one.name, look=own))
            chart += [
                replace(
                    curve,
                    name=f"{one.name} · {seed.name}",
                    look=own,
                    one_of_many=len(each) > 1,
                    best=None,
                )
                for curve, seed in each
            ]
    return found


def mean_curve(curves: Sequence[Curve]) -> Curve:
    """The mean of curves at the places of the first, as far as all of them have come."""
    x, y = _mean([(curve.x, curve.y) for curve in curves])
    dots_x, dots_y = _mean([(curve.dots_x, curve.dots_y) for curve in curves])
    return Curve(x, y, dots_x, dots_y)


def _mean(parts: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    finite = []
    for x, y in parts:
        there = np.isfinite(x) & np.isfinite(y)
        order = np.argsort(x[there], kind="stable")
        finite.append((x[there][order], y[there][order]))
    finite = [(x, y) for x, y in finite if len(x)]
    if not finite:
        return np.empty(0), np.empty(0)
    places = finite[0][0]
    places = places[places <= min(x[-1] for x, _ in finite)]
    return places, np.mean([np.interp(places, x, y) for x, y in finite], axis=0)


def levels_of(run: Run) -> dict[str, tuple[Level, ...]]:
    """What is reached without learning to read, across the chart of each figure."""
    return {
        name: (Level(value, baseline_title(run.task)),)
        for name, value in run.baseline.items()
        if name in METRIC_KINDS
    }


def _best(run: Run, field: str, places: Floats) -> tuple[float, float] | None:
    best = run.best
    if best is None or not field or run.kind != "finetune":
        return None
    at = np.flatnonzero(run.evaluations.column("step") == best[0])
    if not len(at):
        return None
    x, y = float(places[at[-1]]), float(run.evaluations.column(field)[at[-1]])
    return (x, y) if np.isfinite(x) and np.isfinite(y) else None


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
