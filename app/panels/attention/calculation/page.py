"""One head's attention worked out: for one query and one key, and a line for every key."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.panels.attention.calculation.explanation import explanation
from app.panels.attention.calculation.figures import CalculationFigure
from app.panels.attention.calculation.picks import Picks, picks
from app.panels.attention.calculation.worked import head_steps
from app.panels.attention.page import Page
from app.panels.common_pictures import pictures_button
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.choice import Choice
from app.views.empty import EmptyState
from app.views.head_steps import Spot
from app.views.head_steps_view import HeadStepsView
from app.views.help_button import HelpButton
from app.views.piece_text import isolated
from app.views.read_out import ReadOut
from bert_core.queries import Answer, OfReference, Query
from bert_core.queries_calculation import HeadCalculation, HeadSteps
from bert_core.trace import Trace

_PIECES_FROM = 430  # pixels; narrower, pieces are chosen elsewhere


class CalculationPage(Page):
    """What is drawn is always one answer, with the trace it came with: it stays until the next is there."""

    name = "calculation"

    def __init__(self, session: Session, *, twin: bool = False) -> None:
        super().__init__(session, twin=twin)
        self._calculation: HeadCalculation | None = None
        self._against: HeadCalculation | None = None
        self._trace: Trace | None = None  # what the calculation is of
        self._picks: Picks | None = None
        self._drawn: tuple[HeadCalculation, int, HeadCalculation | None] | None = None
        self._why_no_difference = ""
        self.view = HeadStepsView()
        self.empty = EmptyState()
        self.layers = Choice(tr("Layer"), tr("Layer"))
        self.heads = Choice(tr("Head"), tr("Head"))
        self.queries = Choice(tr("Query"), tr("Query: the piece that looks (up and down arrows)"), letters=8)
        self.keys = Choice(
            tr("Key"), tr("Key: the piece that is looked at (left and right arrows)"), letters=8
        )
        self.read_out = ReadOut(name=tr("Explanation of what is shown"))
        self.figure = CalculationFigure(self, self.view)
        self._build()
        self.layers.chosen.connect(self._layer_chosen)
        self.heads.chosen.connect(self._head_chosen)
        self.queries.chosen.connect(self._query_chosen)
        self.keys.chosen.connect(self._key_chosen)
        self.view.hovered.connect(self._spot_changed)
        self.view.key_hovered.connect(self._key_hovered)
        self.view.key_clicked.connect(self._key_clicked)
        self.view.walked.connect(self._walked)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def place(self) -> tuple[int, int]:
        """The head that is worked out: an average has no queries and keys, so the first of what it averages."""
        return self.selection.layer or 0, self.selection.head or 0

    @property
    def up_to_date(self) -> bool:
        """Whether what is drawn is of what is to be drawn, so that positions in it mean something elsewhere."""
        return self._trace is not None and self._trace is self.trace

    def refresh(self, trace: Trace) -> None:
        """Offer what this trace has; the calculation follows as an answer."""
        layers, heads = trace.attentions.shape[:2]
        self.layers.set_names([tr("Layer {n}", n=n + 1) for n in range(layers)])
        self.heads.set_names([tr("Head {n}", n=n + 1) for n in range(heads)])
        names = [f"{position} {isolated(token.text)}" for position, token in enumerate(trace.tokens)]
        self.queries.set_names([tr("Query: auto"), *names])
        self.keys.set_names([tr("Key: auto"), *names])
        self._against = None
        self.select(self.selection)

    def select(self, selection: Selection) -> None:
        """Show what is chosen; another head follows as an answer."""
        layer, head = self.place
        self.layers.setCurrentIndex(layer)
        self.heads.setCurrentIndex(head)
        self.queries.setCurrentIndex(0 if selection.query is None else selection.query + 1)
        self.keys.setCurrentIndex(0 if selection.key is None else selection.key + 1)
        self._show()

    def point(self, hover: Hover) -> None:
        """The piece that is pointed at, anywhere, is worked out for as long."""
        self._show()

    def wanted(self, trace: Trace) -> Mapping[str, Query]:
        """The chosen head's calculation, and the reference's."""
        query, against = HeadSteps(*self.place), self.against
        self._why_no_difference = ""
        if against is not None and against.scene.model_id != trace.scene.model_id:
            self._why_no_difference = tr("The reference is of another model; this is what is now.")
            against = None
        if against is None:
            return {"now": query}
        return {"now": query, "reference": OfReference(query, against.scene)}

    def accept(self, name: str, answer: Answer, trace: Trace) -> None:
        """A calculation, to be shown from now on."""
        value = answer.value if isinstance(answer.value, HeadCalculation) else None
        if name == "reference":
            self._against = value
        else:
            self._calculation, self._trace = value, trace
            self.empty.set_text(answer.failure)
        self._show()

    def _show(self) -> None:
        calculation, trace = self._calculation, self._trace
        self._stack.setCurrentWidget(self.empty if calculation is None else self.view)
        self.figure.picture.set_enabled(calculation is not None)
        if calculation is None or trace is None:
            self.view.set_steps(None, ())
            self._picks = self._drawn = None
            return
        hover = self.session.hover if self.up_to_date else Hover()
        selection = self.selection if self.up_to_date else Selection()
        self._picks = picks(calculation.attention, trace.tokens, trace.masked, selection, hover)
        self.figure.place = calculation.layer, calculation.head
        against = self._against
        if against is not None and against.key.shape != calculation.key.shape:
            against = None
        drawn = (calculation, self._picks.query, against)
        if drawn != self._drawn:  # passing over another key changes nothing about these
            self._drawn = drawn
            self.view.set_steps(head_steps(*drawn), trace.tokens)
        self.view.set_key(self._picks.key, {self._picks.rest_key}, selection.key)
        self._say()

    def _say(self) -> None:
        spot = self.view.spot
        if spot is not None and self._picks is not None:
            self.read_out.set_text("", self.view.readout(spot))
            return
        words = [self._why_no_difference, self._average_words(), self._off_words(), self._rounding_words()]
        words.append("" if self._picks is None else self._picks.words)
        text = " ".join(part for part in words if part)
        self.read_out.set_text(text)
        self.read_out.setToolTip(f"<p>{text}</p>" if text else "")

    def _average_words(self) -> str:
        if self.selection.head is not None:
            return ""
        layer, head = self.place
        return tr(
            "An average has no queries and keys; this is L{layer}-H{head}.", layer=layer + 1, head=head + 1
        )

    def _off_words(self) -> str:
        off = None if self._calculation is None else self._calculation.off
        if off == "zero":
            return tr("This head is off: its output is zero.")
        return tr("This head is off: its attention is even, whatever the scores.") if off else ""

    def _rounding_words(self) -> str:
        model = self.session.model
        if model is None or model.dtype == "float32":
            return ""
        return tr(
            "This model rounds scores to {dtype}: sums of the numbers shown differ a little.",
            dtype=model.dtype,
        )

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def _layer_chosen(self, layer: int) -> None:
        self.session.select_head(layer, self.place[1])

    @Slot(object)
    def _head_chosen(self, head: int) -> None:
        self.session.select_head(self.place[0], head)

    @Slot(object)
    def _query_chosen(self, index: int) -> None:
        self.session.pin(query=index - 1 if index else None, key=self.session.selection.key)

    @Slot(object)
    def _key_chosen(self, index: int) -> None:
        self._pin_key(index - 1 if index else None)

    @Slot(object)
    def _key_clicked(self, key: int) -> None:
        if self.up_to_date:
            self._pin_key(None if self.session.selection.key == key else key)

    def _pin_key(self, key: int | None) -> None:
        """With its query, which is what was worked out when it was chosen."""
        query = self.session.selection.query
        if key is not None and query is None and self._picks is not None:
            query = self._picks.query
        self.session.pin(query=query, key=key)

    @Slot(object, object)
    def _walked(self, query: int, key: int | None) -> None:
        if self.up_to_date:
            self.session.pin(query=query, key=self.session.selection.key if key is None else key)

    @Slot(object)
    def _key_hovered(self, key: int | None) -> None:
        if key is None or self._picks is None or not self.up_to_date:
            self.session.set_hover(Hover())
        else:
            self.session.set_hover(Hover(*self.place, self._picks.query, key))

    @Slot(object)
    def _spot_changed(self, _: Spot | None) -> None:
        self._say()

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out of the control row what there is no room for."""
        super().resizeEvent(event)
        for choice in (self.queries, self.keys):
            choice.setVisible(self.width() >= _PIECES_FROM)

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(6)
        bar.addStretch(1)
        for widget in (self.layers, self.heads, self.queries, self.keys):
            bar.addWidget(widget)
        bar.addWidget(pictures_button([self.figure.picture]))
        self.help_button = HelpButton(explanation())
        bar.addWidget(self.help_button, 0, Qt.AlignmentFlag.AlignVCenter)
        content = QWidget()
        self._stack = QStackedLayout(content)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(bar)
        column.addWidget(content, 1)
        column.addWidget(self.read_out)
