"""A plot drawn on any device: axes with their ticks, curves, dots, level lines, and rings round what is best."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from shiboken6 import VoidPtr

from app.theme import font, theme
from app.views.axis_ticks import Ticks
from app.views.curve_looks import look_colour, look_pen
from app.views.smoothing import Floats

_OFF = 6.0  # from a tick's text to the plot; pixels, as are all lengths here
DOT, _RING = 3.5, 6.0
STRONG, JOINING, FAINT = 1.8, 1.4, 1.0  # widths of the curves

Role = Literal["every", "mean", "one of many", "dots"]


@dataclass(frozen=True, eq=False)
class Strand:
    """A curve, or dots.

    x, y  [n], finite, x ascending
    role  every point of a curve, faint; its mean; the mean of one seed, thin; or dots, joined where there are `lines`
    look  which of several runs it belongs to (see curve_looks); None: there is one only
    """

    role: Role
    x: Floats
    y: Floats
    look: int | None = None
    lines: bool = False


@dataclass(frozen=True)
class Level:
    """A line across at y, and what it is."""

    y: float
    words: str


@dataclass(frozen=True)
class Ring:
    """A ring round the best evaluation."""

    x: float
    y: float
    look: int | None = None


@dataclass(frozen=True, eq=False)
class PlotPicture:
    """What a plot shows. Axes run from low to high; where one is logarithmic, so are all numbers given here."""

    x: tuple[float, float]
    y: tuple[float, float]
    x_ticks: Ticks
    y_ticks: Ticks
    x_label: str
    strands: tuple[Strand, ...] = ()
    levels: tuple[Level, ...] = ()
    rings: tuple[Ring, ...] = ()

    def places(self, points: tuple[Floats, Floats], frame: QRectF) -> list[QPointF]:
        """Where points lie when the axes run along the borders of `frame`."""
        across, down = self._in_units(points, frame)
        return [QPointF(*place) for place in zip(across.tolist(), down.tolist(), strict=True)]

    def polygon(self, points: tuple[Floats, Floats], frame: QRectF) -> QPolygonF:
        """The same places, many of them: written at once into what Qt draws from."""
        across, down = self._in_units(points, frame)
        made = QPolygonF()
        made.resize(len(across))
        # Its stub tells neither of sizes nor of buffers.
        memory: Any = VoidPtr(made.data(), 16 * len(across), True)  # type: ignore[call-arg, arg-type]
        room = np.frombuffer(memory, dtype=np.float64)
        room[0::2], room[1::2] = across, down
        return made

    def _in_units(self, points: tuple[Floats, Floats], frame: QRectF) -> tuple[Floats, Floats]:
        x, y = points
        (left, right), (low, high) = self.x, self.y
        across = frame.left() + (np.asarray(x) - left) * (frame.width() / (right - left))
        down = frame.bottom() - (np.asarray(y) - low) * (frame.height() / (high - low))
        return across, down

    def draw(self, painter: QPainter, frame: QRectF, width: float) -> None:
        """Draw it with its axes along `frame`; texts stay within 0 and `width`."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_axes(painter, frame, width)
        painter.setClipRect(frame)
        self._draw_levels(painter, frame)
        for strand in self.strands:
            self._draw_line(painter, strand, frame)
        painter.setClipRect(frame.adjusted(-_RING, -_RING, _RING, _RING))  # one on the border is seen whole
        for strand in self.strands:
            if strand.role == "dots":
                painter.setPen(QPen(QColor(theme().surface), 1))
                painter.setBrush(strand_colour(strand))
                for place in _inside(self.places((strand.x, strand.y), frame), frame):
                    painter.drawEllipse(place, DOT, DOT)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ring in self.rings:
            painter.setPen(QPen(QColor(theme().text), 1.4))
            (place,) = self.places((np.array([ring.x]), np.array([ring.y])), frame)
            for seen in _inside((place,), frame):
                painter.drawEllipse(seen, _RING, _RING)
        painter.restore()

    def _draw_line(self, painter: QPainter, strand: Strand, frame: QRectF) -> None:
        if len(strand.x) < 2 or (strand.role == "dots" and not strand.lines):
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(strand_pen(strand))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, strand.role != "every")
        painter.drawPolyline(self.polygon((strand.x, strand.y), frame))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _draw_levels(self, painter: QPainter, frame: QRectF) -> None:
        colours, metrics = theme(), QFontMetricsF(font("small"))
        painter.setFont(font("small"))
        for level in self.levels:
            _, place = self.places((np.array([0.0, self.x[0]]), np.array([level.y, level.y])), frame)
            if not frame.top() - 1 <= place.y() <= frame.bottom() + 1:
                continue
            painter.setPen(QPen(QColor(colours.secondary), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(frame.left(), place.y()), QPointF(frame.right(), place.y()))
            painter.setPen(QColor(colours.secondary))
            long = metrics.horizontalAdvance(level.words) + 1
            painter.drawText(self._free(place.y(), long, metrics.height(), frame), _RIGHT, level.words)

    def _free(self, y: float, width: float, height: float, frame: QRectF) -> QRectF:
        """Room for the words of a level line at `y`: above or below it, at the right or the left, where least is."""
        found = [
            QRectF(left, top, width, height)
            for top in (y - height - 1, y + 1)
            for left in (frame.right() - 4 - width, frame.left() + 4)
            if frame.top() <= top <= frame.bottom() - height
        ]
        if not found:
            return QRectF(frame.right() - 4 - width, y - height - 1, width, height)
        return min(found, key=lambda area: self._inside(area, frame))

    def _inside(self, area: QRectF, frame: QRectF) -> int:
        """How many points of curves lie in an area; between two points, where their line crosses its middle."""
        count = 0
        for strand in self.strands:
            if not len(strand.x):
                continue
            across, down = self._in_units((strand.x, strand.y), frame)
            places = np.linspace(area.left(), area.right(), 8)
            places = places[(places >= across[0]) & (places <= across[-1])]
            on_line = np.interp(places, across, down)
            count += int(((on_line > area.top() - 2) & (on_line < area.bottom() + 2)).sum())
        return count

    def _draw_axes(self, painter: QPainter, frame: QRectF, width: float) -> None:
        colours, metrics = theme(), QFontMetricsF(font("small"))
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(frame.topLeft(), frame.bottomLeft())
        painter.drawLine(frame.bottomLeft(), frame.bottomRight())
        at_x, at_y = (
            np.array([at for at, _ in ticks], dtype=float) for ticks in (self.x_ticks, self.y_ticks)
        )
        columns = self.places((at_x, np.full(len(at_x), self.y[0])), frame)
        rows = self.places((np.full(len(at_y), self.x[0]), at_y), frame)
        for place in columns:
            painter.drawLine(QPointF(place.x(), frame.top()), place)
        for place in rows:
            painter.drawLine(place, QPointF(frame.right(), place.y()))
        painter.setFont(font("small"))
        painter.setPen(QColor(colours.secondary))
        top = frame.bottom() + _OFF - 2
        for place, (_, text) in zip(columns, self.x_ticks, strict=True):
            self._write(painter, text, place.x(), top, width, metrics)
        for place, (_, text) in zip(rows, self.y_ticks, strict=True):
            room = QRectF(0, place.y() - metrics.height() / 2, frame.left() - _OFF, metrics.height())
            painter.drawText(room, _RIGHT, text)
        self._write(painter, self.x_label, frame.center().x(), top + metrics.height(), width, metrics)

    @staticmethod
    def _write(
        painter: QPainter, text: str, centre: float, top: float, width: float, metrics: QFontMetricsF
    ) -> None:
        long = metrics.horizontalAdvance(text) + 1
        left = max(0.0, min(centre - long / 2, width - long))
        painter.drawText(QRectF(left, top, long, metrics.height()), _MIDDLE, text)


def strand_colour(strand: Strand) -> QColor:
    """Opaque, but for what stands behind."""
    if strand.look is None:
        if strand.role == "every":
            return faint_colour()
        return QColor(theme().segment_b if strand.role == "dots" else theme().accent)
    colour = look_colour(strand.look)
    if strand.role == "one of many":
        colour.setAlpha(130)
    elif strand.role == "every":
        colour.setAlpha(faint_colour().alpha())
    return colour


def strand_pen(strand: Strand) -> QPen:
    """What its line is drawn with."""
    width = {"every": FAINT, "mean": STRONG, "one of many": FAINT, "dots": JOINING}[strand.role]
    if strand.look is None or strand.role in ("every", "one of many"):
        pen = QPen(strand_colour(strand), width)
    else:
        pen = look_pen(strand.look, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def faint_colour() -> QColor:
    """Of the curve with every point, behind the strong one."""
    colour = QColor(theme().accent)
    colour.setAlpha(80 if theme().name == "light" else 95)
    return colour


def _inside(places: Iterable[QPointF], frame: QRectF) -> Iterable[QPointF]:
    seen = frame.adjusted(-0.5, -0.5, 0.5, 0.5)
    return (place for place in places if seen.contains(place))


_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
