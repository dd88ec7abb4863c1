"""A run's state and figures in words."""

from __future__ import annotations

import time
from typing import Literal

from app.run_values import Run
from app.translation import tr
from app.views.amounts import amount, duration, share

Look = Literal["good", "plain", "warning", "error"]


def state_word(run: Run) -> tuple[str, Look]:
    """The state in a word or two, and how it is to look."""
    words: dict[str, tuple[str, Look]] = {
        "waiting": (tr("Not begun"), "plain"),
        "preparing": (tr("Preparing"), "good"),
        "running": (tr("Running"), "good"),
        "paused": (tr("Paused"), "warning"),
        "not running": (tr("Not running"), "warning"),
        "finished": (tr("Finished"), "good"),
        "stopped": (tr("Stopped"), "plain"),
        "diverged": (tr("Diverged"), "error"),
        "out of memory": (tr("Out of memory"), "error"),
        "crashed": (tr("Crashed"), "error"),
    }
    if run.state == "running" and run.wish == "pause":
        return tr("Pausing…"), "warning"
    if run.state in ("running", "paused") and run.wish == "stop":
        return tr("Stopping…"), "warning"
    if run.state == "paused" and run.wish == "run":
        return tr("Going on…"), "good"
    return words[run.state]


def last_word(run: Run, now: float | None = None) -> str:
    """When it was heard of last; clocks of other machines may be ahead."""
    if run.last_word is None:
        return tr("no word yet")
    ago = (time.time() if now is None else now) - run.last_word
    return tr("last word just now") if ago < 2 else tr("last word {time} ago", time=duration(ago))


def explanation(run: Run) -> str:
    """A sentence more on a state that wants one."""
    if run.state == "not running":
        return tr("Its process is gone without an ending, or cannot be heard from here.")
    if run.state == "waiting":
        return tr("Nobody trains it at present.")
    if run.state == "preparing":
        return tr("Its data are being prepared; the first step comes after that.")
    return ""


def can_be_resumed(run: Run) -> bool:
    """Would the command that resumes it do something?"""
    return run.state in ("waiting", "not running", "stopped", "out of memory", "crashed")


def progress_line(run: Run) -> str:
    """How far it has come, how fast, how long still."""
    said = []
    if run.total_pieces:
        said.append(
            tr("{n} of {total} pieces", n=amount(run.pieces), total=amount(run.total_pieces, 4, exact=True))
        )
    elif run.pieces:
        said.append(tr("{n} pieces", n=amount(run.pieces)))
    if run.progress is not None:
        said.append(share(run.progress))
    speed, left = run.steps.last("pieces_per_second"), run.steps.last("seconds_left")
    if run.state == "running" and speed is not None:
        said.append(tr("{n} pieces a second", n=amount(speed)))
    if run.state == "running" and left is not None:
        said.append(tr("{time} left", time=duration(left)))
    elapsed = run.steps.last("elapsed")
    if elapsed is not None:
        said.append(tr("{time} of training", time=duration(elapsed)))
    return "  ·  ".join(said)


def remarks(run: Run) -> str:
    """What its ending said, what is wrong with the record, what it warned of."""
    said = []
    if run.message and run.state != "finished":
        said.append(run.message)
    if run.trouble:
        said.append(run.trouble)
    if run.malformed == 1:
        said.append(tr("One line of the record cannot be read and is left out."))
    elif run.malformed:
        said.append(tr("{n} lines of the record cannot be read and are left out.", n=f"{run.malformed:,}"))
    if run.warnings:
        newest = run.warnings[-1]
        more = len(run.warnings) - 1
        said.append(tr("Warning: {words}", words=newest) + (tr(" ({n} more)", n=more) if more else ""))
    return " ".join(said)
