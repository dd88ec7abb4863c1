"""Which piece is chosen: one that is pinned in the text, or one of another sentence, which is known here only."""

from __future__ import annotations

from app.panels.hidden_states.shown import Piece
from app.selection import Hover, Selection
from app.session import Session


class Picked:
    """Pieces of the text are the session's; those of other sentences are kept here."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.other: Piece | None = None
        self.passing: Piece | None = None

    def toggle(self, piece: Piece) -> None:
        """Choose it, or let it go."""
        sentence, position = piece
        if sentence:
            self.other = None if self.other == piece else piece
            return
        self.other = None
        now = self._session.selection
        if now.query == position and now.key is None and not now.more:
            self._session.unpin()
        else:
            self._session.pin(query=position)

    def hover(self, piece: Piece | None) -> None:
        """The pointer passes over it."""
        self.passing = piece if piece is not None and piece[0] else None
        of_text = piece is not None and not piece[0]
        self._session.set_hover(Hover(query=piece[1]) if piece is not None and of_text else Hover())

    def chosen(self, selection: Selection) -> list[Piece]:
        """All that are, the first foremost."""
        own = [(0, position) for position in (*selection.queries, *selection.keys)]
        return list(dict.fromkeys([*([] if self.other is None else [self.other]), *own]))

    def hovered(self) -> list[Piece]:
        """What is pointed at, here or elsewhere."""
        hover = self._session.hover
        own = [(0, position) for position in (hover.query, hover.key) if position is not None]
        return own if self.passing is None else [self.passing]
