"""What the pages of the fine-tuning workspace share: each shows the run that is chosen, and works only while seen."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.files import FileAnswer
from app.run_values import Run
from app.session import Session


class RunPage(QWidget):
    """Subclasses implement `show_run`, called while the page is seen, and `accept` for what they asked of files."""

    name: ClassVar[str]
    title: str

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._stale = True
        session.runs.current_changed.connect(self._run_changed)
        session.runs.seed_changed.connect(self._run_changed)
        session.runs.changed.connect(self._run_read)
        session.files.answered.connect(self.accept)

    @property
    def run(self) -> Run | None:
        """The run that is chosen."""
        return self.session.runs.current

    def show_run(self, run: Run | None) -> None:
        """Show this run as it stands now; called again whenever more is known of it."""
        raise NotImplementedError

    @Slot(object)
    def accept(self, answer: FileAnswer) -> None:
        """Somebody's question about files is answered."""

    @Slot(object)
    def _run_changed(self, run: Run | None) -> None:
        if self.isVisible():
            self.show_run(run)
        else:
            self._stale = True

    @Slot(object)
    def _run_read(self, run: Run) -> None:
        if self.run is not None and run.folder == self.run.folder:
            self._run_changed(run)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.show_run(self.run)
