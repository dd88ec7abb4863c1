"""Redrawing the lines of 12 heads at 128 and 512 pieces: all of them, after a step of the threshold, and of one piece.

python -m tests.benchmarks.lines [--rounds 40] [--processor-time]

The attention is drawn as for the measures: a third of the heads look at a neighbour or at [SEP]. The view is as large
as in a window of 1920 x 1080. The reference is QPainter drawing the same lines with smooth edges and nothing else.
Where other work keeps the machine busy, --processor-time leaves out the time that others had the core for.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when numpy is imported
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import argparse
import statistics
from collections.abc import Callable
from functools import partial
from time import perf_counter, process_time

from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from app.theme import apply_theme, theme
from app.views.lines import LinesView
from app.views.picked_lines import Lines
from tests.benchmarks.measures import drawn, pair

HEADS = 12
SIZE = (712, 549)
ASKED_MS = 16
"""For 128 pieces."""
THRESHOLDS = (0.02, 0.0, 0.1)  # the last is what is shown at first


def redraws(view: LinesView, rounds: int, clock: Callable[[], float]) -> dict[str, list[float]]:
    """Seconds of each kind of redraw, picking the lines included, in each round; and of the reference."""
    times: dict[str, list[float]] = {}

    def timed(name: str, change: Callable[[], object]) -> None:
        began = clock()
        change()
        view.repaint()
        times.setdefault(name, []).append(clock() - began)

    size = len(view.tokens)
    for number in range(rounds + 1):
        for threshold in THRESHOLDS:
            timed(f"all lines from {threshold:g} up", partial(view.set_threshold, threshold))
            timed(f"drawn again, from {threshold:g} up", view.refresh)
            times.setdefault(f"QPainter, from {threshold:g} up", []).append(by_painter(view, clock))
        timed("one piece pointed at", partial(view.set_hover, 7 * number % size, None))
        timed("one head pointed at", partial(view.set_hover, None, None, number % HEADS))
        timed("nothing pointed at again", partial(view.set_hover, None, None))
    return {name: seconds[1:] for name, seconds in times.items()}


def by_painter(view: LinesView, clock: Callable[[], float]) -> float:
    """Seconds that QPainter takes for the lines now shown, one call for those that look the same."""
    strands, plot = view.strands(view.lines()), view.plot()
    image = QImage(round(plot.width()), round(plot.height()), QImage.Format.Format_RGB32)
    image.fill(QColor(theme().surface))
    looks: dict[int, list[QLineF]] = {}
    ends = zip(strands.left.tolist(), strands.right.tolist(), strands.look.tolist(), strict=True)
    for left, right, look in ends:
        looks.setdefault(look, []).append(QLineF(0, left, plot.width(), right))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    began = clock()
    for look, lines in looks.items():
        painter.setPen(QPen(QColor(int(strands.colour[look])), float(strands.width[look])))
        painter.drawLines(lines)
    seconds = clock() - began
    painter.end()
    return seconds


def report(pieces: int, times: dict[str, list[float]], counts: dict[float, Lines]) -> None:
    """A line a kind of redraw."""
    for name, seconds in times.items():
        found = [lines for threshold, lines in counts.items() if name.endswith(f"from {threshold:g} up")]
        what = f"{len(found[0])} of {found[0].reached} lines" if found else ""
        median = 1000 * statistics.median(seconds)
        last = 1000 * statistics.quantiles(seconds, n=20)[-1]
        print(f"{pieces:4} pieces  {name:28} {median:7.1f} ms, 95%: {last:7.1f} ms  {what}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.lines", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--processor-time", action="store_true", help="not wall-clock time")
    given = parser.parse_args()
    application = QApplication([])
    apply_theme(application, "light")
    print(
        f"{HEADS} heads, {SIZE[0]} x {SIZE[1]} pixels, {given.rounds} rounds; {ASKED_MS} ms asked at 128 pieces"
    )
    for pieces in (128, 512):
        view = LinesView()
        view.resize(*SIZE)
        view.set_weights(drawn(1, HEADS, pieces)[0], pair(pieces), range(HEADS))
        view.show()
        while not view.windowHandle().isExposed():  # before that, nothing is painted
            application.processEvents()
        times = redraws(view, given.rounds, process_time if given.processor_time else perf_counter)
        counts = {}
        for threshold in THRESHOLDS:
            view.set_threshold(threshold)
            counts[threshold] = view.lines()
        report(pieces, times, counts)
        view.hide()


if __name__ == "__main__":
    main()
