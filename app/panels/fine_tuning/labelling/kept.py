"""The labels of one file's texts, on the disk: read once, and written whenever one is given or taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.file_questions.labelling import KeepLabels, LabelsIn
from app.files import FileAnswer
from app.panels.fine_tuning.labelling.given import GivenLabels
from app.places import runs_folder
from app.session import Session


def labels_file(source: str, labels: Sequence[str]) -> Path:
    """Where what is labelled in a file is kept: one file for each that is labelled, and each set of classes."""
    told = "\n".join((str(Path(source).absolute()), *labels))
    mark = hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:6]
    return runs_folder() / "labelled" / f"{Path(source).stem[:60]}-{mark}.jsonl"


class KeptLabels(QObject):
    """One file at a time.

    read()            what was labelled before is known
    failed(str)       it cannot be read
    written(Problem)  the labels are written; or why they are not, else None

    path   of the file in which they are kept; None where nothing is labelled
    given  the labels; None while they are being read
    safe   whether all of them are written
    """

    read = Signal()
    failed = Signal(object)
    written = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._files = session.files
        self.path: Path | None = None
        self.given: GivenLabels | None = None
        self.safe = True
        session.files.answered.connect(self._answered)

    def open(self, path: Path) -> None:
        """Read these, and forget the others."""
        self.path, self.given, self.safe = path, None, True
        self._files.ask(LabelsIn(str(path)))

    def close(self) -> None:
        """Forget them."""
        self.path = self.given = None

    def write(self) -> None:
        """Something was given or taken back."""
        if self.path is not None and self.given is not None:
            self.safe = False
            self._files.ask(KeepLabels(str(self.path), self.given.all))

    @Slot(object)
    def _answered(self, answer: FileAnswer) -> None:
        question, problem = answer.question, answer.problem
        if not isinstance(question, LabelsIn | KeepLabels) or question.path != str(self.path):
            return
        if isinstance(question, KeepLabels):
            self.safe = problem is None and self.given is not None and question.labels == self.given.all
            self.written.emit(problem)
        elif problem is not None:
            self.failed.emit(problem.message)
        else:
            self.given = GivenLabels(answer.value or ())
            self.read.emit()
