"""Bars under a map: what each of its columns amounts to, aligned with them however the map is zoomed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.theme import Theme, font, theme
from app.views.cell_numbers import NUMBERS_FROM, Edges, number
from app.views.piece_text import elided

Floats = NDArray[np.float32]

_SHARE, _LEAST, _MOST = 0.13, 24.0, 52.0  # of the map's height, in widget units, as are all lengths here
_GAP = 5.0  # between map and bars
_AIR = 6.0  # between what is written at the left and the bars
_SMALL = 0.095
_DASHES_FROM = 6.0  # steps at least so wide are dashed
_LINES_FROM = 5.0  # columns at least so wide have air between their bars


@dataclass(frozen=True, eq=False)
class Margin:
    """What the N columns of a map amount to.

    values  float32 [N]
    title   what they are, in a word or two
    even    float32 [N], what they would be if nothing stood out; None where that is not known
    signed  they are differences
    strong  they are of what is pinned, and drawn in its colour
    """

    values: Floats
    title: str
    even: Floats | None = None
    signed: bool = False
    strong: bool = False

    @property
    def largest(self) -> float:
        """Where the bars end."""
        sizes = [float(np.abs(self.values).max(initial=0.0))]
        if self.even is not None:
            sizes.append(float(self.even.max(initial=0.0)))
        return max(sizes) or 1.0


def margin_height(height: float) -> float:
    """How much of a widget of that height bars may take, the gap above them included."""
    return _GAP + min(_MOST, max(_LEAST, round(_SHARE * height)))


class MarginalBars:
    """The bars of a margin, laid out under a map.

    seen    the part of the map that is seen
    across  where its columns begin, and the last ends
    height  how much room there is below it
    """

    def __init__(self, margin: Margin, seen: QRectF, across: Edges, height: float) -> None:
        self._margin, self._across = margin, across
        self._metrics = QFontMetricsF(font("small"))
        self.area = QRectF(seen.left(), seen.bottom() + _GAP, seen.width(), max(1.0, height - _GAP))
        cell = (across[-1] - across[0]) / max(1, len(margin.values))
        line = self._metrics.height()
        self._numbers = cell >= NUMBERS_FROM and self.area.height() >= 2 * line
        bars = self.area.adjusted(0, 0, 0, -line if self._numbers else 0)
        self._base = bars.center().y() if margin.signed else bars.bottom()
        self._room = bars.height() / 2 if margin.signed else bars.height()
        self._between = 1.0 if cell >= _LINES_FROM else 0.0

    def bar(self, column: int) -> QRectF:
        """Where the bar of a column stands."""
        value = float(self._margin.values[column])
        length = abs(value) / self._margin.largest * self._room
        left, right = self._across[column], self._across[column + 1]
        top = self._base - (length if value >= 0 else 0.0)
        return QRectF(left, top, max(1.0, right - left - self._between), length)

    def column_at(self, place: QPointF) -> int | None:
        """The column whose bar stands there, or would if it were higher."""
        if not self.area.contains(place):
            return None
        found = int(np.searchsorted(self._across, place.x(), side="right")) - 1
        return found if 0 <= found < len(self._margin.values) else None

    def draw(self, painter: QPainter) -> None:
        """All bars, their base line, the even share, and at the left how high they go and what they are."""
        look = theme()
        painter.save()
        painter.setClipRect(self.area)
        self._draw_bars(painter, look)
        painter.setPen(QPen(QColor(look.line_strong), 1))
        base = round(self._base) - 0.5
        painter.drawLine(QPointF(self.area.left(), base), QPointF(self.area.right(), base))
        self._draw_even(painter, look)
        if self._numbers:
            painter.setFont(font("small"))
            painter.setPen(QColor(look.secondary))
            for column in self._seen():
                self._draw_text(painter, column, number(float(self._margin.values[column])))
        painter.restore()
        self._draw_scale(painter, look)

    def draw_marked(self, painter: QPainter, columns: Iterable[int], read_out: int | None = None) -> None:
        """These columns' bars in the text's colour; one with its number."""
        look = theme()
        painter.save()
        painter.setClipRect(self.area.adjusted(0, -1, 0, 0))
        for column in columns:
            if 0 <= column < len(self._margin.values):
                painter.fillRect(self.bar(column), QColor(look.selection))
        painter.restore()
        if read_out is not None and 0 <= read_out < len(self._margin.values) and not self._numbers:
            self._draw_number(painter, look, read_out)

    def _seen(self) -> list[int]:
        across = self._across
        inside = (across[1:] > self.area.left()) & (across[:-1] < self.area.right())
        return [int(column) for column in np.flatnonzero(inside)]

    def _draw_bars(self, painter: QPainter, look: Theme) -> None:
        more = QColor(look.selection if self._margin.strong else look.accent)
        less = more
        if self._margin.signed and not self._margin.strong:
            more, less = QColor(look.segment_b), QColor(look.segment_a)
        seen = self._seen()
        values = self._margin.values[seen]
        lengths = np.abs(values) / self._margin.largest * self._room
        tops = self._base - np.where(values >= 0, lengths, 0)
        lefts = self._across[:-1][seen]
        widths = np.maximum(1.0, self._across[1:][seen] - lefts - self._between)
        sides = (lefts.tolist(), tops.tolist(), widths.tolist(), lengths.tolist())
        bars = [QRectF(*side) for side in zip(*sides, strict=True)]
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, up in ((more, True), (less, False)):
            painter.setBrush(colour)
            painter.drawRects([bar for bar, value in zip(bars, values, strict=True) if (value >= 0) == up])
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_even(self, painter: QPainter, look: Theme) -> None:
        if self._margin.even is None:
            return
        pen = QPen(
            QColor(look.secondary if self._margin.strong else look.text), 1, Qt.PenStyle.CustomDashLine
        )
        pen.setDashPattern([2, 3])
        heights = self._base - self._margin.even / self._margin.largest * self._room
        starts = [0, *(np.flatnonzero(np.diff(heights)) + 1).tolist(), len(heights)]
        if len(starts) > 2 and self._across[1] - self._across[0] < _DASHES_FROM:  # a dash would be a dot
            pen = QPen(QColor(look.secondary), 1)
        for under in (QPen(QColor(look.surface), 1), pen):  # on a bar, its gaps are seen
            painter.setPen(under)
            for first, after in pairwise(starts):
                y = max(self.area.top() + 0.5, round(float(heights[first])) - 0.5)
                painter.drawLine(QPointF(self._across[first], y), QPointF(self._across[after], y))

    def _draw_text(self, painter: QPainter, column: int, text: str) -> None:
        middle = (self._across[column] + self._across[column + 1] - self._between) / 2
        line = self._metrics.height()
        place = QRectF(middle - 40, self.area.bottom() - line + 1, 80, line)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), text)

    def _draw_scale(self, painter: QPainter, look: Theme) -> None:
        painter.setFont(font("small"))
        painter.setPen(QColor(look.secondary))
        line = self._metrics.height()
        room = self.area.left() - _AIR
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        top = QRectF(0, self.area.top() - 2, room, line)
        sign = "±" if self._margin.signed else ""
        if self.area.height() >= 2 * line - 4:
            painter.drawText(top, flags, sign + _short(self._margin.largest))
            below = QRectF(0, self.area.bottom() - line + 2, room, line)
            painter.drawText(below, flags, elided(self._margin.title, self._metrics, room))
        else:
            middle = QRectF(0, self.area.center().y() - line / 2, room, line)
            painter.drawText(middle, flags, elided(self._margin.title, self._metrics, room))

    def _draw_number(self, painter: QPainter, look: Theme, column: int) -> None:
        """Beside the bar, on a patch, since the bars around may be higher."""
        value = float(self._margin.values[column])
        text = f"{value:+.3f}".replace("-", "−") if self._margin.signed else f"{value:.3f}"
        width, line = ceil(self._metrics.horizontalAdvance(text)) + 6, self._metrics.height()
        bar = self.bar(column)
        left = bar.right() + 2
        if left + width > self.area.right():
            left = bar.left() - 2 - width
        top = min(max(bar.top() - 2, self.area.top()), self.area.bottom() - line)
        patch = QRectF(left, top, width, line)
        painter.fillRect(patch, QColor(look.surface))
        painter.setFont(font("small"))
        painter.setPen(QColor(look.text))
        painter.drawText(patch, int(Qt.AlignmentFlag.AlignCenter), text)


def _short(value: float) -> str:
    """Two decimals, or of less than a tenth two digits that are not 0; then without the 0 before the point."""
    return f"{value:.2f}" if value >= _SMALL else f"{value:.2g}".removeprefix("0")
