"""The pieces of the input in the colours of a method, whether the panel is seen or not."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.input_colours import InputColours, PieceColours
from app.panels.saliency.asked import found_in, query_of
from app.panels.saliency.shown import scores
from app.panels.saliency.target import Aim, aim_of
from app.panels.saliency.wishes import Wishes
from app.panels.saliency.words import title_of
from app.session import Session
from app.translation import tr
from bert_core.explanations import Attribution
from bert_core.queries import Answer, Query
from bert_core.trace import Trace


class Colouring(QObject):
    """Asks for what is wished for about every text, always that of now, and hands it on."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._wishes = Wishes.of(session)
        self._colours = InputColours.of(session)
        self._query: Query | None = None
        self._aim = Aim()
        self._asked: tuple[Aim, Trace] | None = None
        session.trace_changed.connect(self.ask)
        session.answer_changed.connect(self._answered)
        self._wishes.changed.connect(self.ask)

    @Slot()
    def ask(self, _: object = None) -> None:
        """Ask for what is wished for, or for nothing."""
        wish, trace, query = self._wishes.now, self._session.trace, None
        if wish.colours is not None and trace is not None:
            model = self._session.model
            asked = aim_of(trace, wish, None if model is None else model.task)
            if (asked, trace) != self._asked:
                self._asked, self._aim = (asked, trace), asked
            if asked.target is not None:
                query = query_of(wish.colours, self._aim, wish.baseline)
                # Rollout must be told from where: any gradient knows what the model predicts.
                query = query or query_of("gradient", self._aim, wish.baseline)
        if query != self._query:
            self._query = query
            self._colours.set(None)
            answer = self._session.watch(self, query)
            if answer is not None:
                self._answered(answer)
        elif query is None:
            self._colours.set(None)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        trace, kind = self._session.trace, self._wishes.now.colours
        if answer.query != self._query or trace is None or answer.scene != trace.scene or kind is None:
            return
        found = found_in(answer)
        if answer.progress is not None or found is None:
            return
        if isinstance(found, Attribution):
            self._aim = self._aim.told(found.target, trace)
        if kind == "rollout" and isinstance(found, Attribution):
            self.ask()
        else:
            name = tr("{method}: {words}", method=title_of(kind), words=self._aim.words)
            self._colours.set(PieceColours(answer.scene, name, scores(found), signed=kind != "rollout"))
