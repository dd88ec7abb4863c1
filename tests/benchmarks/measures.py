"""What each measure of a trace takes on one core, in milliseconds and in copies of the trace's attention.

python -m tests.benchmarks.measures [--layers 12] [--heads 12] [--pieces 128] [--rounds 9] [--processor-time]

The attention is drawn: a softmax of random scores, a third of the heads sharpened to look at a neighbour or at [SEP].
Rounds take each measure once, one after the other, in one process. A copy of the attention in memory is the
reference: it reads and writes every weight once. Where other work keeps the machine busy, --processor-time leaves out
the time that others had the core for.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when numpy is imported

import argparse
import statistics
from collections.abc import Callable
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.attention_distance import distance
from bert_core.measures.attention_entropy import entropy
from bert_core.measures.attention_flow import MOST_PIECES, flow_row
from bert_core.measures.attention_rollout import rollout
from bert_core.measures.head_patterns import patterns
from bert_core.measures.head_similarity import head_map, similarity
from bert_core.measures.separator_weight import separator_share
from bert_core.measures.word_attention import merge_words, without_special
from bert_core.trace import Token

Clock = Callable[[], float]
Tasks = dict[str, Callable[[], object]]

COPY = "copy of the attention"
TOGETHER = ("entropy", "distance", "rollout", "patterns")
TOGETHER_MS = 60
"""What these four may take together, for 12 layers of 12 heads and 128 pieces."""


def drawn(layers: int, heads: int, pieces: int) -> NDArray[np.float32]:
    """Attention [L, A, S, S], rows sum to 1."""
    scores = np.random.default_rng(0).normal(size=(layers, heads, pieces, pieces)).astype(np.float32)
    scores[:, 0::6] += 8 * np.eye(pieces, k=-1, dtype=np.float32)
    scores[:, 3::6, :, -1] += 8
    weights = np.exp(scores)
    weights /= weights.sum(-1, keepdims=True)
    return weights


def pair(pieces: int) -> tuple[Token, ...]:
    """Tokens as of two sentences of equal length: every eighth piece a comma, every fourth goes on with a word."""
    middle = pieces // 2
    specials = {0: "[CLS]", middle: "[SEP]", pieces - 1: "[SEP]"}
    made: list[Token] = []
    for place in range(pieces):
        text = specials.get(place) or ("," if place % 8 == 0 else f"w{place % 50}")
        goes_on = place % 4 == 2 and not {place, place - 1} & specials.keys()
        word = made[-1].word + (not goes_on) if made else 0
        made.append(Token(text, place, int(place > middle), 0, 0, word, place in specials))
    return tuple(made)


def measures(attentions: NDArray[np.float32], tokens: tuple[Token, ...]) -> Tasks:
    """Name -> what is to be timed. The reference comes first."""
    special = [token.special for token in tokens]
    words = [token.word for token in tokens]
    divergences = similarity(attentions)
    tasks: Tasks = {
        COPY: attentions.copy,
        "entropy": lambda: entropy(attentions),
        "distance": lambda: distance(attentions),
        "rollout": lambda: rollout(attentions),
        "patterns": lambda: patterns(attentions, tokens),
        "distance without specials": lambda: distance(attentions, special),
        "[SEP] share": lambda: separator_share(attentions, tokens),
        "words": lambda: merge_words(attentions, words),
        "words of one head": lambda: merge_words(attentions[0, 0], words),
        "without specials": lambda: without_special(attentions, special, renormalise=True),
        "similarity": lambda: similarity(attentions),
        "map of heads": lambda: head_map(divergences),
    }
    if len(tokens) <= MOST_PIECES:
        tasks["flow, one row of the last layer"] = lambda: flow_row(attentions, len(attentions) - 1, 1)
    return tasks


def alternated(tasks: Tasks, rounds: int, clock: Clock) -> dict[str, list[float]]:
    """Seconds of each task in each round, one task after the other, after a first that does not count."""
    for task in tasks.values():
        task()
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            began = clock()
            task()
            times[name].append(clock() - began)
    return times


def report(times: dict[str, list[float]]) -> None:
    """A line a measure, and one for those that have a limit together."""
    reference = statistics.median(times[COPY])
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"{name:32} {1000 * median:8.2f} ms  {median / reference:7.1f} copies")
    together = statistics.median(map(sum, zip(*(times[name] for name in TOGETHER), strict=True)))
    print(f"{', '.join(TOGETHER)} together: {1000 * together:.1f} ms ({together / reference:.1f} copies)")


def main() -> None:
    """Read the options, and print."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.measures", description=__doc__)
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--heads", type=int, default=12)
    parser.add_argument("--pieces", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--processor-time", action="store_true", help="not wall-clock time")
    given = parser.parse_args()
    shape = (given.layers, given.heads, given.pieces)
    tasks = measures(drawn(*shape), pair(given.pieces))
    times = alternated(tasks, given.rounds, process_time if given.processor_time else perf_counter)
    limit = f"; limit of the four {TOGETHER_MS} ms" if shape == (12, 12, 128) else ""
    print(
        f"{given.layers} layers x {given.heads} heads, {given.pieces} pieces, float32, one thread, numpy "
        f"{np.__version__}, {given.rounds} rounds, medians{limit}"
    )
    report(times)


if __name__ == "__main__":
    main()
