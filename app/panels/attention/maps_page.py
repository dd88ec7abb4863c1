"""All heads as a mosaic, the chosen one large beside it or alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Literal

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout

from app.panels.attention.figures import Figures
from app.panels.attention.head_options import HeadChoices
from app.panels.attention.head_pane import HeadPane
from app.panels.attention.mosaic_menu import head_menu, picture_menu
from app.panels.attention.mosaic_pane import MosaicPane
from app.panels.attention.numbers import AT_ONCE, weights_of
from app.panels.attention.page import Page
from app.panels.common_pictures import pictures_button
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.mosaic import MosaicHit
from app.views.mosaic_image import MosaicImage
from app.views.picked_cells import Picked
from bert_core.queries import Answer, MeanAttention, MosaicLevels, OfReference, Query
from bert_core.trace import Floats, Trace

View = Literal["all", "one"]

_SIDE_BY_SIDE = 620  # pixels; narrower, the mosaic stands alone, and a double click shows a head large


class MapsPage(Page):
    """Mosaic and map follow the session's selection; what a person does in them goes to the session.

    The mosaic's picture and the average over all heads of a long text are queries; the rest is read from the trace.
    view_wanted(str) is emitted with the name of the view in which a person opens a head from the mosaic.
    """

    name = "maps"
    view_wanted = Signal(object)

    def __init__(self, session: Session, *, twin: bool = False) -> None:
        super().__init__(session, twin=twin)
        self._view: View = "all"
        self._own_scale = False
        self._mean: Floats | None = None
        self._mean_before: Floats | None = None
        self._failure = ""
        self._head: tuple[int | None, int | None] = (session.selection.layer, session.selection.head)
        self.mosaic_pane = MosaicPane(session)
        self.head_pane = HeadPane(HeadChoices.of(session))
        self.mosaic, self.map = self.mosaic_pane.mosaic, self.head_pane.map
        self.figures = Figures(self, self.mosaic_pane, self.head_pane)
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

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """ "all": the mosaic, with the chosen head beside it where there is room; "one": that head alone."""
        return self._view

    def set_view(self, view: View) -> None:
        """Show all heads, or one."""
        self._view = view
        self._arrange()
        self.ask()

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
        self.ask()

    @Slot()
    def fit(self) -> None:
        """Show the whole of both maps again."""
        self.mosaic.fit()
        self.map.fit()

    def refresh(self, trace: Trace) -> None:
        """Show this trace; the mosaic's picture of it follows as an answer."""
        self._mean, self._mean_before, self._failure = None, None, ""
        self.mosaic_pane.set_trace(trace, self.against)
        self.mosaic.set_off(trace.scene.interventions.heads_off)
        self.figures.refresh()
        self._give_room(*trace.attentions.shape[:2])
        self.head_pane.chooser.set_shape(*trace.attentions.shape[:2])
        self._select()

    def _select(self) -> None:
        selection = self.selection
        self._head = (selection.layer, selection.head)
        self.mosaic.set_selected(selection.layer, selection.head)
        self.head_pane.chooser.set_head(selection.layer, selection.head)
        self._show_head()

    def _show_head(self) -> None:
        trace, against = self.trace, self.against
        if trace is None:
            return
        layer, head = self._head
        weights = self._weights_of(trace, self._mean)
        before = None if against is None else self._weights_of(against, self._mean_before)
        self.head_pane.show_weights(
            weights,
            trace.tokens,
            layer,
            head,
            own_scale=self._own_scale,
            off=(layer, head) in trace.scene.interventions.heads_off,
            signed=against is not None,
            before=before,
            tokens_before=None if against is None else against.tokens,
            instead=self._failure or tr("Averaging…"),
        )
        self.head_pane.set_hover(self.session.hover)
        self.head_pane.set_pins(self.selection)

    def _weights_of(self, trace: Trace, mean: Floats | None) -> Floats | None:
        weights = weights_of(trace, *self._head)
        return mean if weights is None else weights

    # Queries -----------------------------------------------------------------------------------------------------

    def wanted(self, trace: Trace) -> Mapping[str, Query]:
        """What is on screen and takes too long to compute here."""
        queries: dict[str, Query] = {}
        against = self.against
        if self._view == "all":
            queries["mosaic"] = MosaicLevels(self._own_scale, None if against is None else against.scene)
            queries |= self.mosaic_pane.arranging.wanted()
        if self._head[0] is None and trace.attentions.size > AT_ONCE:
            queries["mean"] = MeanAttention()
            if against is not None:
                queries["mean-before"] = OfReference(MeanAttention(), against.scene)
        return queries

    def accept(self, name: str, answer: Answer, trace: Trace) -> None:
        """The mosaic's picture, what it is arranged by, or an average."""
        if self.mosaic_pane.arranging.take(name, answer):
            return
        if name == "mosaic":
            if isinstance(answer.value, MosaicImage):
                self.mosaic_pane.set_image(answer.value)
            else:
                self.mosaic_pane.set_failure(answer.failure)
            return
        mean = answer.value if isinstance(answer.value, np.ndarray) else None
        if name == "mean":
            self._mean = mean
        else:
            self._mean_before = mean
        self._failure = answer.failure
        self._show_head()

    # What the session says ---------------------------------------------------------------------------------------

    def select(self, selection: Selection) -> None:
        """Another head, or other pins."""
        if (selection.layer, selection.head) != self._head:
            self._select()
        else:
            self.head_pane.set_pins(selection)

    def point(self, hover: Hover) -> None:
        """Mark it in both maps."""
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
            self.view_wanted.emit("one")
            self.map.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object, object)
    def _mosaic_menu(self, hit: MosaicHit | None, place: QPoint) -> None:
        trace, against = self.trace, self.against
        if trace is None or (hit is not None and not self.mosaic_pane.up_to_date):
            return
        if hit is None:
            picture_menu(self.mosaic, self.figures.heads).popup(place)
            return
        head = hit.layer, hit.head

        def weights() -> Floats:
            return (
                trace.attentions[head]
                if against is None
                else trace.attentions[head] - against.attentions[head]
            )

        layers, heads = trace.attentions.shape[:2]
        head_menu(
            self.session,
            self.mosaic,
            head,
            (layers, heads),
            weights=weights,
            tokens=trace.tokens,
            picture=self.figures.heads,
            open_in=None if self._twin else partial(self._open_in, head),
        ).popup(place)

    def _open_in(self, head: tuple[int, int], view: str) -> None:
        self.session.select_head(*head)
        self.view_wanted.emit(view)

    @Slot(object)
    def _cell_hovered(self, cell: tuple[int | None, int | None] | None) -> None:
        layer, head = self._head
        self.session.set_hover(Hover() if cell is None else Hover(layer, head, *cell))

    @Slot(object)
    def _pinned(self, picked: Picked) -> None:
        query, key = picked.cell
        self.session.pin(query=query, key=key, more=picked.queries[1:], more_keys=picked.keys[1:])

    @Slot(bool)
    def _off_toggled(self, off: bool) -> None:
        layer, head = self._head
        if layer is not None and head is not None:
            now = self.session.scene.interventions
            self.session.intervene(now.switching({(layer, head)}, off=off))

    @Slot(int)
    def _scale_chosen(self, index: int) -> None:
        self.set_own_scale(index == 1)

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the head beside the mosaic where there is room for both."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        side_by_side = self.width() >= _SIDE_BY_SIDE
        self.mosaic_pane.setVisible(self._view == "all")
        self.mosaic_pane.arranging.controls.setVisible(self._view == "all")
        self.head_pane.setVisible(self._view == "one" or side_by_side)

    def _give_room(self, layers: int, heads: int) -> None:
        """A mosaic broader than high is limited by its width: it gets more of it, within bounds."""
        share = min(1.3, max(1.0, heads / layers))
        self._maps.setStretch(0, round(100 * share))
        self._maps.setStretch(1, 100)

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(2)
        bar.addWidget(self.mosaic_pane.arranging.controls, 1)
        bar.addStretch(0)  # where they are hidden
        bar.addWidget(self.scale)
        bar.addWidget(self.fit_button)
        bar.addWidget(pictures_button(self.figures.all))
        self._maps = QHBoxLayout()
        self._maps.setSpacing(24)
        self._maps.addWidget(self.mosaic_pane, 1)
        self._maps.addWidget(self.head_pane, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(bar)
        column.addLayout(self._maps, 1)

    def _connect(self) -> None:
        self.mosaic.head_hovered.connect(self._mosaic_hovered)
        self.mosaic.head_clicked.connect(self._mosaic_clicked)
        self.mosaic.head_activated.connect(self._mosaic_activated)
        self.mosaic.setContextMenuPolicy(
            Qt.ContextMenuPolicy.DefaultContextMenu
        )  # pictures are part of its own
        self.mosaic.menu_wanted.connect(self._mosaic_menu)
        self.mosaic_pane.arranging.changed.connect(self.ask)
        self.head_pane.piece_hovered.connect(self._cell_hovered)
        self.head_pane.pinned.connect(self._pinned)
        self.head_pane.chooser.chosen.connect(self.session.select_head)
        self.head_pane.off_toggled.connect(self._off_toggled)
