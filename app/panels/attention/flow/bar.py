"""What stands above the maps: maps or ranks, what is followed, and how it is coloured and ranked."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QToolButton, QWidget

from app.panels.attention.flow.explanation import explanation
from app.panels.attention.flow.wishes import FlowWishes
from app.translation import tr
from app.views.choice import Choice
from app.views.help_button import HelpButton
from app.views.piece_text import isolated
from app.views.tab_group import TabGroup
from bert_core.trace import Trace

_CONTROLS_FROM, _LAYERS_FROM, _PIECES_FROM = 470, 300, 400  # pixels


class FlowBar(QWidget):
    """ranks_wanted(bool): the ranks, or else the maps, where there is room for one of them only.

    alone  whether it is of a page that has no other beside it; else the other has the choices
    """

    ranks_wanted = Signal(object)

    def __init__(self, wishes: FlowWishes, pictures: QToolButton, *, alone: bool) -> None:
        super().__init__()
        self._wishes, self._alone = wishes, alone
        tabs = TabGroup(
            (
                ("maps", tr("Maps"), tr("What the piece takes from each piece, by four measures")),
                ("ranks", tr("Ranks"), tr("How the measures agree, and how far they are spread")),
            ),
            self,
        )
        self.maps_button, self.ranks_button = tabs.tabs.values()
        self.special = QCheckBox(tr("Rank specials"))
        self.special.setToolTip(tr("Count [CLS] and [SEP] where measures are ranked"))
        self.scale = Choice(
            tr("Colours"),
            tr("Where colours end: at the largest value of each layer, or of the whole map"),
            letters=9,
        )
        self.scale.set_names([tr("Scale: layer"), tr("Scale: map")])
        self.layers = Choice(tr("Layer"), tr("Layer (up and down arrows)"), letters=6)
        self.pieces = Choice(tr("Piece"), tr("The piece that is followed through the layers"), letters=8)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addStretch(1)
        for widget in (
            *(self.maps_button, self.ranks_button),
            *(self.special, self.scale, self.layers, self.pieces, pictures),
        ):
            row.addWidget(widget)
        self.help_button = HelpButton(explanation())
        row.addWidget(self.help_button, 0, Qt.AlignmentFlag.AlignVCenter)
        tabs.chosen.connect(self._tab_clicked)
        self.scale.chosen.connect(self._scale_chosen)
        self.special.toggled.connect(self._special_toggled)
        self.show_wishes()

    def offer(self, trace: Trace) -> None:
        """Layers and pieces of this trace."""
        self.layers.set_names([tr("Layer {n}", n=n + 1) for n in range(len(trace.attentions))])
        names = [f"{position} {isolated(token.text)}" for position, token in enumerate(trace.tokens)]
        self.pieces.set_names([tr("Piece: auto"), *names])

    def show_chosen(self, layer: int, query: int | None) -> None:
        """The layer, and the piece that is pinned."""
        self.layers.setCurrentIndex(layer)
        self.pieces.setCurrentIndex(0 if query is None else query + 1)

    def show_wishes(self) -> None:
        """How a person wants to see the flow, here or on the page beside it."""
        self.scale.setCurrentIndex(int(self._wishes.now.common))
        self.special.setChecked(self._wishes.now.special)

    def arrange(self, width: int, *, tabs: bool, ranks: bool) -> None:
        """On a page so wide; `tabs`: there is room for maps or ranks only, and it is the ranks that are seen."""
        for button in (self.maps_button, self.ranks_button):
            button.setVisible(tabs)
        (self.ranks_button if ranks else self.maps_button).setChecked(True)
        for widget, least in (
            (self.scale, _CONTROLS_FROM),
            (self.special, _CONTROLS_FROM),
            (self.layers, _LAYERS_FROM),
            (self.pieces, _PIECES_FROM),
        ):
            widget.setVisible(self._alone and width >= least)

    @Slot(object)
    def _tab_clicked(self, name: str) -> None:
        self.ranks_wanted.emit(name == "ranks")

    @Slot(object)
    def _scale_chosen(self, index: int) -> None:
        self._wishes.set(replace(self._wishes.now, common=index == 1))

    @Slot(bool)
    def _special_toggled(self, special: bool) -> None:
        self._wishes.set(replace(self._wishes.now, special=special))
