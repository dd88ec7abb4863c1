from __future__ import annotations

import numpy as np
import pytest

from app.views.embedding_values import StripValues, averaged, percentile, spread, starts, under
from bert_core.trace import EmbeddingTerms


def floats(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize(("pieces", "dimensions"), [(5, 8), (40, 100), (5, 100), (40, 8)])
def test_each_pixel_shows_the_mean_of_its_block(pieces, dimensions):
    values = floats(pieces, dimensions)
    pooled = averaged(values, 17, 13)
    assert pooled.shape == (min(dimensions, 13), min(pieces, 17))
    rows, columns = pooled.shape
    for row in range(rows):
        for column in range(columns):
            block = values[
                column * pieces // columns : (column + 1) * pieces // columns,
                row * dimensions // rows : (row + 1) * dimensions // rows,
            ]
            assert pooled[row, column] == pytest.approx(block.mean(), abs=1e-6)


def test_hits_and_pixels_agree():
    values = floats(40, 100)
    terms = StripValues(EmbeddingTerms(values, values, values, values, values))
    drawn = terms.drawn(17, 13)
    assert drawn.shared == 8
    for x, y in ((0, 0), (8, 6), (16, 12)):
        hit = terms.hit("token", under(x + 0.5, 17, 40, 17), under(y + 0.5, 13, 100, 13))
        assert hit.mean == pytest.approx(drawn.means["token"][y, x], abs=1e-6)
        assert values[hit.position, hit.strongest] == hit.value
        block = values[hit.position, hit.dimensions.start : hit.dimensions.stop]
        assert abs(hit.value) == np.abs(block).max()
        assert hit.strongest in hit.dimensions


def test_every_item_is_under_some_pixel():
    for count, pixels in ((3, 10), (10, 3), (512, 411), (1, 1)):
        seen = {item for pixel in range(pixels) for item in under(pixel + 0.5, pixels, count, pixels)}
        assert seen == set(range(count))
    assert under(10.0, 10.0, 5, 10) == range(4, 5)
    assert list(starts(10, 3)) == [0, 3, 6]


def test_percentile_by_nearest_rank():
    assert percentile([np.arange(-1000, 0, dtype=np.float32)]) == 991
    assert percentile([np.zeros((3, 3), np.float32)]) == 1
    assert percentile([np.array([np.nan, 2, -np.inf], np.float32)]) == 2


def test_scales_and_norms():
    token, segment, position, output = (
        floats(4, 16),
        floats(4, 16, seed=1),
        floats(4, 16, seed=2),
        floats(4, 16),
    )
    values = StripValues(EmbeddingTerms(token, segment, position, token + segment + position, 50 * output))
    assert values.norm("segment", 3) == pytest.approx(float(np.linalg.norm(segment[3])), rel=1e-5)
    drawn = values.drawn(4, 16)
    assert drawn.scale_of("token") == drawn.scale_of("sum") == drawn.scale
    assert drawn.scale_of("output") > 10 * drawn.scale
    assert drawn.shared == 1
    np.testing.assert_array_equal(drawn.means["segment"], segment.T)
    assert values.drawn(4, 16) is drawn and values.drawn(4, 8) is not drawn


def test_pixels_repeat_colours_and_part_broad_columns():
    colours = np.array([[1, 2], [3, 4]], dtype=np.uint32)
    narrow = spread(colours, 6, 4, 9)
    assert narrow.tolist() == [[1, 1, 1, 2, 2, 2]] * 2 + [[3, 3, 3, 4, 4, 4]] * 2
    broad = spread(colours, 20, 2, 9)
    assert broad[0].tolist() == [1] * 9 + [9] + [2] * 10
