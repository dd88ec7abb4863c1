"""What is left as heads are removed, as curves drawn on any device: axes, two lines, and where one stands."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from app.theme import font, theme
from app.translation import tr
from app.views.piece_text import elided
from app.views.ticks import nice_step

Floats = NDArray[np.float64]

LEFT, RIGHT = 48.0, 12.0  # from the widget's borders to the plot; pixels, as are all lengths here
_TOP, _BELOW = 22.0, 18.0
_LINE = 16.0
_TICK_WIDE, _TICK_HIGH = 44.0, 26.0  # room that a tick wants
_AIR = 0.08  # above and below the curves, as a share of their height
_DOT, _MARK = 2.2, 4.5
_DOTS_APART = 7.0  # closer, points have no dots of their own
_SAMPLE, _GAP = 18.0, 6.0  # of the legend
_LEVEL = 1e-9
_NEAR_ZERO = 0.2  # of the greatest value: where the least is below that, the axis begins at 0


@dataclass(frozen=True, eq=False)
class PruneLine:
    """One order of removal: what it is called, and float64 values at rising counts; NaN where none is known yet."""

    name: str
    counts: tuple[int, ...]
    values: Floats

    def at(self, removed: float) -> tuple[float, bool]:
        """The value with so many removed, and whether that is a point of the curve, not one between two; or NaN."""
        known = np.isfinite(self.values)
        x, y = np.asarray(self.counts, dtype=float)[known], self.values[known]
        if not len(x) or not x[0] <= removed <= x[-1]:
            return math.nan, False
        return float(np.interp(removed, x, y)), bool((x == removed).any())


@dataclass(frozen=True, eq=False)
class PrunePlot:
    """What a chart shows.

    title    what stands along y, with its unit
    share    its values are shares of 1, written in percent
    total    how many heads there are
    line     of the order by which the slider removes; other: another order, to compare with
    removed  where the slider stands; None: at no point of the order
    pointed  where the pointer is
    """

    title: str = ""
    share: bool = False
    total: int = 1
    line: PruneLine | None = None
    other: PruneLine | None = None
    removed: int | None = None
    pointed: int | None = None

    @property
    def lines(self) -> tuple[PruneLine, ...]:
        """Those that there are, the main one last."""
        return tuple(line for line in (self.other, self.line) if line is not None)

    @property
    def reach(self) -> tuple[float, float] | None:
        """From the least to the greatest value that is drawn, with air; None without a value."""
        found = [line.values[np.isfinite(line.values)] for line in self.lines]
        values = np.concatenate(found) if found else np.empty(0)
        if not len(values):
            return None
        low, high = float(values.min()), float(values.max())
        if 0 <= low < _NEAR_ZERO * high:
            low = 0.0
        level = max(abs(low), abs(high))
        air = _AIR * (high - low) if high - low > _LEVEL * level else _AIR * level or 1.0
        return (0.0 if low == 0 else low - air), high + air

    # Places ------------------------------------------------------------------------------------------------------

    @staticmethod
    def frame(size: QSizeF) -> QRectF:
        """Where the axes run."""
        return QRectF(
            LEFT,
            _TOP,
            max(1.0, size.width() - LEFT - RIGHT),
            max(1.0, size.height() - _TOP - _BELOW),
        )

    def x_of(self, removed: float, size: QSizeF) -> float:
        """Where that many heads stand."""
        area = self.frame(size)
        return area.left() + area.width() * removed / max(1, self.total)

    def count_at(self, x: float, size: QSizeF) -> int:
        """How many heads stand nearest to x."""
        area = self.frame(size)
        return round(min(1.0, max(0.0, (x - area.left()) / area.width())) * self.total)

    def place_of(self, removed: float, value: float, size: QSizeF) -> QPointF:
        """Where a value stands."""
        area, (low, high) = self.frame(size), self.reach or (0.0, 1.0)
        return QPointF(self.x_of(removed, size), area.bottom() - area.height() * (value - low) / (high - low))

    # Painting ----------------------------------------------------------------------------------------------------

    def draw(self, painter: QPainter, size: QSizeF) -> None:
        """Draw all of it from (0, 0)."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_head(painter, size)
        self._draw_axes(painter, size)
        for line, colour, dashed in (
            (self.other, theme().segment_b, True),
            (self.line, theme().accent, False),
        ):
            if line is not None:
                self._draw_line(painter, size, line, QColor(colour), dashed=dashed)
        if self.pointed is not None and self.pointed != self.removed:
            self._draw_place(painter, size, self.pointed, theme().line_strong)
        if self.removed is not None:
            self._draw_place(painter, size, self.removed, theme().text)
        painter.restore()

    def _draw_head(self, painter: QPainter, size: QSizeF) -> None:
        """What stands along y, and at the right which line is which."""
        metrics = QFontMetricsF(font("small"))
        painter.setFont(font("small"))
        place = QRectF(0, 0, size.width() - RIGHT, _LINE)
        right = place.right()
        if self.other is not None:
            for line, colour, dashed in reversed(
                ((self.line, theme().accent, False), (self.other, theme().segment_b, True))
            ):
                if line is None:
                    continue
                taken = metrics.horizontalAdvance(line.name) + 1
                painter.setPen(QColor(theme().secondary))
                painter.drawText(QRectF(right - taken, 0, taken, _LINE), _LEFT_MIDDLE, line.name)
                begin = right - taken - _GAP - _SAMPLE
                painter.setPen(_pen(QColor(colour), dashed=dashed))
                painter.drawLine(QPointF(begin, _LINE / 2), QPointF(begin + _SAMPLE, _LINE / 2))
                right = begin - 2 * _GAP
        painter.setPen(QColor(theme().text))
        title = elided(self.title, metrics, max(0.0, right - 2 * _GAP))
        painter.drawText(QRectF(0, 0, right, _LINE), _LEFT_MIDDLE, title)

    def _draw_axes(self, painter: QPainter, size: QSizeF) -> None:
        area, metrics = self.frame(size), QFontMetricsF(font("small"))
        painter.setFont(font("small"))
        line, grey = QPen(QColor(theme().line), 1), QColor(theme().secondary)
        if self.reach is not None:
            low, high = self.reach
            step = nice_step(high - low, max(3.0, area.height() / _TICK_HIGH))
            first = math.ceil(low / step - 1e-9)
            for number in range(first, math.floor(high / step + 1e-9) + 1):
                y = self.place_of(0, number * step, size).y()
                painter.setPen(line)
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
                painter.setPen(grey)
                room = QRectF(0, y - _LINE / 2, area.left() - 6, _LINE)
                painter.drawText(room, _RIGHT_MIDDLE, self._tick(number * step, step))
        painter.setPen(QPen(QColor(theme().line_strong), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        label = tr("heads removed")
        taken = metrics.horizontalAdvance(label) + 1
        painter.setPen(grey)
        painter.drawText(QRectF(area.right() - taken, area.bottom() + 2, taken, _LINE), _RIGHT_MIDDLE, label)
        step = max(1, round(nice_step(self.total, max(2.0, area.width() / _TICK_WIDE))))
        for count in range(0, self.total + 1, step):
            x = self.x_of(count, size)
            text = str(count)
            wide = metrics.horizontalAdvance(text) + 1
            if x + wide / 2 < area.right() - taken - _GAP:
                painter.drawText(QRectF(x - wide / 2, area.bottom() + 2, wide, _LINE), _CENTRE, text)

    def _tick(self, value: float, step: float) -> str:
        if self.share:
            value, step = 100 * value, 100 * step
        places = max(0, math.ceil(-math.log10(step) - 1e-9))
        written = f"{value:.0e}" if places > 4 else f"{value:,.{places}f}"
        return (f"{written} %" if self.share else written).replace("-", "−")

    def _draw_line(
        self, painter: QPainter, size: QSizeF, line: PruneLine, colour: QColor, *, dashed: bool
    ) -> None:
        known = np.isfinite(line.values)
        places = [
            self.place_of(count, value, size)
            for count, value, there in zip(line.counts, line.values.tolist(), known.tolist(), strict=True)
            if there
        ]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(colour, dashed=dashed))
        if len(places) > 1:
            painter.drawPolyline(QPolygonF(places))
        if places and self.frame(size).width() / len(line.counts) >= _DOTS_APART:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            for place in places:
                painter.drawEllipse(place, _DOT, _DOT)

    def _draw_place(self, painter: QPainter, size: QSizeF, removed: int, colour: str) -> None:
        area, x = self.frame(size), self.x_of(removed, size)
        painter.setPen(QPen(QColor(colour), 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        for line, own in ((self.other, theme().segment_b), (self.line, theme().accent)):
            value = math.nan if line is None else line.at(removed)[0]
            if math.isfinite(value):
                painter.setPen(QPen(QColor(theme().surface), 1.5))
                painter.setBrush(QColor(own))
                painter.drawEllipse(self.place_of(removed, value, size), _MARK, _MARK)


def _pen(colour: QColor, *, dashed: bool) -> QPen:
    pen = QPen(colour, 1.5 if dashed else 1.8)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:
        pen.setDashPattern([4.0, 3.0])
    return pen


_LEFT_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT_MIDDLE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
