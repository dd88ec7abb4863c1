"""Names of runs: those that are free, and what is wrong with one that a person gives."""

from __future__ import annotations

import re
from pathlib import Path

from app.places import runs_folder
from app.session import Session
from app.translation import tr

_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}
_MOST = 80  # letters


class RunNames:
    """Names that runs of this session may have."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def folder(self, name: str) -> str:
        """Where a run of that name is."""
        return str(self._home / name)

    def free(self, stem: str) -> str:
        """`stem` as a folder's name, with a number behind where there is one of that name."""
        plain = re.sub(r"[\s,]+", "-", _UNFIT.sub("", stem)).strip("-. ")[:_MOST] or "run"
        if plain.lower() in _RESERVED:
            plain = f"{plain}-run"
        number, name = 1, plain
        while self._is_taken(name):
            number += 1
            name = f"{plain}-{number}"
        return name

    def problem(self, name: str) -> str:
        """Why a run cannot be called so; empty where it can."""
        if not name:
            return tr("Give the run a name.")
        if _UNFIT.search(name) or name.startswith(".") or name.endswith(".") or name.lower() in _RESERVED:
            return tr("This cannot be the name of a folder.")
        if len(name.encode()) > 200:
            return tr("This name is too long.")
        if self._is_taken(name):
            return tr("There is a run of this name already.")
        return ""

    @property
    def _home(self) -> Path:
        return Path(self._session.runs.home or runs_folder())

    def _is_taken(self, name: str) -> bool:
        """By a folder, or by a run that has none yet."""
        tuning = self._session.tuning
        waiting = tuning.queue if tuning.running is None else (tuning.running, *tuning.queue)
        return name in {wish.name for wish in waiting} or (self._home / name).exists()
