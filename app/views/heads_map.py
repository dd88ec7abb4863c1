"""Layers down and heads across: all that maps of heads have in common but what is in their cells."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import font, theme
from app.views.map_view import MapView

Which = tuple[int | None, int | None]
"""A layer and a head; a whole layer (head None); or nothing."""

PAD, EDGE = 6.0, 2.0  # widget units: between names and cells; for the outline of a cell at the border


class HeadsMap(MapView):
    """Selection and hover are set from outside; the signals say what a person did.

    head_hovered  the head under the pointer, or None
    head_clicked  a head clicked, or walked to with the arrow keys
    """

    head_hovered = Signal(object)
    head_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selected: Which = (None, None)
        self._hovered: Which = (None, None)

    # What a map says of its heads.

    def shape(self) -> tuple[int, int]:
        """Layers and heads; none where there is nothing to show."""
        raise NotImplementedError

    def marked(self, which: Which) -> QRectF | None:
        """Where these lie now, if they are there."""
        raise NotImplementedError

    def described(self) -> str:
        """What is read out of the selection."""
        raise NotImplementedError

    # What others use.

    def set_selected(self, layer: int | None, head: int | None) -> None:
        """Outline a head, a whole layer (head None) or nothing."""
        if (layer, head) != self._selected:
            self._selected = (layer, head)
            self.setAccessibleDescription(self.described())
            self.update()

    @property
    def selected(self) -> Which:
        """What is outlined."""
        return self._selected

    def set_hovered(self, layer: int | None, head: int | None) -> None:
        """Mark a head, or a layer, that is pointed at here or elsewhere."""
        if (layer, head) != self._hovered:
            self._hovered = (layer, head)
            self.update()

    def has_content(self) -> bool:
        return self.shape()[0] > 0

    def plot(self) -> QRectF:
        metrics = QFontMetricsF(font("small"))
        left = metrics.horizontalAdvance(f"L{max(1, self.shape()[0])}") + PAD + EDGE
        top = metrics.height() + EDGE + 2
        width, height = self.width() - left - EDGE, self.height() - top - EDGE
        return QRectF(left, top, max(1.0, width), max(1.0, height))

    def extent(self) -> QSizeF:
        plot = self.plot()
        fitted = self.fitted(plot)
        return QSizeF(plot.left() + fitted.width() + EDGE, plot.top() + fitted.height() + EDGE)

    def draw_marks(self, painter: QPainter, hover: bool) -> None:
        painter.save()
        painter.setClipRect(self.plot().adjusted(-EDGE, -EDGE, EDGE, EDGE))
        if hover and self._hovered != self._selected:
            self._outline(painter, self._hovered, QPen(QColor(theme().secondary), 1), 0.5)
        pen = QPen(QColor(theme().selection), 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self._outline(painter, self._selected, pen, 1.0)
        painter.restore()

    def _outline(self, painter: QPainter, which: Which, pen: QPen, outside: float) -> None:
        area = self.marked(which)
        if area is not None:
            painter.setPen(pen)
            painter.drawRect(area.adjusted(-outside, -outside, outside, outside))
