"""How a person wants the large map of a head: kept while the application runs, and shared by a page and its twin."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.panels.attention.head_view import HeadOptions, Special

_SPECIAL: tuple[Special, ...] = ("shown", "left-out", "renormalised")


class HeadChoices(QObject):
    """One for all pages of a session: it lives as its child. changed() follows every change."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = HeadOptions()

    @classmethod
    def of(cls, session: QObject) -> HeadChoices:
        """The one of this session."""
        found = session.findChild(cls)
        return found if isinstance(found, cls) else cls(session)

    @property
    def now(self) -> HeadOptions:
        """What is wanted now."""
        return self._now

    def set(self, options: HeadOptions) -> None:
        """Want this from now on."""
        if options != self._now:
            self._now = options
            self.changed.emit()

    @Slot()
    def toggle_words(self) -> None:
        """Words instead of pieces, or pieces again."""
        self.set(replace(self._now, words=not self._now.words))

    @Slot()
    def toggle_bars(self) -> None:
        """Bars under the map, or none."""
        self.set(replace(self._now, bars=not self._now.bars))

    @Slot()
    def show_special(self) -> None:
        """Special pieces stay."""
        self.set(replace(self._now, special="shown"))

    @Slot()
    def leave_out_special(self) -> None:
        """Special pieces go, and rows no longer sum to 1."""
        self.set(replace(self._now, special="left-out"))

    @Slot()
    def renormalise(self) -> None:
        """Special pieces go, and each row is divided by what is left of it."""
        self.set(replace(self._now, special="renormalised"))

    @Slot()
    def next_special(self) -> None:
        """Shown, left out, left out and renormalised, in turn."""
        place = _SPECIAL.index(self._now.special)
        self.set(replace(self._now, special=_SPECIAL[(place + 1) % len(_SPECIAL)]))
