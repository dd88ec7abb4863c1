"""From process start to the painted window and to the first analysis; and how long the GUI thread was held.

python -m tests.benchmarks.start_up [runs]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

CHILD = "--child"


def child(began: float) -> None:
    """Start the application once and print the three times (seconds since the process was asked for)."""
    from tests.benchmarks.running import (
        Application,
        Lateness,
        QApplication,
        QCoreApplication,
        Wishes,
        wait_for,
    )

    qt = QApplication(["bench"])
    application = Application(qt, Wishes(model="mini-en", size=(1440, 900), remember=False))
    painted: list[float] = []
    lateness: list[Lateness] = []

    def on_paint() -> None:
        painted.append(time.time() - began)
        lateness.append(Lateness())

    application.painted.connect(on_paint)
    application.start()
    wait_for(lambda: application.session.up_to_date)
    QCoreApplication.processEvents()
    analysed = time.time() - began
    holds = lateness[0].stop()
    print(painted[0], analysed, max(holds))
    application.close()
    application.take_down()


def main(runs: int) -> None:
    """Print the medians."""
    rows = []
    for _ in range(runs):
        out = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.start_up", CHILD, repr(time.time())],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")},
        ).stdout.split()
        rows.append([float(value) for value in out[-3:]])
    painted, analysed, held = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"process start to window painted: {painted:.2f} s (at most 1.0)")
    print(f"process start to first analysis: {analysed:.2f} s (at most 4)")
    print(f"longest hold of the GUI thread during start-up: {1000 * held:.0f} ms")


if __name__ == "__main__":
    if CHILD in sys.argv:
        child(float(sys.argv[-1]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
