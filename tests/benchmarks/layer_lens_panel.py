"""How long the layer lens takes from question to picture, in milliseconds: the answer, and the drawing of it.

python -m tests.benchmarks.layer_lens_panel [--model mini-en] [--rounds 15] [--processor-time]

The answer is what the inference thread does, the drawing what the window does: filling the table, painting it, and
painting it again where the pointer passes on. Limits: the lens of one mask under 20 ms on the built-in model; drawing
under 50 ms, pointing under 16 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable, Generator
from time import perf_counter, process_time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import torch
from PySide6.QtWidgets import QApplication

from app.answerers.predictions import ANSWERERS
from app.panels.layer_lens.shown import Shown, cells_of
from app.theme import apply_theme
from app.views.lens_table import LensTable
from bert_core.bert import Bert
from bert_core.explanations import LayerLens
from bert_core.queries import Query
from bert_core.queries_predictions import MOST_POSITIONS, FillMasks, FindRanked, Lens, WordScores
from bert_core.trace import Trace

ONE = "lens of one mask"
LIMIT_MS = 20
_TEXT = "the man went to the [MASK] and bought a gallon of milk because it was late . "


def answered(bert: Bert, trace: Trace, query: Query) -> object:
    """All steps, one after the other."""
    found = ANSWERERS[type(query)](bert, trace, query, lambda: None)
    if not isinstance(found, Generator):
        return found
    while True:
        try:
            next(found)
        except StopIteration as end:
            return end.value


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.layer_lens_panel", description=__doc__)
    parser.add_argument("--model", default="mini-en")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--processor-time", action="store_true")
    given = parser.parse_args()
    clock = process_time if given.processor_time else perf_counter
    torch.set_num_threads(1)
    app = QApplication([])
    apply_theme(app, "light")
    bert = Bert.load(given.model)
    short, long = bert.trace(_TEXT), bert.trace(_TEXT * 5)
    position, many = short.masked[0], tuple(range(len(long.tokens)))
    whole = answered(bert, long, Lens(many))
    assert isinstance(whole, LayerLens)
    shown = Shown(long, whole)
    table = LensTable("lens")
    table.resize(900, 200)
    table.show()
    app.processEvents()

    def paint() -> None:
        table.viewport().repaint()

    def point() -> None:
        table.set_hover(None if table.hover_cell is not None else 2)
        paint()

    tasks: dict[str, Callable[[], object]] = {
        "trace": lambda: bert.trace(_TEXT),
        ONE: lambda: answered(bert, short, Lens()),
        f"lens of {min(MOST_POSITIONS, len(many))} pieces": lambda: answered(bert, long, Lens(many)),
        "a piece in the full ranking": lambda: answered(bert, short, FindRanked(position, "st")),
        "five own words": lambda: answered(
            bert, short, WordScores(position, ("store", "milk", "shop", "gallons", "windowsill"))
        ),
        "five masks filled": lambda: answered(bert, long, FillMasks()),
        "table filled": lambda: table.set_cells(cells_of(shown, "probability")),
        "table painted": paint,
        "pointer moved": point,
    }
    for task in tasks.values():
        task()
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(given.rounds):
        for name, task in tasks.items():
            started = clock()
            task()
            times[name].append(1000 * (clock() - started))
    print(f"{given.model}, {len(short.tokens)} and {len(many)} pieces, median of {given.rounds}\n")
    print("| | ms |\n|---|---|")
    for name, values in times.items():
        print(f"| {name} | {statistics.median(values):.1f} |")
    if given.model == "mini-en":
        middle = statistics.median(times[ONE])
        print(f"\n{ONE}: {middle:.1f} ms, {'within' if middle <= LIMIT_MS else 'over'} {LIMIT_MS} ms")


if __name__ == "__main__":
    main()
