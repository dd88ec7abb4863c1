"""A run's state and figures in words."""

from __future__ import annotations

import time
from typing import Literal

from app.run_values import Run
from app.translation import tr
from app.views.amounts import amount, duration, quantity, share

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
    if run.planned_seeds:
        return _line_of_seeds(run)
    said = []
    epoch = run.steps.last("epoch")
    if epoch is not None:
        planned = run.recipe.get("epochs")
        said.append(
            tr("epoch {n} of {total}", n=f"{epoch:.1f}", total=quantity(float(planned), 3, exact=True))
            if isinstance(planned, int | float)
            else tr("epoch {n}", n=f"{epoch:.1f}")
        )
    elif run.total_pieces:
        said.append(
            tr("{n} of {total} pieces", n=amount(run.pieces), total=amount(run.total_pieces, 4, exact=True))
        )
    elif run.pieces:
        said.append(tr("{n} pieces", n=amount(run.pieces)))
    if run.progress is not None:
        said.append(share(run.progress))
    return "  ·  ".join((*said, *_speed(run)))


def _line_of_seeds(run: Run) -> str:
    planned, begun = len(run.planned_seeds), len(run.seeds)
    said = [tr("seed {n} of {total}", n=max(1, begun), total=planned)]
    if run.progress is not None:
        said.append(share(run.progress))
    if run.seeds:
        newest = run.seeds[-1]
        left = newest.steps.last("seconds_left")
        elapsed = newest.steps.last("elapsed")
        if run.state == "running" and left is not None and elapsed is not None:
            later = (planned - begun) * (elapsed + left)
            said.append(tr("{time} left", time=duration(left + later)))
        said += _speed(newest)[:1] if run.state == "running" else []
    return "  ·  ".join(said)


def _speed(run: Run) -> list[str]:
    """What runs now: examples or pieces a second, time left, time spent, memory."""
    said = []
    examples, pieces = run.steps.last("examples_per_second"), run.steps.last("pieces_per_second")
    left, elapsed = run.steps.last("seconds_left"), run.steps.last("elapsed")
    memory = run.steps.last("memory_mb")
    if run.state == "running" and examples is not None:
        said.append(tr("{n} examples a second", n=amount(examples)))
    elif run.state == "running" and pieces is not None:
        said.append(tr("{n} pieces a second", n=amount(pieces)))
    if run.state == "running" and left is not None:
        said.append(tr("{time} left", time=duration(left)))
    if elapsed is not None:
        said.append(tr("{time} of training", time=duration(elapsed)))
    if run.state == "running" and memory is not None:
        said.append(tr("{n} MB", n=f"{memory:,.0f}"))
    return said


def remarks(run: Run) -> str:
    """What its ending said, what is wrong with the record, what it warned of."""
    said = []
    # What a good end says is said by the next steps; a stop whose checkpoint failed was none.
    good = run.state == "finished" or (run.state == "stopped" and run.checkpoint_step == run.step)
    if run.message and not good:
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
