"""How a person wants to see the flow: kept while the application runs, and shared by a page and its twin."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True)
class Wishes:
    """What is wanted.

    common   the colours of all layers of a map end at the same value, not each layer's at its own largest
    special  [CLS] and [SEP] count where measures are ranked
    """

    common: bool = False
    special: bool = True


class FlowWishes(QObject):
    """One for all pages of a session: it lives as its child. changed() follows every change."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._now = Wishes()

    @classmethod
    def of(cls, session: QObject) -> FlowWishes:
        """The one of this session."""
        found = session.findChild(cls)
        return found if isinstance(found, cls) else cls(session)

    @property
    def now(self) -> Wishes:
        """What is wanted now."""
        return self._now

    def set(self, wishes: Wishes) -> None:
        """Want this from now on."""
        if wishes != self._now:
            self._now = wishes
            self.changed.emit()
