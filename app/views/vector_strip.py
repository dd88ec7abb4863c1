"""One vector as a row of coloured cells, with their numbers where there is room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QStaticText

from app.theme import diverging, font, sequential, theme
from app.views.cell_ink import ink_of
from app.views.colormaps import Bytes, entries, signed_entries
from app.views.embedding_values import starts, under
from app.views.map_raster import cells_of_pixels, draw_entries, edges
from app.views.worked_numbers import decimals_for, places
from bert_core.trace import Floats

Pool = Literal["mean", "strongest"]

_PARTED = 5.0  # pixels from which a cell can spare one, as are all lengths here
_AIR = 3.0
_LEAST_TEXT = 13.0


@dataclass(frozen=True, eq=False)
class VectorStrip:
    """float32 [n] in a rectangle of the widget.

    first   the index of the first value: a vector may be drawn in several strips
    limit   the value at which colours end, either way
    signed  colours from -limit to limit; else from 0 to limit
    pool    what a pixel shows that several values share: their mean, or the one furthest from 0
    """

    values: Floats
    limit: float
    rect: QRectF
    signed: bool = True
    pool: Pool = "mean"
    first: int = 0

    @property
    def indices(self) -> range:
        """The values that are drawn here."""
        return range(self.first, self.first + len(self.values))

    def paint(self, painter: QPainter, ratio: float, texts: Texts | None = None) -> None:
        """Draw it, `ratio` device pixels a widget unit; numbers only where a place to keep their texts is given."""
        paint_rows(painter, ratio, [self])
        if texts is not None:
            paint_numbers(painter, [self], texts)

    def _write(self, painter: QPainter, decimals: int, texts: Texts) -> None:
        inks, cells = ink_of(theme(), self.signed), self.entries(self.values).tolist()
        faint, short = QColor(theme().secondary), self.limit < 1
        width, middle = self.rect.width() / len(cells), self.rect.center().y()
        for index, (value, entry) in enumerate(zip(self.values.tolist(), cells, strict=True)):
            for fewer in range(decimals, -1, -1):
                text = places(value, fewer, short=short)
                static, half = texts.of(text)
                if 2 * half.x() <= width - 1:
                    painter.setPen(inks[entry] if text.strip("0.") else faint)
                    centre = QPointF(self.rect.left() + (index + 0.5) * width - 0.5, middle)
                    painter.drawStaticText(centre - half, static)
                    break

    def decimals(self) -> int | None:
        """Places behind the point that the cells have room for; None where there is none for numbers that say much.

        Numbers of two figures before the point get fewer where that is too long.
        """
        if self.rect.height() < _LEAST_TEXT or not len(self.values):
            return None
        metrics, room = QFontMetricsF(font("small")), self.rect.width() / len(self.values) - _AIR
        least = max(decimals_for(self.limit, 1), 2 if self.limit < 1 else 1 if self.limit < 10 else 0)
        for decimals in range(min(3, decimals_for(self.limit)), least - 1, -1):
            widest = places(-min(self.limit, 9.0), decimals, short=self.limit < 1)
            if metrics.horizontalAdvance(widest) <= room:
                return decimals
        return None

    def cell(self, index: int) -> QRectF:
        """Where the value of an index is drawn; of values that share a pixel, where that pixel is."""
        width = self.rect.width() / max(1, len(self.values))
        left = self.rect.left() + (index - self.first) * width
        return QRectF(left, self.rect.top(), max(1.0, width), self.rect.height())

    def index_at(self, x: float, ratio: float = 1.0) -> int:
        """Of the values drawn at this x of the widget, the one furthest from 0."""
        pixels = max(1, round(self.rect.right() * ratio) - round(self.rect.left() * ratio))
        where = under(x - self.rect.left(), self.rect.width(), len(self.values), pixels)
        sizes = np.abs(np.nan_to_num(self.values[where.start : where.stop]))
        return self.first + where.start + int(np.argmax(sizes))

    def paint_mark(self, painter: QPainter, index: int) -> None:
        """Outline the value of an index, if it is drawn here."""
        if index not in self.indices:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme().text), 1))
        cell = self.cell(index)
        grow = max(0.5, (4 - cell.width()) / 2)
        painter.drawRect(cell.adjusted(-grow, -1, grow - 0.5, 1))

    def entries(self, values: Floats) -> Bytes:
        """The colours of values, as entries of the theme's table; of what is not finite, that of 0."""
        values = np.where(np.isfinite(values), values, np.float32(0.0))
        return signed_entries(values, self.limit) if self.signed else entries(values, 0.0, self.limit)


