"""The embeddings of this text as strips, and how alike its pieces' vectors are, following the session's selection."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout

from app.panels.embeddings.compared import Compared, about, compared
from app.panels.embeddings.explanation import explanation
from app.panels.embeddings.figures import Figures
from app.panels.embeddings.page import Page
from app.panels.embeddings.similarity_pane import SimilarityPane
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.embedding_legend import EmbeddingLegend
from app.views.embedding_shares import ShareHit, ShareValues
from app.views.embedding_strips import EmbeddingStrips
from app.views.embedding_values import EmbeddingHit
from bert_core.info import ModelInfo
from bert_core.measures.embedding_tables import term_shares
from bert_core.queries import Answer, Query, Similarity
from bert_core.trace import EmbeddingTerms, Floats

_SIMILARITY_SHARE = 0.4  # of the panel's width


class TextPage(Page):
    """Strips from the trace on the left, cosine similarities (a query) of one layer's hidden states on the right."""

    def __init__(self, session: Session) -> None:
        self._drawn_legend = EmbeddingLegend()
        super().__init__(session, explanation(), self._drawn_legend)
        self._compared = Compared(None)
        self._watched: dict[str, Query] = {}
        self._found: dict[str, Floats] = {}
        self.strips = EmbeddingStrips()
        self.pane = SimilarityPane()
        self.map = self.pane.map
        self.figures = Figures(session, self.strips, self.pane, lambda: self._compared)
        self.offer(self.figures.all)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.strips, 1)
        row.addWidget(self.pane)
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
        self.refresh()

    @Slot(object)
    def set_layer(self, layer: int) -> None:
        """Compare the hidden states after this layer; 0 is the embeddings."""
        self.pane.set_layer(layer)
        self.pane.wait()
        self._mark()
        if self.isVisible():
            self.watch_queries()

    def refresh(self) -> None:
        """Show the trace; its similarities follow as an answer."""
        self._compared = compared(self.session)
        trace, against = self._compared.trace, self._compared.against
        self.figures.refresh(trace is not None)
        self.pane.wait()
        if trace is None:
            self.strips.set_terms(None, ())
            return
        self.pane.offer_layers(len(trace.hidden_states) - 1)
        terms, shares = trace.embeddings, term_shares(trace.embeddings)
        if against is not None:
            terms = _less(terms, against.embeddings)
            shares = shares.less(term_shares(against.embeddings))
        values = ShareValues(shares.by_norm, shares.along, signed=against is not None)
        self.strips.set_terms(terms, trace.tokens, values)
        self._mark()
        if self.isVisible():
            self.watch_queries()

    # Queries -----------------------------------------------------------------------------------------------------

    def watch_queries(self) -> None:
        trace, against = self._compared.trace, self._compared.against
        if trace is None:
            return
        query = Similarity(self.pane.layer)
        wanted = {"drawn": about(query, trace, self.session)}
        if against is not None:
            wanted["against"] = about(query, against, self.session)
        self._want(wanted)

    def stop_watching(self) -> None:
        self._want({})

    def _want(self, wanted: dict[str, Query]) -> None:
        self._found = {}
        for name in self._watched.keys() - wanted.keys():
            self.session.watch((self, name), None)
        changed = {name: self._watched.get(name) != query for name, query in wanted.items()}
        self._watched = wanted
        for name, query in wanted.items():
            known = self.session.watch((self, name), query) if changed[name] else self.session.known(query)
            if known is not None:
                self._answered(known)

    @Slot(object)
    def _model_changed(self, model: ModelInfo | None) -> None:
        """Before its first trace comes: nobody is to be asked for a layer that it does not have."""
        if model is not None:
            self.pane.offer_layers(model.config.num_hidden_layers)
            if self._watched:
                self.watch_queries()

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        now, trace = self.session.trace, self._compared.trace
        names = [name for name, query in self._watched.items() if query == answer.query]
        if now is None or trace is None or answer.scene != now.scene or not names:
            return
        if not isinstance(answer.value, np.ndarray):
            self.pane.show_values(None, instead=answer.failure)
        else:
            self._found |= dict.fromkeys(names, answer.value)
            if self._found.keys() < self._watched.keys():
                return
            values = self._found["drawn"]
            signed = "against" in self._found
            if signed:
                values = values - self._found["against"]
            self.pane.show_values(values, trace.tokens, signed=signed)
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
        self._drawn_legend.set_drawn(self.strips.drawn, self.strips.shares, self._compared.note)

    @Slot(object)
    def _strip_hovered(self, hit: EmbeddingHit | ShareHit | None) -> None:
        words = "" if hit is None else self.strips.readout(hit)
        if words and self._compared.against is not None:
            words = tr("Now less the reference: {words}", words=words)
        self.legend.set_read_out(words, "" if hit is None else self.strips.short_readout(hit))
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

    def fit(self, width: int) -> None:
        """Give the map the square it can fill, and the strips the rest."""
        self.pane.fit(round(_SIMILARITY_SHARE * width))


def _less(terms: EmbeddingTerms, other: EmbeddingTerms) -> EmbeddingTerms:
    return EmbeddingTerms(
        token=terms.token - other.token,
        segment=terms.segment - other.segment,
        position=terms.position - other.position,
        sum=terms.sum - other.sum,
        output=terms.output - other.output,
    )
