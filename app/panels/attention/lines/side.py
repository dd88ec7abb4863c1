"""What stands beside the lines: which heads, which weights, between which pieces."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.panels.attention.lines.directions import Directions
from app.panels.attention.lines.shown import Shown
from app.panels.attention.lines.threshold import Threshold
from app.translation import tr
from app.views.head_swatches import HeadSwatches

_WIDTH = 148  # pixels, with room for a scroll bar
_LEAST_HEIGHT = 60


class Side(QScrollArea):
    """As narrow as can be; it scrolls where it is too low for all of it.

    wanted(Shown) is emitted when a person changes something
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Shown()
        self._signed = False
        self.swatches = HeadSwatches()
        self.all_button = QPushButton()
        self.all_button.setProperty("kind", "link")
        self.threshold = Threshold()
        self.directions = Directions()
        self.special = QCheckBox(tr("Special pieces"))
        self.special.setToolTip(tr("Lines from and to [CLS] and [SEP]"))
        self._build()
        self.set_shown(self._shown)
        self.all_button.clicked.connect(self.swatches.all_or_none)
        self.swatches.shown_changed.connect(self._heads_changed)
        self.threshold.changed.connect(self._threshold_changed)
        self.directions.changed.connect(self._directions_changed)
        self.special.clicked.connect(self._special_changed)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.width(), _LEAST_HEIGHT)

    def set_shown(self, shown: Shown, *, signed: bool = False) -> None:
        """Show what is wanted of weights, or (`signed`) of differences; says nothing of it."""
        self._shown, self._signed = shown, signed
        self.swatches.set_shown(frozenset(range(self.swatches.count)) - shown.hidden)
        self.swatches.set_plain(signed)
        self.threshold.set_value(shown.change_threshold if signed else shown.threshold, signed=signed)
        self.directions.set_switched_off(shown.switched_off)
        self.special.setChecked(shown.special)
        everything = len(self.swatches.shown) == self.swatches.count
        self.all_button.setText(tr("Hide all") if everything else tr("Show all"))
        self.all_button.setAccessibleName(tr("Hide all heads") if everything else tr("Show all heads"))

    def set_why_no_heads(self, why: str) -> None:
        """Why there are no heads to choose among; empty where there are."""
        self.swatches.setEnabled(not why)
        self.swatches.setToolTip(why)
        self.all_button.setEnabled(not why)
        self.all_button.setToolTip(why or tr("Show the lines of all heads, or of none"))

    @Slot(object)
    def _heads_changed(self, heads: frozenset[int]) -> None:
        hidden = frozenset(range(self.swatches.count)) - heads
        self.wanted.emit(replace(self._shown, hidden=hidden))

    @Slot(object)
    def _threshold_changed(self, value: float) -> None:
        if self._signed:
            self.wanted.emit(replace(self._shown, change_threshold=value))
        else:
            self.wanted.emit(replace(self._shown, threshold=value))

    @Slot(object)
    def _directions_changed(self, switched_off: frozenset[tuple[int, int]]) -> None:
        self.wanted.emit(replace(self._shown, switched_off=switched_off))

    @Slot(bool)
    def _special_changed(self, special: bool) -> None:
        self.wanted.emit(replace(self._shown, special=special))

    def _build(self) -> None:
        heads = QLabel(tr("Heads"))
        heads.setProperty("kind", "secondary")
        heads.setBuddy(self.swatches)
        top = QHBoxLayout()
        top.addWidget(heads, 1)
        top.addWidget(self.all_button)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.swatches)
        column.addWidget(self.threshold)
        column.addWidget(self.directions)
        column.addWidget(self.special)
        column.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
