"""Straight lines from the left edge of an area to its right edge, very many of them, as a picture or as vectors.

QPainter takes 15 microseconds or more for one such line with smooth edges, over 20 ms for the lines of a layer at 128
pieces. Since they all run from edge to edge, numpy can mark the rows that all of them cross in every column at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPen

from app.theme import theme

Doubles = NDArray[np.float64]
Bytes = NDArray[np.uint8]

_FINE = 4  # rows that are marked a widget unit: what makes edges smooth
_AT_ONCE = 1 << 15  # marks that are worked on together: what stays in a fast cache
_NEARLY = 0.15  # of a unit: what a line may be thinner than it should be


@dataclass(frozen=True, eq=False)
class Strands:
    """N lines; lengths are widget units from the top of the area.

    left, right  float64 [N], heights of the ends
    look         uint8 [N], 1 or more: lines of a larger one lie over those of a smaller
    width        float64, of each look, from 0 on
    colour       uint32, of each look: opaque, 0xffrrggbb
    """

    left: Doubles
    right: Doubles
    look: NDArray[np.uint8]
    width: Doubles
    colour: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.look)


def draw_strands(painter: QPainter, area: QRectF, strands: Strands, ratio: float) -> None:
    """Draw them into `area` of a device with `ratio` pixels a widget unit; a file of vectors gets vectors."""
    if not len(strands) or area.width() < 1 or area.height() < 1:
        return
    if painter.paintEngine().type() != QPaintEngine.Type.Raster:
        _draw_vectors(painter, area, strands)
        return
    # On whole pixels: an image between two would be blurred.
    left, top = round(area.left() * ratio), round(area.top() * ratio)
    across, down = round(area.right() * ratio) - left, round(area.bottom() * ratio) - top
    image = strands_image(strands, max(1, across), max(1, down), ratio)
    painter.drawImage(QRectF(left / ratio, top / ratio, image.width() / ratio, image.height() / ratio), image)


def strands_image(strands: Strands, width: int, height: int, ratio: float = 1.0) -> QImage:
    """One line or more on the theme's surface: `width` x `height` pixels, `ratio` of them a widget unit."""
    fine = max(1, round(_FINE / ratio))  # marked rows a pixel
    marks = np.ascontiguousarray(_marked(strands, width, height * fine, fine, ratio).T)
    image = QImage(marks.data, width, height * fine, width, QImage.Format.Format_Indexed8)
    surface = 0xFF000000 | int(theme().surface[1:], 16)
    image.setColorTable([surface, *strands.colour[1:].tolist()])
    if fine == 1:
        return image.convertToFormat(QImage.Format.Format_RGB32)
    aspect, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(width, height, aspect, smooth)


def _marked(strands: Strands, width: int, rows: int, fine: int, ratio: float) -> Bytes:
    """Which look is on top: [width, rows], a row for each column of the picture; 0: none.

    The thinnest line is `run` rows high; what is wider or steeper is several such, one below the other.
    """
    run = max(1, round(fine * ratio * strands.width.min()))
    order = np.argsort(strands.look, kind="stable")
    left, right = strands.left[order] * (fine * ratio), strands.right[order] * (fine * ratio)
    look = strands.look[order]
    high = strands.width[look] * np.hypot(1.0, (right - left) / (fine * width)) * fine * ratio
    copies = np.maximum(1, np.ceil(high / run - _NEARLY).astype(np.intp))
    nth = np.arange(copies.sum()) - np.repeat(np.cumsum(copies) - copies, copies)
    apart = (high - run) / np.maximum(1, copies - 1)
    top = np.repeat(run + 0.5 - high / 2, copies) + nth * np.repeat(apart, copies)
    first, last = np.repeat(left, copies) + top, np.repeat(right, copies) + top
    # What lies outside is marked in a border of `run` rows, which is cut off again.
    lowest = rows + run
    outside = min(left.min(), right.min()) < 0 or max(left.max(), right.max()) > rows
    if not outside:
        first, last = first.clip(0, lowest), last.clip(0, lowest)
    marks = np.zeros((width, rows + 2 * run), dtype=np.uint8)
    _mark(marks, first, last, np.repeat(look, copies), lowest if outside else None)
    flat, done = marks.reshape(-1), 1
    while done < run:
        step = min(done, run - done)
        np.maximum(flat[step:], flat[:-step], out=flat[step:])
        done += step
    return marks[:, run : run + rows]


def _mark(marks: Bytes, first: Doubles, last: Doubles, look: Bytes, lowest: int | None) -> None:
    """Write each line's look at the row where it crosses each column; `lowest`: no row beyond that one."""
    width, rows = marks.shape
    flat = marks.reshape(-1)
    columns = np.arange(width)
    shares = ((columns + 0.5) / width).astype(np.float32)
    starts = columns * rows
    begin, rise = (
        first.astype(np.float32),
        (last - first).astype(np.float32),
    )  # exact to a thousandth of a row
    together = max(1, _AT_ONCE // width)
    for at in range(0, len(look), together):
        lines = slice(at, at + together)
        crossed = np.multiply.outer(rise[lines], shares)
        crossed += begin[lines, None]
        if lowest is not None:
            np.clip(crossed, 0, lowest, out=crossed)
        places = crossed.astype(np.intp)
        places += starts
        # Of equal places the last counts: the line on top. One after the other is faster than line by line.
        flat[places.reshape(-1)] = np.repeat(look[lines], width)


def _draw_vectors(painter: QPainter, area: QRectF, strands: Strands) -> None:
    painter.save()
    painter.setClipRect(area)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    left, right, top = area.left(), area.right(), area.top()
    for look in np.unique(strands.look).tolist():
        its = strands.look == look
        pen = QPen(QColor(int(strands.colour[look])), float(strands.width[look]))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        ends = zip(strands.left[its].tolist(), strands.right[its].tolist(), strict=True)
        painter.drawLines([QLineF(left, top + a, right, top + b) for a, b in ends])
    painter.restore()
