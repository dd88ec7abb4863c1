"""The heart of the window: all heads as a mosaic, the chosen one large beside it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QWidget,
)

from app.panels.attention.changes_bar import ChangesBar
from app.panels.attention.explanation import explanation
from app.panels.attention.figures import Figures
from app.panels.attention.head_pane import HeadPane
from app.panels.attention.mosaic_pane import MosaicPane
from app.panels.attention.numbers import AT_ONCE, weights_of
from app.panels.base import Panel
from app.panels.common_pictures import pictures_button
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.empty import EmptyState
from app.views.mosaic import MosaicHit
from app.views.mosaic_image import MosaicImage
from bert_core.queries import Answer, InterventionEffect, MeanAttention, MosaicLevels, Query
from bert_core.trace import Floats, Trace

View = Literal["all", "one"]

_SIDE_BY_SIDE = 620  # pixels; narrower, the mosaic stands alone, and a double click shows a head large


class AttentionPanel(Panel):
    """Mosaic and map follow the session's selection; what a person does in them goes to the session.

    The mosaic's picture and the average over all heads of a long text are queries; the rest is read from the trace.
    """

    name = "attention"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Attention"), explanation())
        self._view: View = "all"
        self._own_scale = False
        self._watched: dict[str, Query | None] = {"mosaic": None, "mean": None, "effect": None}
        self._mean: Floats | None = None
        self._failure = ""
        self._head: tuple[int | None, int | None] = (session.selection.layer, session.selection.head)

        self.changes = ChangesBar(session)
        self.mosaic_pane = MosaicPane()
        self.head_pane = HeadPane()
        self.mosaic, self.map = self.mosaic_pane.mosaic, self.head_pane.map
        self.empty = EmptyState(tr("Attention appears here once a model is loaded and has read a sentence."))
        self.figures = Figures(session, self.mosaic_pane, self.head_pane)

        self.all_button = self._tab(
            tr("All heads"), tr("Every head of every layer, and the chosen one large")
        )
        self.one_button = self._tab(tr("One head"), tr("The chosen head alone"))
        self._views = QButtonGroup(self)
        self._views.addButton(self.all_button)
        self._views.addButton(self.one_button)
        self.all_button.setChecked(True)
        self._views.buttonClicked.connect(self._view_chosen)
        self.scale = QComboBox()
        self.scale.addItems([tr("Colours: 0 to 1"), tr("Colours: per head")])
        self.scale.setAccessibleName(tr("Colour scale"))
        self.scale.setToolTip(tr("Whether colours end at 1, or at each head's largest weight"))
        self.scale.activated.connect(self._scale_chosen)
        self.fit_button = QPushButton(tr("Fit"))
        self.fit_button.setProperty("kind", "bare")
        self.fit_button.setToolTip(tr("Show the whole map again (0)"))
        self.fit_button.clicked.connect(self.fit)
        self._build()
        self._connect()
        self._arrange()
        self._show_empty(True)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """ "all": the mosaic, with the chosen head beside it where there is room; "one": that head alone."""
        return self._view

    def set_view(self, view: View) -> None:
        """Show all heads, or one."""
        self._view = view
        (self.all_button if view == "all" else self.one_button).setChecked(True)
        self._arrange()
        if self.isVisible():
            self._watch()

    @property
    def own_scale(self) -> bool:
        """Whether colours end at each head's largest weight instead of at 1."""
        return self._own_scale

    def set_own_scale(self, own: bool) -> None:
        """Colour up to each head's largest weight, or up to 1."""
        if own == self._own_scale:
            return
        self._own_scale = own
        self.scale.setCurrentIndex(int(own))
        self._show_head()
        if self.isVisible():
            self._watch()

    @Slot()
    def fit(self) -> None:
        """Show the whole of both maps again."""
        self.mosaic.fit()
        self.map.fit()

    def refresh(self, trace: Trace | None) -> None:
        """Show this trace; the mosaic's picture of it follows as an answer."""
        shown = trace is not None and len(trace.tokens) > 0
        self._show_empty(not shown)
        self._mean, self._failure = None, ""
        self.mosaic_pane.set_trace(trace if shown else None)
        self.figures.refresh()
        if trace is not None and shown:
            self.mosaic.set_off(trace.scene.interventions.heads_off)
            self._give_room(*trace.attentions.shape[:2])
            self.head_pane.chooser.set_shape(*trace.attentions.shape[:2])
            self._select()
        self._watch()

    def _select(self) -> None:
        selection = self.session.selection
        self._head = (selection.layer, selection.head)
        self.mosaic.set_selected(selection.layer, selection.head)
        self.head_pane.chooser.set_head(selection.layer, selection.head)
        self._show_head()

    def _show_head(self) -> None:
        trace = self.session.trace
        if trace is None:
            return
        layer, head = self._head
        weights = weights_of(trace, layer, head)
        self.head_pane.show_weights(
            self._mean if weights is None else weights,
            trace.tokens,
            layer,
            head,
            own_scale=self._own_scale,
            off=(layer, head) in trace.scene.interventions.heads_off,
            instead=self._failure or tr("Averaging…"),
        )
        self.head_pane.set_hover(self.session.hover)
        self.head_pane.set_pins(self.session.selection)

    def _show_empty(self, empty: bool) -> None:
        self._stack.setCurrentIndex(0 if empty else 1)

    # Queries -----------------------------------------------------------------------------------------------------

    def watch_queries(self) -> None:
        self._watch()

    def stop_watching(self) -> None:
        self._want("mosaic", None)
        self._want("mean", None)
        self._want("effect", None)

    def _watch(self) -> None:
        """Ask for what is on screen and takes too long to compute here."""
        trace = self.session.trace
        self._want("mosaic", MosaicLevels(self._own_scale) if self._view == "all" else None)
        long = trace is not None and self._head[0] is None and trace.attentions.size > AT_ONCE
        self._want("mean", MeanAttention() if long else None)
        self._want("effect", self.changes.wanted)

    def _want(self, what: str, query: Query | None) -> None:
        if query != self._watched[what]:
            self._watched[what] = query
            answer = self.session.watch((self, what), query)
            if answer is not None:
                self._answered(answer)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        trace = self.session.trace
        if trace is None or answer.scene != trace.scene or answer.query not in self._watched.values():
            return
        if isinstance(answer.query, InterventionEffect):
            self.changes.show_answer(answer, trace)
        elif isinstance(answer.query, MeanAttention):
            self._mean = answer.value if isinstance(answer.value, np.ndarray) else None
            self._failure = answer.failure
            self._show_head()
        elif isinstance(answer.value, MosaicImage):
            self.mosaic_pane.set_image(answer.value)
        elif isinstance(answer.query, MosaicLevels):
            self.mosaic_pane.set_failure(answer.failure)

    # What the session says ---------------------------------------------------------------------------------------

    @Slot(object)
    def _selection_changed(self, selection: Selection) -> None:
        if not self.isVisible() or self._stack.currentIndex() == 0:
            self._stale = True
        elif (selection.layer, selection.head) != self._head:
            self._select()
            self._watch()
        else:
            self.head_pane.set_pins(selection)

    @Slot(object)
    def _hover_changed(self, hover: Hover) -> None:
        if self.isVisible():
            self.mosaic_pane.set_hover(hover)
            self.head_pane.set_hover(hover)

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def _mosaic_hovered(self, hit: MosaicHit | None) -> None:
        if hit is None or not self.mosaic_pane.up_to_date:
            self.session.set_hover(Hover())
        else:
            self.session.set_hover(Hover(hit.layer, hit.head, hit.query, hit.key))

    @Slot(object)
    def _mosaic_clicked(self, hit: MosaicHit) -> None:
        if self.mosaic_pane.up_to_date:
            self.session.select_head(hit.layer, hit.head)

    @Slot(object)
    def _mosaic_activated(self, hit: MosaicHit) -> None:
        if self.mosaic_pane.up_to_date:
            self.session.select_head(hit.layer, hit.head)
            self.set_view("one")
            self.map.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _cell_hovered(self, cell: tuple[int | None, int | None] | None) -> None:
        layer, head = self._head
        self.session.set_hover(Hover() if cell is None else Hover(layer, head, *cell))

    @Slot(object)
    def _cell_clicked(self, cell: tuple[int | None, int | None]) -> None:
        query, key = cell
        selection = self.session.selection
        if (selection.query, selection.key) == (query, key):
            self.session.unpin()
        else:
            self.session.pin(query=query, key=key)

    @Slot(bool)
    def _off_toggled(self, off: bool) -> None:
        layer, head = self._head
        if layer is not None and head is not None:
            now = self.session.scene.interventions
            self.session.intervene(now.switching({(layer, head)}, off=off))

    @Slot(object)
    def _view_chosen(self, button: QToolButton) -> None:
        self.set_view("all" if button is self.all_button else "one")

    @Slot(int)
    def _scale_chosen(self, index: int) -> None:
        self.set_own_scale(index == 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc lets go of what is pinned."""
        selection = self.session.selection
        if event.key() == Qt.Key.Key_Escape and (selection.query is not None or selection.key is not None):
            self.session.unpin()
        else:
            super().keyPressEvent(event)

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the head beside the mosaic where there is room for both."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        side_by_side = self.width() >= _SIDE_BY_SIDE
        self.mosaic_pane.setVisible(self._view == "all")
        self.head_pane.setVisible(self._view == "one" or side_by_side)
        self.head_pane.set_roomy(self._view == "one" and side_by_side)

    def _give_room(self, layers: int, heads: int) -> None:
        """A mosaic broader than high is limited by its width: it gets more of it, within bounds."""
        share = min(1.3, max(1.0, heads / layers))
        self._maps.setStretch(0, round(100 * share))
        self._maps.setStretch(1, 100)

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(2)
        bar.addWidget(self.all_button)
        bar.addWidget(self.one_button)
        bar.addStretch(1)
        bar.addWidget(self.scale)
        bar.addWidget(self.fit_button)
        bar.addWidget(pictures_button(self.figures.all))
        self._maps = QHBoxLayout()
        self._maps.setSpacing(24)
        self._maps.addWidget(self.mosaic_pane, 1)
        self._maps.addWidget(self.head_pane, 1)
        content = QWidget()
        self.content = QHBoxLayout(content)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.addLayout(self._maps)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        self.body.addWidget(self.changes)
        self.body.addLayout(bar)
        self.body.addLayout(self._stack, 1)

    def _connect(self) -> None:
        self.mosaic.head_hovered.connect(self._mosaic_hovered)
        self.mosaic.head_clicked.connect(self._mosaic_clicked)
        self.mosaic.head_activated.connect(self._mosaic_activated)
        self.map.cell_hovered.connect(self._cell_hovered)
        self.map.cell_clicked.connect(self._cell_clicked)
        self.head_pane.chooser.chosen.connect(self.session.select_head)
        self.head_pane.off_toggled.connect(self._off_toggled)
        self.session.selection_changed.connect(self._selection_changed)
        self.session.hover_changed.connect(self._hover_changed)
        self.session.answer_changed.connect(self._answered)

    def _tab(self, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setCheckable(True)
        button.setProperty("kind", "tab")
        return button
