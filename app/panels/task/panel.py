"""The task panel: what a tuned model says of the current text."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot

from app.panels.base import Panel
from app.panels.task.explanation import explanation
from app.panels.task.page import TaskPage
from app.panels.task.words import task_words
from app.session import Session
from app.theme import font
from app.translation import tr
from app.views.elided_label import ElidedLabel
from app.views.picture import PictureActions
from bert_core.finetuning.examples import ChoiceExample
from bert_core.finetuning.run_values import ExampleRow
from bert_core.trace import Trace

_LEAST = QSize(210, 110)  # pixels


class TaskPanel(Panel):
    """Classes, a number, tags, an answer, or choices.

    why_wanted(Target)  which pieces decided this? `SaliencyPanel.explain` says
    tune_wanted()       there is no tuned model: a person wants to make one
    """

    name = "task"
    why_wanted = Signal(object)
    tune_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Task"), explanation())
        self.page = TaskPage(session)
        self.page.why_wanted.connect(self.why_wanted)
        self.page.tune_wanted.connect(self.tune_wanted)
        self.figures = self.offer_pictures([self.page.figure])
        self.about = ElidedLabel()  # unlike the subtitle, it asks for no room in a narrow dock
        self.about.setFont(font("small"))
        self.about.setProperty("kind", "secondary")
        self.header_row.insertWidget(self.header_row.indexOf(self.subtitle) + 1, self.about)
        self.body.setContentsMargins(12, 2, 12, 8)
        self.body.addWidget(self.page, 1)
        session.model_changed.connect(self._tell_task)
        self._tell_task(session.model)

    @property
    def pictures(self) -> tuple[tuple[str, PictureActions], ...]:
        """What can be copied and saved, with its name."""
        return ((self.title, self.page.figure),)

    def refresh(self, trace: Trace | None) -> None:
        """The page looks after itself."""

    def take_example(self, row: ExampleRow) -> None:
        """Compare an example's own endings, where it is a multiple choice; its text is read by whoever calls this."""
        if isinstance(row.example, ChoiceExample):
            start = row.example.start
            whole = [" ".join(part for part in (start, ending) if part) for ending in row.example.endings]
            self.page.choice.set_choices([ending for ending in whole if ending != row.text_b])

    @Slot(object)
    def _tell_task(self, _: object) -> None:
        model = self.session.model
        task = None if model is None else model.task
        self.about.setText("" if task is None else task_words(task))
        self.figures.setVisible(task is not None)

    def minimumSizeHint(self) -> QSize:
        """Little: what does not fit scrolls."""
        return _LEAST
