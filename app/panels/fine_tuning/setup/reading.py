"""What is in the files that were chosen, and how a person wants them read."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.file_questions.data import DataOf, DataReport
from app.files import FileAnswer
from app.session import Session
from bert_core.finetuning.data_values import Layout

_SOON_MS = 150


class DataReading(QObject):
    """wanted(): a moment has passed since `ask_soon`. taken(words, kind): there is a report, or words say why not.

    layout    as a person wants the training file read; None: as it is guessed
    question  what was asked last; None where there is no file to read
    report    what was read; None where nothing was
    """

    wanted = Signal()
    taken = Signal(object, object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._files = session.files
        self._answered: DataOf | None = None  # by the report
        self.layout: Layout | None = None
        self.question: DataOf | None = None
        self.report: DataReport | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self.wanted)
        session.files.answered.connect(self._accept)

    @property
    def settled(self) -> bool:
        """Whether the report is of what is to be read."""
        return self.question is not None and self._answered == self.question and not self._soon.isActive()

    def begin(self) -> None:
        """It is another file."""
        self.layout = self.report = None

    def ask_soon(self) -> None:
        """In a moment, unless more changes."""
        self._soon.start()

    def hurry(self) -> None:
        """What was to be asked in a moment is asked now, or not at all."""
        self._soon.stop()

    def ask(self, question: DataOf) -> None:
        """Ask this."""
        self.question = question
        self._files.ask(question)

    def stop(self, words: str) -> None:
        """There is no file to read, as the words say."""
        self.question = None
        self._take(None, words)

    @Slot(object)
    def _accept(self, answer: FileAnswer) -> None:
        question, report = answer.question, answer.value
        if not isinstance(question, DataOf) or question != self.question:
            return
        if isinstance(report, DataReport):
            if question.anew:  # asked again, it is to be read so
                self.layout = report.layout
                self.question = question = replace(question, layout=self.layout, anew=False)
            self._answered = question
            self._take(report)
        elif answer.problem is not None:
            self._take(None, answer.problem.message, "error")

    def _take(self, report: DataReport | None, words: str = "", kind: str = "secondary") -> None:
        self.report = report
        self.taken.emit(words, kind)
