"""By what the pieces of the input are coloured: one panel says it, another shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from bert_core.scene import Scene


@dataclass(frozen=True, eq=False)
class PieceColours:
    """A number a piece.

    scene   what it is about: pieces of another are not coloured
    name    what the numbers are
    values  float64 [S]
    signed  whether there are numbers below 0, else they are shares
    """

    scene: Scene
    name: str
    values: NDArray[np.float64]
    signed: bool = True

    @property
    def limit(self) -> float:
        """Where colours end."""
        return float(np.abs(self.values).max(initial=0.0))


class InputColours(QObject):
    """One for all panels of a session: it lives as its child. changed() follows every change."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now: PieceColours | None = None

    @classmethod
    def of(cls, session: QObject) -> InputColours:
        """The one of this session."""
        found = session.findChild(cls)
        return found if isinstance(found, cls) else cls(session)

    @property
    def now(self) -> PieceColours | None:
        """What they are coloured by; None: by their sentence, as usual."""
        return self._now

    def set(self, colours: PieceColours | None) -> None:
        """Colour them by this from now on."""
        if colours is not self._now:
            self._now = colours
            self.changed.emit()
