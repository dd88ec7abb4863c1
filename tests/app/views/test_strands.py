"""Lines as a picture: where they should be, the right one on top, nothing beside them; and as vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from app.theme import apply_theme
from app.views.strands import Strands, draw_strands, strands_image

RED, BLUE = 0xFFCC0000, 0xFF0000CC
WHITE = 0xFFFFFFFF


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> None:
    apply_theme(qapp, "light")


def strands(lines: Sequence[tuple[float, float, int]], widths: Sequence[float] = (1.0, 1.0, 1.0)) -> Strands:
    """(left end, right end, look), look 1 red and 2 blue."""
    left, right, look = (np.array(column) for column in zip(*lines, strict=True))
    return Strands(
        left.astype(float),
        right.astype(float),
        look.astype(np.uint8),
        np.array(widths),
        np.array([0, RED, BLUE], dtype=np.uint32),
    )


def pixels(image: QImage) -> np.ndarray:
    """[height, width] of 0xffrrggbb."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), dtype=np.uint32)
    return flat.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()].copy()


def redness(image: QImage) -> np.ndarray:
    """How much of each pixel a red line covers, 0 to 1."""
    blue = (pixels(image) & 0xFF).astype(float)
    return (255 - blue) / 255


@pytest.mark.parametrize(("left", "right"), [(30.5, 30.5), (10.0, 50.0), (58.0, 2.0), (5.0, 6.0)])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0, 4.0])
def test_a_line_lies_where_it_should(left: float, right: float, ratio: float) -> None:
    width, height = round(80 * ratio), round(60 * ratio)
    covered = redness(strands_image(strands([(left, right, 1)]), width, height, ratio))
    assert covered.shape == (height, width)
    rows = np.arange(height) + 0.5
    for column in (0, width // 3, width - 1):
        expected = (left + (right - left) * (column + 0.5) / width) * ratio
        middle = (covered[:, column] * rows).sum() / covered[:, column].sum()
        assert middle == pytest.approx(expected, abs=0.55)
    assert covered.max() <= 1


@pytest.mark.parametrize("wide", [1.0, 2.0, 3.5, 0.5])
@pytest.mark.parametrize(("left", "right"), [(100.0, 100.0), (40.0, 160.0), (5.0, 195.0)])
def test_a_line_is_as_wide_as_it_should_be_however_steep(wide: float, left: float, right: float) -> None:
    covered = redness(strands_image(strands([(left, right, 1)], (1, wide, 1)), 100, 200))
    steepness = np.hypot(1, (right - left) / 100)
    down = covered[:, 10:90].sum(axis=0)
    # Widths are whole numbers of marked rows, four a pixel.
    assert down.mean() / steepness == pytest.approx(wide, abs=0.3)
    assert down.min() > 0.5 * wide


def test_a_larger_look_lies_on_top_whatever_the_order() -> None:
    for lines in ([(10, 10, 1), (10, 10, 2)], [(10, 10, 2), (10, 10, 1)]):
        image = strands_image(strands(lines, (1, 3, 3)), 40, 20)
        assert set(pixels(image)[10].tolist()) == {BLUE}


def test_lines_may_end_outside_and_leave_no_trace_elsewhere() -> None:
    image = strands_image(strands([(-40, 60, 1), (30, 90, 1), (-9, -3, 1), (500, 800, 1)]), 50, 40)
    covered = redness(image)
    crossed = np.zeros_like(covered, dtype=bool)
    for left, right in ((-40, 60), (30, 90)):
        at = left + (right - left) * (np.arange(50) + 0.5) / 50
        crossed |= np.abs(np.arange(40)[:, None] + 0.5 - at) < 3.5
    assert covered[~crossed].max() == 0
    assert covered[crossed].max() > 0.5


def test_a_line_at_the_border_does_not_reach_the_other_side() -> None:
    covered = redness(strands_image(strands([(0.2, 0.2, 1), (29.9, 29.9, 1)], (1, 4, 1)), 30, 30))
    assert covered[4:-4].max() == 0
    assert covered[0].min() > 0.3 and covered[-1].min() > 0.3


def test_very_many_lines_are_all_there() -> None:
    ends = np.linspace(5, 995, 300)
    covered = redness(strands_image(strands([(end, end, 1) for end in ends]), 700, 1000))
    assert all(covered[int(end), [0, 350, 699]].min() > 0.1 for end in ends)


def test_pixels_get_a_picture_at_the_right_place() -> None:
    image = QImage(QSize(200, 200), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    image.fill(WHITE)
    painter = QPainter(image)
    draw_strands(painter, QRectF(20, 30, 60, 40), strands([(10, 10, 1)], (1, 2, 1)), 2)
    painter.end()
    red = redness(image) > 0.9
    assert np.flatnonzero(red.any(axis=1)).tolist() == [78, 79, 80, 81]
    assert np.flatnonzero(red.any(axis=0)).tolist() == list(range(40, 160))


def test_a_file_of_vectors_gets_a_line_for_each() -> None:
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(100, 100))
    painter = QPainter(generator)
    draw_strands(painter, QRectF(10, 20, 50, 60), strands([(5, 9, 2), (1, 2, 1)], (1, 1, 2.5)), 1)
    painter.end()
    text = bytes(buffer.data().data()).decode()
    assert text.count("<polyline") == 2 and "<image" not in text
    assert 'points="10,25 60,29 "' in text and 'points="10,21 60,22 "' in text
    assert text.index("#cc0000") < text.index("#0000cc")
    assert 'stroke-width="2.5"' in text


def test_nothing_is_drawn_of_nothing() -> None:
    image = QImage(QSize(20, 20), QImage.Format.Format_RGB32)
    image.fill(WHITE)
    painter = QPainter(image)
    none = np.zeros(0)
    draw_strands(
        painter,
        QRectF(0, 0, 20, 20),
        Strands(none, none, none.astype(np.uint8), none, none.astype(np.uint32)),
        1,
    )
    draw_strands(painter, QRectF(0, 0, 0, 20), strands([(1, 2, 1)]), 1)
    painter.end()
    assert set(pixels(image).ravel().tolist()) == {WHITE}
