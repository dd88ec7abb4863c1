"""Embeddings as strips, and how alike the pieces' vectors are, following the session's selection."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from app.panels.base import Panel
from app.panels.common_pictures import pictures_button
from app.panels.embeddings.explanation import explanation
from app.panels.embeddings.figures import Figures
from app.panels.embeddings.similarity_pane import SimilarityPane
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.embedding_legend import EmbeddingLegend
from app.views.embedding_strips import EmbeddingStrips
from app.views.embedding_values import EmbeddingHit
from app.views.empty import EmptyState
from bert_core.info import ModelInfo
from bert_core.queries import Answer, Query, Similarity
from bert_core.trace import Trace

_SIMILARITY_SHARE = 0.4  # of the panel's width


class EmbeddingsPanel(Panel):
    """Strips from the trace on the left, cosine similarities (a query) of one layer's hidden states on the right."""

    name = "embeddings"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Embeddings"), explanation())
        self._watched: Query | None = None
        self.strips = EmbeddingStrips()
        self.legend = EmbeddingLegend()
        self.pane = SimilarityPane()
        self.map = self.pane.map
        self.empty = EmptyState(tr("Embeddings appear here once a model is loaded and has read a sentence."))
        self.figures = Figures(session, self.strips, self.pane)
        self._build()
        self.strips.drawn_changed.connect(self._drawn_changed)
        self.strips.hovered.connect(self._strip_hovered)
        self.strips.clicked.connect(self._strip_clicked)
        self.map.cell_hovered.connect(self._cell_hovered)
        self.map.cell_clicked.connect(self._cell_clicked)
        self.pane.layer_chosen.connect(self.set_layer)
        session.model_changed.connect(self._model_changed)
        session.selection_changed.connect(self._mark)
        session.hover_changed.connect(self._mark)
        session.answer_changed.connect(self._answered)
        self.refresh(None)

    @Slot(object)
    def set_layer(self, layer: int) -> None:
        """Compare the hidden states after this layer; 0 is the embeddings."""
        self.pane.set_layer(layer)
        self.pane.wait()
        self._mark()
        if self.isVisible():
            self.watch_queries()

    def refresh(self, trace: Trace | None) -> None:
        """Show this trace; its similarities follow as an answer."""
        shown = trace is not None and len(trace.tokens) > 0
        self._stack.setCurrentIndex(1 if shown else 0)
        self.figures.refresh(shown)
        self.pane.wait()
        if trace is None or not shown:
            self.strips.set_terms(None, ())
            return
        self.pane.offer_layers(len(trace.hidden_states) - 1)
        self.strips.set_terms(trace.embeddings, trace.tokens)
        self._mark()
        if self.isVisible():
            self.watch_queries()

    # Queries -----------------------------------------------------------------------------------------------------

    def watch_queries(self) -> None:
        if self.session.trace is not None:
            self._want(Similarity(self.pane.layer))

    def stop_watching(self) -> None:
        self._want(None)

    def _want(self, query: Query | None) -> None:
        if query != self._watched:
            self._watched = query
            answer = self.session.watch(self, query)
            if answer is not None:
                self._answered(answer)

    @Slot(object)
    def _model_changed(self, model: ModelInfo | None) -> None:
        """Before its first trace comes: nobody is to be asked for a layer that it does not have."""
        if model is not None:
            self.pane.offer_layers(model.config.num_hidden_layers)
            if self._watched is not None:
                self.watch_queries()

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        trace = self.session.trace
        if trace is None or answer.scene != trace.scene or answer.query != self._watched:
            return
        if isinstance(answer.value, np.ndarray):
            self.pane.show_values(answer.value, trace.tokens)
        else:
            self.pane.show_values(None, instead=answer.failure)
        self._mark()

    # What is marked ----------------------------------------------------------------------------------------------

    @Slot(object)
    def _mark(self, _changed: Selection | Hover | None = None) -> None:
        selection, hover = self.session.selection, self.session.hover
        self.strips.set_marks(
            [position for position in (selection.query, selection.key) if position is not None],
            [position for position in (hover.query, hover.key) if position is not None],
        )
        self.pane.set_marks(selection, hover)

    @Slot()
    def _drawn_changed(self) -> None:
        self.legend.set_drawn(self.strips.drawn)

    @Slot(object)
    def _strip_hovered(self, hit: EmbeddingHit | None) -> None:
        self.legend.set_read_out("" if hit is None else self.strips.readout(hit))
        self.session.set_hover(Hover() if hit is None else Hover(query=hit.position))

    @Slot(object)
    def _strip_clicked(self, position: int) -> None:
        self._toggle_pin(position, None)

    @Slot(object)
    def _cell_hovered(self, cell: tuple[int | None, int | None] | None) -> None:
        if cell is None or self.pane.values is None:
            self.session.set_hover(Hover())
        else:
            self.session.set_hover(Hover(query=cell[0], key=cell[1]))

    @Slot(object)
    def _cell_clicked(self, cell: tuple[int | None, int | None]) -> None:
        if self.pane.values is not None:
            self._toggle_pin(*cell)

    def _toggle_pin(self, query: int | None, key: int | None) -> None:
        selection = self.session.selection
        if (selection.query, selection.key) == (query, key):
            self.session.unpin()
        else:
            self.session.pin(query=query, key=key)

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the map the square it can fill, and the strips the rest."""
        super().resizeEvent(event)
        self.pane.fit(round(_SIMILARITY_SHARE * self.width()))

    def _build(self) -> None:
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.strips, 1)
        row.addWidget(self.pane)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        self.body.addLayout(self._stack, 1)
        self.body.setContentsMargins(12, 2, 12, 6)
        buttons = pictures_button(self.figures.all)
        buttons.setFixedSize(24, self.help_button.sizeHint().height())  # the header keeps its height
        self.header_row.setStretch(2, 0)
        self.header_row.insertWidget(2, self.legend, 1)
        self.header_row.insertWidget(self.header_row.count() - 1, buttons)
