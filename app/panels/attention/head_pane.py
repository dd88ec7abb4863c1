"""One head, or an average, large: its map, its entropy, and what its rows and columns say."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.panels.attention.head_chooser import HeadChooser
from app.panels.attention.numbers import head_name, row_entropies, strongest
from app.selection import Hover, Selection
from app.theme import font
from app.translation import tr
from app.views.colour_bar import ColourBar
from app.views.heat_map import HeatMap
from app.views.piece_text import isolated
from app.views.ranked_bars import RankedBars
from app.views.read_out import ReadOut
from app.views.snug import snug_height
from bert_core.trace import Floats, Token

_BAR = 190  # pixels, as are all lengths here
_BARS = 260
_LISTED_LINES = 2
_LISTED = 5
_MOST_BARS = 40
_SPACING = 4
_LEAST, _LEAST_BAR = 0.005, 0.00005  # what would be listed as 0.00, or beside a bar as 0.0000, is left out


class HeadPane(QWidget):
    """A map of S x S weights under its name, with a read-out and a list for what is pinned.

    off_toggled(bool) is emitted when a person switches the head off or on.
    """

    off_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weights: Floats | None = None
        self._signed = False
        self._entropies: list[float] = []
        self._tokens: tuple[Token, ...] = ()
        self._query: int | None = None
        self._key: int | None = None
        self._hover = Hover()

        self.name = QLabel()
        self.name.setFont(font("bold"))
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.chooser = HeadChooser()
        self.off_button = QToolButton()
        self.off_button.setProperty("kind", "tab")
        self.off_button.setCheckable(True)
        self.off_button.setText(tr("Off"))
        self.off_button.setToolTip(tr("Switch this head off, and see what changes (Ctrl+D)"))
        self.off_button.setAccessibleName(tr("Switch this head off"))
        self.off_button.clicked.connect(self.off_toggled)
        self.info = ReadOut(name=tr("Entropy"))
        self.map = HeatMap()
        self.bar = ColourBar()
        self.bar.setMaximumWidth(_BAR)
        self.read_out = ReadOut(right=True, name=tr("Weight under the pointer"))
        self.listed = QLabel()
        self.listed.setTextFormat(Qt.TextFormat.PlainText)
        self.listed.setWordWrap(True)
        self.listed.setProperty("kind", "secondary")
        self.listed.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        # Room for two lines at all times, so that pinning does not move the map.
        self.listed.setFixedHeight(_LISTED_LINES * QFontMetrics(font("small")).lineSpacing() + 2)

        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.name)
        top.addStretch(1)
        top.addWidget(self.off_button)
        top.addWidget(self.chooser)
        under = QHBoxLayout()
        under.setSpacing(12)
        under.addWidget(self.bar, 1)
        under.addWidget(self.read_out, 1)
        column = QVBoxLayout()
        column.setSpacing(_SPACING)
        column.addLayout(top)
        column.addWidget(self.info)
        column.addWidget(self.map, 1)
        column.addLayout(under)
        column.addWidget(self.listed)
        column.addStretch(0)
        self.bars = RankedBars(_BARS, tr("Strongest weights of the pinned piece"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addLayout(column, 1)
        row.addWidget(self.bars)
        self.set_roomy(False)

    def set_roomy(self, roomy: bool) -> None:
        """With room at the side, what is listed stands there as bars instead of as text under the map."""
        self.bars.setVisible(roomy)
        self.listed.setVisible(not roomy)

    @property
    def weights(self) -> Floats | None:
        """What is shown: float32 [S, S], or None while it is worked out."""
        return self._weights

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
        instead: str = "",
    ) -> None:
        """Show the weights of `tokens`; None shows the sentence `instead`.

        signed     they are differences from a reference
        off        the head is switched off
        own_scale  colours end at the largest weight instead of 1; in averages, which come nowhere near 1, always
        """
        self._signed = signed
        others = self._tokens != tokens or (self._weights is None) != (weights is None)
        self._weights, self._tokens = weights, tokens
        self.name.setText(head_name(layer, head))
        self.off_button.setVisible(layer is not None and head is not None)
        self.off_button.setChecked(off)
        self.map.setAccessibleName(tr("Attention of {head}", head=head_name(layer, head)))
        largest = 1.0
        if weights is None:
            self._entropies = []
            self.map.set_empty_text(instead)
            self.map.set_matrix(None)
        else:
            self._entropies = [] if signed else row_entropies(weights).tolist()
            largest = (
                (float(np.abs(weights).max(initial=0.0)) or 1.0)
                if own_scale or signed or head is None
                else 1.0
            )
            self.map.set_matrix(weights, tokens, largest, diverging=signed)
        self.bar.set_range(0.0, largest, diverging=signed)
        self._say()
        if others:
            self._snug()

    def set_pins(self, selection: Selection) -> None:
        """Outline what is pinned, and list what it attends to, or what attends to it."""
        self._query, self._key = self._inside(selection.query), self._inside(selection.key)
        self.map.set_selection(self._query, self._key)
        self._say()

    def set_hover(self, hover: Hover) -> None:
        """Mark what the pointer passes over, here or elsewhere."""
        self._hover = hover
        self.map.set_hover(self._inside(hover.query), self._inside(hover.key))
        self._say_hovered()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what stands under the map close to it."""
        super().resizeEvent(event)
        self._snug()

    def showEvent(self, event: QShowEvent) -> None:
        """A hidden map has no layout to go by."""
        super().showEvent(event)
        self._snug()

    def _snug(self) -> None:
        under = self.bar.sizeHint().height() + _SPACING
        if not self.listed.isHidden():
            under += self.listed.height() + _SPACING
        snug_height(self.map, self.height() - self.map.y() - under)

    def _inside(self, position: int | None) -> int | None:
        return position if position is not None and position < len(self._tokens) else None

    def _piece(self, position: int) -> str:
        return isolated(self._tokens[position].text)

    def _say(self) -> None:
        self._say_hovered()
        self._list()

    def _say_hovered(self) -> None:
        query, key = self._inside(self._hover.query), self._inside(self._hover.key)
        if query is None and key is None:
            query, key = self._query, self._key
        self.info.set_text(self._entropy_text(query))
        if self._weights is None or query is None or key is None:
            self.read_out.set_text("")
            self.bar.set_marker(None)
        else:
            self.bar.set_marker(float(self._weights[query, key]))
            weight = float(self._weights[query, key])
            self.read_out.set_text(
                f"{self._piece(query)} → {self._piece(key)}",
                f"{weight:+.4f}" if self._signed else f"{weight:.4f}",
            )

    def _entropy_text(self, query: int | None) -> str:
        if self._signed and self._weights is not None:
            largest = float(np.abs(self._weights).max(initial=0.0))
            return tr("now less the reference, largest change {w}", w=f"{largest:.3f}")
        if not self._entropies:
            return ""
        mean = f"{sum(self._entropies) / len(self._entropies):.2f}"
        if query is None:
            return tr("mean entropy {mean} nats", mean=mean)
        own = f"{self._entropies[query]:.2f}"
        return tr("mean entropy {mean} nats · {piece} {own}", mean=mean, piece=self._piece(query), own=own)

    def _list(self) -> None:
        weights: Floats | None = None
        title = tr("Click a cell or a label to pin it; Esc lets go.")
        if self._weights is None:
            title = ""
        elif self._query is not None:
            weights = self._weights[self._query]
            piece = self._piece(self._query)
            more = tr("{piece} attends more to:", piece=piece)
            title = more if self._signed else tr("{piece} attends to:", piece=piece)
        elif self._key is not None:
            weights = self._weights[:, self._key]
            piece = self._piece(self._key)
            more = tr("{piece} is attended to more by:", piece=piece)
            title = more if self._signed else tr("{piece} is attended to by:", piece=piece)
        ordered = [] if weights is None else strongest(weights, _MOST_BARS)
        named = [(self._piece(position), weight) for position, weight in ordered]
        self.bars.set_weights(title, [(piece, weight) for piece, weight in named if weight >= _LEAST_BAR])
        short = ", ".join(f"{piece} {weight:.2f}" for piece, weight in named[:_LISTED] if weight >= _LEAST)
        self.listed.setText(f"{title} {short}".strip())
