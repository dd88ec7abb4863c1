"""What goes into the model: three embeddings, their sum and its LayerNorm, and how alike pieces are in every layer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.base import Panel
from app.selection import Hover, Selection
from app.session import Session
from app.theme import font
from app.translation import tr
from app.views.colour_bar import ColourBar
from app.views.embedding_strips import EmbeddingStrips
from app.views.embedding_values import EmbeddingHit
from app.views.empty import EmptyState
from app.views.figure_metadata import figure_metadata
from app.views.heat_map import HeatMap
from app.views.help_button import HelpText
from app.views.map_table import map_table
from app.views.picture import PictureActions, Table, widget_image
from app.views.piece_text import isolated
from app.views.read_out import ReadOut
from app.views.snug import snug_width
from bert_core.queries import Answer, Query, Similarity
from bert_core.trace import Floats, Trace

_SIDE = 170  # pixels, as is the next
_LEAST_HEIGHT = 120
_MAP_SHARE = 0.3


class EmbeddingsPanel(Panel):
    """Strips from the trace on the left, cosine similarities (a query) of one layer's hidden states on the right."""

    name = "embeddings"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Embeddings"), _help())
        self.subtitle.setText(tr("token + segment + position, then LayerNorm"))
        self._watched: Query | None = None
        self._similarity: Floats | None = None

        self.strips = EmbeddingStrips()
        self.map = HeatMap()
        self.map.setAccessibleName(tr("Similarity of pieces"))
        self.bar = ColourBar()
        self.bar.set_range(-1.0, 1.0, diverging=True)
        self.layers = QComboBox()
        self.layers.setAccessibleName(tr("Layer of the hidden states"))
        self.layers.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.read_out = ReadOut(name=tr("Similarity under the pointer"))
        self.empty = EmptyState(tr("Embeddings appear here once a model is loaded and has read a sentence."))
        self.strips_picture = self._strips_picture()
        self.map_picture = self._map_picture()
        self._build()

        self.strips.hovered.connect(self._strip_hovered)
        self.strips.clicked.connect(self._strip_clicked)
        self.map.cell_hovered.connect(self._cell_hovered)
        self.map.cell_clicked.connect(self._cell_clicked)
        self.layers.activated.connect(self._layer_chosen)
        session.selection_changed.connect(self._mark)
        session.hover_changed.connect(self._mark)
        session.answer_changed.connect(self._answered)
        self.refresh(None)

    @property
    def layer(self) -> int:
        """Whose hidden states are compared: 0 the embeddings, l after layer l."""
        return max(0, self.layers.currentIndex())

    @property
    def similarity(self) -> Floats | None:
        """What the map shows: float32 [S, S], or None while it is worked out."""
        return self._similarity

    @property
    def pictures(self) -> tuple[tuple[str, PictureActions], ...]:
        """What can be copied and saved, with its name."""
        return (tr("Embeddings"), self.strips_picture), (tr("Similarity"), self.map_picture)

    def set_layer(self, layer: int) -> None:
        """Compare the hidden states after this layer; 0 is the embeddings."""
        self.layers.setCurrentIndex(layer)
        self._show_similarity(None)
        if self.isVisible():
            self.watch_queries()

    def refresh(self, trace: Trace | None) -> None:
        """Show this trace; its similarities follow as an answer."""
        shown = trace is not None and len(trace.tokens) > 0
        self._stack.setCurrentIndex(1 if shown else 0)
        for _, picture in self.pictures:
            picture.set_enabled(shown)
        self._show_similarity(None)
        if trace is None or not shown:
            self.strips.set_terms(None, ())
            return
        self._offer_layers(len(trace.hidden_states) - 1)
        self.strips.set_terms(trace.embeddings, trace.tokens)
        self._mark()
        if self.isVisible():
            self.watch_queries()

    # Queries -----------------------------------------------------------------------------------------------------

    def watch_queries(self) -> None:
        if self.session.trace is not None:
            self._want(Similarity(self.layer))

    def stop_watching(self) -> None:
        self._want(None)

    def _want(self, query: Query | None) -> None:
        if query != self._watched:
            self._watched = query
            answer = self.session.watch(self, query)
            if answer is not None:
                self._answered(answer)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        trace = self.session.trace
        if trace is None or answer.scene != trace.scene or answer.query != self._watched:
            return
        if isinstance(answer.value, np.ndarray):
            self._show_similarity(answer.value)
        else:
            self._show_similarity(None, answer.failure)

    def _show_similarity(self, values: Floats | None, instead: str = "") -> None:
        trace = self.session.trace
        self._similarity = values
        if values is None or trace is None:
            self.map.set_empty_text(instead or tr("Comparing…"))
            self.map.set_matrix(None)
        else:
            self.map.set_matrix(values, trace.tokens, 1.0, diverging=True)
            self._snug()
        self._mark()

    # What is marked ----------------------------------------------------------------------------------------------

    @Slot(object)
    def _mark(self, _changed: Selection | Hover | None = None) -> None:
        trace = self.session.trace
        if trace is None:
            return
        size = len(trace.tokens)
        selection, hover = self.session.selection, self.session.hover
        query, key = _inside(selection.query, size), _inside(selection.key, size)
        over, over_key = _inside(hover.query, size), _inside(hover.key, size)
        self.strips.set_marks(
            [p for p in (query, key) if p is not None], over if over is not None else over_key
        )
        self.map.set_selection(query, key)
        self.map.set_hover(over, over_key)
        if over is None or over_key is None:
            over, over_key = query, key
        if self._similarity is None or over is None or over_key is None:
            self.read_out.set_text("")
            return
        first, second = isolated(trace.tokens[over].text), isolated(trace.tokens[over_key].text)
        self.read_out.set_text(f"{first} · {second}", _signed(self._similarity[over, over_key]))

    @Slot(object)
    def _strip_hovered(self, hit: EmbeddingHit | None) -> None:
        self.session.set_hover(Hover() if hit is None else Hover(query=hit.position))

    @Slot(object)
    def _strip_clicked(self, position: int) -> None:
        selection = self.session.selection
        if (selection.query, selection.key) == (position, None):
            self.session.unpin()
        else:
            self.session.pin(query=position)

    @Slot(object)
    def _cell_hovered(self, cell: tuple[int | None, int | None] | None) -> None:
        self.session.set_hover(Hover() if cell is None else Hover(query=cell[0], key=cell[1]))

    @Slot(object)
    def _cell_clicked(self, cell: tuple[int | None, int | None]) -> None:
        selection = self.session.selection
        if (selection.query, selection.key) == cell:
            self.session.unpin()
        else:
            self.session.pin(query=cell[0], key=cell[1])

    @Slot()
    def _layer_chosen(self) -> None:
        self.set_layer(self.layer)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the map the square it can fill, and the strips the rest."""
        super().resizeEvent(event)
        self._snug()

    def _snug(self) -> None:
        snug_width(self.map, round(_MAP_SHARE * self.width()))

    # Layout ------------------------------------------------------------------------------------------------------

    def _offer_layers(self, layers: int) -> None:
        if self.layers.count() == layers + 1:
            return
        last = self.layers.currentIndex() in (-1, self.layers.count() - 1)
        before = self.layer
        with QSignalBlocker(self.layers):
            self.layers.clear()
            self.layers.addItems([tr("Embeddings"), *(tr("After layer {n}", n=n + 1) for n in range(layers))])
            self.layers.setCurrentIndex(layers if last else min(before, layers))

    def _build(self) -> None:
        title = QLabel(tr("Similarity"))
        title.setFont(font("bold"))
        side_box = QWidget()
        side_box.setFixedWidth(_SIDE)
        side = QVBoxLayout(side_box)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(6)
        for widget in (title, self.layers, self.bar, self.read_out):
            side.addWidget(widget)
        side.addStretch(1)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._scrolling(self.strips), 1)
        row.addWidget(side_box)
        row.addWidget(self.map)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        self.body.addLayout(self._stack, 1)
        self.header_row.insertWidget(self.header_row.count() - 1, self._pictures_button())

    def _scrolling(self, strips: EmbeddingStrips) -> QScrollArea:
        """Where the panel is too low for five strips and their labels, they scroll rather than overlap."""
        area = QScrollArea()
        area.setWidget(strips)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumSize(strips.minimumSizeHint().width(), _LEAST_HEIGHT)
        return area

    def _pictures_button(self) -> QToolButton:
        button = QToolButton()
        button.setText("⋯")
        button.setProperty("kind", "bare")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip(tr("Copy or save pictures and numbers"))
        button.setAccessibleName(tr("Copy or save pictures and numbers"))
        menu = QMenu(button)
        for title, picture in self.pictures:
            menu.addSection(title)
            picture.add_to(menu)
        button.setMenu(menu)
        return button

    # Figures -----------------------------------------------------------------------------------------------------

    def _strips_picture(self) -> PictureActions:
        return self._installed(
            PictureActions(
                self.strips,
                image=self._strips_image,
                table=self.strips.table,
                metadata=self._strips_metadata,
                name=lambda: self._file_name("embeddings"),
            )
        )

    def _map_picture(self) -> PictureActions:
        return self._installed(
            PictureActions(
                self.map,
                image=self.map.to_image,
                table=self._map_table,
                metadata=self._map_metadata,
                name=lambda: self._file_name(f"similarity-layer-{self.layer}"),
            )
        )

    def _installed(self, picture: PictureActions) -> PictureActions:
        picture.install()
        picture.failed.connect(self.session.notice_given)
        return picture

    def _strips_image(self) -> QImage:
        return widget_image(self.strips)

    def _map_table(self) -> Table:
        trace = self.session.trace
        if trace is None or self._similarity is None:
            return [], ()
        return map_table(self._similarity, trace.tokens)

    def _strips_metadata(self) -> Mapping[str, str]:
        return self._metadata(
            Title="Embeddings", Formula="sum = token + segment + position; output = LayerNorm(sum)"
        )

    def _map_metadata(self) -> Mapping[str, str]:
        return self._metadata(
            Title="Similarity of pieces",
            Layer=str(self.layer) if self.layer else "embeddings",
            Formula="cos(x_i, x_j) = x_i x_j / (|x_i| |x_j|)",
        )

    def _metadata(self, **more: str) -> Mapping[str, str]:
        trace, model = self.session.trace, self.session.model
        if trace is None:
            return {}
        return figure_metadata(trace, model.name if model else trace.scene.model_id, **more)

    def _file_name(self, what: str) -> str:
        trace = self.session.trace
        return what if trace is None else f"{what}-{trace.scene.text_a[:40]}"


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _inside(position: int | None, size: int) -> int | None:
    return position if position is not None and position < size else None


def _help() -> HelpText:
    return HelpText(
        tr("Embeddings"),
        tr(
            "Every piece enters the model as the sum of three vectors: one for the piece itself, one for the "
            "sentence it belongs to (A or B), one for its place. LayerNorm then brings the sum to one scale. "
            "A column is a piece, a line in it one dimension; blue is negative, orange positive. "
            "Similarity compares the pieces' vectors after a layer, by the cosine of the angle between them: 1 where "
            "they point the same way, 0 where they have nothing in common, −1 where they are opposed. "
            "Through the layers a piece's vector comes to stand for the piece in its sentence."
        ),
        formula="x = LayerNorm(E_token + E_segment + E_position)     cos = x_i·x_j / (|x_i| |x_j|)",
        reference=tr("Devlin et al. 2018, BERT: Pre-training of Deep Bidirectional Transformers"),
        link="https://arxiv.org/abs/1810.04805",
    )
