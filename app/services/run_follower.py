"""Reads a run's folder again and again, each time only what is new, and makes a value of it."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from app.run_values import Floats, Points, Run, RunState
from app.services.run_standing import Standing, is_number, number
from app.translation import tr
from bert_core.errors import BertError
from bert_core.training.events import EventReader
from bert_core.training.run_folder import RunFolder

_FIRST = 1024
_EVALUATION = re.compile(r"step-(\d+)\.json")


class Table:
    """Columns of numbers that grow at their end. What `points` has handed out never changes."""

    def __init__(self) -> None:
        self._columns: dict[str, Floats] = {}
        self._size = 0
        self._room = _FIRST

    def add(self, event: Mapping[str, Any]) -> None:
        """One more entry, of the event's numbers."""
        if self._size == self._room:
            self._room *= 2
            for name, column in self._columns.items():
                grown = np.full(self._room, np.nan)
                grown[: self._size] = column[: self._size]
                self._columns[name] = grown
        for name, value in event.items():
            if is_number(value):
                if name not in self._columns:
                    self._columns[name] = np.full(self._room, np.nan)
                self._columns[name][self._size] = number(value)
        self._size += 1

    def points(self) -> Points:
        """What is there now; shares its memory with this table, which writes behind it only."""
        views = {name: column[: self._size] for name, column in self._columns.items()}
        for view in views.values():
            view.setflags(write=False)
        return Points(MappingProxyType(views), self._size)


class RunFollower:
    """Follows one run. Raises TrainingError at the start if the folder holds no run that can be read."""

    def __init__(self, folder: Path) -> None:
        self._run_folder = RunFolder.open(folder)
        self.folder = str(folder)
        self._reader = EventReader(self._run_folder.events_path)
        self._seeds: dict[str, RunFollower] = {}
        self._begin_anew()
        self._standing = Standing()
        self._trouble = ""
        self._begun = False

    def read(self) -> Run:
        """How the run stands now. A folder that is gone is a trouble said in the value, not an exception."""
        try:
            if not (self._run_folder.path / "run.json").is_file():
                raise FileNotFoundError
            events = self._reader.read()
            self._trouble = ""
        except FileNotFoundError:
            self._trouble = tr(
                "The folder is gone. What is shown was read before; it goes on if the folder returns."
            )
            return self._value()
        except OSError as error:
            self._trouble = tr("The record cannot be read at present: {why}.", why=error.strerror or error)
            return self._value()
        if self._reader.restarted:
            self._begin_anew()
        if events and self._begun:
            self._standing.hear()
        self._begun = True
        for event in events:
            self._take(event)
        return self._value()

    def _begin_anew(self) -> None:
        self._steps, self._evaluations = Table(), Table()
        self._standing = Standing()
        self._spread: dict[str, tuple[float, ...]] = {}
        self._early = ""

    def _take(self, event: Mapping[str, Any]) -> None:
        kind = event.get("event")
        if kind == "step":
            self._steps.add(event)
        elif kind == "evaluation":
            self._evaluations.add(flat(event))
        elif kind == "ended":
            self._spread = spread_of(event)
            self._early = str(event.get("early") or "")
        self._standing.take(event)

    def _value(self) -> Run:
        folder, standing = self._run_folder, self._standing
        start = standing.start
        seeds = self._read_seeds()
        state, message = standing.state(folder)
        latest = self._latest(folder)
        last_words = [words for words in (standing.last_word, *(run.last_word for run in seeds)) if words]
        if seeds and state in ("running", "not running"):
            state = _of_seeds(state, seeds[-1])
            latest = self._latest(RunFolder(Path(seeds[-1].folder), {}))
        model = folder.path / "model"
        total = start.get("total_pieces")
        newest = seeds[-1] if seeds else None
        return Run(
            folder=self.folder,
            details=MappingProxyType(folder.values),
            steps=self._steps.points(),
            evaluations=self._evaluations.points(),
            state=state,
            message=message,
            last_word=max(last_words, default=None),
            step=int(standing.place["step"]) or (newest.step if newest else 0),
            pieces=standing.place["pieces"],
            total_pieces=number(total) if isinstance(total, int | float) else None,
            device=str(start.get("device", "")) or (newest.device if newest else ""),
            processes=start["processes"] if isinstance(start.get("processes"), int) else 1,
            precision=str(start.get("precision", "")) or (newest.precision if newest else ""),
            parameters=(
                start["parameters"]
                if isinstance(start.get("parameters"), int)
                else newest.parameters
                if newest
                else None
            ),
            checkpoint=None if latest is None else str(latest),
            checkpoint_step=None if latest is None else int(latest.name.rpartition("-")[2]),
            model=str(model) if (model / "config.json").is_file() else None,
            wish=folder.control.wish(),
            command=resume_command(folder.values, self.folder),
            warnings=tuple(standing.warnings) or (newest.warnings if newest else ()),
            malformed=self._reader.malformed,
            trouble=self._trouble,
            evaluated=evaluated_steps(folder.path),
            seeds=seeds,
            spread=MappingProxyType(self._spread),
            early=self._early,
        )

    def _read_seeds(self) -> tuple[Run, ...]:
        """The runs inside this one, as far as they have begun."""
        planned = self._run_folder.values.get("seeds")
        if not isinstance(planned, list):
            return ()
        for seed in planned:
            path = self._run_folder.path / "seeds" / str(seed)
            if str(seed) not in self._seeds and (path / "run.json").is_file():
                try:
                    self._seeds[str(seed)] = RunFollower(path)
                except BertError:
                    continue  # half written: it is there the next time
        return tuple(follower.read() for follower in self._seeds.values())

    @staticmethod
    def _latest(folder: RunFolder) -> Path | None:
        """The newest complete checkpoint; old ones may be removed while we look."""
        try:
            return folder.latest()
        except OSError:
            return None


def _of_seeds(state: RunState, newest: Run) -> RunState:
    """How a run of several seeds stands: as the one that is being trained, while it is."""
    return newest.state if newest.state in ("paused", "preparing", "running") else state


def flat(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """An evaluation's event with its figures beside step and epoch, wherever they stand in it."""
    inner = event.get("metrics")
    return {**event, **inner} if isinstance(inner, Mapping) else event


def spread_of(event: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    """The figures of each seed, by name, from the last event of a run of several."""
    found = event.get("spread")
    if not isinstance(found, Mapping):
        return {}
    spread = {}
    for name, values in found.items():
        each = values.get("each") if isinstance(values, Mapping) else values
        if isinstance(each, list) and all(is_number(value) for value in each):
            spread[str(name)] = tuple(number(value) for value in each)
    return spread


def evaluated_steps(folder: Path) -> tuple[int, ...]:
    """Of which steps evaluations/step-N.json is there."""
    try:
        names = [path.name for path in (folder / "evaluations").iterdir()]
    except OSError:
        return ()
    return tuple(sorted(int(found[1]) for name in names if (found := _EVALUATION.fullmatch(name))))


def resume_command(values: Mapping[str, Any], folder: str) -> str:
    """What to type in a terminal so that the run goes on from its newest checkpoint."""
    kind = str(values.get("kind", "pretrain"))
    # As the terminal of this system quotes: cmd and PowerShell know double quotes only.
    quoted = f'"{folder}"' if sys.platform == "win32" else shlex.quote(folder)
    return f"python -m bert_core {kind} --out {quoted} --resume"
