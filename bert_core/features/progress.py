"""How far an extraction has come, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Progress:
    """So far it has come.

    texts      read by the model
    done       bytes of the file, or texts of any other source, that this stands for
    total      of these; None where nobody knows
    seconds    since the beginning
    finishing  all is read, the file is being put together
    """

    texts: int
    done: int
    total: int | None
    seconds: float
    finishing: bool = False

    @property
    def share(self) -> float | None:
        """From 0 to 1, or None."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def per_second(self) -> float:
        """Texts a second."""
        return self.texts / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None where that is not to be said."""
        share = self.share
        return self.seconds * (1 - share) / share if share else None


@dataclass(frozen=True)
class Written:
    """A file of features.

    truncated  texts of which not all was read, since the model does not take as many pieces
    pieceless  texts without a piece of their own: their mean is NaN
    """

    path: Path
    texts: int
    pieces: int
    truncated: int
    pieceless: int
    bytes: int
    seconds: float
