"""What the curves of a long run cost the window: `python -m tests.benchmarks.curves`."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from types import MappingProxyType

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from app.panels.fine_tuning.live import LivePage
from app.run_values import Points, Run
from app.session import Session
from app.theme import apply_theme

STEPS = 20_000


def a_run(steps: int, name: str) -> Run:
    """With that many steps logged, and an evaluation every two hundred."""
    random = np.random.default_rng(len(name))
    step = np.arange(1.0, steps + 1)
    columns = {
        "step": step,
        "epoch": step / 1000,
        "elapsed": step / 5,
        "loss": np.exp(-step / 5000) + 0.1 * random.standard_normal(steps),
        "learning_rate": 1e-4 * (1 - step / steps),
        "gradient_norm": 1 + random.random(steps),
        "examples_per_second": 300 + random.random(steps),
        "memory_mb": np.full(steps, 900.0),
    }
    at = step[::200]
    measured = {
        "step": at,
        "accuracy": 1 - np.exp(-at / 9000),
        "macro_f1": 1 - np.exp(-at / 8000),
        "dev_loss": 1 / at,
    }
    return Run(
        f"/runs/{name}",
        details=MappingProxyType({"kind": "finetune", "recipe": {"task": "single-sentence"}}),
        steps=Points(MappingProxyType(columns), steps),
        evaluations=Points(MappingProxyType(measured), len(at)),
        state="running",
    )


def median_ms(work: Callable[[], object], times: int = 15) -> float:
    """The middle one of so many."""
    taken = []
    for _ in range(times):
        began = time.thread_time()
        work()
        taken.append(1e3 * (time.thread_time() - began))
    return statistics.median(taken)


def main() -> None:
    """Print a line for each."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    apply_theme(application, "light")
    session = Session()
    began = time.thread_time()
    page = LivePage(session)
    print(f"the page is made in {1e3 * (time.thread_time() - began):.0f} ms")
    page.resize(1150, 780)
    page.show()
    shown, grown = a_run(STEPS, "a"), a_run(STEPS + 1, "a")
    session.runs.show(shown)
    page.grab()
    plot = page.grid.charts["loss"].plot

    def redraw() -> None:
        plot._anew()
        plot.grab()

    def point() -> None:
        plot.hovered.emit(float(np.random.default_rng().integers(0, STEPS)))
        page.grid.grab()

    def grow() -> None:
        session.runs.accept(grown)
        session.runs.accept(shown)
        page.grab()

    print(f"one chart with {STEPS:,} points is drawn in {median_ms(redraw):.1f} ms")
    print(f"the pointer moves over all charts in {median_ms(point):.1f} ms")
    print(f"a step more twice, all charts and figures, in {median_ms(grow, 7):.1f} ms")
    for name in ("b", "c", "d"):
        session.runs.compare(f"/runs/{name}", True)
        session.runs.accept(a_run(STEPS, name))
    page.grab()
    print(f"four runs: one chart is drawn in {median_ms(redraw):.1f} ms")
    print(f"four runs: a step more twice in {median_ms(grow, 7):.1f} ms")


if __name__ == "__main__":
    main()
