"""What the saliency panel has to wait for, in milliseconds: every query as the inference thread answers it.

python -m tests.benchmarks.saliency [--model mini-en] [--pieces 32] [--rounds 7] [--threads 1]

The trace of the same text is the reference. The longest step says how long another query may have to wait.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Generator
from time import perf_counter

import torch

from app.answerers.flow import ANSWERERS as FLOW
from app.answerers.saliency import ANSWERERS
from bert_core.bert import Bert
from bert_core.explanations import CandidateTarget, NextTarget
from bert_core.queries import Query
from bert_core.queries_flow import RolloutRows
from bert_core.queries_saliency import GradientXInput, IntegratedGradients, LeaveOneOut, WhatIf
from bert_core.trace import Trace
from tests.benchmarks.predictions import texts

LIMITS_MS = {"integrated gradients of a word": 400, "integrated gradients of p(is next)": 400}
"""On the built-in model at 32 pieces."""


def queries(trace: Trace) -> dict[str, Query]:
    """Name -> what is asked."""
    (mask, *_) = trace.mlm(1) or []
    word, sentence = CandidateTarget(mask.position, mask.candidates[0][1]), NextTarget()
    return {
        "integrated gradients of a word": IntegratedGradients(word),
        "integrated gradients of p(is next)": IntegratedGradients(sentence),
        "gradient x input": GradientXInput(word),
        "leave one out": LeaveOneOut(word),
        "rollout": RolloutRows(mask.position),
        "what if: 20 other words": WhatIf(word, "candidates", 1, 20),
        "what if: each piece masked": WhatIf(word, "masks"),
        "what if: each word removed": WhatIf(word, "removals"),
    }


def timed(bert: Bert, trace: Trace, query: Query) -> tuple[float, float]:
    """Seconds in all, and of the longest step."""
    began = last = perf_counter()
    found = (ANSWERERS | FLOW)[type(query)](bert, trace, query, lambda: None)
    longest = perf_counter() - last
    if isinstance(found, Generator):
        last = perf_counter()
        for _ in found:
            longest, last = max(longest, perf_counter() - last), perf_counter()
    return perf_counter() - began, longest


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.saliency", description=__doc__)
    parser.add_argument("--model", default="mini-en")
    parser.add_argument("--pieces", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1, help="the application gives the built-in model one")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    bert = Bert.load(given.model, device="cpu")
    pair = texts(bert, given.pieces)
    trace = bert.trace(*pair)
    asked = queries(trace)
    reference: list[float] = []
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
    for _ in range(given.rounds):
        began = perf_counter()
        bert.trace(*pair)
        reference.append(perf_counter() - began)
        for name, query in asked.items():
            found[name].append(timed(bert, trace, query))
    trace_ms = 1e3 * statistics.median(reference)
    print(f"{given.model}, {len(trace.tokens)} pieces, median of {given.rounds}; a trace {trace_ms:.1f} ms")
    for name, seconds in found.items():
        whole = 1e3 * statistics.median(one for one, _ in seconds)
        step = 1e3 * statistics.median(one for _, one in seconds)
        limit = LIMITS_MS.get(name)
        said = "" if limit is None else f"  (limit {limit} ms)"
        print(f"{name:36} {whole:8.1f} ms  {whole / trace_ms:6.1f} traces  longest step {step:7.1f} ms{said}")


if __name__ == "__main__":
    main()
