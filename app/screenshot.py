"""`--screenshot`: the window as a person would see it, once the first analysis, or a training run, is drawn."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from app.application import Application
from app.translation import tr
from app.views.picture_files import WriteError, write_png


class Screenshot(QObject):
    """Waits until the first analysis is drawn, saves the window, and ends the process.

    run  a training run was asked for, too: its curves are waited for, or what keeps them from being read
    """

    PATIENCE_MS = 120_000
    SETTLE_MS = 300
    """Within which a page asks for more once it knows more."""
    ROUNDS = 4
    """Of events: a layout may ask for another one inside it."""

    def __init__(self, application: Application, path: Path, *, run: bool = False) -> None:
        super().__init__(application)
        self.application, self.path = application, path
        self.failure = ""
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._too_late)
        self._late.start(self.PATIENCE_MS)
        session = application.session
        session.trace_changed.connect(self._look)
        session.answer_changed.connect(self._look)
        session.problem_changed.connect(self._look)
        self._run_awaited = run
        session.runs.current_changed.connect(self._run_came)
        application.run_service.failed.connect(self._run_came)
        self._waiting = False

    @Slot()
    def _run_came(self, *_: object) -> None:
        self._run_awaited = False
        self._look()

    @Slot()
    def _look(self, _: object = None) -> None:
        session = self.application.session
        problem = None if session.up_to_date or session.loading is not None else session.problem
        if problem is not None and session.model is None:
            self._end(problem.message)
        elif self._run_awaited or self._waiting:
            return
        elif problem is not None or (session.up_to_date and session.settled):
            self._waiting = True
            if self.application.window.page is None:
                QTimer.singleShot(0, self._save)  # after the repaints that were just posted
            else:
                QTimer.singleShot(self.SETTLE_MS, self._save_once_read)

    @Slot()
    def _save_once_read(self) -> None:
        """A page about runs is drawn when nothing more is read for it."""
        if self.application.session.files.busy:
            QTimer.singleShot(self.SETTLE_MS, self._save_once_read)
        else:
            self._save()

    @Slot()
    def _save(self) -> None:
        application = self.application
        for _ in range(self.ROUNDS):
            application.qt.processEvents()
        try:
            write_png(self.path, application.window.grab().toImage(), application.commands.metadata())
        except WriteError as error:
            self._end(str(error))
        else:
            self._end()

    @Slot()
    def _too_late(self) -> None:
        problem = self.application.session.problem
        self._end(problem.message if problem else tr("No analysis came within two minutes"))

    def _end(self, failure: str = "") -> None:
        self.failure = failure
        self.application.qt.exit(1 if failure else 0)
