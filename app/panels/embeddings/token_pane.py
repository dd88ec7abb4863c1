"""The token table in figures: how long its vectors are, and which are the shortest and the longest."""

from __future__ import annotations

import html
import re
from itertools import islice

import numpy as np
from PySide6.QtCore import QSizeF
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.theme import font
from app.translation import tr
from app.views.drawing import Drawing
from app.views.elided_label import ElidedLabel
from app.views.embedding_legend import norm_text
from app.views.figure import figure
from app.views.norm_histogram import NormHistogram
from app.views.piece_text import isolated
from app.views.tables import Table
from bert_core.queries_embeddings import Tables

_NAMED, _TOLD = 12, 30  # pieces in a line, and in its tool tip
_UNUSED = re.compile(r"\[(unused|unnamed-)\d+\]")  # rows that stand for nothing yet
_PICTURE = QSizeF(520, 240)


class TokenPane(QWidget):
    """A histogram over a line of the shortest and one of the longest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tables: Tables | None = None
        self.title = QLabel(tr("Token table"))
        self.title.setFont(font("bold"))
        self.histogram = NormHistogram(tr("Norms of the token embeddings"))
        self.shortest, self.longest = ElidedLabel(), ElidedLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.histogram, 1)
        for label in (self.shortest, self.longest):
            label.setFont(font("small"))
            label.setProperty("kind", "secondary")
            column.addWidget(label)

    def show_tables(self, tables: Tables | None) -> None:
        """Show these, or nothing."""
        self._tables = tables
        if tables is None:
            self.title.setText(tr("Token table"))
            self.histogram.set_norms(np.zeros(0, np.float32))
            self.shortest.setText("")
            self.longest.setText("")
            return
        self.title.setText(tr("Token table: {n} norms", n=f"{len(tables.token_norms):,}"))
        self.histogram.set_norms(tables.token_norms)
        order = np.argsort(tables.token_norms, kind="stable").tolist()
        for label, words, pieces in (
            (self.shortest, tr("shortest:"), order),
            (self.longest, tr("longest:"), reversed(order)),
        ):
            chosen = list(islice((piece for piece in pieces if _is_used(tables.vocabulary[piece])), _TOLD))
            names = [isolated(tables.vocabulary[piece]) for piece in chosen]
            label.setText(f"{words} {'  '.join(names[:_NAMED])}")
            lengths = [norm_text(float(tables.token_norms[piece])) for piece in chosen]
            told = ", ".join(f"{name} {length}" for name, length in zip(names, lengths, strict=True))
            label.setToolTip(f"<p>{html.escape(f'{words} {told}')}</p>")

    def table(self) -> Table:
        """Every piece with the length of its vector, the shortest first."""
        tables = self._tables
        if tables is None:
            return [], ()
        order = np.argsort(tables.token_norms, kind="stable").tolist()
        rows = ([piece, tables.vocabulary[piece], float(tables.token_norms[piece])] for piece in order)
        return ["id", "piece", "norm"], rows

    def drawing(self) -> Drawing:
        """The histogram, with both lines below."""
        lines = "\n".join((self.shortest.text(), self.longest.text()))
        return figure(self.histogram.drawing(_PICTURE), self.title.text(), caption=lines)


def _is_used(piece: str) -> bool:
    return not _UNUSED.fullmatch(piece)
