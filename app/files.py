"""Questions about files, which a thread of their own answers: a part of the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.values import Problem


@dataclass(frozen=True)
class FileQuestion:
    """What is asked about files; each kind is a frozen, hashable subclass. Its class says who answers it."""


@dataclass(frozen=True, eq=False)
class FileAnswer:
    """value is None where there is a problem."""

    question: FileQuestion
    value: Any = None
    problem: Problem | None = None


class Files(QObject):
    """Panels ask; the file service answers. An answer comes to everybody, who look whether it is the one they wait for.

    The same question may be asked again: files change.
    """

    asked = Signal(object)  # FileQuestion
    answered = Signal(object)  # FileAnswer

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open: dict[object, FileQuestion] = {}  # the newest of each kind
        self.answered.connect(self._close)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._open)

    def ask(self, question: FileQuestion) -> None:
        """Ask; `answered` comes of it, unless something newer of its kind is asked before it is its turn."""
        self._open[slot_of(question)] = question
        self.asked.emit(question)

    @Slot(object)
    def _close(self, answer: FileAnswer) -> None:
        slot = slot_of(answer.question)
        if self._open.get(slot) == answer.question:
            del self._open[slot]


def slot_of(question: FileQuestion) -> object:
    """Of what kind it is: only the newest of a kind is waited for."""
    return getattr(question, "slot", type(question))
