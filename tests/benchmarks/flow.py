"""What the flow view takes at 512 pieces on one core: its first picture after the trace, and selecting, in ms.

python -m tests.benchmarks.flow [--pieces 512] [--size 1290x540] [--rounds 15] [--processor-time]

A random model of BERT-base's shape; queries are answered in the order in which the application answers them, on this
thread, so that what they take is in the figures. The first picture has raw attention, rollout and what is asked for
them; it is to come within 300 ms. Norm-weighted attention follows, and flow where the text is short enough: that is
given apart. Pointing and selecting may take 16 ms. Where other work keeps the machine busy, --processor-time leaves
out the time that others had the core for.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when numpy is imported
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import argparse
import statistics
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial
from time import perf_counter, process_time

import torch
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.answerers.flow import ANSWERERS
from app.panels.attention.flow import FlowPage
from app.selection import Hover
from app.session import Session
from app.theme import apply_theme
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.queries import Answer, Query
from bert_core.queries_flow import FlowRows
from bert_core.tokenization import Tokenizer
from bert_core.trace import Trace

FIRST_MS, SELECT_MS = 300, 16


def drawn(widget: QWidget) -> None:
    """Paint a widget as it is."""
    widget.render(QImage(widget.size(), QImage.Format.Format_RGB32))


def answered(bert: Bert, trace: Trace, query: Query) -> Answer:
    """A query, from its beginning to its end."""
    found = ANSWERERS[type(query)](bert, trace, query, lambda: None)
    while isinstance(found, Generator):
        try:
            next(found)
        except StopIteration as end:
            found = end.value
    return Answer(query, trace.scene, found)


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
    bert = Bert.random(BertConfig(vocab_size=len(words)), tokenizer)
    trace = bert.trace("a b c . " * (wishes.pieces // 4 + 1))
    size = len(trace.tokens)
    session = Session()
    session.set_scene(trace.scene)
    page = FlowPage(session)
    page.resize(*map(int, wishes.size.split("x")))
    page.show()
    clock = process_time if wishes.processor_time else perf_counter
    times: dict[str, list[float]] = {}

    def timed(name: str, task: Callable[[], object]) -> None:
        start = clock()
        task()
        times.setdefault(name, []).append(1000 * (clock() - start))

    def first_picture(new: Trace) -> None:
        session.accept_trace(new)
        session.accept_answer(answered(bert, new, page.wanted(new)["rollout"]))
        page._show()  # as the page does by itself 80 ms after the trace
        drawn(page)

    def other_piece(new: Trace, position: int) -> None:
        session.pin(query=position)
        for query in sorted(session.watched, key=repr, reverse=True):
            if not isinstance(query, FlowRows):
                session.accept_answer(answered(bert, new, query))
        drawn(page)

    def pointed(number: int) -> None:
        session.set_hover(Hover(number % 12, None, None, (37 * number) % size))
        drawn(page.maps)
        drawn(page.read_out)

    def other_layer(number: int) -> None:
        session.select_head(number % 12, None)
        drawn(page)

    for number in range(wishes.rounds + 1):
        new = replace(trace)  # of which nothing is known yet
        timed("first picture", partial(first_picture, new))
        timed("norm-weighted, first piece", partial(answered, bert, new, page.wanted(new)["weighed"]))
        timed("another piece", partial(other_piece, new, number + 1))
        timed("another layer", partial(other_layer, number + 1))
        timed("pointing", partial(pointed, number + 1))
    print(
        f"{size} pieces, {wishes.size}; the first picture may take {FIRST_MS} ms, with the 80 ms for which it waits "
        f"for the rest, pointing and selecting {SELECT_MS} ms"
    )
    for name, taken in times.items():
        rest = taken[1:]
        print(f"{name:28} {statistics.median(rest):7.1f} ms, at best {min(rest):.1f}")


if __name__ == "__main__":
    main()
