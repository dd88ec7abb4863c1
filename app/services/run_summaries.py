"""Lists runs and says of each in a line how it stands, from as little reading as will do."""

from __future__ import annotations

import json
import logging
import os
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from app.run_values import RunSummary, best_of, metric_of, task_of
from app.services.run_follower import Table, flat
from app.services.run_standing import Standing, is_number
from bert_core.errors import BertError
from bert_core.training.events import EventReader
from bert_core.training.run_folder import RunFolder

log = logging.getLogger(__name__)

_STEP = b'{"event": "step"'
_LAST_STEPS = 50  # that are read as they are; of those before, only how many they were is of interest
_IDLE_LOOKS = 3  # so many looks apart, a run that nothing is heard of is asked whether somebody is at it


class RunLister:
    """Looks at every run below a folder, and at some others. To be called by one thread, again and again.

    A record that has not grown is not read; of one that has, only what is new, and of that only what a line needs.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._known: dict[str, Summarizer | None] = {}

    def look(self, elsewhere: Iterable[str]) -> tuple[RunSummary, ...]:
        """A line each, newest first."""
        at_home = self._at_home()
        folders = [*at_home, *(folder for folder in elsewhere if folder not in at_home)]
        self._known = {folder: known for folder, known in self._known.items() if folder in folders}
        found = []
        for folder in folders:
            summarizer = self._summarizer(folder)
            if summarizer is not None:
                found.append(summarizer.summary(elsewhere=folder not in at_home))
        return tuple(sorted(found, key=_age, reverse=True))

    def forget(self, folder: str) -> None:
        """Read it anew if it comes again."""
        self._known.pop(folder, None)

    def _at_home(self) -> list[str]:
        try:
            with os.scandir(self._home) as entries:
                return [
                    str(self._home / entry.name)
                    for entry in entries
                    if entry.is_dir() and not entry.name.startswith(".")
                ]
        except OSError:
            return []

    def _summarizer(self, folder: str) -> Summarizer | None:
        known = self._known.get(folder)
        if known is None and (Path(folder) / "run.json").is_file():
            try:
                known = Summarizer(Path(folder))
            except BertError as error:
                if folder not in self._known:  # said once
                    log.info("%s is not listed: %s", folder, error)
            self._known[folder] = known
        return known


class Summarizer:
    """One run's line. Raises TrainingError if the folder holds no run that can be read."""

    def __init__(self, folder: Path) -> None:
        self._run_folder = RunFolder.open(folder)
        self.folder = str(folder)
        self._seen: tuple[float, int] | None = None
        self._looks = crc32(self.folder.encode(errors="replace"))  # not all runs at the same look
        self._seeds: dict[str, Summarizer] = {}
        self._last: RunSummary | None = None
        self._last_steps = _LastSteps()
        self._reader = EventReader(self._run_folder.events_path, skip=self._last_steps)
        self._begin_anew()

    def summary(self, *, elsewhere: bool = False) -> RunSummary:
        """How it stands now."""
        grown = self._read()
        planned = self._run_folder.values.get("seeds")
        seeds = self._read_seeds(planned) if isinstance(planned, list) else []
        self._looks += 1
        last = self._last
        settled = last is not None and not last.alive and last.elsewhere == elsewhere
        if settled and not grown and not any(seed.alive for seed in seeds) and self._looks % _IDLE_LOOKS:
            assert last is not None
            return last
        self._last = self._made(seeds, len(planned) if isinstance(planned, list) else 1, elsewhere)
        return self._last

    def _begin_anew(self) -> None:
        self._evaluations, self._standing = Table(), Standing()
        self._step: Mapping[str, Any] = {}

    def _read(self) -> bool:
        """Take in what is new; returns whether there was anything."""
        try:
            stat = self._run_folder.events_path.stat()
        except OSError:
            return False
        stamp = stat.st_mtime, stat.st_size
        if stamp == self._seen:
            return False
        try:
            events = self._reader.read()
        except OSError:
            return False
        if self._reader.restarted:
            self._begin_anew()
        elif self._seen is not None:
            self._standing.hear()
        self._seen = stamp
        steps = self._last_steps.take()
        for event in events:
            if event.get("event") == "evaluation":
                self._evaluations.add(flat(event))
        if steps:
            self._step = steps[-1]
        for event in sorted((*events, *steps), key=_order):
            self._standing.take(event)
        return True

    def _read_seeds(self, planned: list[Any]) -> list[RunSummary]:
        for seed in planned:
            path = self._run_folder.path / "seeds" / str(seed)
            if str(seed) not in self._seeds and (path / "run.json").is_file():
                try:
                    self._seeds[str(seed)] = Summarizer(path)
                except BertError:
                    continue
        return [summarizer.summary() for summarizer in self._seeds.values()]

    def _made(self, seeds: list[RunSummary], planned: int, elsewhere: bool) -> RunSummary:
        folder, values = self._run_folder, self._run_folder.values
        state, message = self._standing.state(folder)
        newest = seeds[-1] if seeds else None
        if newest is not None and state in ("running", "not running") and newest.alive:
            state = newest.state
        there = (folder.path / "run.json").is_file()
        metric = metric_of(values)
        best = best_of(self._evaluations.points(), metric)
        best_step, figure = best if best is not None else (None, None)
        reached = [seed.best for seed in seeds if seed.best is not None]
        if reached:
            figure = sum(reached) / len(reached)
        progress: Any = self._step.get("progress")
        left: Any = self._step.get("seconds_left")
        if seeds:
            progress = sum(seed.progress or 0.0 for seed in seeds) / planned
            left = None if newest is None else newest.seconds_left
        words = [self._standing.last_word or 0.0, *(seed.last_word for seed in seeds)]
        return RunSummary(
            folder=self.folder,
            kind=str(values.get("kind", "pretrain")),
            task=task_of(values),
            model=_model_name(values.get("model")),
            state=state,
            wish=folder.control.wish(),
            message=message,
            progress=1.0 if state == "finished" else float(progress) if is_number(progress) else None,
            seconds_left=float(left) if is_number(left) and state == "running" else None,
            last_word=max(words),
            created=str(values.get("created", "")),
            metric=metric,
            best=figure,
            best_step=best_step,
            seeds=planned,
            elsewhere=elsewhere,
            trouble="" if there else "gone",
        )


class _LastSteps:
    """Has an EventReader pass over steps, and keeps the lines of the last ones."""

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque(maxlen=_LAST_STEPS)

    def __call__(self, line: bytes) -> bool:
        if not line.startswith(_STEP):
            return False
        self._lines.append(line)
        return True

    def take(self) -> list[dict[str, Any]]:
        """The last steps since this was called last."""
        found = []
        for line in self._lines:
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        self._lines.clear()
        return found


def _order(event: Mapping[str, Any]) -> tuple[float, bool]:
    """By time; of two at the same one, the step came first: others are said of it."""
    time = float(event["time"]) if is_number(event.get("time")) else 0.0
    return time, event.get("event") != "step"


def _age(summary: RunSummary) -> tuple[str, float]:
    return summary.created, summary.last_word


def _model_name(source: object) -> str:
    """The last part of where the base model came from."""
    return str(source).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] if isinstance(source, str) else ""
