"""The runs of the session: which is shown, which are compared, which are listed."""

from __future__ import annotations

from app.run_values import Run, RunSummary
from app.runs import MOST_COMPARED, RECENT, Runs


def test_the_current_run_and_those_beside_it() -> None:
    runs = Runs()
    changed: list[Run] = []
    wished: list[tuple[str, str]] = []
    followed: list[tuple[str, ...]] = []
    runs.changed.connect(changed.append)
    runs.followed_changed.connect(followed.append)
    runs.wished.connect(lambda *words: wished.append(words))
    runs.wish("pause")
    assert wished == [] and runs.current is None
    a, b = Run("/runs/a"), Run("/runs/b")
    runs.show(a)
    runs.compare("/runs/a", True)
    assert runs.compared == (), "the one that is shown is compared with others, not with itself"
    runs.compare("/runs/b", True)
    assert not runs.compared_runs, "not read yet"
    runs.accept(b)
    assert runs.compared_runs == (b,) and runs.all == (a, b)
    newer = Run("/runs/a", step=5)
    runs.accept(newer)
    runs.accept(Run("/runs/never opened"))
    assert changed == [b, newer] and runs.current is newer
    runs.wish("stop")
    assert wished == [("/runs/a", "stop")]
    assert followed[-1] == ("/runs/a", "/runs/b")


def test_what_is_neither_shown_nor_compared_is_let_go() -> None:
    runs = Runs()
    runs.show(Run("/runs/a"))
    runs.show(Run("/runs/b"))
    assert runs.all == (runs.current,)
    runs.compare("/runs/a", True)
    runs.accept(Run("/runs/a"))
    runs.show(Run("/runs/a"))
    assert runs.compared == () and [run.folder for run in runs.all] == ["/runs/a"]


def test_so_many_are_compared_and_no_more() -> None:
    runs = Runs()
    runs.show(Run("/runs/shown"))
    for n in range(MOST_COMPARED + 2):
        runs.compare(f"/runs/{n}", True)
    assert len(runs.compared) == MOST_COMPARED
    runs.compare("/runs/0", False)
    assert "/runs/0" not in runs.compared and len(runs.compared) == MOST_COMPARED - 1


def test_recent_ones_are_those_from_elsewhere() -> None:
    runs = Runs()
    runs.home = "/home/runs"
    wanted: list[object] = []
    runs.list_wanted.connect(wanted.append)
    runs.set_recent(("/runs/old", "/runs/a"))
    runs.show(Run("/runs/a"))
    assert list(runs.recent) == ["/runs/a", "/runs/old"]
    runs.show(Run("/home/runs/mine"))
    assert list(runs.recent) == ["/runs/a", "/runs/old"], "those at home are listed in any case"
    assert wanted == [None, None], "nobody looks at the list"
    runs.look_at_list(True)
    assert wanted[-1] == ("/runs/a", "/runs/old")
    for n in range(20):
        runs.show(Run(f"/runs/{n}"))
    assert len(runs.recent) == RECENT
    assert runs.recent[0].endswith("19") and wanted[-1] == runs.recent


def test_a_run_is_shown_quietly_where_it_was_asked_for_so() -> None:
    runs = Runs()
    runs.request("/runs/a", quietly=True)
    assert runs.show(Run("/runs/a")) is False
    assert runs.show(Run("/runs/a")) is True, "once"


def test_a_run_is_forgotten() -> None:
    runs = Runs()
    currents: list[Run | None] = []
    runs.current_changed.connect(currents.append)
    runs.set_summaries((RunSummary("/runs/a"), RunSummary("/runs/b")))
    runs.show(Run("/runs/a"))
    runs.compare("/runs/b", True)
    runs.forget("/runs/b")
    assert runs.compared == () and [summary.folder for summary in runs.summaries] == ["/runs/a"]
    runs.forget("/runs/a")
    assert runs.current is None and currents[-1] is None and runs.recent == () and runs.all == ()


def test_what_is_no_longer_listed_is_compared_no_more() -> None:
    runs = Runs()
    runs.show(Run("/runs/a"))
    runs.set_summaries((RunSummary("/runs/a"), RunSummary("/runs/b")))
    runs.compare("/runs/b", True)
    runs.set_summaries((RunSummary("/runs/a"),))
    assert runs.compared == ()


def test_names() -> None:
    assert [Run(folder).name for folder in ("/runs/a", "/runs/a/", "C:\\runs\\b", "/")] == [
        "a",
        "a",
        "b",
        "/",
    ]
