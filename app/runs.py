"""The runs that are known: which are listed, which one is shown, which are compared with it, what is known of each."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.run_values import Run, RunSummary, RunWish

RECENT = 8
"""How many folders the list of recent ones keeps."""
MOST_COMPARED = 8
"""Runs whose curves stand beside those of the current one; more could not be told apart."""


class Runs(QObject):
    """A part of the session. Panels ask through it, the service that follows the folders fills it.

    One run is the current one; those that are compared with it are read as it is. Of the others only a summary is
    known.

    home  the folder where this program keeps its runs: what lies in there is listed without having been opened
    """

    requested = Signal(object)  # str: a folder to open and follow
    wished = Signal(object, object)  # str: folder, RunWish
    changed = Signal(object)  # Run: newly read
    current_changed = Signal(object)  # Run | None
    seed_changed = Signal(object)  # Run: the current one, of several seeds
    brought = Signal(object)  # Run: the current one, asked for from outside the list: it is to be seen
    recent_changed = Signal(object)  # tuple[str, ...]
    followed_changed = Signal(object)  # tuple[str, ...]: folders whose whole record is wanted
    compared_changed = Signal(object)  # tuple[str, ...]: folders
    summaries_changed = Signal(object)  # tuple[RunSummary, ...]
    list_wanted = Signal(
        object
    )  # tuple[str, ...]: folders from elsewhere to be listed; None: nobody looks at the list
    delete_wanted = Signal(object)  # str: a folder to be removed from the disk

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.home = ""
        self._runs: dict[str, Run] = {}
        self._current: str | None = None
        self._seeds: dict[str, str] = {}  # folder of a run of several seeds: that of the chosen one
        self._compared: tuple[str, ...] = ()
        self._recent: tuple[str, ...] = ()
        self._summaries: tuple[RunSummary, ...] = ()
        self._quiet: set[str] = set()
        self.asked_for = False  # has anybody asked for a run yet?
        self._looked_at = False

    # The one that is shown ---------------------------------------------------------------------------------------

    @property
    def current(self) -> Run | None:
        """The run that is shown."""
        return None if self._current is None else self._runs.get(self._current)

    @property
    def all(self) -> tuple[Run, ...]:
        """Every run that is followed, in the order of opening."""
        return tuple(self._runs.values())

    def run_in(self, folder: str) -> Run | None:
        """What is known of a run that is followed."""
        return self._runs.get(folder)

    def request(self, folder: str, *, quietly: bool = False) -> None:
        """Open a run's folder; it becomes the current one once it has been read.

        quietly  without bringing the workspace of runs forward
        """
        self.asked_for = True
        if quietly:
            self._quiet.add(folder)
        self.requested.emit(folder)

    def accept(self, run: Run) -> None:
        """Take in what was read of a run that is followed."""
        if run.folder in self._runs or run.folder in self._compared:
            self._runs[run.folder] = run
            self.changed.emit(run)

    def show(self, run: Run) -> bool:
        """Make this the current run, opening it if need be. Returns whether its workspace is to come forward."""
        self._runs[run.folder] = run
        self._current = run.folder
        if not self._is_at_home(run.folder):
            self.set_recent((run.folder, *self._recent))
        if run.folder in self._compared:
            self._compare(tuple(folder for folder in self._compared if folder != run.folder))
        self.current_changed.emit(run)
        self._follow()
        loud = run.folder not in self._quiet
        self._quiet.discard(run.folder)
        if loud:
            self.brought.emit(run)
        return loud

    def seed_of(self, folder: str) -> str:
        """The folder of the seed that a person chose to see of a run of several; empty where none was chosen."""
        return self._seeds.get(folder, "")

    def choose_seed(self, folder: str) -> None:
        """Show this one of the current run's seeds."""
        run = self.current
        if run is not None and folder in (seed.folder for seed in run.seeds):
            self._seeds[run.folder] = folder
            self.seed_changed.emit(run)

    def wish(self, wish: RunWish) -> None:
        """Ask whoever trains the current run to go on, to pause, or to stop."""
        if self._current is not None:
            self.wished.emit(self._current, wish)

    # Those beside it ---------------------------------------------------------------------------------------------

    @property
    def compared(self) -> tuple[str, ...]:
        """Folders of the runs whose curves stand beside those of the current one, in the order of choosing."""
        return self._compared

    @property
    def compared_runs(self) -> tuple[Run, ...]:
        """What is known of them so far."""
        return tuple(self._runs[folder] for folder in self._compared if folder in self._runs)

    def compare(self, folder: str, compared: bool) -> None:
        """Put a run's curves beside those of the current one, or take them away. Beyond the most, nothing happens."""
        rest = tuple(other for other in self._compared if other != folder)
        if not compared:
            self._compare(rest)
        elif folder != self._current and folder not in self._compared and len(rest) < MOST_COMPARED:
            self._compare((*rest, folder))
        self._follow()

    def _compare(self, folders: tuple[str, ...]) -> None:
        if folders != self._compared:
            self._compared = folders
            self.compared_changed.emit(folders)

    def _follow(self) -> None:
        """Let go of what is neither shown nor compared."""
        wanted = tuple(dict.fromkeys((*([self._current] if self._current else ()), *self._compared)))
        self._runs = {folder: run for folder, run in self._runs.items() if folder in wanted}
        self.followed_changed.emit(wanted)

    # The list ----------------------------------------------------------------------------------------------------

    @property
    def summaries(self) -> tuple[RunSummary, ...]:
        """A line for every run that is known, newest first."""
        return self._summaries

    def set_summaries(self, summaries: tuple[RunSummary, ...]) -> None:
        """Say which there are."""
        if summaries != self._summaries:
            self._summaries = summaries
            there = {summary.folder for summary in summaries}
            self._compare(tuple(folder for folder in self._compared if folder in there))
            self.summaries_changed.emit(summaries)

    def look_at_list(self, looked_at: bool) -> None:
        """The list is read while somebody looks at it."""
        self._looked_at = looked_at
        self._want_list()

    def _want_list(self) -> None:
        self.list_wanted.emit(self.elsewhere if self._looked_at else None)

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Folders that were opened and are not at home."""
        return tuple(folder for folder in self._recent if not self._is_at_home(folder))

    def _is_at_home(self, folder: str) -> bool:
        inside = folder.replace("\\", "/").startswith(self.home.replace("\\", "/").rstrip("/") + "/")
        return bool(self.home) and inside

    @property
    def recent(self) -> tuple[str, ...]:
        """Folders of runs that were opened from elsewhere, newest first."""
        return self._recent

    def set_recent(self, folders: tuple[str, ...]) -> None:
        """Say which were opened before."""
        folders = tuple(dict.fromkeys(folders))[:RECENT]
        if folders != self._recent:
            self._recent = folders
            self.recent_changed.emit(folders)
            self._want_list()

    def forget(self, folder: str) -> None:
        """Take a run out of the list and out of what is shown; its folder stays as it is."""
        self.set_recent(tuple(other for other in self._recent if other != folder))
        self._summaries = tuple(summary for summary in self._summaries if summary.folder != folder)
        self._compare(tuple(other for other in self._compared if other != folder))
        if self._current == folder:
            self._current = None
            self.current_changed.emit(None)
        self._follow()
        self.summaries_changed.emit(self._summaries)

    def delete(self, folder: str) -> None:
        """Have a run's folder removed from the disk; `forget` follows once it is gone."""
        self.delete_wanted.emit(folder)
