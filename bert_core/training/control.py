"""What a person wishes of a run that another process trains: a file, replaced whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal, get_args

from bert_core.training.files import write_json

Wish = Literal["run", "pause", "stop"]


class Control:
    """control.json in a run's folder."""

    def __init__(self, folder: Path) -> None:
        self._path = Path(folder) / "control.json"

    def wish(self) -> Wish:
        """What is wished; "run" where the file is missing or broken."""
        try:
            values = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return "run"
        asked = values.get("wish") if isinstance(values, dict) else None
        return next((wish for wish in get_args(Wish) if wish == asked), "run")

    def ask(self, wish: Wish) -> None:
        """Wish it. Raises OSError if the file cannot be written."""
        write_json(self._path, {"wish": wish})

    def forget(self) -> None:
        """Wish nothing in particular; takes no room on the disk."""
        self._path.unlink(missing_ok=True)
