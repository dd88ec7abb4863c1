"""Queries that a panel watches, each under a name of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Slot

from app.session import Session
from bert_core.queries import Answer, OfReference, Query
from bert_core.trace import Trace


class Watching(QObject):
    """`take(name, answer)` is called with what comes, if the newest trace is what it was asked for."""

    def __init__(self, session: Session, take: Callable[[str, Answer], None], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._take = session, take
        self.queries: dict[str, Query] = {}
        session.answer_changed.connect(self._answered)

    def want(self, wanted: Mapping[str, Query], drawn: Trace | None = None, *, anew: bool = False) -> None:
        """Watch these from now on, and nothing else; what is known of those that are new is taken at once.

        drawn  what they are about, where that may be the reference
        anew   what is known of those that were watched before is taken again
        """
        session, asked = self._session, dict(wanted)
        if drawn is not None and drawn is not session.trace:
            asked = {name: OfReference(query, drawn.scene) for name, query in wanted.items()}
        gone = self.queries.keys() - asked.keys()
        new = [name for name, query in asked.items() if self.queries.get(name) != query]
        self.queries = asked
        for name in gone:
            session.watch((self, name), None)
        for name in new:
            session.watch((self, name), asked[name])
        for name in asked if anew else new:
            answer = session.known(asked[name])
            if (
                answer is not None and self.queries.get(name) == asked[name]
            ):  # taking one may change the wishes
                self._take_if_it_fits(name, answer)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        for name in [name for name, query in self.queries.items() if query == answer.query]:
            self._take_if_it_fits(name, answer)

    def _take_if_it_fits(self, name: str, answer: Answer) -> None:
        now = self._session.trace
        if now is not None and answer.scene == now.scene:
            self._take(name, answer)
