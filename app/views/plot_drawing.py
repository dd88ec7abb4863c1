"""A plot drawn on any device: axes with their ticks, a faint and a strong curve, and dots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from app.theme import font, theme
from app.views.smoothing import Floats

_OFF = 6.0  # from a tick's text to the plot; pixels, as are all lengths here
_DOT = 3.5
STRONG, FAINT = 1.8, 1.0  # widths of the curves

Ticks = tuple[tuple[float, str], ...]
"""Where each stands, in the units of its axis, and what is written there."""


@dataclass(frozen=True, eq=False)
class PlotPicture:
    """What a plot shows. Axes run from low to high; where one is logarithmic, so are the numbers given here.

    every, mean, dots  (x, y), each [n]
    """

    x: tuple[float, float]
    y: tuple[float, float]
    x_ticks: Ticks
    y_ticks: Ticks
    x_label: str
    every: tuple[Floats, Floats]
    mean: tuple[Floats, Floats]
    dots: tuple[Floats, Floats]

    def places(self, points: tuple[Floats, Floats], frame: QRectF) -> list[QPointF]:
        """Where points lie when the axes run along the borders of `frame`."""
        x, y = points
        (left, right), (low, high) = self.x, self.y
        across = frame.left() + (np.asarray(x) - left) * (frame.width() / (right - left))
        down = frame.bottom() - (np.asarray(y) - low) * (frame.height() / (high - low))
        return [QPointF(*place) for place in zip(across.tolist(), down.tolist(), strict=True)]

    def draw(self, painter: QPainter, frame: QRectF, width: float) -> None:
        """Draw it with its axes along `frame`; texts stay within 0 and `width`."""
        colours = theme()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_axes(painter, frame, width)
        painter.setClipRect(frame)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for points, pen in (
            (self.every, QPen(faint_colour(), FAINT)),
            (self.mean, QPen(QColor(colours.accent), STRONG)),
        ):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            if len(points[0]) > 1:
                painter.drawPolyline(QPolygonF(self.places(points, frame)))
        painter.setClipRect(frame.adjusted(-_DOT, -_DOT, _DOT, _DOT))  # one on the border is seen whole
        painter.setPen(QPen(QColor(colours.surface), 1))
        painter.setBrush(QColor(colours.segment_b))
        for place in self.places(self.dots, frame):
            if frame.contains(place):
                painter.drawEllipse(place, _DOT, _DOT)
        painter.restore()

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


def faint_colour() -> QColor:
    """Of the curve with every point, behind the strong one."""
    colour = QColor(theme().accent)
    colour.setAlpha(80 if theme().name == "light" else 95)
    return colour


_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
