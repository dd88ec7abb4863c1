"""All heads at once: one row a layer, one column a head, each a small map of query rows and key columns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import diverging, font, sequential, theme
from app.translation import tr
from app.views.map_raster import Indices, cells_of_pixels, draw_entries, edges, level_for, sample
from app.views.map_view import Camera, MapView
from app.views.mosaic_image import MosaicImage

_SQUARE = 1.5  # a head may be this much wider than high, or higher than wide, to fill the room there is
_ROOMY = 24  # from this many widget units on, a head gets a frame of its own
_CELL = 28.0  # zooming in ends when a cell is so large
_PAD = 6.0
_EDGE = 2.0  # room for the outline of a head at the border

_WALK = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


@dataclass(frozen=True, slots=True)
class MosaicHit:
    """A head, and the cell in it that was pointed at (None when reached with the keyboard); all 0-based."""

    layer: int
    head: int
    query: int | None = None
    key: int | None = None


class Mosaic(MapView):
    """The grid of heads. Selection and hover are set from outside; the signals say what a person did.

    head_hovered    MosaicHit under the pointer, or None
    head_clicked    MosaicHit clicked, or walked to with the arrow keys
    head_activated  MosaicHit opened with Enter, or with a double click while the whole mosaic is seen
    """

    head_hovered = Signal(object)
    head_clicked = Signal(object)
    head_activated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: MosaicImage | None = None
        self._selected: tuple[int | None, int | None] = (None, None)
        self._hovered: tuple[int | None, int | None] = (None, None)
        self._off: frozenset[tuple[int, int]] = frozenset()
        self._hit: MosaicHit | None = None
        self.setAccessibleName(tr("All heads"))
        self.setMinimumSize(160, 120)

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def set_image(self, image: MosaicImage | None) -> None:
        """Show these heads; the view is kept where the grid is the same, None shows the empty text."""
        before, self._image = self._image, image
        if before is None or image is None or (before.layers, before.heads) != (image.layers, image.heads):
            self._look(Camera())
            self.point_at(None)
        self.refresh()

    def image(self) -> MosaicImage | None:
        """What is shown."""
        return self._image

    def set_selected(self, layer: int | None, head: int | None) -> None:
        """Outline a head, a whole layer (head None) or nothing."""
        if (layer, head) != self._selected:
            self._selected = (layer, head)
            self.setAccessibleDescription(_described(layer, head))
            self.update()

    def set_off(self, heads: Collection[tuple[int, int]]) -> None:
        """Cross out heads that are switched off."""
        if frozenset(heads) != self._off:
            self._off = frozenset(heads)
            self.refresh()

    def set_hovered(self, layer: int | None, head: int | None) -> None:
        """Mark a head, or a layer, that is pointed at here or elsewhere."""
        if (layer, head) != self._hovered:
            self._hovered = (layer, head)
            self.update()

    # Geometry.

    def has_content(self) -> bool:
        return self._image is not None

    def plot(self) -> QRectF:
        metrics = QFontMetricsF(font("small"))
        layers = self._image.layers if self._image else 1
        left = metrics.horizontalAdvance(f"L{layers}") + _PAD + _EDGE
        top = metrics.height() + _EDGE + 2
        width, height = self.width() - left - _EDGE, self.height() - top - _EDGE
        return QRectF(left, top, max(1.0, width), max(1.0, height))

    def fitted(self, plot: QRectF) -> QSizeF:
        if self._image is None:
            return plot.size()
        width, height = plot.width() / self._image.heads, plot.height() / self._image.layers
        width, height = min(width, height * _SQUARE), min(height, width * _SQUARE)
        return QSizeF(width * self._image.heads, height * self._image.layers)

    def highest_zoom(self) -> float:
        if self._image is None:
            return 1.0
        cell = self.fitted(self.plot()).width() / (self._image.heads * self._image.size)
        return max(1.0, _CELL / cell)

    def extent(self) -> QSizeF:
        plot = self.plot()
        fitted = self.fitted(plot)
        return QSizeF(plot.left() + fitted.width() + _EDGE, plot.top() + fitted.height() + _EDGE)

    def head_rect(self, layer: int, head: int) -> QRectF:
        """Where a head's cells lie now, in widget units; it may lie outside the plot."""
        ratio = self.devicePixelRatioF()
        rows, columns, gap = self._grid(ratio)
        return QRectF(
            columns[head] / ratio,
            rows[layer] / ratio,
            (columns[head + 1] - gap - columns[head]) / ratio,
            (rows[layer + 1] - gap - rows[layer]) / ratio,
        )

    def hit(self, place: QPointF) -> MosaicHit | None:
        """What lies at `place` in the widget."""
        image = self._image
        if image is None or not self.plot().intersected(self.content()).contains(place):
            return None
        ratio = self.devicePixelRatioF()
        rows, columns, gap = self._grid(ratio)
        layer, query = _tile(rows, place.y() * ratio, gap, image.size)
        head, key = _tile(columns, place.x() * ratio, gap, image.size)
        return MosaicHit(layer, head, query, key)

    def _grid(self, ratio: float) -> tuple[Indices, Indices, int]:
        assert self._image is not None
        content = self.content()
        rows = edges(content.top(), content.height(), self._image.layers, ratio)
        columns = edges(content.left(), content.width(), self._image.heads, ratio)
        side = min(content.width() / self._image.heads, content.height() / self._image.layers)
        return rows, columns, round((3 if side >= _ROOMY else 1) * ratio)

    # Drawing.

    def draw_map(self, painter: QPainter, ratio: float) -> None:
        image = self._image
        assert image is not None
        rows, columns, gap = self._grid(ratio)
        plot = self.plot()
        seen = plot.intersected(self.content())
        top, bottom = round(seen.top() * ratio), round(seen.bottom() * ratio)
        left, right = round(seen.left() * ratio), round(seen.right() * ratio)
        sides = [level.shape[-1] for level in image.levels]
        smallest = min(int(np.diff(rows).min()), int(np.diff(columns).min())) - gap
        level = level_for(smallest, sides)
        entries = sample(
            image.plane(level),
            cells_of_pixels(rows, gap, top, bottom, sides[level]),
            cells_of_pixels(columns, gap, left, right, sides[level]),
        )
        table = diverging() if image.signed else sequential()
        draw_entries(painter, entries, table, theme().surface, left, top, ratio)
        painter.save()
        painter.setClipRect(plot.adjusted(-1, -1, 1, 1))
        painter.setPen(QPen(QColor(theme().line), 1))
        painter.drawRects(
            [
                QRectF(
                    columns[head] / ratio - 0.5,
                    rows[layer] / ratio - 0.5,
                    (columns[head + 1] - gap - columns[head]) / ratio + 1,
                    (rows[layer + 1] - gap - rows[layer]) / ratio + 1,
                )
                for layer in range(image.layers)
                if rows[layer + 1] >= top and rows[layer] <= bottom
                for head in range(image.heads)
                if columns[head + 1] >= left and columns[head] <= right
            ]
        )
        for layer, head in self._off:
            if layer < image.layers and head < image.heads:
                _cross_out(painter, self.head_rect(layer, head))
        painter.restore()
        self._draw_labels(painter, rows / ratio, columns / ratio, seen)

    def _draw_labels(self, painter: QPainter, rows: np.ndarray, columns: np.ndarray, seen: QRectF) -> None:
        painter.setFont(font("small"))
        painter.setPen(QColor(theme().secondary))
        for layer, area in self._row_labels(rows, seen):
            painter.drawText(area, _RIGHT, f"L{layer + 1}")
        for head, area in self._column_labels(columns, seen):
            painter.drawText(area, _CENTRE, f"H{head + 1}")

    def _row_labels(self, rows: np.ndarray, seen: QRectF) -> list[tuple[int, QRectF]]:
        """The layers that get a label, and where: as many as fit, in the middle of what is seen of each."""
        height = QFontMetricsF(font("small")).height()
        step = max(1, ceil(height / (rows[1] - rows[0])))
        width = self.plot().left() - _PAD
        labels = []
        for layer in range(0, len(rows) - 1, step):
            top, bottom = max(rows[layer], seen.top()), min(rows[layer + 1], seen.bottom())
            if bottom - top >= min(height / 2, rows[1] - rows[0]):
                middle = min(max((top + bottom) / 2, seen.top() + height / 2), self.height() - height / 2)
                labels.append((layer, QRectF(0, middle - height / 2, width, height)))
        return labels

    def _column_labels(self, columns: np.ndarray, seen: QRectF) -> list[tuple[int, QRectF]]:
        metrics = QFontMetricsF(font("small"))
        width = metrics.horizontalAdvance(f"H{len(columns) - 1}")
        step = max(1, ceil((width + _PAD) / (columns[1] - columns[0])))
        labels = []
        for head in range(0, len(columns) - 1, step):
            left, right = max(columns[head], seen.left()), min(columns[head + 1], seen.right())
            if right - left >= min(width, columns[1] - columns[0]):
                middle = min((left + right) / 2, self.width() - width / 2)
                labels.append((head, QRectF(middle - width / 2, 0, width, metrics.height())))
        return labels

    def draw_marks(self, painter: QPainter, hover: bool) -> None:
        painter.save()
        painter.setClipRect(self.plot().adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE))
        if hover and self._hovered != self._selected:
            self._outline(painter, self._hovered, QPen(QColor(theme().secondary), 1), 0.5)
        pen = QPen(QColor(theme().selection), 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self._outline(painter, self._selected, pen, 1.0)
        painter.restore()

    def _outline(
        self, painter: QPainter, which: tuple[int | None, int | None], pen: QPen, outside: float
    ) -> None:
        area = self._marked(which)
        if area is not None:
            painter.setPen(pen)
            painter.drawRect(area.adjusted(-outside, -outside, outside, outside))

    def _marked(self, which: tuple[int | None, int | None]) -> QRectF | None:
        image = self._image
        layer, head = which
        if image is None or layer is None or not 0 <= layer < image.layers:
            return None
        if head is None:
            return self.head_rect(layer, 0).united(self.head_rect(layer, image.heads - 1))
        return self.head_rect(layer, head) if 0 <= head < image.heads else None

    # What a person does.

    def point_at(self, place: QPointF | None) -> None:
        hit = None if place is None else self.hit(place)
        if hit != self._hit:
            self._hit = hit
            self.set_hovered(*((hit.layer, hit.head) if hit else (None, None)))
            self.head_hovered.emit(hit)

    def click_at(self, place: QPointF) -> None:
        if (hit := self.hit(place)) is not None:
            self.head_clicked.emit(hit)

    def double_click_at(self, place: QPointF) -> None:
        if (hit := self.hit(place)) is not None:
            self.head_activated.emit(hit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        image = self._image
        key = Qt.Key(event.key())
        if image is None or (key not in _WALK and key not in _ENTER):
            super().keyPressEvent(event)
            return
        layer, head = self._selected
        if key in _ENTER:
            if layer is not None and head is not None:
                self.head_activated.emit(MosaicHit(layer, head))
            return
        if layer is None or head is None:
            target = MosaicHit(layer or 0, head or 0)
        else:
            down, right = _WALK[key]
            target = MosaicHit(
                min(max(layer + down, 0), image.layers - 1), min(max(head + right, 0), image.heads - 1)
            )
        if (target.layer, target.head) != (layer, head):
            self.reveal(self.head_rect(target.layer, target.head))
            self.head_clicked.emit(target)


_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


def _cross_out(painter: QPainter, area: QRectF) -> None:
    veil = QColor(theme().surface)
    veil.setAlphaF(0.6)
    painter.fillRect(area, veil)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme().segment_b), 1.5))
    painter.drawLine(area.topLeft(), area.bottomRight())
    painter.drawLine(area.topRight(), area.bottomLeft())
    painter.restore()


def _tile(starts: Indices, pixel: float, gap: int, cells: int) -> tuple[int, int]:
    """The tile that a device pixel lies in (its gap counts as its own), and the cell of that tile."""
    tile = int(np.clip(np.searchsorted(starts, pixel, side="right") - 1, 0, len(starts) - 2))
    extent = max(1, starts[tile + 1] - gap - starts[tile])
    return tile, int(np.clip((pixel - starts[tile]) * cells // extent, 0, cells - 1))


def _described(layer: int | None, head: int | None) -> str:
    if layer is None:
        return ""
    if head is None:
        return tr("Layer {layer} selected", layer=layer + 1)
    return tr("Layer {layer}, head {head} selected", layer=layer + 1, head=head + 1)
