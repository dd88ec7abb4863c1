"""The layer lens: layers by pieces, the best words of a cell, and how a word rises through the layers."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.panels.base import Panel
from app.panels.common_pictures import pictures_button
from app.panels.layer_lens.controls import WHICH, LensControls, Which
from app.panels.layer_lens.curves_side import CurvesSide
from app.panels.layer_lens.explanation import explanation
from app.panels.layer_lens.figures import LensFigures
from app.panels.layer_lens.shown import Shown, cell_words, cells_of
from app.panels.layer_lens.watching import Watching
from app.panels.layer_lens.words_side import WordsSide
from app.reference import incomparable
from app.selection import Hover
from app.session import Session
from app.translation import tr
from app.views.empty import EmptyState
from app.views.lens_table import LensTable
from app.views.piece_text import isolated
from app.views.read_out import ReadOut
from bert_core.explanations import LayerLens
from bert_core.queries import Answer, OfReference, Query
from bert_core.queries_predictions import MOST_COMPARED, MOST_POSITIONS, Lens
from bert_core.trace import Trace

_LEAST = (340, 150)  # pixels, as are all lengths here
_WORDS_FROM, _CURVES_FROM = 480, 700


class LayerLensPanel(Panel):
    """Draws the trace of now or the reference, or the difference of the two; it asks only while it is seen."""

    name = "layer-lens"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Layer lens"), explanation())
        self._watching = Watching(session, self._take, self)
        self._first = 0
        self._layer: int | None = None  # None: the last one
        self._position: int | None = None
        self._lens: tuple[Trace, LayerLens] | None = None
        self._before: tuple[Trace, LayerLens] | None = None
        self._words: LayerLens | None = None
        self._typed: int | None = None  # the id of the word that is followed
        self._shown: Shown | None = None
        self.controls = LensControls()
        self.table = LensTable(tr("Layer lens"))
        self.read_out = ReadOut(name=tr("What is pointed at"))
        self.words = WordsSide()
        self.curves = CurvesSide()
        self.empty = EmptyState()
        self.figures = LensFigures(session, self)
        self._build()
        self._connect()
        session.selection_changed.connect(self._selected)
        session.hover_changed.connect(self._pointed)
        session.reference_changed.connect(self._reference_changed)
        session.loading_changed.connect(self._state_changed)
        session.model_changed.connect(self._state_changed)
        self.refresh(None)

    # What is drawn -----------------------------------------------------------------------------------------------

    @property
    def trace(self) -> Trace | None:
        """The newest trace, or the reference where that is shown."""
        reference, trace = self.session.reference, self.session.trace
        if reference is not None and reference.showing == "reference":
            trace = reference.trace
        return trace if trace is not None and trace.tokens else None

    @property
    def against(self) -> Trace | None:
        """What the trace is compared with, where the difference is shown and can be."""
        reference, trace = self.session.reference, self.session.trace
        if reference is None or trace is None or reference.showing != "difference":
            return None
        return None if self._why_not(reference.trace, trace) else reference.trace

    @property
    def shown(self) -> Shown | None:
        """What is drawn."""
        return self._shown

    @property
    def up_to_date(self) -> bool:
        """Whether what is drawn is of the trace to be drawn."""
        return self._shown is not None and self._shown.trace is self.trace

    @property
    def cell(self) -> tuple[int, int] | None:
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
        drawn = self.trace
        self._show_empty(drawn)
        self._show_pager(drawn)
        if self.isVisible():
            self._ask()

    def choose(self, layer: int | None, position: int) -> None:
        """Look at what a layer (0 the embeddings; None the last) makes of a piece."""
        self._layer, self._position = layer, position
        self._words = None
        self._show_cell()
        if self.isVisible():
            self._ask()

    # Queries -----------------------------------------------------------------------------------------------------

    def watch_queries(self) -> None:
        self._ask(anew=True)

    def stop_watching(self) -> None:
        self._watching.want({})

    def _wanted(self) -> Mapping[str, Query]:
        """The lens; the reference's, once the final answers are known; and other words at the chosen cell."""
        drawn, against = self.trace, self.against
        if drawn is None or self.empty.isVisibleTo(self):
            return {}
        positions = self._positions(drawn)
        wanted: dict[str, Query] = {"lens": Lens(positions, first=self._first, most=self._most)}
        lens = self._lens[1] if self._lens is not None and self._lens[0] is drawn else None
        if against is not None and lens is not None:
            finals = tuple(sorted(set(lens.ids[-1, :, 0].tolist())))
            wanted["before"] = OfReference(Lens(lens.positions, words=finals), against.scene)
        cell = self.cell
        if lens is not None and self._shown is not None and self._shown.lens is lens and cell is not None:
            layer, column = cell
            best = int(lens.ids[layer, column, 0])
            final = self._shown.final(column)
            words = [word for word in (best, self._typed) if word is not None and word != final]
            if words:
                wanted["words"] = Lens((lens.positions[column],), words=tuple(dict.fromkeys(words)))
        if drawn is not self.session.trace:
            wanted = {name: OfReference(query, drawn.scene) for name, query in wanted.items()}
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
        return self.controls.which

    @property
    def _most(self) -> int:
        """How many at once."""
        return MOST_COMPARED if self.against is not None else MOST_POSITIONS

    def _count(self, trace: Trace) -> int:
        positions = self._positions(trace)
        return len(trace.masked if positions is None else positions)

    def _ask(self, *, anew: bool = False) -> None:
        self._watching.want(self._wanted(), anew=anew)

    def _take(self, name: str, answer: Answer) -> None:
        """One has come, or a part of it."""
        drawn = self.trace
        if answer.failure:
            self.controls.note.setText(answer.failure)
            return
        lens = answer.value if answer.progress is None else answer.progress.value
        if drawn is None or not isinstance(lens, LayerLens):
            return
        if name == "words":
            self._words = lens
            self._show_curves()
            return
        if name == "before":
            self._before = drawn, lens
        else:
            self._lens = drawn, lens
        self._show()
        if answer.progress is None:
            self._ask()

    # Showing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Draw what is known."""
        drawn, against = self.trace, self.against
        if drawn is None or self._lens is None or self._lens[0] is not drawn:
            return
        lens, before = self._lens[1], None
        if against is not None:
            if self._before is None or self._before[0] is not drawn:
                return  # soon
            before = self._before[1]
            if before.positions != lens.positions or not {*lens.ids[-1, :, 0].tolist()} <= {*before.words}:
                return
        self._shown = Shown(drawn, lens, before)
        self._show_table()

    @Slot()
    def _show_table(self) -> None:
        shown = self._shown
        if shown is None:
            return
        self.table.set_cells(cells_of(shown, self.controls.colouring))
        reference, now, why_not = self.session.reference, self.session.trace, ""
        if reference is not None and now is not None and reference.showing == "difference":
            why_not = self._why_not(reference.trace, now)
        self.controls.describe(shown, why_not)
        self._show_pager(shown.trace)
        self._mark()
        self._show_cell()
        self.figures.refresh()

    def _why_not(self, reference: Trace, now: Trace) -> str:
        """Why the lens shows no difference; empty where it can."""
        if reference.scene.model_id != now.scene.model_id:
            return tr("No difference: it needs the weights of the model that the reference is of.")
        return incomparable(reference, now)

    def _show_cell(self) -> None:
        """The best words of the chosen cell, and its curves."""
        shown, cell = self._shown, self.cell
        if shown is None or cell is None:
            return
        self.table.set_current(*cell)
        self.words.show_cell(shown, *cell)
        self._show_curves()
        self._say()

    def _show_curves(self) -> None:
        shown, cell = self._shown, self.cell
        if shown is not None and cell is not None:
            self.curves.show_cell(shown, *cell, self._words)

    def _mark(self) -> None:
        shown, selection, hover = self._shown, self.session.selection, self.session.hover
        if shown is None or not self.up_to_date:
            return
        self.table.set_pinned({*selection.queries, *selection.keys})
        columns = [shown.column(place) for place in (hover.query, hover.key) if place is not None]
        self.table.set_hover(next((column for column in columns if column is not None), None))

    def _say(self) -> None:
        """The numbers of the cell that is pointed at, or of the chosen one."""
        shown, cell = self._shown, self.cell
        if shown is None or cell is None:
            return
        pointed = self.table.hover_cell
        layer, column = pointed if pointed is not None and pointed[1] < len(shown.lens.positions) else cell
        said = cell_words(shown, layer, column)
        self.read_out.set_text(said)
        self.read_out.setToolTip(f"<p>{said}</p>")

    def _show_empty(self, trace: Trace | None) -> None:
        """What there is to say instead of a table."""
        sentence, action = "", ""
        if trace is None:
            loading = self.session.loading is not None
            sentence = tr("The model is loading.") if loading else tr("Nothing has been read yet.")
        elif trace.logits is None:
            sentence = tr(
                "This model has no masked-word head, so its layers cannot be read. "
                "Choose one that has, such as mini-en or bert-base-uncased."
            )
        elif self.session.trace is not None and trace.scene.model_id != self.session.trace.scene.model_id:
            sentence = tr("Not known: this needs the weights of the model that the reference is of.")
        elif not self._count(trace):
            if self.which == "pinned":
                sentence = tr("No piece is pinned: Ctrl+click one in the input, or look at all pieces.")
            else:
                sentence = tr("No piece is masked: click one in the input, or look at all pieces.")
            action = tr("Look at all pieces")
        self.empty.setVisible(bool(sentence))
        self._stack.setCurrentIndex(0 if sentence else 1)
        if (sentence, action) != (self.empty.sentence, self.empty.button.text()):
            self.empty.set_text(sentence, action)
        if sentence:
            self._shown = self._lens = self._before = self._words = None
            self.table.set_cells(None)
        self.figures.refresh()

    def _show_pager(self, trace: Trace | None) -> None:
        """Which of many pieces are looked at."""
        total = 0 if trace is None else self._count(trace)
        if self._first >= total:
            self._first = 0
        self.controls.show_range(self._first, self._most, total)

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
        self.controls.pieces.setCurrentIndex(WHICH.index(which))
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
        self._arrange()

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
        if self.words.isVisible():
            self.words.bars.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _layer_clicked(self, layer: int) -> None:
        shown, cell = self._shown, self.cell
        if shown is not None and cell is not None:
            self.choose(layer, shown.lens.positions[cell[1]])

    @Slot(object)
    def _column_hovered(self, column: int | None) -> None:
        if self._shown is None or not self.up_to_date:
            return
        positions = self._shown.lens.positions
        self.session.set_hover(Hover() if column is None else Hover(query=positions[column]))
        self._say()

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
            self._words = None
            self._show_curves()
            self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc lets go of what is pinned."""
        if event.key() == Qt.Key.Key_Escape:
            self.session.unpin()
        else:
            super().keyPressEvent(event)

    # Layout ------------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Little, whatever is on it just now: it arranges itself in the room that it gets."""
        return QSize(*_LEAST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words and curves stand beside the table where there is room for them."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        width = self.width()
        self.words.setVisible(width >= _WORDS_FROM)
        self.curves.setVisible(width >= _CURVES_FROM)
        self.curves.fit(width)

    def _build(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(4)
        middle.addWidget(self.table, 1)
        middle.addWidget(self.read_out)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self.controls)
        row.addLayout(middle, 1)
        row.addWidget(self.words)
        row.addWidget(self.curves)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        self.body.addLayout(self._stack, 1)
        self.body.setContentsMargins(12, 2, 12, 6)
        self.setMinimumSize(*_LEAST)  # or the layout would ask for what stands beside the table just now
        buttons = pictures_button(self.figures.all)
        buttons.setFixedSize(24, self.help_button.sizeHint().height())  # the header keeps its height
        self.header_row.insertWidget(self.header_row.count() - 1, buttons)

    def _connect(self) -> None:
        self.empty.activated.connect(self.look_at_all)
        self.controls.which_chosen.connect(self._which_chosen)
        self.controls.colours_chosen.connect(self._show_table)
        self.controls.turned.connect(self.turn)
        self.table.cell_chosen.connect(self._cell_chosen)
        self.table.cell_entered.connect(self._cell_entered)
        self.table.hovered.connect(self._column_hovered)
        self.table.column_clicked.connect(self._column_clicked)
        self.words.picked.connect(self.put_in)
        self.curves.word_typed.connect(self.follow)
        self.curves.figure_chosen.connect(self._figure_chosen)
        self.curves.layer_clicked.connect(self._layer_clicked)
