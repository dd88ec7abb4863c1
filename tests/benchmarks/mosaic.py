"""The mosaic of a 12 x 12 model at 512 pieces: pan and zoom, switching heads, sorting, and the memory of one trace.

python -m tests.benchmarks.mosaic
"""

from __future__ import annotations

import gc
import os
from time import perf_counter

from PySide6.QtCore import QCoreApplication, QPointF

from app.memory import resident_bytes
from app.panels.attention.mosaic_pane import MosaicPane
from app.panels.attention.sorting import Sorting, What
from app.session import Session
from app.views.mosaic import Mosaic
from tests.benchmarks.running import start, summary, wait_for
from tests.benchmarks.typing_delay import random_base

FRAMES = 120


def frames(mosaic: Mosaic) -> list[float]:
    """Seconds to repaint at each step of zooming in, panning and zooming out."""
    times = []
    for number in range(FRAMES):
        spot = QPointF(mosaic.width() * (0.3 + 0.4 * (number % 7) / 7), mosaic.height() * 0.5)
        mosaic.zoom_by(1.12 if number < FRAMES // 2 else 1 / 1.12, spot)
        started = perf_counter()
        mosaic.repaint()
        times.append(perf_counter() - started)
    return times


def switches(session: Session) -> list[float]:
    """Seconds to choose a head, until it is drawn."""
    times = []
    for number in range(60):
        started = perf_counter()
        session.select_head(number % 12, (5 * number) % 12)
        QCoreApplication.processEvents()
        times.append(perf_counter() - started)
    return times


def main() -> None:
    """Print the figures."""
    from bert_core.bench import bench_text

    application = start(random_base(), "w1", "w2")
    session = application.session
    gc.collect()
    before = resident_bytes() or 0
    session.set_texts(*bench_text(512))
    wait_for(lambda: session.up_to_date and session.settled)
    QCoreApplication.processEvents()
    gc.collect()
    after = resident_bytes() or 0
    trace = session.trace
    assert trace is not None
    assert len(trace.tokens) == 512
    print(
        f"memory of one 12 x 12 x 512 trace with its pictures, over the model: {(after - before) / 1e6:.0f} MB (400)"
    )
    mosaic = application.window.findChild(Mosaic)
    assert isinstance(mosaic, Mosaic)
    asked = f"33 asked; {os.environ['QT_QPA_PLATFORM']}"
    print(summary("mosaic pan and zoom, one frame", frames(mosaic), asked))
    print(summary("switching heads, repaint included", switches(session), "16 asked"))
    pane = application.window.findChild(MosaicPane)
    assert isinstance(pane, MosaicPane)
    started = perf_counter()
    pane.arranging.set_sorting(Sorting("entropy", "heads"))
    pane.arranging.set_filter("entropy under 4")
    wait_for(lambda: session.settled)
    QCoreApplication.processEvents()
    print(f"measured, sorted and filtered for the first time: {1000 * (perf_counter() - started):.0f} ms")
    assert mosaic.order().columns is None
    kinds: tuple[What, ...] = ("layers", "columns", "heads")
    for what in kinds:
        started = perf_counter()
        pane.arranging.set_sorting(Sorting("distance", what))
        mosaic.repaint()
        print(f"sorting {what}, repaint included: {1000 * (perf_counter() - started):.1f} ms (50)")
    print(summary("each layer sorted: pan and zoom, one frame", frames(mosaic), asked))
    print(summary("each layer sorted: switching heads, repaint included", switches(session), "16 asked"))
    application.close()
    application.take_down()


if __name__ == "__main__":
    main()
