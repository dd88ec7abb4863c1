"""The window while a run trains on the same cores: frames a second, how long the GUI thread is held, key to picture.

python -m tests.benchmarks.training_beside [--model mini-en] [--seconds 20]

Each figure is taken twice in one run: with nothing beside the window, and while `finetune --owned` trains on the
built-in sentiment set, as the window starts it. "Frames" repaints the mosaic and a curve chart on a timer of 60 Hz:
how many came a second, and how many of the gaps were more than a frame and a half.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from bert_core.resources import resource_path
from bert_core.training.events import EventReader
from tests.benchmarks.running import Lateness, percentile, scratch_folder, start, summary, wait_for
from tests.benchmarks.typing_delay import A, B, delays

FRAME = 1 / 60


@contextmanager
def training(model: str) -> Iterator[Path]:
    """A run that goes on until the block ends, from its first step on."""
    data, out = resource_path("datasets") / "sentiment", scratch_folder() / "run"
    command = [
        *(sys.executable, "-m", "bert_core", "finetune", "--task", "single-sentence", "--owned"),
        *("--train", str(data / "train.tsv"), "--dev", str(data / "dev.tsv")),
        *("--model", model, "--out", str(out), "--set", "epochs=1000", "patience=null"),
    ]
    began = perf_counter()
    child = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE"}
    )
    try:
        reader = EventReader(out / "events.jsonl")
        wait_for(lambda: any(event.get("event") == "step" for event in reader.read()))
        print(f"start to the first step that is told of: {perf_counter() - began:.1f} s")
        yield out
    finally:
        began = perf_counter()
        (out / "control.json").write_text('{"wish": "stop"}', encoding="utf-8")
        child.wait(60)
        print(f"stop to the end of the process: {perf_counter() - began:.1f} s")


def frames(widget: QWidget, seconds: float) -> tuple[float, float]:
    """Frames a second, and the share of gaps over a frame and a half, when a widget is repainted at 60 Hz."""
    times: list[float] = []

    def paint() -> None:
        widget.repaint()
        times.append(perf_counter())

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(paint)
    end = perf_counter() + seconds
    timer.start(round(1000 * FRAME))
    wait_for(lambda: perf_counter() > end, seconds + 60)
    timer.stop()
    gaps = [after - before for before, after in pairwise(times)]
    return (len(times) - 1) / (times[-1] - times[0]), sum(gap > 1.5 * FRAME for gap in gaps) / len(gaps)


def held(seconds: float) -> list[float]:
    """By how much a 2 ms timer is late."""
    lateness, end = Lateness(), perf_counter() + seconds
    wait_for(lambda: perf_counter() > end, seconds + 60)
    return lateness.stop()


def main(model: str, seconds: float) -> None:
    """Print all of it, without and with a run beside."""
    application = start(model, A, B)

    def measure(name: str) -> None:
        application.commands.show_explorer()
        rate, late = frames(application.attention, seconds)
        print(f"{name}: attention panel repainted {rate:.1f} times a second, {late:.1%} of the gaps late")
        holds = held(seconds / 2)
        print(
            f"{name}: GUI thread late by {1000 * percentile(holds, 0.5):.1f} ms (median), "
            f"{1000 * percentile(holds, 0.99):.1f} ms (99th percentile), {1000 * max(holds):.1f} ms (most)"
        )
        print(f"{name}: " + summary("key to repainted panels", delays(application), "80 asked when idle"))

    measure("alone")
    with training(model) as out:
        application.session.runs.request(str(out))
        wait_for(lambda: application.session.runs.current is not None)
        measure("beside a run")
        application.commands.show_training()
        rate, late = frames(application.tuning.panel, seconds)
        print(f"beside a run: its own page repainted {rate:.1f} times a second, {late:.1%} of the gaps late")
    application.close()
    application.take_down()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    options.add_argument("--model", default="mini-en")
    options.add_argument("--seconds", type=float, default=20.0)
    given = options.parse_args()
    main(given.model, given.seconds)
