"""From planes of table entries to device pixels: which cell each pixel shows, and the picture that makes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

Bytes = NDArray[np.uint8]
Indices = NDArray[np.intp]


def edges(origin: float, extent: float, count: int, ratio: float) -> Indices:
    """Device pixels where `count` equal tiles begin, and where the last ends: [count + 1].

    origin and extent are in widget units, `ratio` device pixels each.
    """
    return np.rint((origin + extent / count * np.arange(count + 1)) * ratio).astype(np.intp)


def level_for(pixels: float, sides: Sequence[int]) -> int:
    """The finest level, of those with so many cells a side, whose cells get a whole pixel out of `pixels`."""
    for level, side in enumerate(sides):
        if side <= pixels:
            return level
    return len(sides) - 1


def cells_of_pixels(tiles: Indices, gap: int, low: int, high: int, cells: int) -> Indices:
    """The plane index that each device pixel low..high-1 of one axis shows: [high - low].

    tiles  where tiles begin and the last ends, from `edges`; each gives up `gap` pixels at its end
    cells  cells of a tile; tile t owns the plane indices t * cells ... (t + 1) * cells - 1

    Pixels in a gap or outside the tiles get -1.
    """
    pixels = np.arange(low, max(low, high), dtype=np.intp)
    tile = np.clip(np.searchsorted(tiles, pixels, side="right") - 1, 0, len(tiles) - 2)
    first = tiles[tile]
    last = np.maximum(first + 1, tiles[tile + 1] - gap)
    shown = np.asarray(tile * cells + (pixels - first) * cells // (last - first), dtype=np.intp)
    shown[(pixels < first) | (pixels >= last)] = -1
    return shown


def sample(plane: Bytes, rows: Indices, columns: Indices) -> Bytes:
    """The entries of `plane` [R, C] at these rows and columns; 0 where an index is -1."""
    if not rows.size or not columns.size or rows.max() < 0 or columns.max() < 0:
        return np.zeros((rows.size, columns.size), dtype=np.uint8)
    # Magnified rows repeat: look each up once, and copy it as a whole.
    wanted, again = np.unique(rows, return_inverse=True)
    left = int(columns[columns >= 0].min())
    part = plane[:, left : int(columns.max()) + 1].take(np.maximum(wanted, 0), axis=0)
    part = part.take(np.maximum(columns - left, 0), axis=1)
    part[:, columns < 0] = 0
    if wanted[0] < 0:
        part[0] = 0
    return part if wanted.size == rows.size else part.take(again, axis=0)


def draw_entries(
    painter: QPainter, entries: Bytes, table: Bytes, blank: str, left: int, top: int, ratio: float
) -> None:
    """Draws `entries` [H, W] with their corner at device pixel (left, top); entry 0 is the colour `blank`."""
    height, width = entries.shape
    if not height or not width:
        return
    picture = QImage(entries.data, width, height, width, QImage.Format.Format_Indexed8)
    rgba = table.astype(np.uint32)
    colours = (0xFF000000 | rgba[:, 0] << 16 | rgba[:, 1] << 8 | rgba[:, 2]).tolist()
    colours[0] = 0xFF000000 | int(blank[1:], 16)
    picture.setColorTable(colours)
    picture.setDevicePixelRatio(ratio)
    painter.drawImage(QPointF(left / ratio, top / ratio), picture)
