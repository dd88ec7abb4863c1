"""How long the map of hidden states takes: scikit-learn, places, drawing (python -m tests.benchmarks.hidden_states)."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable
from functools import partial
from itertools import count

import numpy as np

PIECES = (32, 128, 512)
LAYERS, WIDTH = 13, 768


def states(pieces: int) -> np.ndarray:
    """As uneven as hidden states are: most of the variance in some directions."""
    random = np.random.default_rng(0)
    found = random.normal(size=(LAYERS, pieces, WIDTH)) * np.exp(-np.arange(WIDTH) / 60)
    return found.astype(np.float32)


def best(work: Callable[[], object], times: int = 3) -> float:
    """Milliseconds of the quickest."""
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begin)
    return 1000 * min(spent)


def main() -> None:
    """Prints all of it."""
    begin = time.perf_counter()
    importlib.import_module("sklearn.decomposition")
    importlib.import_module("sklearn.manifold")

    print(f"import of scikit-learn: {1000 * (time.perf_counter() - begin):.0f} ms")
    measure_places()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    measure_drawing()


def measure_places() -> None:
    """Principal components, and a layer of t-SNE."""
    from bert_core.measures.hidden_pca import pca_places
    from bert_core.measures.hidden_tsne import tsne_steps

    for pieces in PIECES:
        found = states(pieces)
        common = best(partial(pca_places, found))
        own = best(partial(pca_places, found, own_axes=True))
        tsne = best(next(tsne_steps(found)), 1)
        print(
            f"{LAYERS} x {pieces} x {WIDTH}: common axes {common:.0f} ms, own axes {own:.0f} ms, "
            f"t-SNE {tsne:.0f} ms a layer"
        )


def measure_drawing() -> None:
    """A new layer, a hover, a pin."""
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    for pieces in PIECES:
        draw_map(pieces)
    del app


def draw_map(pieces: int) -> None:
    """A map of so many."""
    from app.views.piece_map import PieceMap
    from app.views.piece_marks import Kind
    from app.views.piece_points import MapPiece, PiecePoints

    places = np.random.default_rng(0).normal(size=(LAYERS, pieces, 2)).astype(np.float32)
    view, numbers = PieceMap(), count()
    view.resize(1200, 280)
    view.set_points(PiecePoints(places, tuple(MapPiece(f"word{n}", Kind()) for n in range(pieces))))
    view.show()
    view.repaint()

    def drawn(act: Callable[[int], None]) -> None:
        act(next(numbers))
        view.repaint()

    layer = best(lambda: drawn(lambda n: view.set_layer(n % LAYERS)), 10)
    hover = best(lambda: drawn(lambda n: view.set_hovered((n % pieces,))), 20)
    pin = best(lambda: drawn(lambda n: view.set_pinned((n % pieces,))), 20)
    view.set_trails("all")
    trails = best(lambda: drawn(lambda n: view.set_layer(n % LAYERS)), 10)
    print(
        f"{pieces} pieces: layer {layer:.1f} ms, hover {hover:.1f}, pin {pin:.1f}, layer with trails {trails:.1f}"
    )


if __name__ == "__main__":
    main()
