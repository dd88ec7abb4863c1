"""The embedding tables of the model in force, whatever the text; of the token table only figures."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout

from app.panels.embeddings.alike_pane import AlikePane
from app.panels.embeddings.explanation import tables_explanation
from app.panels.embeddings.page import Page
from app.panels.embeddings.tables_figures import TablesFigures
from app.panels.embeddings.token_pane import TokenPane
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.legend_line import LegendLine, Part
from app.views.table_strips import TableStrips
from app.views.table_values import TableHit, TableValues
from bert_core.info import ModelInfo
from bert_core.measures.embedding_tables import cosine
from bert_core.queries import Answer
from bert_core.queries_embeddings import EmbeddingTables, Tables

_MAP_SHARE, _TOKEN_SHARE = 0.4, 0.22  # of the panel's width
_LEAST_TOKENS, _MOST_TOKENS = 150, 320  # pixels
_QUERY = EmbeddingTables()

Pair = tuple[int | None, int | None]


class TablesPage(Page):
    """Strips at the left, the similarity of positions in the middle, the token table at the right.

    Positions that the present text takes are its pieces: pointing at one marks the piece everywhere.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session, tables_explanation(), LegendLine(tr("Legend of the embedding tables")))
        self._tables: Tables | None = None
        self._watching = False
        self._over: Pair = (None, None)  # here, inside the text or past its end
        self._picked: Pair = (None, None)  # past the end of the text: what is inside is pinned for all
        self.strips = TableStrips()
        self.alike = AlikePane()
        self.map = self.alike.map
        self.tokens = TokenPane()
        self.figures = TablesFigures(session, self.strips, self.alike, self.tokens)
        self.offer(self.figures.all)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.strips, 1)
        row.addWidget(self.alike)
        row.addWidget(self.tokens)
        self.strips.drawn_changed.connect(self._say_what)
        self.strips.hovered.connect(self._strip_hovered)
        self.strips.clicked.connect(self._strip_clicked)
        self.map.cell_hovered.connect(self._cell_hovered)
        self.map.cell_clicked.connect(self._pick)
        session.model_changed.connect(self._model_changed)
        session.selection_changed.connect(self._mark)
        session.hover_changed.connect(self._mark)
        session.answer_changed.connect(self._answered)
        self._show(None)

    @property
    def tables(self) -> Tables | None:
        """What is shown."""
        return self._tables

    def refresh(self) -> None:
        """Mark where the present text ends; the tables are the same for all."""
        self.strips.set_length(self._length)
        self.alike.set_length(self._length)
        self._say_what()
        self._mark()

    @property
    def _length(self) -> int:
        trace = self.session.trace
        return 0 if trace is None else len(trace.tokens)

    # Queries -----------------------------------------------------------------------------------------------------

    def watch_queries(self) -> None:
        if self.session.trace is not None and not self._watching:
            self._watching = True
            known = self.session.watch(self, _QUERY)
            if known is not None:
                self._answered(known)

    def stop_watching(self) -> None:
        self._watching = False
        self.session.watch(self, None)

    @Slot(object)
    def _model_changed(self, _: ModelInfo | None) -> None:
        """What is shown is of the model before."""
        self._show(None)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        if answer.query != _QUERY or not self._watching:
            return
        if isinstance(answer.value, Tables):
            if answer.value is not self._tables:
                self._show(answer.value)
        elif answer.failure:
            self._show(None, answer.failure)

    def _show(self, tables: Tables | None, instead: str = "") -> None:
        self._tables = tables
        self._over = self._picked = (None, None)
        values = None if tables is None else TableValues(tables.segment, tables.position, tables.initial)
        self.alike.show_tables(tables, self._length, instead or tr("Reading the tables…"))
        self.tokens.show_tables(tables)
        self.strips.set_length(self._length)
        self.strips.set_tables(values)
        self.figures.refresh(tables)
        self._mark()

    # What is said and marked -------------------------------------------------------------------------------------

    @Slot()
    def _say_what(self) -> None:
        tables = self._tables
        if tables is None:
            self.legend.set_parts(())
            return
        positions, dimensions = self.strips.shared
        parts: list[Part] = [(tr("±{value}", value=f"{self.strips.scale:.2g}"), "scale")]
        told = tr(
            "The tables are those of the model, whatever the text. Blue is negative, orange positive; colours end at "
            "the {percent}th percentile of what is drawn. Above are the lengths of the vectors; the dashed line is the "
            "mean length before training, {initial}, as config.json has it. The upright dashed line is the end of the "
            "present text.",
            percent=99,
            initial=f"{tables.initial:.2f}",
        )
        reference = self.session.reference
        other = reference is not None and reference.trace.scene.model_id != self.session.scene.model_id
        if other and reference is not None and reference.showing != "now":
            parts.insert(0, (tr("Of the model in force"), "note"))
        if len(tables.segment) == 2:
            value = f"{round(cosine(*tables.segment), 2) + 0.0:.2f}".replace("-", "−")
            parts.append((tr("cos(A, B) = {value}", value=value), ""))
        elif len(tables.segment) == 1:
            parts.append((tr("one segment only"), ""))
        if positions > 1:
            parts.append((tr("a column: the mean of {n} positions", n=positions), ""))
        if dimensions > 1:
            parts.append((tr("a line: of {n} dimensions", n=dimensions), ""))
        parts.append((tr("dashed: norm {norm} before training", norm=f"{tables.initial:.2f}"), ""))
        self.legend.set_parts(parts, (told,))

    @Slot(object)
    def _mark(self, _changed: Selection | Hover | None = None) -> None:
        """What is pointed at or pinned in the text is at the same place here."""
        hover, selection = self.session.hover, self.session.selection
        count = 0 if self._tables is None else len(self._tables.position)
        over = self._over if self._over != (None, None) else (hover.query, hover.key)
        picked = self._picked if self._picked != (None, None) else (selection.query, selection.key)
        inside = [None if p is None or p >= count else p for p in (*over, *picked)]
        self.alike.mark((inside[0], inside[1]), (inside[2], inside[3]))
        self.strips.set_marks(tuple(dict.fromkeys(p for p in inside if p is not None)))

    def _point(self, over: Pair) -> None:
        """These positions are pointed at; and the pieces there, if the text reaches so far."""
        self._over = over
        query, key = (p if p is not None and p < self._length else None for p in over)
        self.session.set_hover(Hover(query=query, key=key))
        self._mark()

    @Slot(object)
    def _strip_hovered(self, hit: TableHit | None) -> None:
        values = self.strips.values
        if hit is None or values is None:
            self.legend.set_read_out("")
        else:
            self.legend.set_read_out(values.readout(hit), values.short_readout(hit))
        self._point((hit.row if hit is not None and hit.part == "position" else None, None))

    @Slot(object)
    def _strip_clicked(self, position: int) -> None:
        self._pick((position, None))

    @Slot(object)
    def _cell_hovered(self, cell: Pair | None) -> None:
        self._point((None, None) if cell is None or self._tables is None else cell)

    @Slot(object)
    def _pick(self, cell: Pair) -> None:
        """Pin these positions: the pieces there, or, past the end of the text, the positions alone."""
        selection = self.session.selection
        now = self._picked if self._picked != (None, None) else (selection.query, selection.key)
        wanted = (None, None) if cell == now else cell
        if all(p is None or p < self._length for p in wanted):
            self._picked = (None, None)
            self.session.pin(query=wanted[0], key=wanted[1])
        else:
            self._picked = wanted
        self._mark()

    def let_go(self) -> bool:
        """Pin nothing past the end of the text any more; whether anything was."""
        picked, self._picked = self._picked, (None, None)
        self._mark()
        return picked != (None, None)

    def fit(self, width: int) -> None:
        """Give the map the square it can fill, and the strips the rest."""
        self.alike.fit(round(_MAP_SHARE * width))
        self.tokens.setFixedWidth(max(_LEAST_TOKENS, min(_MOST_TOKENS, round(_TOKEN_SHARE * width))))
