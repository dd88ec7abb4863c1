"""The one thread that reads files for panels: data sets, evaluations, probes; the newest question of each kind."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from app.files import FileAnswer, FileQuestion, slot_of
from app.translation import tr
from app.values import Problem
from bert_core.errors import BertError

log = logging.getLogger(__name__)

FileAnswerer = Callable[[FileQuestion], object]


class FileService(QObject):
    """`answerers` says by which function each kind of question is answered.

    A question that waits gives way to a newer one with the same `slot`, by default its class: a person who types a
    file's name asks with every key.
    """

    answered = Signal(object)  # FileAnswer

    def __init__(
        self, answerers: Mapping[type[FileQuestion], FileAnswerer], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._answerers = dict(answerers)
        self._wake = threading.Condition()
        self._stopping = False
        self._waiting: dict[object, FileQuestion] = {}
        self._thread: threading.Thread | None = None

    def ask(self, question: FileQuestion) -> None:
        """Answer it in its turn."""
        with self._wake:
            slot = slot_of(question)
            self._waiting.pop(slot, None)
            self._waiting[slot] = question
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="files", daemon=True)
                self._thread.start()
            self._wake.notify()

    def stop(self, timeout: float = 5.0) -> None:
        """End the thread; waits at most `timeout` seconds."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout)

    def _loop(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._stopping or self._waiting)
                if self._stopping:
                    return
                question = self._waiting.pop(next(iter(self._waiting)))
            answer = self._answer(question)
            if self._stopping:
                return
            self.answered.emit(answer)

    def _answer(self, question: FileQuestion) -> FileAnswer:
        try:
            return FileAnswer(question, self._answerers[type(question)](question))
        except BertError as error:
            log.info("%s", error)
            return FileAnswer(question, problem=Problem(str(error)))
        except Exception as error:
            log.exception("%s could not be answered", question)
            words = tr("This cannot be read: {why}", why=f"{type(error).__name__}: {error}")
            return FileAnswer(question, problem=Problem(words))
