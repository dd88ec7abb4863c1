"""Attention of a layer's heads, or of one, as lines between two columns of pieces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QVBoxLayout

from app.panels.attention.head_chooser import HeadChooser
from app.panels.attention.lines.explanation import explanation
from app.panels.attention.lines.figures import Drawn, Figures
from app.panels.attention.lines.shown import Shown, WhatIsShown
from app.panels.attention.lines.side import Side
from app.panels.attention.lines.words import Listed, how_many, of_pair, of_piece
from app.panels.attention.numbers import AT_ONCE, weights_of
from app.panels.attention.page import Page
from app.panels.common_pictures import pictures_button
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.help_button import HelpButton
from app.views.lines import Ends, LinesView
from app.views.picked_lines import Flags, kept_pairs
from app.views.ranked_bars import RankedBars
from app.views.read_out import ReadOut
from app.views.tab_group import tab_button
from bert_core.queries import Answer, MeanAttention, OfReference, Query
from bert_core.trace import Floats, Trace

_SIDE_FROM = 380  # pixels, as are all lengths here; narrower, the lines stand alone
_BARS_FROM = 1060  # from there on the weights of a piece stand beside the lines as bars
_BARS, _WIDEST_BARS = 250, 420
_MOST_BARS = 40
_SPACING = 12


class LinesPage(Page):
    """All heads of the chosen layer, each in its colour, or the chosen head alone; weights are read from the trace.

    The average over all heads of a long text is a query. A twin has no controls of its own: what is wanted here is
    wanted there.
    """

    name = "lines"

    def __init__(self, session: Session, *, twin: bool = False) -> None:
        super().__init__(session, twin=twin)
        self._alone = not twin
        self._mean: Floats | None = None
        self._mean_before: Floats | None = None
        self._failure = ""
        self._drawn: Drawn | None = None
        self._of: Trace | None = None  # what that is of
        self._head = (session.selection.layer, session.selection.head)
        self._wanted = WhatIsShown.of(session)
        self.view = LinesView()
        self.side = Side()
        self.chooser = HeadChooser()
        self.read_out = ReadOut(name=tr("Lines that are shown"))
        self.note = QLabel()
        self.note.setProperty("kind", "secondary")
        self.note.setWordWrap(True)
        self.bars = RankedBars(_BARS, tr("Weights of the piece"))
        self.layer_button = tab_button(
            tr("All heads"), tr("Every head of the layer, each in its colour"), kind="tab"
        )
        self.head_button = tab_button(
            tr("Chosen head"), tr("Only the head that is chosen at the right"), kind="tab"
        )
        self.figures = Figures(self, self.view, self.side.swatches, lambda: self._drawn, self.caption)
        self._build()
        self._arrange()
        self._connect()

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def shown(self) -> Shown:
        """What is wanted."""
        return self._wanted.now

    def refresh(self, trace: Trace) -> None:
        """Show this trace."""
        self._mean, self._mean_before, self._failure = None, None, ""
        layers, heads = trace.attentions.shape[:2]
        self.chooser.set_shape(layers, heads)
        if self._alone:
            self._wanted.set_heads(heads)
        self.side.swatches.set_count(heads)
        self.side.directions.set_paired(any(token.segment for token in trace.tokens))
        self._show()

    def caption(self) -> str:
        """What is drawn of the weights, and what is left out."""
        return " · ".join(part for part in (self._summary(hover=False), *self._notes()) if part)

    def _show(self) -> None:
        """Draw what is chosen now, of the trace that is there."""
        trace = self.trace
        if trace is None:
            return
        selection = self.selection
        self._head = (selection.layer, selection.head)
        self._drawn = drawn = self._to_draw(trace)
        self._of = trace
        self.chooser.set_head(selection.layer, selection.head)
        self.side.swatches.set_chosen(selection.head)
        off = trace.scene.interventions.heads_off
        self.side.swatches.set_off({head for layer, head in off if layer == selection.layer})
        if drawn is None:
            self.view.set_empty_text(self._failure or tr("Averaging…"))
            self.view.set_weights(None)
        else:
            self.view.set_weights(
                drawn.values, trace.tokens, drawn.heads, limit=drawn.limit, signed=drawn.signed
            )
        self.view.set_selection(selection.query, selection.key)
        self._filter(trace)
        self._arrange()
        self.point(self.session.hover)
        self.figures.refresh()

    def _to_draw(self, trace: Trace) -> Drawn | None:
        """Which array there are lines of: all heads of the layer, one, or an average; None while it is worked out."""
        values, against = self._values(trace, self._mean), self.against
        if values is None:
            return None
        layer, head = self._head
        heads: tuple[int | None, ...] = (head if layer is not None else None,)
        if self._whole_layer:
            heads = tuple(range(len(values)))
        if against is not None:
            before = self._values(against, self._mean_before)
            if before is None:
                return None
            values = values - before
        # Averages and changes come nowhere near 1.
        own = against is not None or heads == (None,)
        limit = (float(np.abs(values).max(initial=0.0)) if own else 0.0) or 1.0
        return Drawn(values, layer, heads, limit, against is not None)

    def _values(self, trace: Trace, mean: Floats | None) -> Floats | None:
        layer, head = self._head
        if layer is not None and self._whole_layer:
            return trace.attentions[layer]
        weights = weights_of(trace, layer, head)
        weights = mean if weights is None else weights
        return None if weights is None else weights[None]

    @property
    def _whole_layer(self) -> bool:
        """Whether there are lines of several heads."""
        return self.shown.whole_layer and self._head[0] is not None

    @property
    def _threshold(self) -> float:
        signed = self._drawn is not None and self._drawn.signed
        return self.shown.change_threshold if signed else self.shown.threshold

    def _filter(self, trace: Trace) -> None:
        """Leave out what is not wanted."""
        shown, swatches = self.shown, self.side.swatches
        (self.layer_button if shown.whole_layer else self.head_button).setChecked(True)
        self.side.set_why_no_heads(self._why_no_heads())
        self.side.set_shown(shown, signed=self._drawn is not None and self._drawn.signed)
        self.view.set_shown(swatches.shown if self._whole_layer else None)
        self.view.set_threshold(self._threshold)
        self.view.set_pairs(self._pairs(trace))

    def _pairs(self, trace: Trace) -> Flags | None:
        segments = np.array([token.segment for token in trace.tokens], dtype=np.intp)
        special = np.array([token.special for token in trace.tokens], dtype=bool)
        paired = bool(segments.any())
        directions = self.shown.directions if paired else np.ones((2, 2), dtype=bool)
        return kept_pairs(segments, special, directions, with_special=self.shown.special)

    # What is said ------------------------------------------------------------------------------------------------

    def _why_no_heads(self) -> str:
        if not self.shown.whole_layer:
            return tr("Only the chosen head is shown: press “All heads” to choose among them")
        if self._head[0] is None:
            return tr("This is the average over all layers: choose a layer to see its heads")
        return ""

    def _notes(self) -> list[str]:
        """What is not drawn, beside small weights, and what colours mean where they do not mean heads."""
        parts: list[str] = []
        if self._drawn is not None and self._drawn.signed:
            parts.append(tr("Orange: more than in the reference; blue: less."))
        if self.shown.whole_layer and self._head[0] is None:
            parts.append(tr("This is the average over all layers: choose a layer to see its heads."))
        if self._drawn is not None and not self.shown.special:
            parts.append(
                tr("Special pieces are left out.")
                if self._drawn.signed
                else tr("Special pieces are left out: rows no longer sum to 1.")
            )
        return parts

    def _say(self) -> None:
        """In one line, and as bars where there is room."""
        note = " ".join(self._notes())
        self.note.setText(note)
        self.note.setVisible(bool(note))
        listed = self._listed()
        if listed.title:
            self.read_out.set_text(listed.text)
            self.bars.set_weights(listed.title, listed.rows[:_MOST_BARS])
        else:
            self.read_out.set_text(self._summary(hover=True))
            self.bars.set_weights(
                tr("Point at a piece to see only its lines; click to keep them, Esc lets go."), ()
            )

    def _summary(self, *, hover: bool) -> str:
        if self._drawn is None:
            return ""
        lines = self.view.lines(hover=hover)
        largest = 0.0 if len(lines) else self.view.largest()
        return how_many(lines, self._threshold, largest, parted=self.view.parted, signed=self._drawn.signed)

    def _listed(self) -> Listed:
        """Of the piece that is pointed at or pinned; of two pieces if there is one at each side."""
        drawn, tokens = self._drawn, self.view.tokens
        if drawn is None:
            return Listed("")
        focus, pins = self.view.focus(), self.view.focus(hover=False)
        query = pins.query if focus.query is None else focus.query
        key = pins.key if focus.key is None else focus.key
        if query is not None and key is not None:
            weights = drawn.values[:, query, key].tolist()
            return of_pair(weights, query, key, drawn.heads, tokens, signed=drawn.signed)
        return of_piece(self.view.lines(), query, key, drawn.heads, tokens, signed=drawn.signed)

    # Queries -----------------------------------------------------------------------------------------------------

    def wanted(self, trace: Trace) -> Mapping[str, Query]:
        """The averages over everything, where that takes too long to compute here."""
        if self.selection.layer is not None or trace.attentions.size <= AT_ONCE:
            return {}
        queries: dict[str, Query] = {"mean": MeanAttention()}
        if self.against is not None:
            queries["mean-before"] = OfReference(MeanAttention(), self.against.scene)
        return queries

    def accept(self, name: str, answer: Answer, trace: Trace) -> None:
        """An average."""
        mean = answer.value if isinstance(answer.value, np.ndarray) else None
        if name == "mean":
            self._mean = mean
        else:
            self._mean_before = mean
        self._failure = answer.failure
        self._show()

    # What the session says ---------------------------------------------------------------------------------------

    def select(self, selection: Selection) -> None:
        """Another head, or other pins."""
        if (selection.layer, selection.head) != self._head:
            self._show()
        else:
            self.view.set_selection(selection.query, selection.key)
            self._say()

    def point(self, hover: Hover) -> None:
        """Only its lines are shown."""
        on_head = (
            self._whole_layer and hover.query is None and hover.key is None and hover.layer == self._head[0]
        )
        self.view.set_hover(hover.query, hover.key, hover.head if on_head else None)
        self._say()

    @Slot()
    def _wanted_changed(self) -> None:
        trace = self.trace
        if not self.isVisible() or trace is None or trace is not self._of:
            self._stale = True
        elif self._drawn is None or self._whole_layer != (len(self._drawn.heads) > 1):
            self._show()
            self.ask()
        else:
            self._filter(trace)
            self._say()

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def _piece_hovered(self, end: Ends | None) -> None:
        layer, head = self._head
        own = Hover() if end is None else Hover(layer, None if self._whole_layer else head, *end)
        self.session.set_hover(own)

    @Slot(object)
    def _piece_clicked(self, end: Ends) -> None:
        selection = self.session.selection
        if (selection.query, selection.key) == end:
            self.session.unpin()
        else:
            self.session.pin(query=end[0], key=end[1])

    @Slot(object)
    def _head_hovered(self, head: int | None) -> None:
        self.session.set_hover(Hover() if head is None else Hover(self._head[0], head))

    @Slot()
    def _mode_chosen(self) -> None:
        self._wanted.set(replace(self.shown, whole_layer=self.layer_button.isChecked()))

    @Slot()
    def _view_changed(self) -> None:
        self._say()  # higher rows may have room for a line a head

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What stands beside the lines needs room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        roomy = self._alone and self.width() >= _SIDE_FROM
        self.side.setVisible(roomy)
        for button in (self.layer_button, self.head_button):
            button.setVisible(roomy)
        self.chooser.setVisible(self._alone)
        signed = self._drawn is not None and self._drawn.signed  # which bars cannot show
        bars = self._alone and self.width() >= _BARS_FROM and not signed
        self.bars.setVisible(bars)
        if bars:
            left = self.width() - self.side.width() - 2 * _SPACING - self.view.widest
            self.bars.setFixedWidth(max(_BARS, min(_WIDEST_BARS, left)))

    def _build(self) -> None:
        modes = QButtonGroup(self)
        bar = QHBoxLayout()
        bar.setSpacing(2)
        bar.addStretch(1)
        for button in (self.layer_button, self.head_button):
            modes.addButton(button)
            bar.addWidget(button)
        bar.addSpacing(6)
        bar.addWidget(self.chooser)
        bar.addWidget(pictures_button(self.figures.all))
        bar.addSpacing(4)
        bar.addWidget(HelpButton(explanation()))
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.view, 1)
        left.addWidget(self.read_out)
        left.addWidget(self.note)
        row = QHBoxLayout()
        row.setSpacing(_SPACING)
        row.addLayout(left, 1)
        row.addWidget(self.bars)
        row.addWidget(self.side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(bar)
        column.addLayout(row, 1)
        modes.buttonClicked.connect(self._mode_chosen)

    def _connect(self) -> None:
        self._wanted.changed.connect(self._wanted_changed)
        self.view.piece_hovered.connect(self._piece_hovered)
        self.view.piece_clicked.connect(self._piece_clicked)
        self.view.view_changed.connect(self._view_changed)
        self.chooser.chosen.connect(self.session.select_head)
        self.side.swatches.hovered.connect(self._head_hovered)
        self.side.wanted.connect(self._wanted.set)
