"""The bytes behind the mosaic: rounding, scales, and a pyramid that keeps what is strong and never mixes heads."""

from __future__ import annotations

import numpy as np
import pytest

from app.views.colormaps import ZERO
from app.views.mosaic_image import build_mosaic, pyramid


def attention(*shape: int) -> np.ndarray:
    values = np.random.default_rng(0).random(shape, dtype=np.float32) ** 4
    return values / values.sum(-1, keepdims=True)


def test_entries_are_weights_times_255_rounded() -> None:
    values = attention(2, 3, 5, 5)
    image = build_mosaic(values)
    assert (image.layers, image.heads, image.size) == (2, 3, 5)
    np.testing.assert_array_equal(image.levels[0], np.floor(values * 255 + 0.5))
    assert not image.levels[0].flags.writeable
    np.testing.assert_array_equal(image.maxima, np.ones((2, 3)))


def test_each_head_may_have_its_own_scale() -> None:
    values = attention(2, 2, 9, 9)
    values[0, 1] = 0
    image = build_mosaic(values, per_head=True)
    assert image.per_head
    assert image.levels[0].max(axis=(2, 3)).tolist() == [[255, 0], [255, 255]]
    np.testing.assert_array_equal(image.maxima, values.max(axis=(2, 3)))


@pytest.mark.parametrize("size", [1, 2, 5, 17, 64, 100])
def test_levels_hold_the_maximum_of_the_cells_they_cover(size: int) -> None:
    image = build_mosaic(attention(2, 2, size, size))
    assert image.levels[-1].shape[-1] <= 4
    for level, factor in zip(image.levels, image.factors, strict=True):
        side = -(-size // factor)
        assert level.shape == (2, 2, side, side)
        padded = np.zeros((2, 2, side * factor, side * factor), dtype=np.uint8)
        padded[..., :size, :size] = image.levels[0]
        expected = padded.reshape(2, 2, side, factor, side, factor).max(axis=(3, 5))
        np.testing.assert_array_equal(level, expected)


def test_a_single_strong_cell_is_in_every_level_of_its_head_alone() -> None:
    values = np.zeros((3, 3, 33, 33), dtype=np.float32)
    values[1, 1, 32, 0] = 1
    for level in build_mosaic(values).levels:
        strong = np.argwhere(level == 255)
        assert [tuple(where[:2]) for where in strong] == [(1, 1)]


def test_a_plane_is_the_picture_of_all_heads_and_no_copy() -> None:
    values = attention(2, 3, 6, 6)
    image = build_mosaic(values)
    plane = image.plane(0)
    assert plane.shape == (12, 18)
    np.testing.assert_array_equal(plane[6:12, 12:18], image.levels[0][1, 2])
    assert np.shares_memory(plane, image.levels[0])
    assert plane.flags.c_contiguous


def test_differences_are_signed_and_the_largest_magnitude_survives_pooling() -> None:
    values = np.zeros((1, 2, 8, 8), dtype=np.float32)
    values[0, 0, 0, 0], values[0, 0, 1, 1] = 0.2, -0.5
    values[0, 1, 7, 7] = 0.25
    image = build_mosaic(values, signed=True)
    assert image.maxima.tolist() == [[0.5, 0.5]]
    assert image.levels[0][0, 0, 0, 0] == ZERO + 51
    assert image.levels[0][0, 0, 1, 1] == 1
    assert image.levels[1][0, 0, 0, 0] == 1
    assert image.levels[1][0, 1, 3, 3] == ZERO + 64
    assert (image.levels[1][0, 1] != ZERO).sum() == 1
    assert build_mosaic(values, signed=True, per_head=True).levels[0][0, 1, 7, 7] == 255


@pytest.mark.parametrize("signed", [False, True])
def test_what_is_not_a_number_counts_as_nothing_and_too_much_as_the_most(signed: bool) -> None:
    values = np.full((1, 1, 2, 2), np.nan, dtype=np.float32)
    values[0, 0, 1] = [1.0, 1.0000002]
    image = build_mosaic(values, signed=signed)
    assert image.levels[0][0, 0].tolist() == [[ZERO * signed] * 2, [255, 255]]


def test_it_can_be_given_up_between_layers() -> None:
    class GivenUp(Exception):
        pass

    calls: list[int] = []

    def stop() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise GivenUp

    with pytest.raises(GivenUp):
        build_mosaic(attention(4, 1, 3, 3), between_layers=stop)
    assert len(calls) == 2


@pytest.mark.parametrize("shape", [(2, 3, 4), (1, 1, 2, 3), (1, 0, 2, 2)])
def test_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected attentions"):
        build_mosaic(np.zeros(shape, dtype=np.float32))


def test_the_result_takes_four_thirds_of_a_byte_a_weight() -> None:
    image = build_mosaic(attention(3, 4, 128, 128))
    assert image.nbytes <= 1.34 * 3 * 4 * 128 * 128


def test_a_matrix_gets_its_own_pyramid() -> None:
    entries = np.arange(25, dtype=np.uint8).reshape(5, 5)
    levels = pyramid(entries)
    assert [level.shape[0] for level in levels] == [5, 3]
    assert levels[1].tolist() == [[6, 8, 9], [16, 18, 19], [21, 23, 24]]
