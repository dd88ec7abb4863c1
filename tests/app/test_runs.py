"""The open runs of the session."""

from __future__ import annotations

from app.run_values import Run
from app.runs import RECENT, Runs


def test_the_current_run_and_those_beside_it() -> None:
    runs = Runs()
    changed: list[Run] = []
    wished: list[tuple[str, str]] = []
    runs.changed.connect(changed.append)
    runs.wished.connect(lambda *words: wished.append(words))
    runs.wish("pause")
    assert wished == [] and runs.current is None
    a, b = Run("/runs/a"), Run("/runs/b")
    runs.show(a)
    runs.show(b)
    assert runs.current is b and runs.all == (a, b)
    newer = Run("/runs/a", step=5)
    runs.accept(newer)
    runs.accept(Run("/runs/never opened"))
    assert changed == [newer] and runs.current is b and runs.all == (newer, b)
    runs.wish("stop")
    assert wished == [("/runs/b", "stop")]


def test_recent_ones() -> None:
    runs = Runs()
    runs.set_recent(("/runs/old", "/runs/a"))
    runs.show(Run("/runs/a"))
    assert list(runs.recent) == ["/runs/a", "/runs/old"]
    for n in range(20):
        runs.show(Run(f"/runs/{n}"))
    assert len(runs.recent) == RECENT
    assert runs.recent[0].endswith("19")


def test_names() -> None:
    assert [Run(folder).name for folder in ("/runs/a", "/runs/a/", "C:\\runs\\b", "/")] == [
        "a",
        "a",
        "b",
        "/",
    ]
