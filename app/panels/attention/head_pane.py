"""One head, or an average, large: its map, its entropy, and what its rows and columns say."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.panels.attention.head_arrangement import SIDE, SPACING, HeadArrangement
from app.panels.attention.head_chooser import HeadChooser
from app.panels.attention.head_explanation import head_explanation
from app.panels.attention.head_options import HeadChoices
from app.panels.attention.head_view import HeadView, head_view
from app.panels.attention.head_words import (
    bars_text,
    formula_of,
    info_text,
    margin_of,
    ranked,
    read_out,
    shown_facts,
    state_text,
)
from app.panels.attention.numbers import head_name, row_entropies
from app.panels.attention.show_button import ShowButton
from app.selection import Hover, Selection
from app.theme import font
from app.translation import tr
from app.views.colour_bar import ColourBar
from app.views.heat_map import HeatMap
from app.views.help_button import HelpButton
from app.views.picked_cells import Cell, Picked
from app.views.ranked_bars import RankedBars
from app.views.read_out import ReadOut
from bert_core.trace import Floats, Token

_BAR = 190  # pixels, as are all lengths here
_LISTED_LINES = 2
_LISTED = 5
_LEAST_WIDTH, _LEAST_HEIGHT = 230, 150
_LEAST, _LEAST_BAR = 0.005, 0.00005  # what would be listed as 0.00, or beside a bar as 0.0000, is left out


class HeadPane(QWidget):
    """A map of S x S weights, or of what is wanted of them, under its name; with a read-out and a list for the pins.

    What is said of the map stands under it, or beside it where that leaves it larger. W, S and B switch what is shown.
    off_toggled(bool)      a person switches the head off or on
    piece_hovered(Cell)    the pieces (query, key) under the pointer, each or both None
    pinned(Picked)         the pieces that are to be pinned now
    """

    off_toggled = Signal(bool)
    piece_hovered = Signal(object)
    pinned = Signal(object)

    def __init__(self, choices: HeadChoices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = HeadChoices(self) if choices is None else choices
        self._weights: Floats | None = None
        self._before: Floats | None = None
        self._tokens: tuple[Token, ...] = ()
        self._drawn: HeadView | None = None
        self._own_scale = self._signed = self._regrouped = False
        self._instead = ""
        self._entropies: list[float] = []
        self._selection = Selection()
        self._rows: tuple[int, ...] = ()
        self._columns: tuple[int, ...] = ()
        self._hover = Hover()

        self.name = QLabel()
        self.name.setFont(font("bold"))
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.show_button = ShowButton(self.choices)
        self.chooser = HeadChooser()
        self.help_button = HelpButton(head_explanation())
        self.off_button = QToolButton()
        self.off_button.setProperty("kind", "tab")
        self.off_button.setCheckable(True)
        self.off_button.setText(tr("Off"))
        self.off_button.setToolTip(tr("Switch this head off, and see what changes (Ctrl+D)"))
        self.off_button.setAccessibleName(tr("Switch this head off"))
        self.off_button.clicked.connect(self.off_toggled)
        self._has_off = False
        self.info = ReadOut(name=tr("Entropy"))
        self.state = _secondary()
        self.map = HeatMap(several=True)
        self.bar = ColourBar()
        self.bar.setMaximumWidth(_BAR)
        self.read_out = ReadOut(right=True, name=tr("Weight under the pointer"))
        self.listed = _secondary()
        # Room for two lines at all times, so that pinning does not move the map.
        self.listed.setFixedHeight(_LISTED_LINES * QFontMetrics(font("small")).lineSpacing() + 2)
        self.bars = RankedBars(SIDE, tr("Strongest weights of the pinned pieces"))
        self._arrangement = HeadArrangement(self)
        self._build()
        self.choices.changed.connect(self._choices_changed)
        self.map.cell_hovered.connect(self._cell_hovered)
        self.map.cell_clicked.connect(self._cell_clicked)
        self.map.picked.connect(self._cells_picked)

    @property
    def weights(self) -> Floats | None:
        """What is shown: float32 [N, N], N = S pieces or what is wanted of them; None while it is worked out."""
        return None if self._drawn is None else self._drawn.values

    @property
    def view(self) -> HeadView | None:
        """The same with what its rows are."""
        return self._drawn

    @property
    def rows(self) -> tuple[int, ...]:
        """The pinned rows."""
        return self._rows

    @property
    def columns(self) -> tuple[int, ...]:
        """The pinned columns."""
        return self._columns

    @property
    def state_text(self) -> str:
        """What is not as the model has it."""
        return state_text(self._drawn, self._tokens, regrouped=self._regrouped)

    @property
    def caption(self) -> str:
        """The same, and in a line of its own what the bars are."""
        return "\n".join(part for part in (self.state_text, bars_text(self._drawn, self._rows)) if part)

    def facts(self, formula: str) -> dict[str, str]:
        """What a picture says of how the head is shown; `formula` is that of its weights."""
        view = self._drawn
        if view is None:
            return {"Formula": formula}
        done = formula_of(view)
        facts = shown_facts(view, self._tokens, self._rows, self._columns)
        return {"Formula": f"{formula}; {done}" if done else formula, **facts}

    def show_weights(
        self,
        weights: Floats | None,
        tokens: tuple[Token, ...],
        layer: int | None,
        head: int | None,
        *,
        own_scale: bool,
        off: bool = False,
        signed: bool = False,
        before: Floats | None = None,
        tokens_before: tuple[Token, ...] | None = None,
        instead: str = "",
    ) -> None:
        """Show the weights of `tokens`; None shows the sentence `instead`.

        signed     the difference from `before`, weights of as many pieces, is shown
        off        the head is switched off
        own_scale  colours end at the largest weight instead of 1; in averages, which come nowhere near 1, always
        """
        self._weights, self._before, self._signed, self._instead = weights, before, signed, instead
        self._regrouped = tokens_before is not None and [t.word for t in tokens_before] != [
            t.word for t in tokens
        ]
        self._own_scale = own_scale or signed or head is None
        others, self._tokens = self._tokens != tokens, tokens
        self.name.setText(head_name(layer, head))
        self._has_off = layer is not None and head is not None
        self.off_button.setChecked(off)
        self.map.setAccessibleName(tr("Attention of {head}", head=head_name(layer, head)))
        self._show(others)

    def set_pins(self, selection: Selection) -> None:
        """Outline what is pinned, and list what it attends to, or what attends to it."""
        before, self._selection = self._selection, selection
        if (before.queries, before.keys) != (selection.queries, selection.keys):
            self._pin()
            self._say()

    def set_hover(self, hover: Hover) -> None:
        """Mark what the pointer passes over, here or elsewhere."""
        if hover != self._hover:
            self._hover = hover
            self.map.set_hover(*self._over())
            self._say_hovered()

    # What is shown -----------------------------------------------------------------------------------------------

    def _show(self, others: bool) -> None:
        before, self._drawn = self._drawn, None
        if self._weights is not None and (self._before is not None or not self._signed):
            self._drawn = head_view(self._weights, self._tokens, self.choices.now, self._before)
        view, largest = self._drawn, 1.0
        if view is None:
            self._entropies = []
            nothing = tr("Nothing is left: all pieces are special.")
            self.map.set_empty_text(
                nothing if self._weights is not None and not self._signed else self._instead
            )
            self.map.set_matrix(None)
        else:
            self._entropies = row_entropies(view.values).tolist() if view.whole and not view.signed else []
            if self._own_scale:
                largest = float(np.abs(view.values).max(initial=0.0)) or 1.0
            self.map.set_matrix(view.values, view.tokens, largest, diverging=view.signed)
        self.bar.set_range(0.0, largest, diverging=self._signed)
        self._pin()
        self.map.set_hover(*self._over())
        self._say()
        if others or (before is None) != (view is None) or (view and before and before.tokens != view.tokens):
            self._arrange()
        self._fit_top()

    @Slot()
    def _choices_changed(self) -> None:
        if self._tokens:
            self._show(others=True)

    def _pin(self) -> None:
        view = self._drawn
        self._rows = () if view is None else view.rows_of(self._selection.queries)
        self._columns = () if view is None else view.rows_of(self._selection.keys)
        cell = Picked(self._rows, self._columns).cell
        self.map.set_selection(*cell, self._rows[1:], self._columns[1:])
        self.map.set_margin(None if view is None else margin_of(view, self._rows))

    def _over(self) -> Cell:
        """The row and the column pointed at; neither, where one of them is not on the map."""
        view, hover = self._drawn, self._hover
        if view is None:
            return None, None
        query, key = view.row_of(hover.query), view.row_of(hover.key)
        gone = (query is None and hover.query is not None) or (key is None and hover.key is not None)
        return (None, None) if gone else (query, key)

    # What is said ------------------------------------------------------------------------------------------------

    def _say(self) -> None:
        self._say_hovered()
        state, bars = self.state_text, bars_text(self._drawn, self._rows)
        self.map.setToolTip("" if self._arrangement.beside else bars)
        self.state.setText(
            "\n".join(part for part in (state, bars if self._arrangement.beside else "") if part)
        )
        self.state.setVisible(bool(self.state.text()))
        self._list()

    def _say_hovered(self) -> None:
        view = self._drawn
        if view is None:
            self.info.set_text("")
            self.read_out.set_text("")
            self.bar.set_marker(None)
            return
        query, key = self._over()
        if query is not None:
            rows: tuple[int, ...] = (query,)
        else:
            rows = self._rows if key is None else ()
        self.info.set_text(*info_text(view, self._entropies, rows))
        text, value, is_cell = read_out(view, (query, key), self._rows, self._columns)
        figure = "" if value is None else f"{value:+.4f}" if view.signed else f"{value:.4f}"
        self.read_out.set_text(text, figure)
        self.bar.set_marker(value if is_cell else None)

    def _list(self) -> None:
        if self._drawn is None:
            self.bars.set_weights("", ())
            self.listed.setText("")
            return
        found = ranked(self._drawn, self._rows, self._columns)
        self.bars.set_weights(
            found.title, [row for row in found.rows if row[1] >= _LEAST_BAR], whole=found.whole
        )
        short = ", ".join(
            f"{piece} {weight:.2f}" for piece, weight in found.rows[:_LISTED] if weight >= _LEAST
        )
        self.listed.setText(f"{found.title} {short}".strip())

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def _cell_hovered(self, cell: Cell | None) -> None:
        view = self._drawn
        if cell is None or view is None:
            self.piece_hovered.emit(None)
            return
        query, key = (None if row is None else view.groups[row][0] for row in cell)
        self.piece_hovered.emit((query, key))

    @Slot(object)
    def _cell_clicked(self, cell: Cell) -> None:
        query, key = cell
        picked = Picked(() if query is None else (query,), () if key is None else (key,))
        again = (picked.queries, picked.keys) == (self._rows, self._columns)
        self._cells_picked(Picked() if again else picked)

    @Slot(object)
    def _cells_picked(self, picked: Picked) -> None:
        view = self._drawn
        if view is not None:
            self.pinned.emit(Picked(view.pieces_of(picked.queries), view.pieces_of(picked.keys)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Switch what is shown by a letter, where it does not go into a field."""
        acts = {
            Qt.Key.Key_W: self.choices.toggle_words,
            Qt.Key.Key_S: self.choices.next_special,
            Qt.Key.Key_B: self.choices.toggle_bars,
        }
        act = acts.get(Qt.Key(event.key())) if not event.modifiers() else None
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    # Layout ------------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Little: where there is less room for the row above the map, some of it goes."""
        return QSize(_LEAST_WIDTH, _LEAST_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is said of the map close to it, on the side where that leaves it larger."""
        super().resizeEvent(event)
        self._fit_top()
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """A hidden map has no layout to go by."""
        super().showEvent(event)
        self._fit_top()
        self._arrange()

    def _build(self) -> None:
        self._top = QHBoxLayout()
        self._top.setSpacing(6)
        for widget in (self.name, None, self.show_button, self.off_button, self.chooser, self.help_button):
            if widget is None:
                self._top.addStretch(1)
            else:
                self._top.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addLayout(self._top)
        column.addLayout(self._arrangement.grid, 1)
        self._arrangement.place(beside=False)

    def _fit_top(self) -> None:
        """Leave out of the row above what there is no room for: the lists say the name, too."""
        wanted = [self.show_button, self.chooser, self.off_button, self.help_button, self.name]
        room = self.width()
        for widget in wanted:
            width = widget.sizeHint().width() + self._top.spacing()
            there = room >= width or widget in (self.show_button, self.chooser)
            if widget is self.off_button and not self._has_off:
                there, width = False, 0
            widget.setVisible(there)
            room -= width

    def _arrange(self) -> None:
        height = self.height() - self._top.sizeHint().height() - SPACING
        self._arrangement.fit(height, self._say)


def _secondary() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("kind", "secondary")
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    return label