class Texts:
    """Numbers laid out once; whoever draws keeps them, and drops them when the font changes."""

    def __init__(self) -> None:
        self._texts: dict[str, tuple[QStaticText, QPointF]] = {}

    def of(self, text: str) -> tuple[QStaticText, QPointF]:
        """A text in the small font, and half its size."""
        found = self._texts.get(text)
        if found is None:
            metrics = QFontMetricsF(font("small"))
            static = QStaticText(text)
            static.setTextFormat(Qt.TextFormat.PlainText)
            found = static, QPointF(metrics.horizontalAdvance(text), metrics.height()) / 2
            self._texts[text] = found
        return found


def paint_numbers(painter: QPainter, strips: Sequence[VectorStrip], texts: Texts) -> None:
    """Write the numbers into the cells of strips that are all as narrow, if there is room."""
    painter.setFont(font("small"))
    for strip in strips:
        if (decimals := strip.decimals()) is None:
            return
        strip._write(painter, decimals, texts)


def paint_rows(painter: QPainter, ratio: float, strips: Sequence[VectorStrip]) -> None:
    """Draw strips, all signed or all not, that stand below each other on the panel's ground, as one image."""
    seen = [strip for strip in strips if len(strip.values) and strip.rect.width() * ratio >= 1]
    if not seen:
        return
    left = min(round(strip.rect.left() * ratio) for strip in seen)
    right = max(round(strip.rect.right() * ratio) for strip in seen)
    top = min(round(strip.rect.top() * ratio) for strip in seen)
    bottom = max(round(strip.rect.bottom() * ratio) for strip in seen)
    shown = np.zeros((max(1, bottom - top), right - left), dtype=np.uint8)
    alike: dict[tuple[object, ...], list[VectorStrip]] = {}
    for strip in seen:
        kind = (strip.limit, strip.pool, len(strip.values), strip.rect.left(), strip.rect.width())
        alike.setdefault(kind, []).append(strip)
    for group in alike.values():
        start = round(group[0].rect.left() * ratio) - left
        for strip, row in zip(group, _rows(group, ratio), strict=True):
            upper, lower = round(strip.rect.top() * ratio) - top, round(strip.rect.bottom() * ratio) - top
            shown[upper : max(upper + 1, lower), start : start + len(row)] = row
    table = diverging() if seen[0].signed else sequential()
    draw_entries(painter, shown, table, theme().surface, left, top, ratio)


def _rows(strips: Sequence[VectorStrip], ratio: float) -> Bytes:
    """The entries along the width of strips that differ in their values only, one a device pixel; 0 between cells."""
    rect, count = strips[0].rect, len(strips[0].values)
    left, right = round(rect.left() * ratio), round(rect.right() * ratio)
    if count > right - left:
        return strips[0].entries(np.stack([pooled(s.values, right - left, s.pool) for s in strips]))
    gap = max(1, round(ratio)) if (right - left) / count >= _PARTED * ratio else 0
    cells = cells_of_pixels(edges(rect.left(), rect.width(), count, ratio), gap, left, right, 1)
    shown: Bytes = strips[0].entries(np.stack([s.values for s in strips]))[:, cells]
    shown[:, cells < 0] = 0
    return shown


def pooled(values: Floats, bins: int, pool: Pool) -> Floats:
    """float32 [bins]: what is shown of as many neighbouring values as share a bin; `values` where bins are enough."""
    if len(values) <= bins:
        return values
    first = starts(len(values), bins)
    if pool == "mean":
        sizes = np.diff(first, append=len(values))
        return np.asarray(np.add.reduceat(values, first) / sizes, dtype=np.float32)
    highest, lowest = np.maximum.reduceat(values, first), np.minimum.reduceat(values, first)
    return np.asarray(np.where(highest >= -lowest, highest, lowest), dtype=np.float32)


def limit_of(*arrays: Floats, share: float = 0.99) -> float:
    """Where colours are to end: the size that `share` of all finite values stay within; 1 where all are 0."""
    sizes = np.abs(np.concatenate([array.ravel() for array in arrays]))
    sizes = sizes[np.isfinite(sizes)]
    if not sizes.size:
        return 1.0
    rank = min(sizes.size - 1, math.ceil(share * sizes.size))
    found = float(np.partition(sizes, rank)[rank])
    return found if found > 0 else float(sizes.max()) or 1.0
