"""Which cell each device pixel shows, and the picture made of it."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QPainter

from app.views.map_raster import cells_of_pixels, draw_entries, edges, level_for, sample


def test_tiles_tile_without_holes_at_any_scale() -> None:
    for ratio in (1.0, 1.25, 1.5, 2.0):
        tiles = edges(3.3, 100.7, 12, ratio)
        assert tiles[0] == round(3.3 * ratio) and tiles[-1] == round(104.0 * ratio)
        assert np.ptp(np.diff(tiles)) <= 1


def test_the_level_chosen_is_the_finest_whose_cells_get_a_pixel() -> None:
    sides = [512, 256, 128, 64]
    assert [level_for(pixels, sides) for pixels in (600, 512, 511, 130, 3)] == [0, 0, 1, 2, 3]


def test_pixels_show_cells_evenly_and_gaps_show_nothing() -> None:
    tiles = edges(2, 20, 2, 1.0)
    shown = cells_of_pixels(tiles, 2, 0, 24, 4)
    assert shown.tolist() == [-1, -1, 0, 0, 1, 1, 2, 2, 3, 3, -1, -1, 4, 4, 5, 5, 6, 6, 7, 7, -1, -1, -1, -1]
    np.testing.assert_array_equal(cells_of_pixels(tiles, 2, 7, 15, 4), shown[7:15])
    assert cells_of_pixels(tiles, 2, 9, 9, 4).size == 0


def test_every_cell_is_shown_where_there_is_a_pixel_for_it() -> None:
    shown = cells_of_pixels(edges(0.4, 61, 3, 1.0), 1, 0, 70, 17)
    assert set(shown[shown >= 0].tolist()) == set(range(51))


def test_sampling_takes_the_entries_asked_for() -> None:
    plane = np.random.default_rng(0).integers(1, 255, (30, 40), dtype=np.uint8)
    rows = np.array([-1, 3, 3, 4, -1, 29])
    columns = np.array([7, -1, 8, 8, 39])
    expected = np.where((rows[:, None] < 0) | (columns < 0), 0, plane[rows[:, None], columns])
    np.testing.assert_array_equal(sample(plane, rows, columns), expected)
    nothing = sample(plane, np.array([-1, -1]), columns)
    assert nothing.shape == (2, 5) and not nothing.any()


def test_entries_become_their_colours_and_entry_zero_the_blank() -> None:
    table = np.zeros((256, 4), dtype=np.uint8)
    table[7] = [10, 20, 30, 255]
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    draw_entries(painter, np.array([[0, 7]], dtype=np.uint8), table, "#abcdef", 1, 2, 1.0)
    painter.end()
    assert image.pixelColor(1, 2).name() == "#abcdef"
    assert image.pixelColor(2, 2).name() == "#0a141e"
    assert image.pixelColor(1, 1).name() == "#000000"
