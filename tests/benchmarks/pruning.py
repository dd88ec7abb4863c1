"""Pruning: what a key waits for while importance and curves are computed, readings a second, and the slider.

python -m tests.benchmarks.pruning [--size base] [--threads 2] [--seconds 30]

The first part is of random weights of that size, over the built-in examples; the last, of the built-in model on screen.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from time import perf_counter

import torch

from app.answerers import measures, pruning
from app.examples import load_examples
from app.panels.attention import AttentionPanel
from app.panels.attention.measures import MeasuresPage
from bert_core.bench import SIZES
from bert_core.bert import Bert
from bert_core.config import BertConfig
from bert_core.head_order import random_order
from bert_core.queries import Progress, Query
from bert_core.queries_measures import SetImportance, Texts
from bert_core.queries_pruning import SetPruning
from tests.benchmarks.running import start, summary, wait_for

ALLOWED_MS = 500
"""What a key may wait for while a job of a base-size model runs over short texts."""
TIMES = 4  # the examples, over and over: batches have grown by then


def texts() -> Texts:
    """Short ones, in English."""
    return Texts(tuple((e.a, e.b or None) for e in load_examples() if e.language == "en") * TIMES)


def waits(bert: Bert, query: Query, seconds: float) -> tuple[list[float], Progress | None]:
    """Seconds from each moment at which a key would be served to the next, and how far it came."""
    found, last = [], [perf_counter()]

    def served() -> None:
        now = perf_counter()
        found.append(now - last[0])
        last[0] = now

    answerers: dict[type[Query], Callable[..., object]] = measures.ANSWERERS | pruning.ANSWERERS
    steps = answerers[type(query)](bert, bert.trace("the man"), query, served)
    begun, told = perf_counter(), None
    for step in steps:  # type: ignore[attr-defined]
        served()
        told = step or told
        if perf_counter() - begun > seconds:
            break
    return found, told


def slider(seconds: float) -> list[float]:
    """Seconds from each place that the slider is drawn to, to the trace without these heads."""
    application = start("mini-en")
    panel, page = application.window.findChild(AttentionPanel), application.window.findChild(MeasuresPage)
    assert panel is not None and page is not None
    panel.set_view("measures")
    page.set_view("prune")
    page.pruning.compute()
    wait_for(lambda: bool(page.pruning.order) and page.jobs.pruning.state == "done", seconds + 60)
    found = []
    for removed in range(1, len(page.pruning.order) + 1):
        begun = perf_counter()
        page.pruning.pane.slider.draw_to(removed)
        wait_for(lambda: application.session.up_to_date)
        found.append(perf_counter() - begun)
    application.take_down()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.pruning", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="base")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    layers, hidden, heads = SIZES[given.size]
    tokenizer = Bert.load("mini-en", device="cpu").tokenizer
    config = BertConfig(
        vocab_size=len(tokenizer.vocabulary),
        num_hidden_layers=layers,
        hidden_size=hidden,
        num_attention_heads=heads,
        intermediate_size=4 * hidden,
    )
    bert = Bert.random(config, tokenizer)
    for name, query in (
        ("importance", SetImportance(texts())),
        ("curve", SetPruning(texts(), random_order(layers, heads))),
    ):
        found, told = waits(bert, query, given.seconds)
        done = 0 if told is None else told.done
        longest = 1000 * max(found)
        verdict = "within" if longest <= ALLOWED_MS else "over"
        print(
            f"{given.size}, {name}: {done / sum(found):.1f} a second, a key waits at most {longest:.0f} ms, "
            f"{verdict} {ALLOWED_MS} ms"
        )
    print(summary("slider to trace, built-in model", slider(given.seconds), "all heads in turn"))


if __name__ == "__main__":
    main()
