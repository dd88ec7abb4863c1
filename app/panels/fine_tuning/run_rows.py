"""What a line of the list of runs says."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.panels.fine_tuning.metric_names import metric_title, metric_word, task_title
from app.run_values import RunSummary
from app.session import Session
from app.translation import tr
from app.views.amounts import duration

_LOOKS = {
    "good": ("running", "preparing"),
    "warning": ("paused", "not running"),
    "error": ("diverged", "out of memory", "crashed"),
}


@dataclass(frozen=True)
class RunRow:
    """One line.

    state   a word, coloured as `look` says
    figure  the best dev figure, as it is written
    about   its task
    when    time left, or how long ago
    tick    None: it cannot be ticked (it is the one that is shown, or waits)
    sign    which look its curves have, where several are compared
    shown   it is the one that the pages are about
    """

    folder: str
    name: str
    state: str
    look: str
    figure: str = ""
    about: str = ""
    when: str = ""
    progress: float | None = None
    tick: bool | None = None
    sign: int | None = None
    queued: bool = False
    shown: bool = False
    tip: str = ""

    @property
    def words(self) -> str:
        """All of it as text."""
        return ", ".join(part for part in (self.name, self.state, self.figure, self.about, self.when) if part)


def row_of(summary: RunSummary, compared: Sequence[str], current: str | None) -> RunRow:
    """The line of a run."""
    state = _state_word(summary)
    sign = None
    if compared:
        shown = [current, *compared]
        sign = shown.index(summary.folder) if summary.folder in shown else None
    figure = ""
    if summary.best is not None:
        figure = f"{metric_title(summary.metric)} {metric_word(summary.metric, summary.best)}"
        if summary.seeds > 1:
            figure = tr("{figure}, mean of {n}", figure=figure, n=summary.seeds)
    about = task_title(summary.task) or tr("Pretraining")
    source = tr("from {model}", model=summary.model) if summary.model else ""
    running = summary.alive and summary.progress is not None
    return RunRow(
        folder=summary.folder,
        name=summary.name,
        state=state,
        look=next((look for look, states in _LOOKS.items() if summary.state in states), "plain"),
        figure=figure,
        about=about,
        when=_when(summary),
        progress=summary.progress if running else None,
        tick=None if summary.folder == current else summary.folder in compared,
        sign=sign,
        shown=summary.folder == current,
        tip="\n".join(part for part in (summary.folder, source, summary.message) if part),
    )


def rows_of_queue(session: Session) -> list[RunRow]:
    """What waits for its turn, the next one first."""
    tuning = session.tuning
    return [
        RunRow(
            folder=wish.folder,
            name=wish.name,
            state=tr("Held") if wish in tuning.held else tr("Waits"),
            look="plain",
            when=tr("{n}. in the queue", n=number),
            queued=True,
            tip=tr("It waited when the window was closed, and waits on until it is told to begin.")
            if wish in tuning.held
            else tr("It begins when the runs before it have ended."),
        )
        for number, wish in enumerate(tuning.queue, 1)
    ]


def _state_word(summary: RunSummary) -> str:
    if summary.trouble:
        return tr("Gone")
    if summary.state == "running" and summary.wish == "pause":
        return tr("Pausing…")
    if summary.state in ("running", "paused") and summary.wish == "stop":
        return tr("Stopping…")
    return {
        "waiting": tr("Not begun"),
        "preparing": tr("Preparing"),
        "running": tr("Running"),
        "paused": tr("Paused"),
        "not running": tr("Not running"),
        "finished": tr("Finished"),
        "stopped": tr("Stopped"),
        "diverged": tr("Diverged"),
        "out of memory": tr("Out of memory"),
        "crashed": tr("Crashed"),
    }[summary.state]


def _when(summary: RunSummary) -> str:
    if summary.state == "running" and summary.seconds_left is not None:
        return tr("{time} left", time=duration(summary.seconds_left))
    if summary.alive:
        return ""
    if not summary.last_word:
        return ""
    ago = time.time() - summary.last_word
    if ago < 60:
        return tr("just now")
    if ago < 12 * 3600:
        return tr("{time} ago", time=duration(ago))
    return datetime.fromtimestamp(summary.last_word).strftime("%Y-%m-%d")
