"""Names of runs: those that are free, and what is wrong with one that a person gives."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from app.translation import tr

_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}
_MOST = 80  # letters


def free_name(stem: str, home: Path, taken: Collection[str]) -> str:
    """`stem` as a folder's name, with a number behind where there is one of that name."""
    plain = re.sub(r"[\s,]+", "-", _UNFIT.sub("", stem)).strip("-. ")[:_MOST] or "run"
    if plain.lower() in _RESERVED:
        plain = f"{plain}-run"
    number, name = 1, plain
    while name in taken or (home / name).exists():
        number += 1
        name = f"{plain}-{number}"
    return name


def name_problem(name: str, home: Path, taken: Collection[str]) -> str:
    """Why a run cannot be called so; empty where it can."""
    if not name:
        return tr("Give the run a name.")
    if _UNFIT.search(name) or name.startswith(".") or name.endswith(".") or name.lower() in _RESERVED:
        return tr("This cannot be the name of a folder.")
    if len(name.encode()) > 200:
        return tr("This name is too long.")
    if name in taken or (home / name).exists():
        return tr("There is a run of this name already.")
    return ""
