"""Errors nobody expected: the log gets all of them, the person one sentence."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

from app.session import Session
from app.translation import tr
from app.values import Problem

log = logging.getLogger(__name__)


class Unexpected(QObject):
    """Takes over what Python would print when an error goes uncaught, in whichever thread."""

    happened = Signal(object)  # Problem; a signal, since it may come from another thread

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.happened.connect(session.set_problem, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """From now on until the process ends."""
        sys.excepthook = self.take
        threading.excepthook = self._take_from_thread

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log it and say so; Ctrl+C in the terminal still ends the program."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        log.error("unexpected error\n%s", details)
        message = tr(
            "Something unexpected went wrong ({kind}: {error}). Your text is kept; the log (see Help) has more.",
            kind=kind.__name__,
            error=error,
        )
        self.happened.emit(Problem(message, details))

    def _take_from_thread(self, given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None:
            self.take(given.exc_type, given.exc_value, given.exc_traceback)
