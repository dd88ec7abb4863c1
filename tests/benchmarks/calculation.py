"""What the Q·K·V and layer views take on one core: the model's arithmetic, and drawing and pointing, in milliseconds.

python -m tests.benchmarks.calculation [--pieces 512] [--size 1290x540] [--rounds 15] [--processor-time]

A random model of BERT-base's shape. To point at another piece is to work out what is drawn and to draw it: at most
16 ms. Where other work keeps the machine busy, --processor-time leaves out the time that others had the core for.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when numpy is imported
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import argparse
import statistics
from collections.abc import Callable
from time import perf_counter, process_time

import torch
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.panels.attention.calculation.worked import head_steps
from app.panels.attention.layer.flow import flow_steps, unit_values
from app.theme import apply_theme
from app.views.head_steps_view import HeadStepsView
from app.views.layer_flow import LayerFlow
from app.views.unit_list import UnitList
from app.views.unit_plot import UnitPlot
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.measures.head_steps import head_calculation
from bert_core.measures.layer_steps import layer_calculation
from bert_core.tokenization import Tokenizer

POINTING_MS = 16


def drawn(widget: QWidget) -> None:
    """Paint a widget as it is."""
    widget.render(QImage(widget.size(), QImage.Format.Format_RGB32))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pieces", type=int, default=512)
    parser.add_argument("--size", default="1290x540")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--processor-time", action="store_true")
    wishes = parser.parse_args()
    torch.set_num_threads(1)
    qt = QApplication(["bench"])
    apply_theme(qt, "light")
    words = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", ".")
    tokenizer = Tokenizer.from_vocabulary(words, lowercase=True, max_length=wishes.pieces)
    bert = Bert.random(BertConfig(vocab_size=len(words), num_hidden_layers=2), tokenizer)
    trace = bert.trace("a b c . " * (wishes.pieces // 4))
    head, layer = head_calculation(bert, trace, 1, 3), layer_calculation(bert, trace, 1, 5)
    view, flow, plot, listed = HeadStepsView(), LayerFlow(), UnitPlot(), UnitList()
    width, height = map(int, wishes.size.split("x"))
    for widget in (view, flow, plot, listed):
        widget.resize(width, height)
        widget.show()
    view.set_steps(head_steps(head, 5), trace.tokens)
    turn = iter(range(10**9))

    def other_key() -> None:
        view.set_key(next(turn) % len(trace.tokens), {3})
        drawn(view)

    def other_query() -> None:
        view.set_steps(head_steps(head, next(turn) % len(trace.tokens)), trace.tokens)
        drawn(view)

    def other_piece() -> None:
        flow.set_steps(flow_steps(layer), trace.tokens[5], "")
        for part in (plot, listed):
            part.set_values(unit_values(layer))
        for widget in (flow, plot, listed):
            drawn(widget)

    def other_unit() -> None:
        unit = next(turn) % len(layer.inner)
        for part in (flow, plot):
            part.set_unit(unit)
        listed.set_unit(unit, None)
        for widget in (flow, plot, listed):
            drawn(widget)

    tasks: dict[str, Callable[[], object]] = {
        "head_calculation": lambda: head_calculation(bert, trace, 1, 3),
        "layer_calculation": lambda: layer_calculation(bert, trace, 1, 5),
        "point at a key": other_key,
        "point at a query": other_query,
        "draw a piece's way": other_piece,
        "point at a unit": other_unit,
    }
    clock = process_time if wishes.processor_time else perf_counter
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(wishes.rounds + 1):
        for name, task in tasks.items():
            start = clock()
            task()
            times[name].append(1000 * (clock() - start))
    print(f"{len(trace.tokens)} pieces, {width} x {height}; pointing may take {POINTING_MS} ms")
    for name, taken in times.items():
        print(f"{name:20} {statistics.median(taken[1:]):7.1f} ms, at best {min(taken[1:]):.1f}")


if __name__ == "__main__":
    main()
