"""One measure of all heads: a cell for each, layers down and heads across, with its number where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import diverging, font, sequential, theme
from app.translation import tr
from app.views.arrows import ARROWS
from app.views.cell_ink import ink_of
from app.views.colormaps import Bytes, entries, signed_entries
from app.views.heads_map import PAD, HeadsMap, Which
from app.views.map_view import Camera
from app.views.mosaic_order import Head
from app.views.pattern_marks import draw_mark

Floats = NDArray[np.float64]

_WIDEST, _HIGHEST = 76.0, 44.0  # widget units, as are all lengths here: a cell when the whole grid is seen
_LARGEST = 96.0  # zooming in ends when a cell is so wide
_NUMBER_HIGH = 14.0  # a cell has room for its number
_NUMBER_PAD = 6.0
_PARTED_FROM = 7.0  # cells at least so large are parted by lines
_MARK = 7.0


class HeadGrid(HeadsMap):
    """Numbers as colours, or patterns as marks. A head is (layer, head)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape = (0, 0)
        self._levels: Bytes | None = None
        self._unknown: NDArray[np.bool_] | None = None
        self._patterns: list[list[str]] = []
        self._texts: list[list[str]] = []
        self._signed = False
        self._pointed: Head | None = None
        self.setAccessibleName(tr("A measure of all heads"))
        self.setMinimumSize(160, 90)

    def sizeHint(self) -> QSize:
        return QSize(360, 240)

    def set_values(
        self,
        values: Floats | None,
        texts: Sequence[Sequence[str]] = (),
        low: float = 0.0,
        high: float = 1.0,
        *,
        signed: bool = False,
    ) -> None:
        """Show float64 [L, A] from `low` to `high`, with `signed` from -high over 0 to high; NaN has no colour.

        texts  what is written in the cells, [L][A]
        """
        if values is None:
            self._show((0, 0), [])
            return
        narrow = np.asarray(values, np.float32)
        self._levels = signed_entries(narrow, high) if signed else entries(narrow, low, high)
        self._unknown, self._signed, self._patterns = np.isnan(values), signed, []
        self._show((values.shape[0], values.shape[1]), texts)

    def set_patterns(self, patterns: Sequence[Sequence[str]], texts: Sequence[Sequence[str]]) -> None:
        """Show the mark of each head's pattern, [L][A] names; `texts` is what the cells say where there is room."""
        self._levels, self._patterns = None, [list(layer) for layer in patterns]
        self._show((len(patterns), len(patterns[0])), texts)

    def _show(self, shape: tuple[int, int], texts: Sequence[Sequence[str]]) -> None:
        same, self._shape = shape == self._shape, shape
        self._texts = [list(layer) for layer in texts]
        if not same:
            self._look(Camera())
            self.point_at(None)
        self.refresh()

    # Geometry.

    def shape(self) -> tuple[int, int]:
        return self._shape

    def fitted(self, plot: QRectF) -> QSizeF:
        layers, heads = self._shape
        width = min(plot.width() / max(1, heads), _WIDEST)
        height = min(plot.height() / max(1, layers), _HIGHEST, max(width, _NUMBER_HIGH))
        return QSizeF(width * heads, height * layers)

    def highest_zoom(self) -> float:
        return max(1.0, _LARGEST * self._shape[1] / max(1.0, self.fitted(self.plot()).width()))

    def marked(self, which: Which) -> QRectF | None:
        (layer, head), (layers, heads) = which, self._shape
        if layer is None or not 0 <= layer < layers:
            return None
        if head is None:
            return self.head_rect(layer, 0).united(self.head_rect(layer, heads - 1))
        return self.head_rect(layer, head) if 0 <= head < heads else None

    def head_rect(self, layer: int, head: int) -> QRectF:
        """Where a cell lies now, on whole pixels; it may lie outside the plot."""
        across, down = self._edges()
        return _cell(across, down, layer, head)

    def _edges(self) -> tuple[list[float], list[float]]:
        """Where columns and rows begin, and the last one ends; on whole pixels."""
        content, ratio = self.content(), self.devicePixelRatioF()
        layers, heads = self._shape

        def edges(origin: float, extent: float, count: int) -> list[float]:
            return [round((origin + extent * index / count) * ratio) / ratio for index in range(count + 1)]

        return edges(content.left(), content.width(), heads), edges(content.top(), content.height(), layers)

    def head_at(self, place: QPointF) -> Head | None:
        """The head whose cell is at `place`."""
        content = self.content()
        if not self.has_content() or not self.plot().intersected(content).contains(place):
            return None
        layers, heads = self._shape
        layer = int((place.y() - content.top()) * layers // content.height())
        head = int((place.x() - content.left()) * heads // content.width())
        return min(layer, layers - 1), min(head, heads - 1)

    def text(self, layer: int, head: int) -> str:
        """What the cell of a head says."""
        return self._texts[layer][head]

    # Drawing.

    def draw_map(self, painter: QPainter, ratio: float) -> None:
        seen = self.plot().intersected(self.content())
        layers, heads = self._shape
        across, down = self._edges()
        first = _cell(across, down, 0, 0)
        gap = 1 / ratio if min(first.width(), first.height()) >= _PARTED_FROM else 0.0
        written = first.height() >= _NUMBER_HIGH and first.width() >= self._widest() + _NUMBER_PAD
        table = diverging() if self._signed else sequential()
        inks = ink_of(theme(), self._signed)
        painter.save()
        painter.setClipRect(seen)
        painter.setFont(font("small"))
        for layer in range(layers):
            for head in range(heads):
                cell = _cell(across, down, layer, head).adjusted(0, 0, -gap, -gap)
                if not cell.intersects(seen):
                    continue
                if self._levels is None:
                    self._draw_pattern(painter, cell, layer, head)
                    continue
                entry = int(self._levels[layer, head])
                unknown = self._unknown is not None and bool(self._unknown[layer, head])
                painter.fillRect(
                    cell, QColor(theme().hover) if unknown else QColor(*table[entry, :3].tolist())
                )
                if written:
                    painter.setPen(QColor(theme().secondary) if unknown else inks[entry])
                    painter.drawText(cell, _CENTRE, self._texts[layer][head])
        painter.restore()
        self._draw_frame(painter, seen)
        self._draw_labels(painter, seen, across, down)

    def _widest(self) -> float:
        metrics = QFontMetricsF(font("small"))
        texts = {text for row in self._texts for text in row}
        return max((metrics.horizontalAdvance(text) for text in texts), default=0.0)

    def _draw_pattern(self, painter: QPainter, cell: QRectF, layer: int, head: int) -> None:
        painter.fillRect(cell, QColor(theme().hover))
        radius = min(_MARK, 0.3 * min(cell.width(), cell.height()))
        text, metrics = self._texts[layer][head], QFontMetricsF(font("small"))
        place = cell.center()
        if cell.height() >= 2 * radius + metrics.height() + 6 and cell.width() >= (
            metrics.horizontalAdvance(text) + _NUMBER_PAD
        ):
            place -= QPointF(0, metrics.height() / 2)
            painter.setPen(QColor(theme().secondary))
            below = QRectF(cell.left(), place.y() + radius + 1, cell.width(), metrics.height())
            painter.drawText(below, _CENTRE, text)
        draw_mark(painter, self._patterns[layer][head], place, radius)

    def _draw_frame(self, painter: QPainter, seen: QRectF) -> None:
        painter.setPen(QPen(QColor(theme().line), 1))
        painter.drawRect(seen.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _draw_labels(
        self, painter: QPainter, seen: QRectF, across: Sequence[float], down: Sequence[float]
    ) -> None:
        """L1, L2 ... and H1, H2 ..., thinned out where they would touch."""
        layers, heads = self._shape
        painter.setFont(font("small"))
        painter.setPen(QColor(theme().secondary))
        metrics = QFontMetricsF(font("small"))
        cell, left = _cell(across, down, 0, 0), self.plot().left()
        step = max(1, ceil(metrics.height() / max(1.0, cell.height())))
        for layer in range(0, layers, step):
            middle = (down[layer] + down[layer + 1]) / 2
            if seen.top() <= middle <= seen.bottom():
                area = QRectF(0, middle - metrics.height() / 2, left - PAD, metrics.height())
                painter.drawText(area, _RIGHT, f"L{layer + 1}")
        width = metrics.horizontalAdvance(f"H{heads}")
        step = max(1, ceil((width + PAD) / max(1.0, cell.width())))
        for head in range(0, heads, step):
            middle = (across[head] + across[head + 1]) / 2
            if seen.left() <= middle <= seen.right():
                area = QRectF(middle - width, 0, 2 * width, metrics.height())
                painter.drawText(area, _CENTRE, f"H{head + 1}")

    # What a person does.

    def point_at(self, place: QPointF | None) -> None:
        pointed = None if place is None else self.head_at(place)
        if pointed != self._pointed:
            self._pointed = pointed
            self.set_hovered(*(pointed or (None, None)))
            self.head_hovered.emit(pointed)

    def click_at(self, place: QPointF) -> None:
        if (head := self.head_at(place)) is not None:
            self.head_clicked.emit(head)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self.has_content() or key not in ARROWS:
            super().keyPressEvent(event)
            return
        layer, head = self._selected
        target = (layer or 0, head or 0)
        if layer is not None and head is not None:
            down, right = ARROWS[key]
            layers, heads = self._shape
            target = min(max(layer + down, 0), layers - 1), min(max(head + right, 0), heads - 1)
        if target != self._selected:
            self.reveal(self.head_rect(*target))
            self.head_clicked.emit(target)

    def described(self) -> str:
        layer, head = self._selected
        if layer is None or head is None or not (layer < self._shape[0] and head < self._shape[1]):
            return ""
        text = self._texts[layer][head]
        return tr("Layer {layer}, head {head}: {value}", layer=layer + 1, head=head + 1, value=text)


def _cell(across: Sequence[float], down: Sequence[float], layer: int, head: int) -> QRectF:
    left, top = across[head], down[layer]
    return QRectF(left, top, across[head + 1] - left, down[layer + 1] - top)


_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
