"""The layer lens: layers by pieces, the best words of a cell, and how a word rises through the layers."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedLayout

from app.panels.base import Panel
from app.panels.common_watching import Watching
from app.panels.layer_lens.answers import LensAnswers, other_words
from app.panels.layer_lens.content import Cell, LensContent
from app.panels.layer_lens.controls import WHICH, Which
from app.panels.layer_lens.explanation import explanation
from app.panels.layer_lens.figures import LensFigures
from app.panels.layer_lens.shown import Shown
from app.panels.layer_lens.words import incomparable_lenses, words_instead
from app.reference import compared, drawn, why_not_compared
from app.selection import Hover
from app.session import Session
from app.translation import tr
from app.views.empty import EmptyState
from app.views.piece_text import isolated
from bert_core.explanations import LayerLens
from bert_core.queries import Answer, Query
from bert_core.queries_predictions import MOST_COMPARED, MOST_POSITIONS, Lens
from bert_core.trace import Trace

_LEAST = (340, 150)  # pixels


class LayerLensPanel(Panel):
    """Draws the trace of now or the reference, or the difference of the two; it asks only while it is seen."""

    name = "layer-lens"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Layer lens"), explanation())
        self._watching = Watching(session, self._take, self)
        self._answers = LensAnswers()
        self._first = 0
        self._layer: int | None = None  # None: the last one
        self._position: int | None = None
        self._typed: int | None = None  # the id of the word that is followed
        self._shown: Shown | None = None
        self.content = LensContent()
        self.empty = EmptyState()
        self.figures = LensFigures(session, self)
        self._build()
        self._connect()
        self.refresh(None)

    # What is drawn -----------------------------------------------------------------------------------------------

    @property
    def trace(self) -> Trace | None:
        """The newest trace, or the reference where that is shown."""
        return drawn(self.session.reference, self.session.trace)

    @property
    def against(self) -> Trace | None:
        """What the trace is compared with, where the difference is shown and can be."""
        return compared(self.session.reference, self.session.trace, incomparable_lenses)

    @property
    def shown(self) -> Shown | None:
        """What is drawn."""
        return self._shown

    @property
    def up_to_date(self) -> bool:
        """Whether what is drawn is of the trace to be drawn."""
        return self._shown is not None and self._shown.trace is self.trace

    @property
    def cell(self) -> Cell | None:
        """The chosen layer and column."""
        shown = self._shown
        if shown is None or not shown.lens.positions:
            return None
        last = len(shown.lens.ids) - 1
        column = None if self._position is None else shown.column(self._position)
        if column is None:
            pins = (self.session.selection.query, self.session.selection.key)
            pinned = [shown.column(pin) for pin in pins if pin is not None]
            column = next((place for place in pinned if place is not None), 0)
        return last if self._layer is None else min(self._layer, last), column

    def refresh(self, trace: Trace | None) -> None:
        """Ask for what this trace needs; what is drawn stays until it is there."""
        trace = self.trace
        self._show_empty(trace)
        self._show_pager(trace)
        if self.isVisible():
            self._ask()

    def choose(self, layer: int | None, position: int) -> None:
        """Look at what a layer (0 the embeddings; None the last) makes of a piece."""
        self._layer, self._position = layer, position
        self._answers.words = None
        self._show_cell()
        if self.isVisible():
            self._ask()

    # Queries -----------------------------------------------------------------------------------------------------

    def watch_queries(self) -> None:
        self._ask(anew=True)

    def stop_watching(self) -> None:
        self._watching.want({})

    def _wanted(self, trace: Trace) -> Mapping[str, Query]:
        """What is drawn, and other words at the chosen cell."""
        wish = Lens(self._positions(trace), first=self._first, most=self._most)
        wanted = self._answers.wanted(trace, self.against, wish)
        shown, cell = self._shown, self.cell
        if shown is not None and cell is not None and shown.lens is self._answers.lens_on(trace):
            words = other_words(shown, cell, self._typed)
            if words is not None:
                wanted["words"] = words
        return wanted

    def _positions(self, trace: Trace) -> tuple[int, ...] | None:
        """Of which pieces; None: the masked ones."""
        if self.which == "masked":
            return None
        if self.which == "all":
            return tuple(range(len(trace.tokens)))
        selection = self.session.selection.within(*trace.attentions.shape[:3])
        return tuple(sorted({*selection.queries, *selection.keys}))

    @property
    def which(self) -> Which:
        """The pieces that are looked at: masked, all, or pinned."""
        return self.content.controls.which

    @property
    def _most(self) -> int:
        """How many at once."""
        return MOST_COMPARED if self.against is not None else MOST_POSITIONS

    def _count(self, trace: Trace) -> int:
        positions = self._positions(trace)
        return len(trace.masked if positions is None else positions)

    def _ask(self, *, anew: bool = False) -> None:
        trace = self.trace
        wanted = {} if trace is None or self.empty.isVisibleTo(self) else self._wanted(trace)
        self._watching.want(wanted, trace, anew=anew)

    def _take(self, name: str, answer: Answer) -> None:
        """One has come, or a part of it."""
        trace = self.trace
        if answer.failure:
            self.content.controls.note.setText(answer.failure)
            return
        lens = answer.value if answer.progress is None else answer.progress.value
        if trace is None or not isinstance(lens, LayerLens):
            return
        self._answers.take(name, trace, lens)
        if name == "words":
            self._show_curves()
            return
        found = self._answers.shown(trace, self.against)
        if found is not None:
            self._shown = found
            self._show_table()
        if answer.progress is None:
            self._ask()

    # Showing -----------------------------------------------------------------------------------------------------

    @Slot()
    def _show_table(self) -> None:
        shown, session = self._shown, self.session
        if shown is None:
            return
        why_not = why_not_compared(session.reference, session.trace, incomparable_lenses)
        self.content.show_table(shown, why_not)
        self._show_pager(shown.trace)
        self._mark()
        self._show_cell()
        self.figures.refresh()

    def _show_cell(self) -> None:
        """The best words of the chosen cell, and its curves."""
        shown, cell = self._shown, self.cell
        if shown is not None and cell is not None:
            self.content.show_cell(shown, cell, self._answers.words)

    def _show_curves(self) -> None:
        shown, cell = self._shown, self.cell
        if shown is not None and cell is not None:
            self.content.curves.show_cell(shown, *cell, self._answers.words)

    def _mark(self) -> None:
        if self._shown is not None and self.up_to_date:
            self.content.mark(self._shown, self.session.selection, self.session.hover)

    def _show_empty(self, trace: Trace | None) -> None:
        """What there is to say instead of a table."""
        session, count = self.session, 0 if trace is None else self._count(trace)
        loading = session.loading is not None
        sentence, action = words_instead(trace, session.trace, self.which, count, loading=loading)
        self.empty.setVisible(bool(sentence))
        self._stack.setCurrentIndex(0 if sentence else 1)
        if (sentence, action) != (self.empty.sentence, self.empty.button.text()):
            self.empty.set_text(sentence, action)
        if sentence:
            self._shown = None
            self._answers.clear()
            self.content.table.set_cells(None)
        self.figures.refresh()

    def _show_pager(self, trace: Trace | None) -> None:
        """Which of many pieces are looked at."""
        total = 0 if trace is None else self._count(trace)
        if self._first >= total:
            self._first = 0
        self.content.controls.show_range(self._first, self._most, total)

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def _state_changed(self, _: object) -> None:
        if self.session.trace is None:
            self._show_empty(None)

    @Slot()
    def look_at_all(self) -> None:
        """All pieces, masked or not."""
        self.set_which("all")

    def set_which(self, which: Which) -> None:
        """Look at these pieces: masked, all or pinned."""
        self.content.controls.pieces.setCurrentIndex(WHICH.index(which))
        self._which_chosen()

    def look_into(self, layer: int, position: int) -> None:
        """Show what a layer makes of a masked piece, as another panel asks."""
        if self._shown is None or self._shown.column(position) is None:
            self.set_which("masked")
        self.choose(layer, position)

    @Slot()
    def _which_chosen(self) -> None:
        self._first = 0
        self.refresh(self.session.trace)

    @Slot()
    def _figure_chosen(self) -> None:
        self._show_curves()
        self.content.arrange(self.width())

    @Slot(object)
    def turn(self, by: int) -> None:
        """Look at the next pieces of many, or with -1 at those before."""
        self._first = max(0, self._first + by * self._most)
        self.refresh(self.session.trace)

    @Slot(object)
    def _selected(self, _: object) -> None:
        if not self.isVisible():
            self._stale = True
            return
        shown, query = self._shown, self.session.selection.query
        if shown is not None and query is not None and shown.column(query) is not None:
            self._position = query
        if self.which == "pinned":
            self.refresh(self.session.trace)
        self._mark()
        self._show_cell()
        self._ask()

    @Slot(object)
    def _pointed(self, _: object) -> None:
        if self.isVisible():
            self._mark()

    @Slot(object)
    def _reference_changed(self, _: object) -> None:
        self._trace_changed(self.session.trace)
        if self.isVisible():
            self._ask(anew=True)

    @Slot(object, object)
    def _cell_chosen(self, layer: int, column: int) -> None:
        shown = self._shown
        if shown is not None and (layer, column) != self.cell:
            self.choose(layer, shown.lens.positions[column])

    @Slot(object, object)
    def _cell_entered(self, layer: int, column: int) -> None:
        """On to its words."""
        self._cell_chosen(layer, column)
        if self.content.words.isVisible():
            self.content.words.bars.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _layer_clicked(self, layer: int) -> None:
        shown, cell = self._shown, self.cell
        if shown is not None and cell is not None:
            self.choose(layer, shown.lens.positions[cell[1]])

    @Slot(object)
    def _column_hovered(self, column: int | None) -> None:
        shown, cell = self._shown, self.cell
        if shown is None or not self.up_to_date:
            return
        self.session.set_hover(Hover() if column is None else Hover(query=shown.lens.positions[column]))
        if cell is not None:
            self.content.say(shown, cell)

    @Slot(object)
    def _column_clicked(self, column: int) -> None:
        """Pin the piece, or let it go."""
        if self._shown is None or not self.up_to_date:
            return
        position, selection = self._shown.lens.positions[column], self.session.selection
        if position in (*selection.queries, *selection.keys):
            self.session.unpin()
        else:
            self.session.pin(query=position)

    @Slot(object)
    def put_in(self, row: int) -> None:
        """Put one of the listed words in the place of the piece."""
        shown, cell = self._shown, self.cell
        if shown is None or cell is None or not self.up_to_date:
            return
        if shown.trace is not self.session.trace:
            self.session.notice_given.emit(tr("This is the reference: show what is now to put a word in"))
            return
        layer, column = cell
        self.session.replace_piece(shown.lens.positions[column], int(shown.lens.ids[layer, column, row]))

    @Slot(object)
    def follow(self, text: str) -> None:
        """Follow a word through the layers besides the final answer; none where it is empty."""
        trace, model = self.trace, self.session.model
        if model is not None and model.lowercase and not text.startswith("["):
            text = text.lower()
        before, self._typed = self._typed, None
        if text and trace is not None:
            try:
                self._typed = list(trace.vocabulary).index(text)
            except ValueError:
                self.session.notice_given.emit(
                    tr("“{word}” is not one piece of this vocabulary", word=isolated(text))
                )
        if self._typed != before:
            self._answers.words = None
            self._show_curves()
            self._ask()

    # Layout ------------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Little, whatever is on it just now: it arranges itself in the room that it gets."""
        return QSize(*_LEAST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words and curves stand beside the table where there is room for them."""
        super().resizeEvent(event)
        self.content.arrange(self.width())

    def _build(self) -> None:
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.content)
        self.body.addLayout(self._stack, 1)
        self.body.setContentsMargins(12, 2, 12, 6)
        self.setMinimumSize(*_LEAST)  # or the layout would ask for what stands beside the table just now
        self.offer_pictures(self.figures.all)

    def _connect(self) -> None:
        session, content = self.session, self.content
        session.selection_changed.connect(self._selected)
        session.hover_changed.connect(self._pointed)
        session.reference_changed.connect(self._reference_changed)
        session.loading_changed.connect(self._state_changed)
        session.model_changed.connect(self._state_changed)
        self.empty.activated.connect(self.look_at_all)
        content.controls.which_chosen.connect(self._which_chosen)
        content.controls.colours_chosen.connect(self._show_table)
        content.controls.turned.connect(self.turn)
        content.table.cell_chosen.connect(self._cell_chosen)
        content.table.cell_entered.connect(self._cell_entered)
        content.table.hovered.connect(self._column_hovered)
        content.table.column_clicked.connect(self._column_clicked)
        content.words.picked.connect(self.put_in)
        content.curves.word_typed.connect(self.follow)
        content.curves.figure_chosen.connect(self._figure_chosen)
        content.curves.layer_clicked.connect(self._layer_clicked)
