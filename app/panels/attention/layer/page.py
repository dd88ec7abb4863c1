"""What happens to one piece inside a layer: the way of its vector, and the feed-forward units."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from app.panels.attention.layer.explanation import explanation
from app.panels.attention.layer.figures import LayerFigures
from app.panels.attention.layer.flow import flow_steps, unit_values
from app.panels.attention.page import Page
from app.panels.common_pictures import pictures_button
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.bars import BarRow, Bars
from app.views.choice import Choice
from app.views.empty import EmptyState
from app.views.flow_steps import FlowSpot
from app.views.help_button import HelpButton
from app.views.layer_flow import LayerFlow
from app.views.piece_text import isolated
from app.views.read_out import ReadOut
from app.views.unit_list import UnitList
from app.views.unit_plot import UnitPlot
from app.views.unit_values import UnitValues
from bert_core.queries import Answer, OfReference, Query
from bert_core.queries_calculation import LayerCalculation, LayerMixing, LayerSteps
from bert_core.trace import Trace

_SIDE_SHARE, _LEAST_SIDE, _MOST_SIDE = 0.34, 165, 440  # of the width; pixels, as are all lengths here
_SIDE_FROM = 420


class LayerPage(Page):
    """What is drawn is always one answer, with the trace it came with: it stays until the next is there."""

    name = "layer"

    def __init__(self, session: Session, *, twin: bool = False) -> None:
        super().__init__(session, twin=twin)
        self._calculation: LayerCalculation | None = None
        self._against: LayerCalculation | None = None
        self._mixing: np.ndarray | None = None
        self._trace: Trace | None = None  # what the calculation is of
        self._units: UnitValues | None = None
        self._pinned_unit: int | None = None
        self._pointed_unit: int | None = None
        self._why_no_difference = ""
        self.flow = LayerFlow()
        self.plot = UnitPlot()
        self.list = UnitList()
        self.mixing = Bars(name=tr("Mixing ratio"))
        self.mixing_label = QLabel(tr("Mixing ratio after attention"))
        self.empty = EmptyState()
        self.layers = Choice(tr("Layer"), tr("Layer"))
        self.pieces = Choice(
            tr("Piece"), tr("The piece whose way is followed (up and down arrows)"), letters=10
        )
        self.read_out = ReadOut(name=tr("Explanation of what is shown"))
        self.figures = LayerFigures(self, self.flow, self.plot)
        self._build()
        self.layers.chosen.connect(self._layer_chosen)
        self.pieces.chosen.connect(self._piece_chosen)
        self.flow.hovered.connect(self._spot_changed)
        self.flow.walked.connect(self._walked)
        self.flow.ranked.connect(self._ranked)
        for view in (self.plot, self.list):
            view.hovered.connect(self._unit_pointed)
        for chooser in (self.plot, self.list, self.flow):
            chooser.unit_clicked.connect(self._unit_clicked)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def layer(self) -> int:
        """Which is looked into: an average over all of them has no inside, so the first."""
        return self.selection.layer or 0

    @property
    def position(self) -> int:
        """The piece that is pointed at, else the pinned one, else the first masked one, or [CLS]."""
        trace = self.trace
        if trace is None:
            return 0
        hover, selection = self.session.hover, self.selection
        for place in (hover.query, hover.key, selection.query, selection.key):
            if place is not None and place < len(trace.tokens):
                return place
        return trace.masked[0] if trace.masked else 0

    @property
    def unit(self) -> int | None:
        """The unit that is looked at: pointed at, kept by a click, or that which adds most."""
        if self._units is None:
            return None
        for unit in (self._pointed_unit, self._pinned_unit):
            if unit is not None and unit < len(self._units.inner):
                return unit
        return int(self._units.ranked[0])

    @property
    def up_to_date(self) -> bool:
        """Whether what is drawn is of what is to be drawn, so that positions in it mean something elsewhere."""
        return self._trace is not None and self._trace is self.trace

    def refresh(self, trace: Trace) -> None:
        """Offer what this trace has; the calculation follows as an answer."""
        self.layers.set_names([tr("Layer {n}", n=n + 1) for n in range(len(trace.attentions))])
        names = [f"{position} {isolated(token.text)}" for position, token in enumerate(trace.tokens)]
        self.pieces.set_names([tr("Piece: auto"), *names])
        self._against = None
        self.select(self.selection)

    def select(self, selection: Selection) -> None:
        """Show what is chosen; what it asks for follows as an answer."""
        self.layers.setCurrentIndex(self.layer)
        pinned = selection.key if selection.query is None else selection.query
        self.pieces.setCurrentIndex(0 if pinned is None else pinned + 1)
        self._say()

    def point(self, hover: Hover) -> None:
        """Follow the piece that is pointed at, anywhere, for as long."""
        self.ask()

    def wanted(self, trace: Trace) -> Mapping[str, Query]:
        """The chosen piece's way, the reference's, and the mixing ratios."""
        query, against = LayerSteps(self.layer, self.position), self.against
        wanted: dict[str, Query] = {"now": query, "mixing": LayerMixing(self.layer)}
        self._why_no_difference = ""
        if against is not None and against.scene.model_id != trace.scene.model_id:
            self._why_no_difference = tr("The reference is of another model; this is what is now.")
        elif against is not None:
            wanted["reference"] = OfReference(query, against.scene)
        return wanted

    def accept(self, name: str, answer: Answer, trace: Trace) -> None:
        """A calculation or the ratios, to be shown from now on."""
        if name == "mixing":
            self._mixing = answer.value if isinstance(answer.value, np.ndarray) else None
        elif name == "reference":
            self._against = answer.value if isinstance(answer.value, LayerCalculation) else None
        else:
            self._calculation = answer.value if isinstance(answer.value, LayerCalculation) else None
            self._trace = trace
            self.empty.set_text(answer.failure)
        self._show()

    def _show(self) -> None:
        calculation, trace = self._calculation, self._trace
        self._stack.setCurrentWidget(self.empty if calculation is None else self._content)
        self.figures.set_enabled(calculation is not None)
        self.figures.calculation = calculation
        if calculation is None or trace is None:
            self._units = None
            self.flow.set_steps(())
            return
        self._units = unit_values(calculation)
        token = trace.tokens[calculation.position]
        self.figures.piece = token.text
        self.flow.set_steps(
            flow_steps(calculation, self._comparable(calculation)),
            token,
            tr("in layer {n}", n=calculation.layer + 1),
        )
        self.plot.set_values(self._units)
        self.list.set_values(self._units)
        self._show_mixing(calculation.position)
        self._mark_unit()
        self._say()

    def _comparable(self, calculation: LayerCalculation) -> LayerCalculation | None:
        """The reference's, if it is of the same place."""
        against = self._against
        if against is None or (against.layer, against.position) != (calculation.layer, calculation.position):
            return None
        return against if against.inner.shape == calculation.inner.shape else None

    def _show_mixing(self, position: int) -> None:
        ratios = self._mixing
        if ratios is None or position >= len(ratios):
            self.mixing.set_rows([])
            return
        ratio = float(ratios[position])
        self.mixing.set_rows(
            [BarRow(tr("others"), ratio), BarRow(tr("itself"), 1.0 - ratio, role="segment_b")]
        )

    def _mark_unit(self) -> None:
        unit = self.unit
        self.flow.set_unit(unit)
        self.plot.set_unit(unit)
        self.list.set_unit(unit, self._pinned_unit)

    def _say(self) -> None:
        if self.flow.spot is not None:
            self.read_out.set_text("", self.flow.readout(self.flow.spot))
        elif self._pointed_unit is not None and self._units is not None:
            self.read_out.set_text("", self._units.words(self._pointed_unit))
        else:
            self.read_out.set_text(self._words())
        text = self._words()
        self.read_out.setToolTip(f"<p>{text}</p>" if text else "")

    def _words(self) -> str:
        trace, selection = self.trace, self.selection
        if trace is None:
            return ""
        words = [self._why_no_difference]
        if self._calculation is not None and self._comparable(self._calculation) is not None:
            words.append(tr("Vectors: the difference. Notes, units and mixing ratio: now."))
        if selection.layer is None:
            words.append(tr("An average over all layers has no inside; this is layer 1."))
        pinned = selection.key if selection.query is None else selection.query
        if pinned is not None:
            words.append(tr("Pinned: ‘{piece}’. Esc lets go.", piece=isolated(trace.tokens[pinned].text)))
        elif trace.masked:
            words.append(tr("Nothing is pinned: the first masked piece."))
        else:
            words.append(tr("Nothing is pinned: {piece}.", piece=isolated(trace.tokens[0].text)))
        return " ".join(part for part in words if part)

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def _layer_chosen(self, layer: int) -> None:
        self.session.select_head(layer, self.selection.head)

    @Slot(object)
    def _piece_chosen(self, index: int) -> None:
        if index:
            self.session.pin(query=index - 1, key=self.session.selection.key)
        else:
            self.session.unpin()

    @Slot(object)
    def _walked(self, step: int) -> None:
        if self._calculation is None or self._trace is None or not self.up_to_date:
            return
        position = self._calculation.position + step
        if 0 <= position < len(self._trace.tokens):
            self.session.pin(query=position, key=self.session.selection.key)

    @Slot(object)
    def _ranked(self, step: int) -> None:
        if self._units is None:
            return
        ranked, unit = self._units.ranked, self.unit
        place = int(np.flatnonzero(ranked == unit)[0]) + step
        self._pinned_unit = int(ranked[max(0, min(place, len(ranked) - 1))])
        self._unit_pointed(None)

    @Slot(object)
    def _unit_pointed(self, unit: int | None) -> None:
        self._pointed_unit = unit
        self._mark_unit()
        self._say()

    @Slot(object)
    def _unit_clicked(self, unit: int) -> None:
        self._pinned_unit = None if unit == self._pinned_unit else unit
        self._mark_unit()

    @Slot(object)
    def _spot_changed(self, spot: FlowSpot | None) -> None:
        at_unit = spot is not None and self.flow.steps[spot.step].units
        self._unit_pointed(spot.index if spot is not None and at_unit else None)

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The units stand at the side where there is room for them."""
        super().resizeEvent(event)
        self._side.setVisible(self.width() >= _SIDE_FROM)
        self._side.setFixedWidth(max(_LEAST_SIDE, min(_MOST_SIDE, round(_SIDE_SHARE * self.width()))))

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(6)
        bar.addStretch(1)
        bar.addWidget(self.layers)
        bar.addWidget(self.pieces)
        bar.addWidget(pictures_button(self.figures.all))
        self.help_button = HelpButton(explanation())
        bar.addWidget(self.help_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.mixing_label.setProperty("kind", "secondary")
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(4)
        side.addWidget(self.plot, 3)
        side.addWidget(self.list, 2)
        side.addWidget(self.mixing_label)
        side.addWidget(self.mixing)
        self._content = QWidget()
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.flow, 1)
        row.addWidget(self._side)
        whole = QWidget()
        self._stack = QStackedLayout(whole)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(bar)
        column.addWidget(whole, 1)
        column.addWidget(self.read_out)
