"""What is taken of each text, to be ticked: layers down, and how their vectors are pooled across."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from app.translation import tr
from bert_core.errors import BertError
from bert_core.features.wanted import Feature, Pool

MOST_LAYERS = 6
"""Rows for single layers that can be had."""

_POOLS: tuple[Pool, ...] = ("pieces", "cls", "mean", "mean-all-pieces")
_NAMED = ("last", "second-to-last", "sum-last-four", "concat-last-four", "sum-all-layers")
_DEPTH = 12  # layers, until a model says how many there are


class _Row(NamedTuple):
    """One kind of layers: a named one, or the one that the spin box says."""

    name: str
    layer: QSpinBox | None
    ticks: dict[Pool, QCheckBox]

    @property
    def layers(self) -> str:
        """As a Feature calls them."""
        return self.name if self.layer is None else f"layer-{self.layer.value()}"


class FeatureTicks(QWidget):
    """Changed by a person or a program, it emits `changed`."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._depth = _DEPTH
        self._rows: list[_Row] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(4)
        for column, pool in enumerate(_POOLS, 1):
            head = QLabel(_pool_words(pool))
            head.setProperty("kind", "secondary")
            head.setToolTip(_pool_tip(pool))
            self._grid.addWidget(head, 0, column, Qt.AlignmentFlag.AlignHCenter)
        self._grid.setColumnStretch(len(_POOLS) + 1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for name in _NAMED:
            self._add_row(name, None)
        self.more = QPushButton(tr("Another layer"))
        self.more.setProperty("kind", "link")
        self.more.setToolTip(tr("One more row for a single layer"))
        self.more.clicked.connect(self.add_layer)
        self.add_layer()
        self.tick(Feature("last", "mean"))

    # What is ticked ----------------------------------------------------------------------------------------------

    def features(self) -> tuple[Feature, ...]:
        """Each once, from the top of the table."""
        found = (
            Feature(row.layers, pool)
            for row in self._rows
            for pool, tick in row.ticks.items()
            if tick.isChecked() and tick.isEnabledTo(self)
        )
        return tuple(dict.fromkeys(found))

    def tick(self, feature: Feature, ticked: bool = True) -> None:
        """Tick one, or take it back; a layer takes a row of its own where there is none with its number."""
        rows = [row for row in self._rows if row.layers == feature.layers]
        if not rows and feature.layers.startswith("layer-") and ticked:
            free = [row for row in self._rows if row.layer is not None and not _is_used(row)]
            row = free[0] if free else self.add_layer()
            assert row is not None and row.layer is not None
            row.layer.setValue(int(feature.layers.removeprefix("layer-")))
            rows = [row]
        for row in rows:
            row.ticks[feature.pool].setChecked(ticked)

    def tick_of(self, layers: str, pool: Pool) -> QCheckBox:
        """The box of a row and a column; raises StopIteration where there is no such row."""
        return next(row for row in self._rows if row.layers == layers).ticks[pool]

    @property
    def layer_boxes(self) -> list[QSpinBox]:
        """The numbers of single layers."""
        return [row.layer for row in self._rows if row.layer is not None]

    def set_depth(self, layers: int) -> None:
        """The model has so many layers; what it does not have cannot be ticked."""
        self._depth = layers
        for row in self._rows:
            if row.layer is not None:
                row.layer.setMaximum(layers)
                row.layer.setToolTip(_layer_tip(layers))
            else:
                self._offer(row)
        self.changed.emit()

    def add_layer(self) -> _Row | None:
        """One more row for a single layer, while there is room for one."""
        taken = {box.value() for box in self.layer_boxes}
        if len(taken) >= MOST_LAYERS:
            return None
        box = QSpinBox()
        box.setRange(0, self._depth)
        box.setKeyboardTracking(False)
        box.setAccessibleName(tr("Number of a layer"))
        box.setToolTip(_layer_tip(self._depth))
        free = [number for number in range(self._depth, -1, -1) if number not in taken]
        box.setValue(free[0] if free else 0)
        row = self._add_row("layer", box)
        box.valueChanged.connect(self._layer_changed)
        self._grid.addWidget(self.more, len(self._rows) + 1, 0, Qt.AlignmentFlag.AlignLeft)
        self.more.setVisible(len(self.layer_boxes) < MOST_LAYERS)
        order = [widget for _row in self._rows for widget in (_row.layer, *_row.ticks.values()) if widget]
        for before, after in zip(order, [*order[1:], self.more], strict=True):
            QWidget.setTabOrder(before, after)
        return row

    # Inside ------------------------------------------------------------------------------------------------------

    def _add_row(self, name: str, box: QSpinBox | None) -> _Row:
        place = len(self._rows) + 1
        head = QLabel(_layers_words(name))
        if box is None:
            self._grid.addWidget(head, place, 0)
        else:
            head.setBuddy(box)
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(head)
            line.addWidget(box)
            line.addStretch(1)
            self._grid.addLayout(line, place, 0)
        row = _Row(name, box, {pool: QCheckBox() for pool in _POOLS})
        for column, (pool, tick) in enumerate(row.ticks.items(), 1):
            tick.toggled.connect(self._ticked)
            tick.setToolTip(_pool_tip(pool))
            self._grid.addWidget(tick, place, column, Qt.AlignmentFlag.AlignHCenter)
        self._rows.append(row)
        self._name(row)
        return row

    def _offer(self, row: _Row) -> None:
        """Only where the model has enough layers."""
        try:
            Feature(row.name).of_model(self._depth)
            why = ""
        except BertError as error:
            why = error.what
        for pool, tick in row.ticks.items():
            tick.setEnabled(not why)
            tick.setToolTip(why or _pool_tip(pool))

    def _name(self, row: _Row) -> None:
        what = _layers_words(row.name)
        if row.layer is not None:
            what = f"{what} {row.layer.value()}"
        for pool, tick in row.ticks.items():
            tick.setAccessibleName(tr("{layers}: {pool}", layers=what, pool=_pool_words(pool)))

    @Slot(bool)
    def _ticked(self, _: bool) -> None:
        self.changed.emit()

    @Slot(int)
    def _layer_changed(self, _: int) -> None:
        for row in self._rows:
            if row.layer is not None:
                self._name(row)
        self.changed.emit()


def _is_used(row: _Row) -> bool:
    return any(tick.isChecked() for tick in row.ticks.values())


def _layers_words(name: str) -> str:
    return {
        "layer": tr("Layer"),
        "last": tr("Last layer"),
        "second-to-last": tr("Second-to-last layer"),
        "sum-last-four": tr("Sum of the last four"),
        "concat-last-four": tr("Concatenation of the last four"),
        "sum-all-layers": tr("Sum of all layers"),
    }[name]


def _layer_tip(layers: int) -> str:
    return tr("0: the embeddings, before the first layer; {n}: the last layer", n=layers)


def _pool_words(pool: Pool) -> str:
    return {
        "pieces": tr("each piece"),
        "cls": tr("[CLS]"),
        "mean": tr("mean"),
        "mean-all-pieces": tr("mean of all"),
    }[pool]


def _pool_tip(pool: Pool) -> str:
    return {
        "pieces": tr("A vector for each piece, with the [CLS] and [SEP] that the model adds"),
        "cls": tr("One vector a text: that of the [CLS] before it"),
        "mean": tr(
            "One vector a text: the mean over its own pieces, without the [CLS] and [SEP] that are added"
        ),
        "mean-all-pieces": tr("One vector a text: the mean over all pieces, with the [CLS] and [SEP]"),
    }[pool]
