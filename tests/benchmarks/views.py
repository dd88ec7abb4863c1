"""Every view of attention on a 12 x 12 model at 512 pieces: its first picture, panning, zooming, pointing, selecting.

python -m tests.benchmarks.views [--pieces 512] [--rounds 5] [--views all,lines]

The whole application runs; only the attention panel is open, so that other panels' questions do not stand in between.
"First picture" is from the moment the trace is there to the painted view with what it shows first; "all of it" when
nothing that the view asked for is still under way. Selecting is counted on the GUI thread, from the call to the end
of the repaint; "and answered" adds the wait for what has to be computed.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from functools import partial
from time import perf_counter

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtWidgets import QDockWidget, QWidget

from app.application import Application
from app.panels.attention import AttentionPanel
from app.panels.attention.page import Page
from app.selection import Hover
from app.views.map_view import MapView
from bert_core.queries import Answer
from tests.benchmarks.running import start, summary, wait_for
from tests.benchmarks.typing_delay import random_base

FRAMES = 60


class Bench:
    """The application, its attention panel, and what is done with them."""

    def __init__(self, application: Application, pieces: int) -> None:
        from bert_core.bench import bench_text

        self.application, self.session = application, application.session
        self.panel = application.attention
        first, second = bench_text(pieces)
        self.texts = [
            (first, second),
            (first.replace(" ", "  ", 1), second),
        ]  # the same pieces, another scene
        for dock in application.window.findChildren(QDockWidget):
            dock.close()
        self._first: float | None = None
        self.session.trace_changed.connect(self._traced)
        self.session.answer_changed.connect(self._answered)
        self._began = 0.0

    def _traced(self, _: object) -> None:
        self._began, self._first = perf_counter(), None

    def _answered(self, answer: Answer) -> None:
        if self._first is None and (answer.progress is None or answer.progress.value is not None):
            self._first = perf_counter()

    def settle(self) -> None:
        """Wait until all that is seen has been answered and painted."""
        wait_for(lambda: self.session.up_to_date and self.session.settled)
        QCoreApplication.processEvents()

    def first_picture(self, number: int) -> tuple[float, float]:
        """Seconds from a new trace to the first picture, and to all of it."""
        self.session.set_texts(*self.texts[number % 2])
        wait_for(lambda: self.session.up_to_date)
        QCoreApplication.processEvents()
        painted = perf_counter()
        if self.session.watched:
            wait_for(lambda: self._first is not None or self.session.settled)
            QCoreApplication.processEvents()
            painted = perf_counter()
        self.settle()
        return painted - self._began, perf_counter() - self._began

    def timed(self, change: Callable[[], object]) -> tuple[float, float]:
        """Seconds that a change holds the GUI thread, and until all that it asks for is there."""
        began = perf_counter()
        change()
        QCoreApplication.processEvents()
        held = perf_counter() - began
        self.settle()
        return held, perf_counter() - began

    def selections(self, rounds: int) -> dict[str, list[tuple[float, float]]]:
        """Times of choosing heads, pinning and pointing."""
        session, found = self.session, dict[str, list[tuple[float, float]]]()
        for number in range(rounds):
            layer, head, piece = number % 12, 5 * number % 12, 37 * number % 400 + 3
            changes = {
                "another head": partial(session.select_head, layer, head),
                "another piece": partial(session.pin, query=piece),
                "pointing": partial(session.set_hover, Hover(layer, head, piece + 1, piece)),
            }
            for name, change in changes.items():
                found.setdefault(name, []).append(self.timed(change))
        return found


def frames(view: MapView) -> list[float]:
    """Seconds to repaint at each step of zooming in, panning and zooming out."""
    times = []
    for number in range(FRAMES):
        spot = QPointF(view.width() * (0.3 + 0.4 * (number % 7) / 7), view.height() * 0.5)
        view.zoom_by(1.12 if number < FRAMES // 2 else 1 / 1.12, spot)
        began = perf_counter()
        view.repaint()
        times.append(perf_counter() - began)
    return times


def page_of(panel: AttentionPanel) -> QWidget:
    """The page that is seen."""
    return next(page for page in panel.findChildren(Page) if page.isVisible())


def repaints(page: QWidget, rounds: int) -> list[float]:
    """Seconds to paint the whole page again."""
    times = []
    for _ in range(rounds):
        for child in page.findChildren(QWidget, options=Qt.FindChildOption.FindChildrenRecursively):
            child.update()
        began = perf_counter()
        page.repaint()
        QCoreApplication.processEvents()
        times.append(perf_counter() - began)
    return times


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.views", description=__doc__)
    parser.add_argument("--pieces", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--views", default="")
    wishes = parser.parse_args()
    bench = Bench(start(random_base(), "w1", "w2"), wishes.pieces)
    bench.settle()
    for name in wishes.views.split(",") if wishes.views else bench.panel.views:
        bench.panel.set_view(name)
        pictures = [bench.first_picture(number) for number in range(wishes.rounds + 1)][1:]
        shown, whole = (1000 * statistics.median(times) for times in zip(*pictures, strict=True))
        print(f"{name}: first picture {shown:.0f} ms after the trace (300 asked), all of it {whole:.0f} ms")
        for what, times in bench.selections(4 * wishes.rounds).items():
            held, answered = zip(*times, strict=True)
            print(summary(f"  {what}", list(held), "16 asked"))
            if statistics.median(answered) > statistics.median(held) + 0.004:
                print(summary(f"  {what}, and answered", list(answered), "in the background"))
        page = page_of(bench.panel)
        for view in page.findChildren(MapView):
            if view.isVisible() and view.has_content():
                print(summary(f"  pan and zoom of {type(view).__name__}", frames(view), "33 asked"))
                view.fit()
        print(summary("  the whole page painted again", repaints(page, wishes.rounds), "33 asked"))
    bench.application.close()
    bench.application.take_down()


if __name__ == "__main__":
    main()
