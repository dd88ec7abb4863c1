"""How a run came to its end, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EndingKind = Literal["finished", "stopped", "diverged", "out of memory", "crashed"]


@dataclass(frozen=True)
class Ending:
    """kind; message: what happened and what to do next, in words fit to be shown; step: how many were made."""

    kind: EndingKind
    message: str
    step: int

    @property
    def good(self) -> bool:
        """Is this an end that somebody wanted?"""
        return self.kind in ("finished", "stopped")
