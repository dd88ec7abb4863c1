"""Questions that are watched under names of their own, about what is drawn: the newest trace, or the reference."""

from __future__ import annotations

from collections.abc import Mapping

from app.session import Session
from bert_core.queries import Answer, OfReference, Query
from bert_core.trace import Trace


class Asking:
    """`want` some, and look up `names_of` an answer."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._watched: dict[str, Query] = {}

    def want(
        self, trace: Trace | None, wanted: Mapping[str, Query], *, anew: bool = False
    ) -> dict[str, Answer]:
        """Watch these from now on, nothing else; what is known of new ones, or `anew` of all, by name."""
        now, known = self._session.trace, {}
        asked = dict(wanted)
        if trace is not None and trace is not now:
            asked = {name: OfReference(query, trace.scene) for name, query in wanted.items()}
        for name in self._watched.keys() - asked.keys():
            del self._watched[name]
            self._session.watch((self, name), None)
        for name, query in asked.items():
            if self._watched.get(name) != query:
                self._watched[name] = query
                answer = self._session.watch((self, name), query)
            elif anew:
                answer = self._session.known(query)
            else:
                continue
            if answer is not None and self._fits(answer):
                known[name] = answer
        return known

    def names_of(self, answer: Answer) -> list[str]:
        """Under which names it was wanted."""
        return [name for name, query in self._watched.items() if query == answer.query and self._fits(answer)]

    def _fits(self, answer: Answer) -> bool:
        now = self._session.trace
        return now is not None and answer.scene == now.scene
