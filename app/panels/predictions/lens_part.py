"""One masked piece layer by layer, in the little room that the predictions panel leaves."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.session import Session
from app.translation import tr
from app.views.bars import PAD, percent
from app.views.lens_table import LEAST_ROW, LensCells, LensTable
from app.views.piece_text import isolated
from app.views.read_out import ReadOut
from bert_core.explanations import LayerLens
from bert_core.queries import Answer
from bert_core.queries_predictions import Lens
from bert_core.trace import Trace

_TITLE = 22  # pixels, its space included


class LensPart(QWidget):
    """The best word after each layer; chosen(layer, position) says that a row was clicked, or Enter pressed on it."""

    chosen = Signal(object, object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._position: int | None = None
        self._query: Lens | None = None
        self.title = ReadOut(name=tr("Layer lens"))
        self.title.set_text(tr("Layer lens: the best word after each layer"))
        self.title.setToolTip(tr("Early layers are read through a head that was trained for the last"))
        self.table = LensTable(tr("Layer lens of the masked piece"), plain=True)
        self.table.setToolTip(tr("Click a layer to see more in the panel “Layer lens”"))
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, 4, PAD, 0)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.table)
        self.table.cell_entered.connect(self._entered)
        self.table.clicked.connect(self._clicked)
        session.answer_changed.connect(self._answered)
        self.hide()

    @staticmethod
    def height_for(layers: int) -> int:
        """What it needs for so many layers and the embeddings."""
        return _TITLE + 4 + (layers + 1) * LEAST_ROW + 2

    def ask(self, trace: Trace | None, position: int | None, seen: bool) -> None:
        """Look at this piece; the only mask is asked about as the lens panel does, so that it is read once."""
        self._position = position
        wanted = None
        if seen and trace is not None and position is not None:
            wanted = Lens() if trace.masked == (position,) else Lens((position,))
        if wanted != self._query:
            self._query = wanted
            answer = self.session.watch(self, wanted)
            if answer is not None:
                self._answered(answer)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        trace, lens = self.session.trace, answer.value
        if answer.query != self._query or trace is None or answer.scene != trace.scene:
            return
        self.table.set_cells(_cells(trace, lens) if isinstance(lens, LayerLens) else None)

    @Slot(object)
    def _clicked(self, index: object) -> None:
        row = index.row()  # type: ignore[attr-defined]
        self._entered(row, 0)

    @Slot(object, object)
    def _entered(self, layer: int, _: int) -> None:
        if self.table.cells is not None:
            self.chosen.emit(layer, self.table.cells.positions[0])


def _cells(trace: Trace, lens: LayerLens) -> LensCells:
    """Of the first of its positions."""
    names = trace.vocabulary
    words = [names[int(token_id)] for token_id in lens.ids[:, 0, 0]]
    shares = lens.probabilities[:, 0, 0]
    ranks, final = lens.final_ranks[:, 0], names[int(lens.ids[-1, 0, 0])]

    def said(layer: int, _: int) -> str:
        return tr(
            "After L{layer}: {word} {share}; {final} is rank {rank}",
            layer=layer,
            word=isolated(words[layer]),
            share=percent(float(shares[layer])),
            final=isolated(final),
            rank=f"{int(ranks[layer]):,}",
        )

    return LensCells(
        tokens=(trace.tokens[lens.positions[0]],),
        positions=lens.positions[:1],
        layers=tuple(f"L{layer}" for layer in range(len(words))),
        words=[[word] for word in words],
        figures=[[percent(float(share))] for share in shares],
        said=said,
        shades=(shares / (float(shares.max()) or 1.0)).astype(np.float32)[:, None],
    )
