"""Where the tiles of the mosaic lie in device pixels, and which table entries they show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from app.views.map_raster import Bytes, Indices, cells_of_pixels, edges, sample
from app.views.mosaic_order import MosaicOrder


@dataclass(frozen=True, eq=False)
class Tiles:
    """Device pixels, `ratio` of them a widget unit.

    rows, columns  where tiles begin, and where the last ends: [L + 1], [A + 1]
    gap            so many stay empty at a tile's right and lower end
    strip          so many at its upper end are for its name
    """

    rows: Indices
    columns: Indices
    gap: int
    strip: int
    ratio: float

    @property
    def maps(self) -> Indices:
        """Where the maps in the rows begin, under their names."""
        return self.rows + self.strip

    @property
    def smallest(self) -> int:
        """The shortest side of a map."""
        heights, widths = np.diff(self.rows) - self.strip, np.diff(self.columns)
        return int(min(heights.min(), widths.min())) - self.gap

    def rect(self, row: int, column: int) -> QRectF:
        """A tile's map, in widget units."""
        ratio = self.ratio
        return QRectF(
            self.columns[column] / ratio,
            (self.rows[row] + self.strip) / ratio,
            (self.columns[column + 1] - self.gap - self.columns[column]) / ratio,
            (self.rows[row + 1] - self.gap - self.strip - self.rows[row]) / ratio,
        )

    def name_rect(self, row: int, column: int) -> QRectF:
        """The strip above it."""
        area = self.rect(row, column)
        height = self.strip / self.ratio
        return QRectF(area.left(), area.top() - height, area.width(), height)

    def place(self, x: float, y: float, cells: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """The row and column of the tile at a device pixel, and the row and column in its map of `cells` a side.

        A tile owns its name and the gap at its end.
        """
        row, column = _tile(self.rows, y), _tile(self.columns, x)
        height = self.rows[row + 1] - self.gap - self.strip - self.rows[row]
        width = self.columns[column + 1] - self.gap - self.columns[column]
        inside = (
            _cell(y - self.rows[row] - self.strip, int(height), cells),
            _cell(x - self.columns[column], int(width), cells),
        )
        return (row, column), inside

    def entries(
        self,
        plane: Bytes,
        order: MosaicOrder,
        cells: int,
        rows: tuple[int, int],
        columns: tuple[int, int],
    ) -> Bytes:
        """What the device pixels first..last-1 of both directions show of `plane` [L * cells, A * cells].

        Heads change places as they are sampled: nothing is copied for it.
        """
        down = cells_of_pixels(self.maps, self.gap + self.strip, *rows, cells)
        across = cells_of_pixels(self.columns, self.gap, *columns, cells)
        common = order.columns
        if common is not None:
            return sample(plane, _moved(down, order.layers, cells), _moved(across, common, cells))
        entries = np.zeros((down.size, across.size), dtype=np.uint8)
        tiles = down // cells  # -1 in gaps
        for row, (layer, heads) in enumerate(zip(order.layers, order.heads, strict=True)):
            here = np.flatnonzero(tiles == row)
            if here.size:
                own = plane[layer * cells : (layer + 1) * cells]
                shown = sample(own, down[here] - row * cells, _moved(across, heads, cells))
                entries[here[0] : here[-1] + 1] = shown
        return entries


def tiles_of(area: QRectF, shape: tuple[int, int], ratio: float, *, gap: float, strip: float = 0.0) -> Tiles:
    """Layers x heads tiles that fill `area`; all in widget units."""
    rows = edges(area.top(), area.height(), shape[0], ratio)
    columns = edges(area.left(), area.width(), shape[1], ratio)
    return Tiles(rows, columns, round(gap * ratio), round(strip * ratio), ratio)


def _tile(starts: Indices, pixel: float) -> int:
    return int(np.clip(np.searchsorted(starts, pixel, side="right") - 1, 0, len(starts) - 2))


def _cell(pixel: float, extent: int, cells: int) -> int:
    return int(np.clip(pixel * cells // max(1, extent), 0, cells - 1))


def _moved(shown: Indices, order: tuple[int, ...], cells: int) -> Indices:
    """Plane indices of what is drawn, as those of what the order puts there; -1 stays."""
    moved = np.asarray(order, dtype=np.intp)[shown // cells] * cells + shown % cells
    moved[shown < 0] = -1
    return moved
