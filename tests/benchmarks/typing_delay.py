"""From a key to repainted panels on the built-in model; and holds of the GUI thread while typing into a large one.

python -m tests.benchmarks.typing_delay [seconds of typing into a BERT-base]
"""

from __future__ import annotations

import sys
from itertools import cycle
from time import perf_counter

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest

from tests.benchmarks.running import Application, Lateness, scratch_folder, start, summary, wait_for

A = "The man who lives in the old house went to the [MASK] store because he wanted to buy"
B = "He bought a gallon of milk and"
LETTERS = "some more words that a person might type while looking at the screen "
KEYS = 120
KEY_MS = 120


def delays(application: Application) -> list[float]:
    """Seconds from each key to the repainted panels, one key after the other."""
    session, status = application.session, application.window.status
    editor = application.input.edit_b
    editor.setFocus()
    QTest.keyClicks(editor, "x")
    found: list[float] = []
    for number, letter in zip(range(KEYS), cycle("abc"), strict=False):
        status.last_delay = None
        if number % 2:
            session.undo()
        else:
            QTest.keyClicks(editor, letter)
        wait_for(lambda: session.up_to_date and status.last_delay is not None)
        if status.last_delay is not None:
            found.append(status.last_delay)
        wait_for(lambda: session.settled)
    return found


def holds_while_typing(application: Application, seconds: float) -> list[float]:
    """Type at a person's speed for a while; seconds by which a 2 ms timer was late."""
    editor = application.input.edit_b
    letters = cycle(LETTERS)
    timer = QTimer()
    timer.timeout.connect(lambda: QTest.keyClicks(editor, next(letters)))
    end = perf_counter() + seconds
    lateness = Lateness()
    timer.start(KEY_MS)
    wait_for(lambda: perf_counter() > end, seconds + 60)
    timer.stop()
    return lateness.stop()


def random_base() -> str:
    """A folder with a BERT of base size and random weights."""
    from bert_core import Bert
    from bert_core.bench import bench_tokenizer
    from bert_core.config import BertConfig

    folder = scratch_folder() / "random-base"
    Bert.random(BertConfig(), bench_tokenizer(), seed=0).save(folder)
    return str(folder)


def main(seconds: float) -> None:
    """Print both."""
    application = start("mini-en", A, B)
    pieces = len(application.session.trace.tokens) if application.session.trace else 0
    print(
        summary(f"key to repainted panels, mini-en, {pieces} pieces", delays(application), "40 and 80 asked")
    )
    application.close()
    application.take_down()
    large = start(random_base(), A, B)
    holds = holds_while_typing(large, seconds)
    trace = large.session.trace
    forward = 1000 * trace.timing.forward if trace else float("nan")
    print(
        summary(f"GUI thread held while typing {seconds:.0f} s into a BERT-base", holds, "50 asked")
        + f"; forward {forward:.0f} ms; over 50 ms: {sum(hold > 0.05 for hold in holds)} of {len(holds)}"
    )
    large.close()
    large.take_down()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
