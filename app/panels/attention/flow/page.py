"""Where a piece's content comes from, layer by layer, by four measures, and how these agree."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.panels.attention.flow.answers import PieceAnswers
from app.panels.attention.flow.bar import FlowBar
from app.panels.attention.flow.figures import FlowFigures
from app.panels.attention.flow.flow_line import FlowLine
from app.panels.attention.flow.shown import KINDS, Kind, Shown, shown
from app.panels.attention.flow.side import RanksSide
from app.panels.attention.flow.wishes import FlowWishes
from app.panels.attention.flow.words import (
    colours_words,
    followed,
    largest_words,
    missing_words,
    numbers_words,
    pair_words,
    spot_words,
    spread_words,
    tip_of,
    title_of,
)
from app.panels.attention.page import Page
from app.panels.common_pictures import pictures_button
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.flow_maps import FlowMap, FlowMaps, FlowSpot
from app.views.read_out import ReadOut
from bert_core.queries import Answer, Query
from bert_core.trace import Trace

_BESIDE_FROM = 440  # pixels, as are all lengths here
_SIDE_SHARE, _LEAST_SIDE, _MOST_SIDE = 0.3, 178, 340
_LATE = 80  # milliseconds after which what is known is shown without waiting for the rest


class FlowPage(Page):
    """The piece that is followed is the pinned query, else the first masked one, else [CLS].

    What is drawn stays until the quick measures of the next piece are there, or are late; flow joins layer by layer.
    """

    name = "flow"

    def __init__(self, session: Session, *, twin: bool = False) -> None:
        super().__init__(session, twin=twin)
        self._answers = PieceAnswers()
        self._shown: Shown | None = None
        self._trace: Trace | None = None  # what that is of
        self._stopped = False
        self._ranks_seen = False  # where there is room for one of the two only
        self._wishes = FlowWishes.of(session)
        self.maps = FlowMaps()
        self.side = RanksSide()
        self.read_out = ReadOut(name=tr("What is pointed at"))
        self.job = FlowLine()
        self.figures = FlowFigures(self, self.maps, self.side, lambda: self._shown)
        self.bar = FlowBar(self._wishes, pictures_button(self.figures.all), alone=not twin)
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
        self.bar.offer(trace)
        self.select(self.selection)

    def select(self, selection: Selection) -> None:
        """Another layer, or another piece."""
        trace = self.trace
        if trace is None:
            return
        self.bar.show_chosen(self.layer, selection.query)
        if self._answers.begin(trace, self.against, self.position):
            self._stopped = False
            self.job.begin()
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
        self.bar.show_wishes()
        self._draw(found, trace)
        self.job.show_flow(self._answers.flow_progress, len(trace.attentions), stopped=self._stopped)
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
        size = max(len(trace.tokens), 0 if self.against is None else len(self.against.tokens))
        return missing_words(kind, size, wanted=self._answers.is_wanted(kind), stopped=self._stopped)

    def _complete(self, kind: Kind) -> bool:
        values = None if self._shown is None else self._shown.values.get(kind)
        return values is not None and not np.isnan(values).any()

    def _caption(self) -> str:
        signed = self._shown is not None and self._shown.signed
        return colours_words(common=self._wishes.now.common, signed=signed)

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
        return spot_words(found, spot.layer, spot.piece, trace.tokens)

    # Flow, which takes long --------------------------------------------------------------------------------------

    @Slot()
    def stop_flow(self) -> None:
        """Work it out no further for this piece."""
        self._stopped = True
        self.ask()
        self._show()

    @Slot()
    def start_flow(self) -> None:
        """Work it out after all."""
        self._stopped = False
        self.job.begin()
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

    @Slot()
    def _wishes_changed(self) -> None:
        self.bar.show_wishes()
        if self.isVisible():
            self._show()
        else:
            self._stale = True

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The ranks stand beside the maps where there is room for both."""
        super().resizeEvent(event)
        self._arrange()

    @Slot(object)
    def show_ranks(self, seen: bool) -> None:
        """Where there is room for one only, the ranks, or else the maps."""
        self._ranks_seen = seen
        self._arrange()

    def _arrange(self) -> None:
        beside = self.width() >= _BESIDE_FROM
        self.maps.setVisible(beside or not self._ranks_seen)
        self.side.setVisible(beside or self._ranks_seen)
        self.bar.arrange(self.width(), tabs=not beside, ranks=self._ranks_seen)
        width = max(_LEAST_SIDE, min(_MOST_SIDE, round(_SIDE_SHARE * self.width())))
        self.side.setMinimumWidth(width if beside else 0)
        self.side.setMaximumWidth(width if beside else 16777215)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.maps, 1)
        row.addWidget(self.side, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.bar)
        column.addLayout(row, 1)
        column.addWidget(self.job)
        column.addWidget(self.read_out)

    def _connect(self) -> None:
        self.maps.set_read(self._read)
        self.maps.hovered.connect(self._spot_hovered)
        self.maps.clicked.connect(self._spot_clicked)
        self.maps.walked.connect(self._walked)
        self.maps.followed.connect(self.follow)
        self.side.layer_hovered.connect(self._layer_hovered)
        self.side.layer_clicked.connect(self._layer_chosen)
        self.bar.layers.chosen.connect(self._layer_chosen)
        self.bar.pieces.chosen.connect(self._piece_chosen)
        self.bar.ranks_wanted.connect(self.show_ranks)
        self.job.cancelled.connect(self.stop_flow)
        self.job.again.connect(self.start_flow)
        self._wishes.changed.connect(self._wishes_changed)
