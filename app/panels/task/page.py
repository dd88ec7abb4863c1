"""What the tuned model says of the text that is shown, and of the reference, live."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.panels.common_page import Page
from app.panels.task.choice_part import ChoicePart
from app.panels.task.class_part import ClassPart
from app.panels.task.explanation import FORMULAS
from app.panels.task.part import Part, Shown
from app.panels.task.span_part import SpanPart
from app.panels.task.tag_part import TagPart
from app.panels.task.value_part import ValuePart
from app.panels.task.words import caveat, task_name, why_nothing
from app.reference import incomparable
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.drawing import Drawing, widget_drawing
from app.views.elided_label import ElidedLabel
from app.views.empty import EmptyState
from app.views.figure import figure
from app.views.tables import Table
from bert_core.finetuning.task_info import TaskName
from bert_core.queries import Answer, OfReference, Query
from bert_core.queries_task import AskTask
from bert_core.scene import Scene
from bert_core.trace import Trace

_NOW, _BEFORE = "now", "before"
_LEAST = QSize(180, 84)
_BESIDE = 440  # pixels of width from which on the note stands behind the sentence


class TaskPage(Page):
    """What was said before stays until there is something new.

    why_wanted(Target)  which pieces decided this?
    tune_wanted()       there is no tuned model: a person wants to make one
    """

    name = "task"
    why_wanted = Signal(object)
    tune_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.classes, self.value, self.tags = ClassPart(session), ValuePart(session), TagPart(session)
        self.spans, self.choice = SpanPart(session), ChoicePart(session)
        self._parts: dict[TaskName, Part] = {
            "single-sentence": self.classes,
            "sentence-pair": self.classes,
            "regression": self.value,
            "tagging": self.tags,
            "question-answering": self.spans,
            "multiple-choice": self.choice,
        }
        self._shown: Shown | None = None
        self._before: object = None
        self._kept: dict[tuple[Scene, Query], object] = {}  # what was said of the reference while it was new
        self.empty = EmptyState()
        self.said = ElidedLabel()
        self.said.setProperty("kind", "title")
        self.note = ElidedLabel()
        self.note.setProperty("kind", "secondary")
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._head = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._head.setSpacing(4)
        self._head.addWidget(self.said)
        self._head.addWidget(self.note)
        column.addLayout(self._head)
        inner = QWidget()
        self._stack = QStackedLayout(inner)
        self._stack.setContentsMargins(0, 0, 0, 0)
        for part in dict.fromkeys(self._parts.values()):
            self._stack.addWidget(part)
            part.why_wanted.connect(self.why_wanted)
        column.addWidget(inner, 1)
        self._whole = QStackedLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self.empty)
        self._whole.addWidget(self._content)
        self.figure = self.picture(
            self._content,
            tr("Task"),
            drawing=self._drawing,
            table=self._table,
            said=self._metadata,
            name=lambda: "task",
        )
        self.figure.set_enabled(False)
        self.choice.changed.connect(self._choices_changed)
        self.empty.activated.connect(self.tune_wanted)
        session.loading_changed.connect(self._state_changed)
        session.model_changed.connect(self._state_changed)
        self._show_empty()

    @property
    def part(self) -> Part | None:
        """Which is shown; None: none."""
        model = self.session.model
        if model is None or model.task is None or self._whole.currentIndex() == 0:
            return None
        return self._parts[model.task.task]

    @property
    def query(self) -> AskTask:
        """What is asked."""
        model = self.session.model
        chosen = model is not None and model.task is not None and model.task.task == "multiple-choice"
        return AskTask(self.choice.choices if chosen else ())

    def refresh(self, trace: Trace) -> None:
        """Another text, or another model."""
        self._before = None
        why = self._show_empty()
        if not why:
            self._show_note(self._notes(trace))

    def wanted(self, trace: Trace) -> Mapping[str, Query]:
        """The answer, and that for the reference, which only its own model can give."""
        if why_nothing(self.session, trace):
            return {}
        wanted: dict[str, Query] = {_NOW: self.query}
        other = self.against
        if other is not None and other.scene.model_id == self.session.scene.model_id:
            wanted[_BEFORE] = OfReference(self.query, other.scene)
        return wanted

    def accept(self, name: str, answer: Answer, trace: Trace) -> None:
        """What the model says."""
        model = self.session.model
        if model is None or model.task is None or answer.progress is not None:
            return
        if answer.failure:
            if name == _NOW:
                self._fail(answer.failure)
            return
        if name == _BEFORE:
            self._before = answer.value
            if self._shown is not None and self._shown.trace is trace:
                self._show(trace, self._shown.answer)
            return
        self._remember(trace, answer.value)
        self._show(trace, answer.value)

    def _remember(self, trace: Trace, value: object) -> None:
        """What is said now, of what may be kept as the reference and be compared with another model."""
        reference = self.session.reference
        kept = None if reference is None else reference.trace.scene
        self._kept = {key: one for key, one in self._kept.items() if key[0] == kept}
        self._kept[trace.scene, self.query] = value

    def _show(self, trace: Trace, value: object) -> None:
        model, against = self.session.model, self.against
        assert model is not None and model.task is not None
        before = self._before
        if before is None and against is not None:
            before = self._kept.get((against.scene, self.query))
        self._shown = Shown(trace, model.task, value, before if against is not None else None)
        part = self._parts[model.task.task]
        part.show_answer(self._shown)
        self._stack.setCurrentWidget(part)
        self._whole.setCurrentIndex(1)
        self.said.setText(part.sentence())
        self._show_note(" ".join(words for words in (self._notes(trace), part.note()) if words))
        self.figure.set_enabled(True)

    def _fail(self, why: str) -> None:
        self._shown = None
        self.empty.set_text(why)
        self._whole.setCurrentIndex(0)
        self.figure.set_enabled(False)

    def _show_empty(self) -> str:
        """Say why there is nothing, where that is so."""
        why, model = why_nothing(self.session, self.trace), self.session.model
        if why:
            self._fail(why)
            tune = model is not None and model.task is None
            self.empty.set_text(why, tr("Fine-tune a model…") if tune else "")
        return why

    def _show_note(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _notes(self, trace: Trace) -> str:
        """What is shown where that is not what is now; what does not fit."""
        reference, said = self.session.reference, []
        if reference is not None and reference.showing == "reference":
            said.append(tr("The reference is shown."))
        elif reference is not None and reference.showing == "difference":
            why = incomparable(reference.trace, trace)
            other = reference.trace.scene.model_id != self.session.scene.model_id
            if why:
                said.append(tr("{why} What is now is shown.", why=why))
            elif other and (reference.trace.scene, self.query) not in self._kept:
                said.append(
                    tr("What the model of the reference said is not known: only what is now is shown.")
                )
            else:
                said.append(tr("With the change from the reference."))
        said.append(caveat(self.session, trace))
        return " ".join(part for part in said if part)

    def select(self, selection: Selection) -> None:
        """Another piece is pinned."""
        self._mark()

    def point(self, hover: Hover) -> None:
        """Something else is pointed at."""
        self._mark()

    def _mark(self) -> None:
        part = self.part
        if part is not None:
            part.mark()

    @Slot()
    def _choices_changed(self) -> None:
        self.ask()

    @Slot(object)
    def _state_changed(self, _: object) -> None:
        if self.session.trace is None or self.session.model is None:
            self._show_empty()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The note stands behind the sentence where there is room."""
        super().resizeEvent(event)
        wide = event.size().width() >= _BESIDE
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._head.direction() != way:
            self._head.setDirection(way)
            self._head.setSpacing(12 if wide else 4)
            self._head.setStretchFactor(self.note, 1 if wide else 0)

    def minimumSizeHint(self) -> QSize:
        """Little: parts scroll."""
        return _LEAST

    # Pictures ----------------------------------------------------------------------------------------------------

    def _drawing(self) -> Drawing:
        return figure(widget_drawing(self._content), self._title())

    def _title(self) -> str:
        model = self.session.model
        task = None if model is None else model.task
        return tr("Task") if task is None else tr("Task: {name}", name=task_name(task.task))

    def _table(self) -> Table:
        return ((), []) if self.part is None else self.part.table()

    def _metadata(self) -> Mapping[str, str]:
        model = self.session.model
        task = None if model is None else model.task
        formula = "" if task is None else FORMULAS[task.task]
        return {"Title": self._title(), "Formula": formula, "Answer": self.said.text()}
