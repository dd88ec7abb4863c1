"""Two lists to choose a head by: its layer and itself, or the averages over them."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.translation import tr


class HeadChooser(QWidget):
    """The first entry of each list is the average: all layers, and all heads of a layer.

    chosen(layer, head), 0-based; head None is the layer's average, layer None the average over everything.
    """

    chosen = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers = self._combo(tr("Layer"))
        self.heads = self._combo(tr("Head"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.layers)
        row.addWidget(self.heads)

    def set_shape(self, layers: int, heads: int) -> None:
        """Offer so many of each; no-op where they are offered already."""
        if self.layers.count() == layers + 1 and self.heads.count() == heads + 1:
            return
        self.layers.clear()
        self.layers.addItems([tr("All layers"), *(tr("Layer {n}", n=n + 1) for n in range(layers))])
        self.heads.clear()
        self.heads.addItems([tr("Average"), *(tr("Head {n}", n=n + 1) for n in range(heads))])

    def set_head(self, layer: int | None, head: int | None) -> None:
        """Show this choice; says nothing of it."""
        self.layers.setCurrentIndex(0 if layer is None else layer + 1)
        self.heads.setCurrentIndex(0 if layer is None or head is None else head + 1)
        self.heads.setEnabled(layer is not None)

    def _combo(self, name: str) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        combo.activated.connect(self._activated)
        return combo

    @Slot()
    def _activated(self) -> None:
        layer, head = self.layers.currentIndex() - 1, self.heads.currentIndex() - 1
        if layer < 0:
            self.chosen.emit(None, None)
        else:
            self.chosen.emit(layer, head if head >= 0 else None)
