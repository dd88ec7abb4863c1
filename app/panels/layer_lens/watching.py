"""Queries that a panel watches, each under a name of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Slot

from app.session import Session
from bert_core.queries import Answer, Query


class Watching(QObject):
    """`take(name, answer)` is called with what comes, if it is about the newest trace."""

    def __init__(self, session: Session, take: Callable[[str, Answer], None], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._take = session, take
        self.queries: dict[str, Query] = {}
        self._round = 0
        session.answer_changed.connect(self._answered)

    def want(self, wanted: Mapping[str, Query], *, anew: bool = False) -> None:
        """Watch these and nothing else.

        anew  what was watched before and is known is taken again
        """
        self._round = own = self._round + 1
        for name in self.queries.keys() - wanted.keys():
            del self.queries[name]
            self._session.watch((self, name), None)
        for name, query in wanted.items():
            if self.queries.get(name) != query:
                self.queries[name] = query
                answer = self._session.watch((self, name), query)
            elif anew:
                answer = self._session.known(query)
            else:
                continue
            if answer is not None and self.queries.get(name) == query and self._fits(answer):
                self._take(name, answer)
                if self._round != own:
                    return  # what was taken made other wishes

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        if self._fits(answer):
            for name in [name for name, query in self.queries.items() if query == answer.query]:
                self._take(name, answer)

    def _fits(self, answer: Answer) -> bool:
        now = self._session.trace
        return now is not None and answer.scene == now.scene
