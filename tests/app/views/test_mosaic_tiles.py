"""Tiles: where they lie, what lies where, and what their pixels show in any order."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from app.views.mosaic_order import MosaicOrder, order_of_model, reordered
from app.views.mosaic_tiles import Tiles, tiles_of

AREA = QRectF(10, 20, 80, 90)
OWN = MosaicOrder((2, 0, 1), ((3, 1, 0, 2), (0, 2, 1, 3), (2, 3, 1, 0)))
ORDERS = {
    "model": order_of_model(3, 4),
    "rows": reordered(3, 4, rows=[2, 0, 1]),
    "columns": reordered(3, 4, columns=[3, 1, 0, 2]),
    "each": OWN,
}


def made(strip: float = 0.0, ratio: float = 1.0) -> Tiles:
    return tiles_of(AREA, (3, 4), ratio, gap=2, strip=strip)


def plane(cells: int) -> np.ndarray:
    """Each cell of head (l, a) is 1 + 4 l + a, times ten, plus the number of the cell where that is under ten."""
    heads = 10 * (1 + np.arange(12)).reshape(3, 4)
    inside = np.arange(cells * cells).reshape(cells, cells) % 10
    return np.block(
        [[np.full((cells, cells), heads[r, c]) + inside for c in range(4)] for r in range(3)]
    ).astype(np.uint8)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("strip", [0.0, 12.0])
def test_maps_lie_under_their_names_inside_the_area_and_apart(ratio: float, strip: float) -> None:
    tiles = made(strip, ratio)
    areas = [tiles.rect(row, column) for row, column in product(range(3), range(4))]
    names = [tiles.name_rect(row, column) for row, column in product(range(3), range(4))]
    everything = areas + (names if strip else [])
    for number, one in enumerate(everything):
        assert AREA.adjusted(-1, -1, 1, 1).contains(one)
        assert not any(one.intersects(other) for other in everything[:number])
    for name, area in zip(names, areas, strict=True):
        assert name.bottom() == pytest.approx(area.top())
        assert name.height() == pytest.approx(strip, abs=0.5)
    smallest = min(min(area.width(), area.height()) for area in areas)
    assert tiles.smallest == pytest.approx(smallest * ratio)


@pytest.mark.parametrize("strip", [0.0, 12.0])
def test_what_lies_at_a_pixel(strip: float) -> None:
    tiles = made(strip)
    for row, column in product(range(3), range(4)):
        area = tiles.rect(row, column)
        for cell in product(range(3), range(3)):
            x = area.left() + area.width() * (cell[1] + 0.5) / 3
            y = area.top() + area.height() * (cell[0] + 0.5) / 3
            assert tiles.place(x, y, 3) == ((row, column), cell)
        if strip:
            assert tiles.place(area.center().x(), area.top() - 3, 3) == ((row, column), (0, 1))


@pytest.mark.parametrize("strip", [0.0, 12.0])
@pytest.mark.parametrize("order", ORDERS.values(), ids=list(ORDERS))
def test_every_pixel_shows_the_cell_that_lies_there(order: MosaicOrder, strip: float) -> None:
    tiles, cells = made(strip), 3
    values = plane(cells)
    shown = tiles.entries(values, order, cells, (20, 110), (10, 90))
    assert shown.shape == (90, 80)
    expected = np.zeros((90, 80), dtype=np.uint8)
    for y, x in product(range(90), range(80)):
        (row, column), (query, key) = tiles.place(x + 10, y + 20, cells)
        area = tiles.rect(row, column)
        if area.left() <= x + 10 < area.right() and area.top() <= y + 20 < area.bottom():
            layer, head = order.head_at(row, column)
            expected[y, x] = values[layer * cells + query, head * cells + key]
    np.testing.assert_array_equal(shown, expected)


@pytest.mark.parametrize("order", ORDERS.values(), ids=list(ORDERS))
def test_a_part_shows_what_it_shows_in_the_whole(order: MosaicOrder) -> None:
    tiles = made(12.0)
    whole = tiles.entries(plane(4), order, 4, (20, 110), (10, 90))
    part = tiles.entries(plane(4), order, 4, (47, 81), (33, 34))
    np.testing.assert_array_equal(part, whole[27:61, 23:24])
    assert tiles.entries(plane(4), order, 4, (50, 50), (10, 90)).shape == (0, 80)
