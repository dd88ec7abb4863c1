"""Where a piece's content comes from, layer by layer, by four measures, and how these agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from time import monotonic

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QToolButton, QVBoxLayout

from app.panels.attention.flow.answers import PieceAnswers
from app.panels.attention.flow.explanation import explanation
from app.panels.attention.flow.figures import FlowFigures
from app.panels.attention.flow.shown import KINDS, Kind, Shown, shown
from app.panels.attention.flow.side import RanksSide
from app.panels.attention.flow.wishes import FlowWishes
from app.panels.attention.flow.words import (
    followed,
    largest_words,
    numbers_words,
    pair_words,
    spread_words,
    tip_of,
    title_of,
)
from app.panels.attention.measures.job import clock
from app.panels.attention.page import Page
from app.panels.common_pictures import pictures_button
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.choice import Choice
from app.views.flow_maps import FlowMap, FlowMaps, FlowSpot
from app.views.help_button import HelpButton
from app.views.job_line import JobLine
from app.views.piece_text import isolated
from app.views.read_out import ReadOut
from bert_core.queries import Answer, Query
from bert_core.queries_flow import MOST_PIECES
from bert_core.trace import Trace

_BESIDE_FROM, _CONTROLS_FROM = 440, 470  # pixels, as are all lengths here
_LAYERS_FROM, _PIECES_FROM = 300, 400
_SIDE_SHARE, _LEAST_SIDE, _MOST_SIDE = 0.3, 178, 340
_LATE = 80  # milliseconds after which what is known is shown without waiting for the rest


class FlowPage(Page):
    """The piece that is followed is the pinned query, else the first masked one, else [CLS].

    What is drawn stays until the quick measures of the next piece are there, or are late; flow joins layer by layer.
    """

    name = "flow"

    def __init__(self, session: Session, *, twin: bool = False) -> None:
        super().__init__(session, twin=twin)
        self._alone = not twin
        self._answers = PieceAnswers()
        self._shown: Shown | None = None
        self._trace: Trace | None = None  # what that is of
        self._stopped = False
        self._began: tuple[float, int] | None = None  # the flow: when, and how much was done then
        self._ranks_seen = False  # where there is room for one of the two only
        self._wishes = FlowWishes.of(session)
        self.maps = FlowMaps()
        self.side = RanksSide()
        self.read_out = ReadOut(name=tr("What is pointed at"))
        self.job = JobLine(tr("Attention flow"))
        self.layers = Choice(tr("Layer"), tr("Layer (up and down arrows)"), letters=6)
        self.pieces = Choice(tr("Piece"), tr("The piece that is followed through the layers"), letters=8)
        self.scale = Choice(
            tr("Colours"),
            tr("Where colours end: at the largest value of each layer, or of the whole map"),
            letters=9,
        )
        self.special = QCheckBox(tr("Rank specials"))
        self.special.setToolTip(tr("Count [CLS] and [SEP] where measures are ranked"))
        self.maps_button = _tab(tr("Maps"), tr("What the piece takes from each piece, by four measures"))
        self.ranks_button = _tab(tr("Ranks"), tr("How the measures agree, and how far they are spread"))
        self.figures = FlowFigures(self, self.maps, self.side, lambda: self._shown)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LATE)
        self._timer.timeout.connect(self._show)
        self._build()
        self._connect()
        self._arrange()

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def position(self) -> int:
        """The piece that is followed."""
        trace, query = self.trace, self.selection.query
        if trace is None:
            return 0
        if query is not None:
            return query
        return trace.masked[0] if trace.masked else 0

    @property
    def layer(self) -> int:
        """The chosen layer; of an average over all of them, the last."""
        trace, layer = self.trace, self.selection.layer
        if layer is not None:
            return layer
        return 0 if trace is None else len(trace.attentions) - 1

    @property
    def shown(self) -> Shown | None:
        """What is drawn."""
        return self._shown

    @property
    def up_to_date(self) -> bool:
        """Whether what is drawn is of what is to be drawn, so that positions in it mean something elsewhere."""
        return self._trace is not None and self._trace is self.trace

    def refresh(self, trace: Trace) -> None:
        """Offer what this trace has, and follow the piece in it."""
        self.layers.set_names([tr("Layer {n}", n=n + 1) for n in range(len(trace.attentions))])
        names = [f"{position} {isolated(token.text)}" for position, token in enumerate(trace.tokens)]
        self.pieces.set_names([tr("Piece: auto"), *names])
        self.select(self.selection)

    def select(self, selection: Selection) -> None:
        """Another layer, or another piece."""
        trace = self.trace
        if trace is None:
            return
        self.layers.setCurrentIndex(self.layer)
        self.pieces.setCurrentIndex(0 if selection.query is None else selection.query + 1)
        if self._answers.begin(trace, self.against, self.position):
            self._stopped, self._began = False, None
            self._timer.start()
        self._mark()

    def point(self, hover: Hover) -> None:
        """Mark it, and say its numbers."""
        self._mark()

    def wanted(self, trace: Trace) -> Mapping[str, Query]:
        """All measures of the piece, of now and of the reference."""
        return self._answers.wanted(self.session.scene.model_id, flow=not self._stopped)

    def accept(self, name: str, answer: Answer, trace: Trace) -> None:
        """One of them, or a part of it; all quick ones are drawn together."""
        self._answers.take(name, answer)
        if self._answers.quick_ones_are_there:
            self._show()

    @Slot()
    def _show(self) -> None:
        trace = self.trace
        if trace is None or self._answers.trace is not trace:
            return
        self._timer.stop()
        special = np.array([token.special for token in trace.tokens], dtype=bool)
        counted = np.ones(len(special), dtype=bool) if self._wishes.now.special else ~special
        against = self._answers.against
        self._trace = trace
        self._shown = found = shown(
            self._answers.position,
            self._answers.rows(),
            None if against is None else self._answers.rows(before=True),
            len(trace.attentions),
            counted,
        )
        self._show_wishes()
        self._draw(found, trace)
        self._show_progress(trace)
        self._mark()
        self.figures.layers = len(trace.attentions)
        self.figures.caption = self._caption()
        self.figures.refresh()

    def _draw(self, found: Shown, trace: Trace) -> None:
        layers, heads = trace.attentions.shape[:2]
        self.maps.set_maps(
            [
                FlowMap(
                    title_of(kind, heads),
                    index,
                    found.values.get(kind),
                    self._note(kind, trace),
                    tip=tip_of(kind),
                )
                for index, kind in enumerate(KINDS)
            ],
            trace.tokens,
            layers,
            found.position,
            signed=found.signed,
            common=self._wishes.now.common,
        )
        self.side.set_shown(found, layers, trace.tokens)

    def _note(self, kind: Kind, trace: Trace) -> str:
        """What is said where a map, or a part of it, is not there."""
        if failure := self._answers.failure(kind):
            return failure
        if kind == "raw" or (self._shown is not None and self._complete(kind)):
            return ""
        if kind == "weighed" and not self._answers.is_wanted(kind):
            return tr("Not known: this needs the weights of the model that the reference is of.")
        size = max(len(trace.tokens), 0 if self.against is None else len(self.against.tokens))
        if kind == "flow" and size > MOST_PIECES:
            return tr(
                "Attention flow is worked out for up to {most} pieces, and this text has {n}: shorten it.",
                most=MOST_PIECES,
                n=size,
            )
        if kind == "flow" and self._stopped:
            return tr("Stopped.")
        return tr("Working it out…")

    def _complete(self, kind: Kind) -> bool:
        values = None if self._shown is None else self._shown.values.get(kind)
        return values is not None and not np.isnan(values).any()

    def _caption(self) -> str:
        """What colours mean, and which piece it is."""
        if self._wishes.now.common:
            ends = tr("Colours end at each map's largest.")
        else:
            ends = tr("Colours end at each layer's largest.")
        if self._shown is not None and self._shown.signed:
            ends = f"{ends} {tr('Orange: more than in the reference; blue: less.')}"
        return ends

    # What is said ------------------------------------------------------------------------------------------------

    def _mark(self) -> None:
        """The chosen layer and piece, and what is pointed at."""
        found, trace = self._shown, self._trace
        if found is None or trace is None or not self.up_to_date:
            return
        hover, key = self.session.hover, self.selection.key
        piece = hover.key if hover.key is not None else hover.query
        if hover.key is None and piece == found.position:
            piece = None  # passing over the followed piece itself elsewhere
        layers, size = len(trace.attentions), len(trace.tokens)
        layer = None if hover.layer is None or hover.layer >= layers else hover.layer
        piece = None if piece is None or piece >= size else piece
        self.maps.set_selection(self.layer, key)
        self.maps.set_hover(layer, piece)
        at = self.layer if layer is None else layer
        self.maps.set_asides([spread_words(found, kind, at) for kind in KINDS])
        self.side.set_layer(self.layer, layer)
        self._say(found, trace, at, key if piece is None else piece)

    def _say(self, found: Shown, trace: Trace, layer: int, piece: int | None) -> None:
        tokens = trace.tokens
        if piece is not None:
            self.read_out.set_text(
                pair_words(tokens, found.position, layer, piece), numbers_words(found, layer, piece)
            )
        elif self.session.hover.layer is not None:
            self.read_out.set_text(
                f"{pair_words(tokens, found.position, layer, None)} {largest_words(found, layer, tokens)}"
            )
        else:
            self.read_out.set_text(self._idle_words(trace))
        said = f"{self.read_out.text} {self.read_out.figure}".strip()
        self.read_out.setToolTip(f"<p>{said}</p>")

    def _idle_words(self, trace: Trace) -> str:
        pinned = self.selection.query is not None
        words = [followed(trace.tokens, self.position, pinned=pinned, masked=bool(trace.masked))]
        if self.selection.layer is None:
            words.append(tr("An average over all layers is no layer: marked is the last."))
        words.append(self._caption())
        return " ".join(words)

    def _read(self, spot: FlowSpot) -> str:
        found, trace = self._shown, self._trace
        if found is None or trace is None:
            return ""
        if spot.layer is None or spot.piece is None:
            if spot.piece is None:
                return largest_words(found, spot.layer or 0, trace.tokens)
            return tr("Click to follow ‘{piece}’", piece=isolated(trace.tokens[spot.piece].text))
        pair = pair_words(trace.tokens, found.position, spot.layer, spot.piece)
        numbers = numbers_words(found, spot.layer, spot.piece)
        if found.signed:
            return f"{pair}. {numbers}"
        count = int(found.counted.sum())
        return tr(
            "{pair}. {numbers}; in brackets the place among {n} pieces", pair=pair, numbers=numbers, n=count
        )

    # Flow, which takes long --------------------------------------------------------------------------------------

    def _show_progress(self, trace: Trace) -> None:
        progress = self._answers.flow_progress
        if self._stopped:
            self.job.show_end(tr("Attention flow: stopped. What was known by then is shown."))
        elif progress is None or not progress.total:
            self.job.clear()
        else:
            if self._began is None:
                self._began = monotonic(), progress.done
            began, before = self._began
            rows = progress.value
            done = int(np.isfinite(rows[:, 0]).sum()) if isinstance(rows, np.ndarray) else 0
            words = tr("Attention flow: layer {n} of {layers}", n=done + 1, layers=len(trace.attentions))
            passed, more = monotonic() - began, progress.done - before
            if passed > 0 and more > 0:
                left = clock((progress.total - progress.done) * passed / more)
                words = tr("{said}, {left} left", said=words, left=left)
            self.job.show_progress(words, progress.done / progress.total)

    @Slot()
    def stop_flow(self) -> None:
        """Work it out no further for this piece."""
        self._stopped = True
        self.ask()
        self._show()

    @Slot()
    def start_flow(self) -> None:
        """Work it out after all."""
        self._stopped, self._began = False, None
        self.ask()
        self._show()

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def _layer_chosen(self, layer: int) -> None:
        self.session.select_head(layer, self.selection.head)

    @Slot(object)
    def _piece_chosen(self, index: int) -> None:
        if index:
            self.follow(index - 1)
        else:
            self.session.unpin()

    @Slot(object)
    def follow(self, position: int) -> None:
        """This piece from now on; the piece it was compared with stays pinned, unless it is the same."""
        if self.up_to_date:
            key = self.session.selection.key
            self.session.pin(query=position, key=None if key == position else key)

    @Slot(object)
    def _spot_hovered(self, spot: FlowSpot | None) -> None:
        if spot is None or not self.up_to_date:
            self.session.set_hover(Hover())
        else:
            self.session.set_hover(Hover(spot.layer, None, None, spot.piece))

    @Slot(object)
    def _spot_clicked(self, spot: FlowSpot) -> None:
        if not self.up_to_date or spot.layer is None:
            return
        self.session.select_head(spot.layer, self.selection.head)
        if spot.piece is not None:
            same = self.session.selection.key == spot.piece
            self.session.pin(query=self.position, key=None if same else spot.piece)

    @Slot(object, object)
    def _walked(self, layer: int | None, piece: int | None) -> None:
        if not self.up_to_date:
            return
        if layer is not None:
            self.session.select_head(layer, self.selection.head)
        if piece is not None:
            self.session.pin(query=self.position, key=piece)

    @Slot(object)
    def _layer_hovered(self, layer: int | None) -> None:
        self.session.set_hover(Hover() if layer is None or not self.up_to_date else Hover(layer))

    @Slot(object)
    def _scale_chosen(self, index: int) -> None:
        self._wishes.set(replace(self._wishes.now, common=index == 1))

    @Slot(bool)
    def _special_toggled(self, special: bool) -> None:
        self._wishes.set(replace(self._wishes.now, special=special))

    @Slot()
    def _wishes_changed(self) -> None:
        self._show_wishes()
        if self.isVisible():
            self._show()
        else:
            self._stale = True

    def _show_wishes(self) -> None:
        self.scale.setCurrentIndex(int(self._wishes.now.common))
        self.special.setChecked(self._wishes.now.special)

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The ranks stand beside the maps where there is room for both."""
        super().resizeEvent(event)
        self._arrange()

    @Slot()
    def show_ranks(self, seen: bool = True) -> None:
        """Where there is room for one only, the ranks, or else the maps."""
        self._ranks_seen = seen
        self._arrange()

    @Slot()
    def _tab_clicked(self) -> None:
        self.show_ranks(self.ranks_button.isChecked())

    def _arrange(self) -> None:
        beside = self.width() >= _BESIDE_FROM
        self.maps.setVisible(beside or not self._ranks_seen)
        self.side.setVisible(beside or self._ranks_seen)
        for button in (self.maps_button, self.ranks_button):
            button.setVisible(not beside)
        (self.ranks_button if self._ranks_seen else self.maps_button).setChecked(True)
        roomy = self._alone and self.width() >= _CONTROLS_FROM
        for widget in (self.scale, self.special):
            widget.setVisible(roomy)
        for choice, least in ((self.layers, _LAYERS_FROM), (self.pieces, _PIECES_FROM)):
            choice.setVisible(self._alone and self.width() >= least)
        width = max(_LEAST_SIDE, min(_MOST_SIDE, round(_SIDE_SHARE * self.width())))
        self.side.setMinimumWidth(width if beside else 0)
        self.side.setMaximumWidth(width if beside else 16777215)

    def _build(self) -> None:
        self.scale.set_names([tr("Scale: layer"), tr("Scale: map")])
        tabs = QButtonGroup(self)
        bar = QHBoxLayout()
        bar.setSpacing(6)
        bar.addStretch(1)
        for button in (self.maps_button, self.ranks_button):
            tabs.addButton(button)
            bar.addWidget(button)
        tabs.buttonClicked.connect(self._tab_clicked)
        for widget in (self.special, self.scale, self.layers, self.pieces):
            bar.addWidget(widget)
        bar.addWidget(pictures_button(self.figures.all))
        self.help_button = HelpButton(explanation())
        bar.addWidget(self.help_button, 0, Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.maps, 1)
        row.addWidget(self.side, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(bar)
        column.addLayout(row, 1)
        column.addWidget(self.job)
        column.addWidget(self.read_out)
        self._show_wishes()

    def _connect(self) -> None:
        self.maps.set_read(self._read)
        self.maps.hovered.connect(self._spot_hovered)
        self.maps.clicked.connect(self._spot_clicked)
        self.maps.walked.connect(self._walked)
        self.maps.followed.connect(self.follow)
        self.side.layer_hovered.connect(self._layer_hovered)
        self.side.layer_clicked.connect(self._layer_chosen)
        self.layers.chosen.connect(self._layer_chosen)
        self.pieces.chosen.connect(self._piece_chosen)
        self.scale.chosen.connect(self._scale_chosen)
        self.special.toggled.connect(self._special_toggled)
        self.job.cancelled.connect(self.stop_flow)
        self.job.again.connect(self.start_flow)
        self._wishes.changed.connect(self._wishes_changed)


def _tab(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    button.setProperty("kind", "header-tab")
    return button
