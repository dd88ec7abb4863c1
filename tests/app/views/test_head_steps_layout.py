"""Everything in a head's worked example has its place, whatever the size: nothing overlaps, nothing is cut off."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QRectF

from app.views.head_steps_layout import LEAST_LINES, HeadLayout

SIZES = [(230, 150), (510, 250), (510, 330), (820, 400), (1000, 640), (1290, 540), (1290, 240), (1900, 900)]


def layout(width: float, height: float, size: int, dimensions: int = 64) -> HeadLayout:
    return HeadLayout.of(width, height, size, dimensions, names=120, keys=70, number=46)


def rects(made: HeadLayout) -> list[QRectF]:
    vectors = [made.vector(index, block) for block in range(made.blocks) for index in range(3)]
    lines = [made.line(index) for index in range(made.lines + 1)]
    overview = [] if made.overview is None else [made.overview]
    return [*vectors, made.arithmetic, *overview, *lines]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("size", [1, 2, 18, 128, 512])
@pytest.mark.parametrize("dimensions", [8, 32, 64, 128])
def test_nothing_overlaps(width: int, height: int, size: int, dimensions: int) -> None:
    made = layout(width, height, size, dimensions)
    for one, other in itertools.combinations(rects(made), 2):
        both = one.intersected(other)
        assert both.width() < 0.01 or both.height() < 0.01
    for rect in rects(made):
        assert rect.left() >= 0 and rect.right() <= width + 0.01
    if height >= 240:
        assert max(rect.bottom() for rect in rects(made)) <= height
    for index in range(made.lines):
        parts = [made.piece(index), made.score(index), made.weight(index), made.weighted(index)]
        for left, right in itertools.pairwise(parts):
            assert left.right() <= right.left()
        assert made.weighted(index).width() >= 40


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("dimensions", [7, 32, 64, 100])
def test_the_blocks_hold_every_number_once(width: int, height: int, dimensions: int) -> None:
    made = layout(width, height, 12, dimensions)
    cell = made.vector(0).width() / min(made.per_block, dimensions)
    widths = [made.vector(0, block).width() / cell for block in range(made.blocks)]
    assert sum(widths) == pytest.approx(dimensions)


def test_every_key_has_a_line_where_there_is_height() -> None:
    made = layout(820, 420, 18, 32)
    assert made.whole and made.lines == 18 and made.overview is None


def test_else_all_of_them_are_seen_at_once_above() -> None:
    made = layout(510, 250, 18, 32)
    assert not made.whole and LEAST_LINES <= made.lines < 18
    assert made.overview is not None
    assert made.overview.bottom() <= made.header_top <= made.line(0).top()


def test_wide_and_legible_stays_below_wide_and_illegible_goes_beside() -> None:
    assert not layout(1290, 540, 18, 32).beside
    assert not layout(820, 540, 128, 32).beside, "too narrow for two halves"
    made = layout(1290, 540, 128, 64)
    assert made.beside and made.legible and made.blocks > 1
    assert made.vector(0).right() < made.line(0).left()
    way = made.connector(3)
    assert way[0].x() >= made.arithmetic.right() and way[-1].x() <= made.line(3).left()
    assert abs(way[-1].y() - made.line(3).center().y()) <= 1
    assert layout(820, 540, 18, 32).connector(3) == []


def test_fewer_lines_move_the_sum_up() -> None:
    made = layout(510, 330, 128, 32)
    fewer = made.with_lines(4)
    assert fewer.lines == 4 and fewer.line(4).top() < made.line(made.lines).top()
    assert made.with_lines(10_000).lines == made.lines
