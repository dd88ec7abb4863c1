"""The pieces of the vocabulary that are nearest to a piece."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.panels.hidden_states.controls import layer_words
from app.translation import tr
from app.views.piece_text import isolated
from app.views.ranked_bars import RankedBars
from app.views.tables import Table
from bert_core.queries_states import Nearest

GAP = 14  # pixels between the lists


class NearestPane(QWidget):
    """By token embedding on the left, by hidden state on the right; bars and numbers are cosines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nearest: Nearest | None = None
        self.by_token = RankedBars(0, tr("Nearest by token embedding"), decimals=2)
        self.by_state = RankedBars(0, tr("Nearest by hidden state"), decimals=2)
        self.by_state.setToolTip(
            tr("By the cosine with the token embeddings. This is not what the masked-word head predicts.")
        )
        self.by_token.setToolTip(tr("By the cosine with the token embeddings; the piece itself is left out"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.by_token)
        row.addWidget(self.by_state)

    def set_width(self, width: int) -> None:
        """Both lists together."""
        for part in (self.by_token, self.by_state):
            part.setFixedWidth((width - GAP) // 2)

    @property
    def nearest(self) -> Nearest | None:
        """What is listed."""
        return self._nearest

    def show_nearest(self, nearest: Nearest, piece: str, layer: int, layers: int) -> None:
        """List the pieces nearest to this one."""
        self._nearest = nearest
        name = isolated(piece)
        self.by_token.set_weights(
            tr("To ‘{piece}’, by token embedding", piece=name),
            [(text, cos) for text, _, cos in nearest.by_token],
        )
        self.by_state.set_weights(
            tr("By hidden state: {layer}", layer=layer_words(layer, layers)),
            [(text, cos) for text, _, cos in nearest.by_state],
        )

    def say(self, words: str) -> None:
        """A sentence instead."""
        self._nearest = None
        self.by_token.set_weights(words, ())
        self.by_state.set_weights("", ())

    def table(self) -> Table:
        """Both lists."""
        if self._nearest is None:
            return ["by", "rank", "piece", "id", "cosine"], ()
        lists = (("token embedding", self._nearest.by_token), ("hidden state", self._nearest.by_state))
        rows = [
            (by, rank, text, id_, f"{cosine:.6f}")
            for by, found in lists
            for rank, (text, id_, cosine) in enumerate(found, 1)
        ]
        return ["by", "rank", "piece", "id", "cosine"], rows
