"""What views of a panel share: they redraw, and ask for what takes long, only while they are seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.panels.common_pictures import picture_of
from app.panels.common_watching import Watching
from app.reference import compared, drawn
from app.selection import Hover, Selection
from app.session import Session
from app.views.drawing import Drawing
from app.views.picture import PictureActions
from app.views.tables import Table
from bert_core.queries import Answer, Query
from bert_core.trace import Trace

_LEAST_WIDTH, _LEAST_HEIGHT = 230, 180  # pixels


class Page(QWidget):
    """One view. Subclasses implement `refresh(trace)`, and what else they need of the hooks below it.

    They are called with a trace of one piece or more, and only while the page is seen; on becoming visible it catches
    up. What is watched under a name is asked for in `wanted`, and comes to `accept`.

    A page always draws `trace`: that of now, or the reference where that is shown; its queries are asked about the
    same. Where `against` is there, it draws the difference, now less that.

    twin  always shows the reference, beside a page that shows what is now
    """

    name: ClassVar[str]

    def __init__(self, session: Session, *, twin: bool = False) -> None:
        super().__init__()
        self.session = session
        self._twin = twin
        self._stale = True
        self._watching = Watching(session, self._take, self)
        self._pictures: list[PictureActions] = []
        session.trace_changed.connect(self._trace_changed)
        session.selection_changed.connect(self._selection_changed)
        session.hover_changed.connect(self._hover_changed)
        session.reference_changed.connect(self._reference_changed)

    def refresh(self, trace: Trace) -> None:
        """Show this trace."""
        raise NotImplementedError

    def select(self, selection: Selection) -> None:
        """The shared selection changed."""

    def point(self, hover: Hover) -> None:
        """The pointer passes over something else, here or in another view."""

    def wanted(self, trace: Trace) -> Mapping[str, Query]:
        """What is to be asked for while the page is seen, each under a name of its own."""
        return {}

    def accept(self, name: str, answer: Answer, trace: Trace) -> None:
        """What was wanted under `name`, about the trace that is shown."""

    @property
    def trace(self) -> Trace | None:
        """What is drawn: the newest trace or the reference, if it has any pieces."""
        return drawn(self.session.reference, self.session.trace, always=self._twin)

    @property
    def against(self) -> Trace | None:
        """What the trace is compared with, where the difference is to be drawn."""
        return None if self._twin else compared(self.session.reference, self.session.trace)

    @property
    def selection(self) -> Selection:
        """The shared selection, inside what is drawn."""
        trace = self.trace
        return (
            self.session.selection
            if trace is None
            else self.session.selection.within(*trace.attentions.shape[:3])
        )

    def picture(
        self,
        widget: QWidget,
        title: str,
        *,
        drawing: Callable[[], Drawing],
        table: Callable[[], Table],
        said: Callable[[], Mapping[str, str]],
        name: Callable[[], str],
    ) -> PictureActions:
        """As `picture_of`; what it carries is of what is drawn, and of what that is the difference from."""
        made = picture_of(
            self.session,
            widget,
            title,
            drawing=drawing,
            table=table,
            said=said,
            name=name,
            trace=lambda: self.trace,
            against=lambda: self.against,
        )
        self._pictures.append(made)
        return made

    def ask(self, *, anew: bool = False) -> None:
        """Watch what is wanted now; to be called when that changes for another reason than a trace or selection.

        anew  what was watched before and is known comes to `accept` again
        """
        trace = self.trace
        wanted = self.wanted(trace) if trace is not None and self.isVisible() else {}
        self._watching.want(wanted, trace, anew=anew)

    def _take(self, name: str, answer: Answer) -> None:
        trace = self.trace
        if trace is not None:
            self.accept(name, answer, trace)

    @Slot(object)
    def _trace_changed(self, _: object) -> None:
        self._stale = True
        if self.isVisible():
            self._catch_up()

    def _catch_up(self) -> None:
        trace = self.trace
        anew = False
        if self._stale and trace is not None:
            self._stale, anew = False, True
            self.refresh(trace)
        self.ask(anew=anew)

    @Slot(object)
    def _selection_changed(self, _: object) -> None:
        if not self.isVisible() or self.trace is None:
            self._stale = True
        else:
            self.select(self.selection)
            self.ask()

    @Slot(object)
    def _reference_changed(self, _: object) -> None:
        self._trace_changed(None)

    @Slot(object)
    def _hover_changed(self, hover: Hover) -> None:
        if self.isVisible():
            self.point(hover)

    def minimumSizeHint(self) -> QSize:
        """Little, whatever is on it just now: a page arranges itself in the room it gets, also beside its twin."""
        return QSize(_LEAST_WIDTH, _LEAST_HEIGHT)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        for picture in self._pictures:
            picture.set_seen(True)
        self._catch_up()

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while hidden."""
        super().hideEvent(event)
        for picture in self._pictures:
            picture.set_seen(False)
        self.ask()
