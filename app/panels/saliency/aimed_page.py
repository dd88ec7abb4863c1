"""What both pages of the saliency panel are: about a prediction, with what is said or worked out in a line below."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from app.panels.common_page import Page
from app.panels.common_pictures import pictures_button
from app.panels.saliency.target import Aim, aim_of
from app.panels.saliency.wishes import Wishes
from app.session import Session
from app.views.choice import Choice
from app.views.empty import EmptyState
from app.views.job_line import JobLine
from app.views.picture import PictureActions
from app.views.read_out import ReadOut
from bert_core.trace import Trace

_FOOT = 22  # pixels


class AimedPage(Page):
    """Subclasses `_take_aim` of what they show, and `stop` and `go_on`.

    aimed(Trace, Aim) what is explained from now on
    bar               the controls, for whoever shows the page
    """

    aimed = Signal(object, object)

    def __init__(self, session: Session, *, said: str, job: str) -> None:
        super().__init__(session)
        self._wishes = Wishes.of(session)
        self._aim = Aim()
        self._asked = Aim()  # the same, before the model has said what it leaves open
        self._told_of: Trace | None = None
        self.read_out = ReadOut(name=said)
        self.job = JobLine(job)
        self.empty = EmptyState()
        self.job.cancelled.connect(self.stop)
        self.job.again.connect(self.go_on)
        self._wishes.changed.connect(self._wishes_changed)

    @property
    def aim(self) -> Aim:
        """What is explained."""
        return self._aim

    @Slot()
    def stop(self) -> None:
        """Work it out no further."""
        raise NotImplementedError

    @Slot()
    def go_on(self) -> None:
        """Work it out after all."""
        raise NotImplementedError

    def _take_aim(self, trace: Trace) -> Aim:
        """What is wished for of this trace; what the model has said of it before still holds."""
        model = self.session.model
        asked = aim_of(trace, self._wishes.now, None if model is None else model.task)
        if (asked, trace) != (self._asked, self._told_of):
            self._asked, self._told_of, self._aim = asked, trace, asked
        self.aimed.emit(trace, self._aim)
        return asked

    @Slot()
    def _wishes_changed(self) -> None:
        self._stale = True
        if self.isVisible():
            self._catch_up()

    def minimumSizeHint(self) -> QSize:
        """Little: the panel is often low."""
        return QSize(230, 90)

    def _build_bar(self, choices: tuple[Choice, ...], pictures: tuple[PictureActions, ...]) -> None:
        self.bar = QWidget()
        bar = QHBoxLayout(self.bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(6)
        for choice in choices:
            bar.addWidget(choice)
        bar.addWidget(pictures_button(pictures))

    def _build_foot(self) -> QWidget:
        """The read-out, and in its place how far what takes long has come, so that nothing moves."""
        foot = QWidget()
        self._foot = QStackedLayout(foot)
        for widget in (self.read_out, self.job):
            self._foot.addWidget(widget)
        foot.setFixedHeight(_FOOT)
        return foot

    def _build_stack(self, content: QWidget) -> None:
        """Why there is nothing to show, or that."""
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
