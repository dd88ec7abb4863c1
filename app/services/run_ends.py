"""How a run ended whose process is gone: as its record says, or as the system does."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any, get_args

from app.translation import tr
from bert_core.errors import BertError
from bert_core.training.ending import Ending, EndingKind
from bert_core.training.events import EventLog
from bert_core.training.run_folder import RunFolder

log = logging.getLogger(__name__)

_TAIL = 200_000
"""So much of a record's end is looked at, in bytes; the last event is far shorter, but for a run of many seeds."""


def ending_of(folder: Path, since: float, code: int, killed: bool, complaints: str) -> Ending:
    """The end of a process that trained the run in `folder`.

    since       unix seconds of its start: what was recorded before is not its end
    code        its exit status; where it was killed, the signal's number (not on Windows)
    complaints  what it wrote on standard error
    """
    event = _last_event(folder, "ended")
    if event is not None and event.get("time", 0) >= since - 2:
        kind = next((kind for kind in get_args(EndingKind) if kind == event.get("ending")), None)
        if kind is not None:
            return Ending(kind, str(event.get("message", "")), int(event.get("step", 0)))
    step = _last_event(folder, "step") or {}
    reached = step.get("step") if step.get("time", 0) >= since - 2 else 0
    at = reached if isinstance(reached, int) else 0
    if killed:
        return Ending("crashed", _killed(code), at)
    if code == 0:
        return Ending("stopped", tr("Nothing was begun yet."), at)
    said = complaints.strip().splitlines()
    if said and (last := next((line for line in reversed(said) if line.startswith("error: ")), "")):
        return Ending("crashed", last.removeprefix("error: "), at)
    words = tr("The process ended with the status {code} and did not say why.", code=code)
    if said:
        words = tr("The process ended with the status {code}: {why}", code=code, why=said[-1])
    return Ending("crashed", words, at)


def last_ending(folder: Path) -> str | None:
    """How the record says that a run ended; None where it says nothing of an end, or goes on after it."""
    events = _tail(folder)
    if not events or events[-1].get("event") != "ended":
        return None
    return str(events[-1].get("ending", ""))


def record_end(folder: Path, ending: Ending) -> bool:
    """Write the end of a process that could not do so itself into its run's record, so that everybody knows at once.

    Returns whether it was written: not where there is no run, the record ends already, or another process is at it.
    """
    if last_ending(folder) is not None:
        return False
    try:
        run = RunFolder.open(folder)
        with run.lock():
            EventLog(run.events_path).append(
                "ended", ending=ending.kind, message=ending.message, step=ending.step
            )
    except (BertError, OSError) as error:
        log.info("the end of %s cannot be recorded: %s", folder, error)
        return False
    return True


def _killed(code: int) -> str:
    if sys.platform != "win32" and code == 9:
        return tr(
            "The process was ended from outside, most often by the system because memory ran out. Resume it with "
            "a smaller batch at a time (micro-batches), a shorter maximum length, or with other programs closed."
        )
    return tr("The process broke off (signal {code}). Resume goes on from its newest checkpoint.", code=code)


def _last_event(folder: Path, kind: str) -> dict[str, Any] | None:
    return next((event for event in reversed(_tail(folder)) if event.get("event") == kind), None)


def _tail(folder: Path) -> list[dict[str, Any]]:
    """The last whole events of the record; none where it cannot be read."""
    try:
        with (folder / "events.jsonl").open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            data = file.read()
    except OSError:
        return []
    lines = data.split(b"\n")[:-1]
    events = []
    for line in lines if size <= _TAIL else lines[1:]:
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            events.append(event)
    return events
