"""The training runs that are open: which one is shown, and what is known of each."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.run_values import Run, RunWish

RECENT = 8
"""How many folders the list of recent ones keeps."""


class Runs(QObject):
    """A part of the session. Panels ask through it, the service that follows the folders fills it.

    Several runs may be open at a time; one of them is the current one.
    """

    requested = Signal(object)  # str: a folder to follow
    wished = Signal(object, object)  # str: folder, RunWish
    changed = Signal(object)  # Run: newly read
    current_changed = Signal(object)  # Run | None
    recent_changed = Signal(object)  # tuple[str, ...]

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: dict[str, Run] = {}
        self._current: str | None = None
        self._recent: tuple[str, ...] = ()

    @property
    def current(self) -> Run | None:
        """The run that is shown."""
        return None if self._current is None else self._runs.get(self._current)

    @property
    def all(self) -> tuple[Run, ...]:
        """Every open run, in the order of opening."""
        return tuple(self._runs.values())

    @property
    def recent(self) -> tuple[str, ...]:
        """Folders of runs that were opened, newest first."""
        return self._recent

    def set_recent(self, folders: tuple[str, ...]) -> None:
        """Say which were opened before."""
        folders = tuple(dict.fromkeys(folders))[:RECENT]
        if folders != self._recent:
            self._recent = folders
            self.recent_changed.emit(folders)

    def request(self, folder: str) -> None:
        """Open a run's folder; it becomes the current one once it has been read."""
        self.requested.emit(folder)

    def accept(self, run: Run) -> None:
        """Take in what was read of a run that is open."""
        if run.folder in self._runs:
            self._runs[run.folder] = run
            self.changed.emit(run)

    def show(self, run: Run) -> None:
        """Make this the current run, opening it if need be."""
        self._runs[run.folder] = run
        self._current = run.folder
        self.set_recent((run.folder, *self._recent))
        self.current_changed.emit(run)

    def wish(self, wish: RunWish) -> None:
        """Ask whoever trains the current run to go on, to pause, or to stop."""
        if self._current is not None:
            self.wished.emit(self._current, wish)
