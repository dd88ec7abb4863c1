"""What explaining a prediction takes, in milliseconds and in traces of the same text; on the built-in model.

python -m tests.benchmarks.predictions [--model mini-en] [--pieces 32] [--rounds 9] [--threads 1] [--processor-time]

Rounds take each measure once, one after the other, in one process. The trace is the reference. Where other work keeps
the machine busy, --processor-time counts the time of all threads and leaves out what others had.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from functools import partial
from time import perf_counter, process_time

import torch

from bert_core.bert import Bert
from bert_core.explanations import CandidateTarget, NextTarget
from bert_core.measures.head_on_layers import layer_lens
from bert_core.measures.input_gradient import gradient_x_input
from bert_core.measures.mask_filling import fill_masks
from bert_core.measures.masked_in_turn import leave_one_out
from bert_core.measures.path_gradients import integrated_gradients
from bert_core.measures.ranked_pieces import ranking
from bert_core.measures.word_scores import score_words

REFERENCE, LENS, WORD, NEXT = "trace", "layer lens of one mask", "IG of a word", "IG of p(is next)"
LIMITS_MS = {LENS: 20, WORD: 400, NEXT: 400}
"""On the built-in model, the gradients at 32 pieces."""
WORDS = ("table", "bed", "windowsill", "bookshelf", "piano")
_A = "She put the book on the [MASK] and went to bed because it was late, and slept until noon ."
_B = "In the morning the sun was shining on all of the city again, and nobody was awake ."


def texts(bert: Bert, pieces: int) -> tuple[str, str]:
    """A pair of so many pieces, one of them masked."""
    a, b = _A, _B
    while len(bert.pieces(a, b)) < pieces:
        b = f"{b} {_B}"
    encoding = bert.tokenizer.encode(a, b, pieces)
    return a[: _end(encoding.tokens, 0)], b[: _end(encoding.tokens, 1)]


def _end(tokens: tuple, segment: int) -> int:  # type: ignore[type-arg]
    return max(token.end for token in tokens if token.segment == segment)


def tasks(bert: Bert, pieces: int) -> dict[str, Callable[[], object]]:
    """Name -> what is to be timed. The reference comes first."""
    pair = texts(bert, pieces)
    trace = bert.trace(*pair)
    (mask,) = trace.mlm(1) or []
    target = CandidateTarget(mask.position, mask.candidates[0][1])
    return {
        REFERENCE: partial(bert.trace, *pair),
        LENS: partial(layer_lens, bert, trace),
        WORD: partial(integrated_gradients, bert, *pair, target),
        NEXT: partial(integrated_gradients, bert, *pair, NextTarget()),
        "gradient x input": partial(gradient_x_input, bert, *pair, target),
        "leave-one-out": partial(leave_one_out, bert, *pair, target),
        f"{len(WORDS)} words": partial(score_words, bert, pair[0], WORDS, pair[1]),
        "three masks, one after another": partial(
            fill_masks, bert, *pair, replaced={place: bert.tokenizer.mask_id for place in (1, 3)}
        ),
        "full ranking": partial(ranking, trace, mask.position),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.predictions", description=__doc__)
    parser.add_argument("--model", default="mini-en")
    parser.add_argument("--pieces", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=1, help="the application gives the built-in model one")
    parser.add_argument("--processor-time", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    clock = process_time if given.processor_time else perf_counter
    bert = Bert.load(given.model)
    timed = tasks(bert, given.pieces)
    for task in timed.values():
        task()
    times: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(given.rounds):
        for name, task in timed.items():
            started = clock()
            task()
            times[name].append(1000 * (clock() - started))
    middle = {name: statistics.median(values) for name, values in times.items()}
    size = len(bert.pieces(*texts(bert, given.pieces)))
    print(f"{given.model}, {size} pieces, {given.threads} threads, median of {given.rounds}\n")
    print("| | ms | traces |\n|---|---|---|")
    for name, milliseconds in middle.items():
        print(f"| {name} | {milliseconds:.1f} | {milliseconds / middle[REFERENCE]:.2f} |")
    for name, task in ((WORD, timed[WORD]), (NEXT, timed[NEXT])):
        found = task()
        print(f"\n{name}: {found.steps} steps, gap {100 * found.gap:.3f} %")  # type: ignore[attr-defined]
    if (given.model, given.pieces) == ("mini-en", 32):
        for name, limit in LIMITS_MS.items():
            print(
                f"{name}: {middle[name]:.1f} ms, {'within' if middle[name] <= limit else 'over'} {limit} ms"
            )


if __name__ == "__main__":
    main()
