"""What the measures that need the model's weights take, in milliseconds and in traces of the same text.

python -m tests.benchmarks.model_measures [--size base] [--pieces 128] [--rounds 5] [--threads 2] [--processor-time]

Random weights; rounds take each measure once, one after the other, in one process. The trace is the reference. Where
other work keeps the machine busy, --processor-time counts the time of all threads and leaves out what others had.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from functools import partial
from time import perf_counter, process_time

import torch

from bert_core.bench import SIZES, bench_text, bench_tokenizer
from bert_core.bert import Bert
from bert_core.config import BertConfig
from bert_core.measures.attention_identifiability import effective_attention, is_ambiguous
from bert_core.measures.attention_permutation import DRAWS, permutation_test
from bert_core.measures.gated_importance import head_importance
from bert_core.measures.norm_weighted_attention import norm_weighted
from bert_core.measures.residual_mixing import mixing_ratio

REFERENCE = "trace"
NORM_WEIGHTED_MS = 400
"""What norm-weighted attention may take, for 12 layers of 12 heads and 128 pieces."""
DRAWN, TEXTS = 10, 4


def tasks(bert: Bert, pieces: int) -> dict[str, Callable[[], object]]:
    """Name -> what is to be timed. The reference comes first."""
    texts = bench_text(pieces)
    trace, last = bert.trace(*texts), bert.config.num_hidden_layers - 1
    made: dict[str, Callable[[], object]] = {
        REFERENCE: partial(bert.trace, *texts),
        "norm-weighted attention": partial(norm_weighted, bert, trace),
        "mixing ratio": partial(mixing_ratio, bert, trace),
        f"permutations, {DRAWN} of {DRAWS}, first layer": partial(
            permutation_test, bert, trace, 0, 0, draws=DRAWN
        ),
        f"permutations, {DRAWN} of {DRAWS}, last layer": partial(
            permutation_test, bert, trace, last, 0, draws=DRAWN
        ),
        f"importance, {TEXTS} pairs": partial(head_importance, bert, [texts] * TEXTS),
    }
    if is_ambiguous(bert.config, len(trace.tokens)):
        made["effective attention, one layer"] = partial(effective_attention, bert, trace, 0)
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.model_measures", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="base")
    parser.add_argument("--pieces", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--processor-time", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    clock = process_time if given.processor_time else perf_counter
    layers, hidden, heads = SIZES[given.size]
    config = BertConfig(
        num_hidden_layers=layers,
        hidden_size=hidden,
        num_attention_heads=heads,
        intermediate_size=4 * hidden,
    )
    timed = tasks(Bert.random(config, bench_tokenizer()), given.pieces)
    times: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(given.rounds):
        for name, task in timed.items():
            started = clock()
            task()
            times[name].append(1000 * (clock() - started))
    middle = {name: statistics.median(values) for name, values in times.items()}
    print(f"{given.size}, {given.pieces} pieces, {given.threads} threads, median of {given.rounds}\n")
    print("| | ms | traces |\n|---|---|---|")
    for name, milliseconds in middle.items():
        print(f"| {name} | {milliseconds:.1f} | {milliseconds / middle[REFERENCE]:.2f} |")
    if (given.size, given.pieces) == ("base", 128):
        found = middle["norm-weighted attention"]
        verdict = "within" if found <= NORM_WEIGHTED_MS else "over"
        print(f"\nnorm-weighted attention: {found:.0f} ms, {verdict} {NORM_WEIGHTED_MS} ms")


if __name__ == "__main__":
    main()
