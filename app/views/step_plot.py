"""Numbers over the recorded steps of a run, drawn on any device: curves with their names at the end."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from app.theme import font, sequential, theme
from app.translation import tr
from app.views.amounts import amount
from app.views.axis_ticks import Ticks, even_ticks
from app.views.end_names import stacked
from app.views.piece_text import draw_piece, elided, visible
from app.views.ticks import nice_step
from app.views.worked_numbers import places

Floats = NDArray[np.float32]

_AIR, _TOP, _TICK, _RIGHT = 6.0, 7.0, 3.0, 10.0  # pixels, as are all lengths here
_DOT, _RING, _DOTS_APART, _BESIDE = 2.2, 4.0, 9.0, 5.0
_NAME = 10.0  # between the last tick and the name of the x axis
_NAMES_FROM = 150  # a width that has room for names at the ends of the curves
_LONGEST = 76.0  # of a name
_TICK_WIDE, _TICK_HIGH = 52.0, 24.0  # room that a tick wants
_FIRST, _LAST = 112, 255  # entries of the colour table: from what can be seen on the panel, to its end


@dataclass(frozen=True, eq=False)
class StepCurve:
    """A name, its colour, and float32 [N], one for each recorded step; NaN where nothing is known."""

    name: str
    colour: str
    values: Floats


def layer_colour(layer: int, layers: int) -> str:
    """From light to dark (in a dark theme the other way) with the depth of a layer, 0-based, of so many."""
    share = layer / (layers - 1) if layers > 1 else 1.0
    return QColor(*sequential()[round(_FIRST + share * (_LAST - _FIRST)), :3].tolist()).name()


@dataclass(frozen=True, eq=False)
class StepPlot:
    """What a chart shows: curves over steps, which rise, from `low` to `high`.

    strong  the curve that is drawn above the others, which step back
    empty   what is said where there is no curve
    """

    curves: tuple[StepCurve, ...] = ()
    steps: tuple[int, ...] = ()
    low: float = 0.0
    high: float = 1.0
    strong: int | None = None
    empty: str = ""

    @property
    def has_curves(self) -> bool:
        """Is there anything to draw?"""
        return bool(self.curves and self.steps)

    def word(self, value: float) -> str:
        """A value with as many places as the axis can tell apart."""
        return places(value, max(2, min(6, 2 - math.floor(math.log10(self.high - self.low)))))

    # Places ------------------------------------------------------------------------------------------------------

    def frame(self, size: QSizeF) -> QRectF:
        """Where the axes run in that room."""
        metrics = QFontMetricsF(font("small"))
        left = max((metrics.horizontalAdvance(text) for _, text in self._ticks(size.height())), default=0.0)
        named = max((metrics.horizontalAdvance(curve.name) for curve in self.curves), default=0.0)
        right = _RIGHT + (min(named, _LONGEST) + 2 if size.width() >= _NAMES_FROM else 0.0)
        last = amount(self.steps[-1], exact=True) if self.steps else ""
        right = max(
            right, metrics.horizontalAdvance(tr("step")) + metrics.horizontalAdvance(last) / 2 + _NAME
        )
        width = size.width() - left - _AIR - right
        height = size.height() - _TOP - metrics.height() - _TICK
        return QRectF(round(left + _AIR) + 0.5, _TOP + 0.5, max(1.0, round(width)), max(1.0, round(height)))

    def across(self, frame: QRectF, step: float) -> float:
        """Where a step stands."""
        first, last = self.steps[0], self.steps[-1]
        return frame.left() + frame.width() * (step - first) / max(1, last - first)

    def height(self, frame: QRectF, value: float) -> float:
        """Where a value stands."""
        return frame.bottom() - frame.height() * (value - self.low) / (self.high - self.low)

    def _ticks(self, height: float) -> Ticks:
        most = max(1.0, min(4.0, (height - 30) / _TICK_HIGH))
        return even_ticks(self.low, self.high, most)

    def _step_ticks(self, frame: QRectF) -> list[tuple[int, str]]:
        if not self.steps:
            return []
        first, last = self.steps[0], self.steps[-1]
        step = max(1, round(nice_step(max(1, last - first), max(1.0, frame.width() / _TICK_WIDE))))
        begin = math.ceil(first / step) * step
        return [(value, amount(value, exact=True)) for value in range(begin, last + 1, step)]

    # Painting ----------------------------------------------------------------------------------------------------

    def draw(self, painter: QPainter, frame: QRectF, size: QSizeF) -> None:
        """All but the marks."""
        if not self.has_curves:
            painter.setFont(font("base"))
            painter.setPen(QColor(theme().secondary))
            area = QRectF(QPointF(0, 0), size).adjusted(8, 8, -8, -8)
            painter.drawText(area, _CENTRE | int(Qt.TextFlag.TextWordWrap), self.empty)
            return
        self._draw_axes(painter, frame, size)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        order = sorted(range(len(self.curves)), key=lambda index: index == self.strong)
        for index in order:
            self._draw_curve(painter, frame, index)
        painter.restore()
        if size.width() >= _NAMES_FROM:
            self._draw_names(painter, frame, size)

    def _draw_axes(self, painter: QPainter, frame: QRectF, size: QSizeF) -> None:
        look, metrics = theme(), QFontMetricsF(font("small"))
        painter.setFont(font("small"))
        for value, text in self._ticks(size.height()):
            height = round(self.height(frame, value)) + 0.5
            painter.setPen(QPen(QColor(look.line_strong if value == self.low else look.line), 1))
            painter.drawLine(QPointF(frame.left(), height), QPointF(frame.right(), height))
            painter.setPen(QColor(look.secondary))
            room = QRectF(0, height - metrics.height() / 2, frame.left() - _AIR, metrics.height())
            painter.drawText(room, _RIGHT_SIDE, text)
        painter.setPen(QColor(look.secondary))
        end = frame.left()
        for value, text in self._step_ticks(frame):
            middle, half = self.across(frame, value), metrics.horizontalAdvance(text) / 2
            middle = min(max(middle, half), size.width() - half - 1)
            room = QRectF(middle - half - 1, frame.bottom() + _TICK, 2 * half + 2, metrics.height())
            painter.drawText(room, _CENTRE, text)
            end = room.right()
        name = QRectF(end + _AIR, frame.bottom() + _TICK, size.width() - end - _AIR, metrics.height())
        if metrics.horizontalAdvance(tr("step")) <= name.width():
            painter.drawText(name, _RIGHT_SIDE, tr("step"))

    def _pen(self, index: int) -> QPen:
        colour = QColor(self.curves[index].colour)
        strong = index == self.strong
        if self.strong is not None and not strong:
            colour.setAlphaF(0.75)
        pen = QPen(colour, 2.4 if strong else 1.5)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    def _draw_curve(self, painter: QPainter, frame: QRectF, index: int) -> None:
        values = self.curves[index].values
        line: list[QPointF] = []
        lone: list[QPointF] = []
        dots = frame.width() / max(1, len(self.steps) - 1) >= _DOTS_APART
        painter.setPen(self._pen(index))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for step, value in zip((*self.steps, self.steps[-1]), (*values.tolist(), math.nan), strict=True):
            if not math.isnan(value):
                line.append(QPointF(self.across(frame, step), self.height(frame, value)))
                continue
            if len(line) > 1:
                painter.drawPolyline(QPolygonF(line))
            if dots or len(line) == 1:
                lone += line
            line = []
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._pen(index).color())
        for place in lone:
            painter.drawEllipse(place, _DOT, _DOT)

    def names(self, frame: QRectF, size: QSizeF) -> list[tuple[int, QRectF]]:
        """Which curves are named, and where: at their ends, none over another; of too many, some are left out."""
        high = QFontMetricsF(font("small")).height() - 2
        ends = []
        for index, curve in enumerate(self.curves):
            known = curve.values[~np.isnan(curve.values)]
            if len(known):
                ends.append((self.height(frame, float(known[-1])), index))
        room = max(1, int((frame.height() + high) // high))
        if len(ends) > room:
            every = math.ceil(len(ends) / room)
            ends = [end for end in ends if end[1] % every == 0][:room]
        ends.sort()
        tops = stacked([middle for middle, _ in ends], high, frame)
        width = min(_LONGEST, size.width() - frame.right() - _BESIDE)
        left = frame.right() + _BESIDE
        return [(index, QRectF(left, top, width, high)) for top, (_, index) in zip(tops, ends, strict=True)]

    def _draw_names(self, painter: QPainter, frame: QRectF, size: QSizeF) -> None:
        metrics = QFontMetricsF(font("small"))
        painter.setFont(font("small"))
        for index, area in self.names(frame, size):
            painter.setPen(QColor(theme().text if index == self.strong else theme().secondary))
            name = elided(visible(self.curves[index].name), metrics, area.width())
            draw_piece(painter, area, Qt.AlignmentFlag.AlignLeft, name)

    def draw_mark(self, painter: QPainter, frame: QRectF, record: int | None) -> None:
        """A line at a recorded step."""
        if record is None or record >= len(self.steps) or not self.curves:
            return
        at = round(self.across(frame, self.steps[record])) + 0.5
        painter.setPen(QPen(QColor(theme().selection), 1))
        painter.drawLine(QPointF(at, frame.top() - _TOP + 1), QPointF(at, frame.bottom()))

    def draw_near(self, painter: QPainter, frame: QRectF, record: int, index: int) -> None:
        """A ring round one point of a curve."""
        value = float(self.curves[index].values[record])
        if math.isnan(value):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme().text), 1))
        painter.setBrush(QColor(self.curves[index].colour))
        place = QPointF(self.across(frame, self.steps[record]), self.height(frame, value))
        painter.drawEllipse(place, _RING, _RING)


_RIGHT_SIDE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
