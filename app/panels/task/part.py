"""What the parts of the task panel have in common: each shows the answers of one kind of task."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from app.session import Session
from app.views.tables import Table
from bert_core.finetuning.task_info import TaskInfo
from bert_core.trace import Trace


@dataclass(frozen=True, eq=False)
class Shown:
    """What the model says of a text, and what is known of the reference.

    before  what it, or the model then, said of the reference, where the difference is shown
    """

    trace: Trace
    task: TaskInfo
    answer: object
    before: object = None


class Part(QWidget):
    """why_wanted(Target): which pieces decided this?"""

    why_wanted = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    def show_answer(self, shown: Shown) -> None:
        """Show this."""
        raise NotImplementedError

    def mark(self) -> None:
        """Something else is pinned or pointed at."""

    def sentence(self) -> str:
        """What is shown, in a sentence."""
        raise NotImplementedError

    def note(self) -> str:
        """What is to be known of it."""
        return ""

    def table(self) -> Table:
        """All numbers."""
        raise NotImplementedError


def scrolled(widget: QWidget) -> QScrollArea:
    """In an area that scrolls."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(widget)
    area.setMinimumHeight(44)
    return area
