"""What is known of a training run, as frozen values: its events as columns of numbers, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RunWish = Literal["run", "pause", "stop"]
RunState = Literal[
    "waiting",  # nothing has happened yet, and nobody is at it
    "preparing",  # somebody is at it, before the first step
    "running",
    "paused",
    "not running",  # whoever trained it is gone without an ending
    "finished",
    "stopped",
    "diverged",
    "out of memory",
    "crashed",
]
ALIVE = ("preparing", "running", "paused")
"""The states in which a process is at it and hears wishes."""


@dataclass(frozen=True, eq=False)
class Points:
    """Events of one kind in the order in which they came, one entry each in every column.

    columns  read-only float64 [n] by the name of the event's field; NaN where an event does not say
    """

    columns: Mapping[str, Floats] = field(default_factory=lambda: MappingProxyType({}))
    size: int = 0

    def column(self, name: str) -> Floats:
        """[n]; all NaN where no event has such a field."""
        found = self.columns.get(name)
        return np.full(self.size, np.nan) if found is None else found

    def last(self, name: str) -> float | None:
        """The newest number of that name; None where there is none."""
        column = self.columns.get(name)
        if column is None:
            return None
        there = np.flatnonzero(np.isfinite(column))
        return float(column[there[-1]]) if len(there) else None


@dataclass(frozen=True, eq=False)
class Run:
    """A run's folder as last read.

    folder          absolute
    details         what run.json holds
    state, message  how it stands, and what its ending said
    last_word       unix seconds of the newest event, by the clock of whoever trains
    checkpoint      the newest complete one's folder; model: that of the finished model
    wish            what control.json asks for
    malformed       lines of the record that could not be read
    trouble         why the folder cannot be read at present; what is shown was read before
    """

    folder: str
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    steps: Points = field(default_factory=Points)
    evaluations: Points = field(default_factory=Points)
    state: RunState = "waiting"
    message: str = ""
    last_word: float | None = None
    step: int = 0
    pieces: float = 0.0
    total_pieces: float | None = None
    device: str = ""
    processes: int = 1
    precision: str = ""
    parameters: int | None = None
    checkpoint: str | None = None
    checkpoint_step: int | None = None
    model: str | None = None
    wish: RunWish = "run"
    command: str = ""
    warnings: tuple[str, ...] = ()
    malformed: int = 0
    trouble: str = ""

    @property
    def name(self) -> str:
        """The folder's last part."""
        return self.folder.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or self.folder

    @property
    def alive(self) -> bool:
        """Is a process at it that hears wishes?"""
        return self.state in ALIVE and not self.trouble

    @property
    def progress(self) -> float | None:
        """The share that is done, 0..1; None while that is not known."""
        if self.state == "finished":
            return 1.0
        if self.total_pieces:
            return min(1.0, self.pieces / self.total_pieces)
        return self.steps.last("progress")
