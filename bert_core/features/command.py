"""`python -m bert_core trace --texts FILE --features ...`: features of a whole file."""

from __future__ import annotations

import argparse
import sys
from time import monotonic

from bert_core.errors import BertError
from bert_core.features.progress import Progress, Written
from bert_core.features.texts import texts_of_file
from bert_core.features.wanted import EXAMPLES, parse_feature

EVERY = 5.0
"""Seconds between two lines of progress."""

HELP = f"with --texts: what to take; {', '.join(EXAMPLES)}; with -cls, -mean or -mean-all-pieces, one vector a text"


def write_features(wishes: argparse.Namespace) -> int:
    """Run it; returns the exit status. SIGINT and SIGTERM end it with nothing written."""
    from bert_core.bert import Bert
    from bert_core.features.writer import check_name, writing
    from bert_core.training.interrupts import Interrupts

    if wishes.b is not None:
        raise BertError("--b goes with --a.", remedy="In a file, a tab parts A and B.")
    if not wishes.features:
        raise BertError(
            "With --texts goes --features.", remedy=f"Choose among {', '.join(EXAMPLES)}; see --help."
        )
    features = [parse_feature(name) for name in wishes.features]
    check_name(wishes.out)
    texts = texts_of_file(wishes.texts)
    bert = Bert.load(wishes.model, device=wishes.device, dtype=wishes.dtype)
    steps = writing(bert, texts, features, wishes.out)
    told = monotonic()
    with Interrupts(parent=False) as interrupts:
        while True:
            try:
                progress = next(steps)
            except StopIteration as end:
                written: Written = end.value
                break
            if interrupts.asked():
                steps.close()
                print(
                    f"stopped after {progress.texts:,} texts; {wishes.out} was not written", file=sys.stderr
                )
                return 130
            if monotonic() - told >= EVERY:
                told = monotonic()
                print(_line(progress), flush=True)
    if written.truncated:
        limit = bert.tokenizer.max_length
        print(
            f"cut: {written.truncated:,} of {written.texts:,} texts; this model reads at most {limit} pieces"
        )
    if written.pieceless:
        print(f"without a piece of their own: {written.pieceless:,} texts; a mean of these is NaN")
    print(
        f"{written.texts:,} texts, {written.pieces:,} pieces, {written.seconds:.1f} s, "
        f"{written.texts / written.seconds:,.0f} texts/s, {written.bytes / 1e6:,.1f} MB written to {wishes.out}"
    )
    return 0


def _line(progress: Progress) -> str:
    if progress.finishing:
        return f"{progress.texts:,} texts, putting the file together"
    share = "" if progress.share is None else f" ({progress.share:.1%})"
    left = progress.seconds_left
    time = "" if left is None else f", {int(left) // 3600}:{int(left) // 60 % 60:02}:{int(left) % 60:02} left"
    return f"{progress.texts:,} texts{share}, {progress.per_second:,.0f} texts/s{time}"
