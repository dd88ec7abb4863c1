"""Curves over the layers of a model: axes, names at the ends of the curves, and choosing a layer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.views.axis_ticks import Ticks
from app.views.drawing import Drawing
from app.views.end_names import stacked
from app.views.head_colours import head_colour
from app.views.piece_text import draw_piece, elided, visible
from app.views.pointed import PointedView

_AIR, _RIGHT, _TICK, _DOT = 6.0, 8.0, 3.0, 2.5  # pixels, as are all lengths here
_BESIDE = 4.0


@dataclass(frozen=True, eq=False)
class LayerCurve:
    """A name, the number of its colour, and float64, one a layer, NaN where nothing is known; dashed: a reference."""

    name: str
    colour: int
    values: NDArray[np.float64]
    dashed: bool = False


class LayerChart(PointedView[int]):
    """Layers across, values up. Subclasses say how the axis is marked, and which names have room.

    hovered        the layer (0-based) under the pointer, or None
    layer_clicked  a layer; the left and right arrows walk
    """

    layer_clicked = Signal(object)

    top, label_air = 6.0, 6.0  # above the frame, and between the layers' labels at least
    zero_strong = True  # the line at 0 is darker than those at other ticks
    first_in_front = False  # of the curves; else the last is
    last_labelled = False  # of the layers, where not all are; else the first is

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: tuple[LayerCurve, ...] = ()
        self._rows: tuple[str, ...] = ()
        self._low, self._high = 0.0, 1.0
        self._layer: int | None = None
        self._hover: int | None = None  # marked besides
        self._frame: tuple[QSize, QRectF] | None = None  # found anew when what is written round it changes
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    # What a chart says of itself

    def _ticks(self) -> Ticks:
        """The values that are marked, and what is written there."""
        raise NotImplementedError

    def _name_room(self, metrics: QFontMetricsF) -> float:
        """What names at the ends of the curves may take across; 0 where there are to be none."""
        raise NotImplementedError

    def _name_colour(self, curve: LayerCurve) -> str:
        """In which a curve's name is written."""
        return theme().text

    def _share(self, value: float) -> float:
        """How far up the frame a value stands."""
        return (value - self._low) / (self._high - self._low)

    # What is shown

    @property
    def curves(self) -> tuple[LayerCurve, ...]:
        """Those shown."""
        return self._curves

    def _mark(self, layer: int | None, hovered: int | None) -> None:
        if (layer, hovered) != (self._layer, self._hover):
            self._layer, self._hover = layer, hovered
            self.update()

    def _renew(self) -> None:
        self._frame = None
        self.update()

    # Geometry

    def frame(self) -> QRectF:
        """Where the axes run."""
        if self._frame is None or self._frame[0] != self.size():
            self._frame = self.size(), self._framed()
        return self._frame[1]

    def _framed(self) -> QRectF:
        metrics = QFontMetricsF(font("small"))
        left = max((metrics.horizontalAdvance(text) for _, text in self._ticks()), default=0.0) + _AIR
        width = self.width() - left - _RIGHT - self._name_room(metrics)
        height = self.height() - self.top - metrics.height() - _TICK
        return QRectF(round(left) + 0.5, self.top + 0.5, max(1.0, round(width)), max(1.0, round(height)))

    def across(self, layer: float) -> float:
        """Where a layer stands."""
        frame = self.frame()
        return frame.left() + frame.width() * (layer + 0.5) / max(1, len(self._rows))

    def height_of(self, value: float) -> float:
        """Where a value stands."""
        frame = self.frame()
        return frame.bottom() - frame.height() * self._share(value)

    def spot_at(self, place: QPointF) -> int | None:
        """The layer at a point, or None beside the frame."""
        frame, count = self.frame(), len(self._rows)
        if not count or not frame.left() <= place.x() <= frame.right():
            return None
        return min(count - 1, int((place.x() - frame.left()) / frame.width() * count))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._renew()
        super().changeEvent(event)

    # Pointer and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        layer = self.pressed_on(event)
        if layer is None:
            event.ignore()
        else:
            self.layer_clicked.emit(layer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step, last = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key())), len(self._rows) - 1
        if step is None or last < 0:
            super().keyPressEvent(event)
        else:
            now = last if self._layer is None else self._layer
            self.layer_clicked.emit(max(0, min(last, now + step)))

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw(painter, self.devicePixelRatioF())
        if self._hover is not None and self._hover != self._layer:
            self._draw_layer(painter, self._hover, QPen(QColor(theme().secondary), 1, Qt.PenStyle.DotLine))

    def drawing(self) -> Drawing:
        """The curves and the chosen layer."""
        return Drawing(QSizeF(self.size()), self._draw)

    def _draw(self, painter: QPainter, ratio: float) -> None:
        if not self._rows:
            return
        metrics = QFontMetricsF(font("small"))
        painter.setFont(font("small"))
        self._draw_axes(painter, metrics)
        if self._layer is not None and self._layer < len(self._rows):
            self._draw_layer(painter, self._layer, QPen(QColor(theme().selection), 1))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve in reversed(self._curves) if self.first_in_front else self._curves:
            self._draw_curve(painter, curve)
        painter.restore()
        self._draw_names(painter, metrics)

    def _draw_axes(self, painter: QPainter, metrics: QFontMetricsF) -> None:
        look, frame, high = theme(), self.frame(), metrics.height()
        for value, text in self._ticks():
            height = round(self.height_of(value)) + 0.5
            strong = self.zero_strong and value == 0
            painter.setPen(QPen(QColor(look.line_strong if strong else look.line), 1))
            painter.drawLine(QPointF(frame.left(), height), QPointF(frame.right(), height))
            painter.setPen(QColor(look.secondary))
            painter.drawText(QRectF(0, height - high / 2, frame.left() - _AIR, high), _AT_RIGHT, text)
        painter.setPen(QColor(look.secondary))
        count, widest = len(self._rows), max(metrics.horizontalAdvance(name) for name in self._rows)
        step = max(1, math.ceil((widest + self.label_air) * count / frame.width()))
        for layer in range(count - 1, -1, -step) if self.last_labelled else range(0, count, step):
            room = QRectF(self.across(layer) - 30, frame.bottom() + _TICK, 60, high)
            painter.drawText(room, _MIDDLE, self._rows[layer])

    def _draw_layer(self, painter: QPainter, layer: int, pen: QPen) -> None:
        frame, at = self.frame(), round(self.across(layer)) + 0.5
        painter.setPen(pen)
        painter.drawLine(QPointF(at, frame.top()), QPointF(at, frame.bottom()))

    def _draw_curve(self, painter: QPainter, curve: LayerCurve) -> None:
        colour = QColor(head_colour(curve.colour))
        style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
        before: QPointF | None = None
        for layer, value in enumerate(curve.values.tolist()):
            place = None if math.isnan(value) else QPointF(self.across(layer), self.height_of(value))
            if place is not None:
                if before is not None:
                    painter.setPen(QPen(colour, 1.6, style))
                    painter.drawLine(before, place)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawEllipse(place, _DOT, _DOT)
            before = place

    def _draw_names(self, painter: QPainter, metrics: QFontMetricsF) -> None:
        """At the ends of the curves, none over another."""
        frame, high, room = self.frame(), metrics.height() - 2, self._name_room(metrics)
        ends = []
        for curve in self._curves if room else ():
            known = curve.values[~np.isnan(curve.values)]
            if len(known):
                ends.append((self.height_of(float(known[-1])), curve))
        ends.sort(key=lambda end: end[0])
        for top, (_, curve) in zip(stacked([middle for middle, _ in ends], high, frame), ends, strict=True):
            painter.setPen(QColor(self._name_colour(curve)))
            place = QRectF(frame.right() + _BESIDE, top, self.width(), high)
            draw_piece(painter, place, Qt.AlignmentFlag.AlignLeft, elided(visible(curve.name), metrics, room))


_AT_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
