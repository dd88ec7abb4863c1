"""One head of a 12 x 12 model at 512 pieces: pointing, pinning, choosing a head, words and special pieces.

python -m tests.benchmarks.one_head [--processor-time]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter, process_time

from PySide6.QtWidgets import QApplication

from app.panels.attention.head_options import HeadChoices
from app.panels.attention.head_view import HeadOptions
from app.panels.attention.maps_page import MapsPage
from app.selection import Hover
from app.session import Session
from app.theme import apply_theme
from bert_core.trace import Trace
from tests.app.fakes import fake_tokens, fake_trace
from tests.benchmarks.running import summary

PIECES, A_WORD = 512, 3  # pieces of a word
SIZE = 900, 600
ROUNDS = 30
OPTIONS = (HeadOptions(), HeadOptions(words=True), HeadOptions(words=True, special="renormalised"))


def long_trace() -> Trace:
    """Random, its words of three pieces each."""
    tokens = [
        replace(token, word=PIECES + at if token.special else at // A_WORD)
        for at, token in enumerate(fake_tokens(PIECES))
    ]
    return fake_trace(tokens=tokens, layers=12, heads=12)


def seconds_of(act: Callable[[int], object], clock: Callable[[], float]) -> list[float]:
    """How long each round takes, until what it changes is painted."""
    times = []
    for number in range(ROUNDS):
        began = clock()
        act(number)
        QApplication.processEvents()
        times.append(clock() - began)
    return times


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.one_head", description=__doc__)
    parser.add_argument("--processor-time", action="store_true", help="not wall-clock time")
    clock = process_time if parser.parse_args().processor_time else perf_counter
    application = QApplication([])
    apply_theme(application, "light")
    trace, session = long_trace(), Session()
    session.begin(trace.scene)
    session.accept_trace(trace)
    page = MapsPage(session)
    page.set_view("one")
    page.resize(*SIZE)
    page.show()
    application.processEvents()
    choices = HeadChoices.of(session)
    acts: dict[str, Callable[[int], object]] = {
        "pointing": lambda number: session.set_hover(Hover(0, 0, 20 + number, 40 + 2 * number)),
        "pinning one": lambda number: session.pin(query=20 + number, key=3 + number),
        "pinning 300": lambda number: session.pin(query=20, more=range(30 + number, 330 + number)),
        "another head": lambda number: session.select_head(number % 12, (5 * number) % 12),
    }
    for options in OPTIONS:
        choices.set(options)
        application.processEvents()
        for name, act in acts.items():
            what = "words" if options.words else "pieces"
            print(summary(f"{what}, special {options.special}: {name}", seconds_of(act, clock), "16 asked"))
    print(summary("words and back", seconds_of(lambda _: choices.toggle_words(), clock), "50 asked"))
    page.hide()


if __name__ == "__main__":
    main()
