"""Questions about files, which a thread of their own answers: a part of the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

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

    def ask(self, question: FileQuestion) -> None:
        """Ask; `answered` comes of it, unless something newer of its kind is asked before it is its turn."""
        self.asked.emit(question)
