"""A number for each layer, of several measures: curves over the layers, in the measures' colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.views.drawing import Drawing
from app.views.head_colours import head_colour
from app.views.ticks import nice_step
from app.views.worked_numbers import places

_LEFT_AIR, _RIGHT, _TOP, _TICK = 6.0, 8.0, 6.0, 3.0  # pixels, as are all lengths here
_DOT, _LOWEST = 2.5, 84
_NAMED_FROM = 170  # a width that has room for names at the ends of the curves


@dataclass(frozen=True, eq=False)
class LayerCurve:
    """A measure's name, the number of its colour, and float64 [L]; NaN where there is nothing."""

    name: str
    colour: int
    values: NDArray[np.float64]


class LayerCurves(QWidget):
    """Layers across, numbered from `first`; with 0, the first of them are the embeddings.

    layer_hovered  the layer (0-based) under the pointer, or None
    layer_clicked  a layer; the left and right arrows walk
    """

    layer_hovered = Signal(object)
    layer_clicked = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None, *, first: int = 1) -> None:
        super().__init__(parent)
        self._first = first
        self._curves: tuple[LayerCurve, ...] = ()
        self._low, self._high = 0.0, 1.0
        self._layers = 0
        self._layer: int | None = None
        self._hover: int | None = None
        self._pointed: int | None = None
        self._frame: QRectF | None = None  # found anew when what is written round it changes
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    @property
    def curves(self) -> tuple[LayerCurve, ...]:
        """Those shown."""
        return self._curves

    def set_curves(self, curves: Sequence[LayerCurve], layers: int, low: float, high: float) -> None:
        """Show these, from `low` to `high`, which are above each other."""
        self._curves, self._layers = tuple(curves), layers
        self._low, self._high = low, max(high, low + 1e-6)
        self._frame = None
        self.update()

    def set_layer(self, layer: int | None, hovered: int | None = None) -> None:
        """Mark the chosen layer, and one that is pointed at."""
        if (layer, hovered) != (self._layer, self._hover):
            self._layer, self._hover = layer, hovered
            self.setAccessibleDescription(self.words(layer))
            self.update()

    def copy_to(self, other: LayerCurves) -> None:
        """Let another show the same."""
        other.set_curves(self._curves, self._layers, self._low, self._high)
        other.set_layer(self._layer)

    def words(self, layer: int | None) -> str:
        """What the curves say of a layer."""
        if layer is None or not 0 <= layer < self._layers:
            return ""
        known = [curve for curve in self._curves if not math.isnan(curve.values[layer])]
        return ", ".join(f"{curve.name} {places(float(curve.values[layer]), 2)}" for curve in known)

    # Geometry

    def sizeHint(self) -> QSize:
        return QSize(240, 130)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _LOWEST)

    def frame(self) -> QRectF:
        """Where the axes run."""
        if self._frame is None:
            self._frame = self._framed()
        return self._frame

    def _framed(self) -> QRectF:
        metrics = QFontMetricsF(font("small"))
        left = max((metrics.horizontalAdvance(text) for _, text in self._ticks()), default=0.0) + _LEFT_AIR
        bottom = metrics.height() + _TICK
        named = max((metrics.horizontalAdvance(curve.name) for curve in self._curves), default=0.0)
        right = _RIGHT + (named if self.width() >= _NAMED_FROM else 0.0)
        width, height = self.width() - left - right, self.height() - _TOP - bottom
        return QRectF(round(left) + 0.5, _TOP + 0.5, max(1.0, round(width)), max(1.0, round(height)))

    def across(self, layer: float) -> float:
        """Where a layer stands."""
        frame = self.frame()
        return frame.left() + frame.width() * (layer + 0.5) / max(1, self._layers)

    def height_of(self, value: float) -> float:
        """Where a value stands."""
        frame = self.frame()
        return frame.bottom() - frame.height() * (value - self._low) / (self._high - self._low)

    def layer_at(self, place: QPointF) -> int | None:
        """The layer at a point, or None beside the frame."""
        frame = self.frame()
        if not self._layers or not frame.left() <= place.x() <= frame.right():
            return None
        return min(self._layers - 1, int((place.x() - frame.left()) / frame.width() * self._layers))

    def _ticks(self) -> list[tuple[float, str]]:
        room = max(1.0, (self.height() - 30) / 22)
        step = nice_step(self._high - self._low, min(4.0, room))
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        first, last = math.ceil(self._low / step - 1e-9), math.floor(self._high / step + 1e-9)
        found = [(n * step, places(n * step, decimals)) for n in range(first, last + 1)]
        if self._high - found[-1][0] > 0.6 * step:  # the end of the scale means something
            found.append((self._high, places(self._high, decimals)))
        return found

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._frame = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._frame = None
            self.update()
        super().changeEvent(event)

    # Pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pass_over(self.layer_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._pass_over(None)

    def _pass_over(self, layer: int | None) -> None:
        if layer != self._pointed:
            self._pointed = layer
            self.layer_hovered.emit(layer)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        layer = self.layer_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if layer is None:
            event.ignore()
        else:
            self.layer_clicked.emit(layer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._layers:
            super().keyPressEvent(event)
        else:
            now = self._layers - 1 if self._layer is None else self._layer
            self.layer_clicked.emit(max(0, min(self._layers - 1, now + step)))

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
        if not self._layers:
            return
        look, frame, metrics = theme(), self.frame(), QFontMetricsF(font("small"))
        painter.setFont(font("small"))
        for value, text in self._ticks():
            height = round(self.height_of(value)) + 0.5
            painter.setPen(QPen(QColor(look.line if value else look.line_strong), 1))
            painter.drawLine(QPointF(frame.left(), height), QPointF(frame.right(), height))
            painter.setPen(QColor(look.secondary))
            room = QRectF(0, height - metrics.height() / 2, frame.left() - _LEFT_AIR, metrics.height())
            painter.drawText(room, _RIGHT_SIDE, text)
        widest = metrics.horizontalAdvance(f"L{self._layers}") + 6
        step = max(1, math.ceil(widest * self._layers / frame.width()))
        for layer in range(0, self._layers, step):
            room = QRectF(self.across(layer) - 20, frame.bottom() + _TICK, 40, metrics.height())
            painter.drawText(room, _MIDDLE, f"L{layer + self._first}")
        if self._layer is not None and self._layer < self._layers:
            self._draw_layer(painter, self._layer, QPen(QColor(look.selection), 1))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve in self._curves:
            self._draw_curve(painter, curve)
        painter.restore()
        if self.width() >= _NAMED_FROM:
            self._draw_names(painter, metrics)

    def _draw_names(self, painter: QPainter, metrics: QFontMetricsF) -> None:
        """At the ends of the curves, none over another."""
        frame, high = self.frame(), metrics.height() - 2
        ends = []
        for curve in self._curves:
            known = curve.values[~np.isnan(curve.values)]
            if len(known):
                ends.append((self.height_of(float(known[-1])), curve.name))
        ends.sort()
        least, tops = frame.top() - high / 2, []
        for middle, _ in ends:
            tops.append(max(least, middle - high / 2))
            least = tops[-1] + high
        most = frame.bottom() + high / 2
        for index in range(len(ends) - 1, -1, -1):
            most = tops[index] = min(tops[index], most - high)
        painter.setPen(QColor(theme().text))
        for top, (_, name) in zip(tops, ends, strict=True):
            painter.drawText(QRectF(frame.right() + 4, top, self.width(), high), _LEFT_SIDE, name)

    def _draw_layer(self, painter: QPainter, layer: int, pen: QPen) -> None:
        frame, at = self.frame(), round(self.across(layer)) + 0.5
        painter.setPen(pen)
        painter.drawLine(QPointF(at, frame.top()), QPointF(at, frame.bottom()))

    def _draw_curve(self, painter: QPainter, curve: LayerCurve) -> None:
        colour = QColor(head_colour(curve.colour))
        before: QPointF | None = None
        for layer, value in enumerate(curve.values.tolist()):
            place = None if math.isnan(value) else QPointF(self.across(layer), self.height_of(value))
            if place is not None:
                if before is not None:
                    painter.setPen(QPen(colour, 1.6))
                    painter.drawLine(before, place)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawEllipse(place, _DOT, _DOT)
            before = place


_LEFT_SIDE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT_SIDE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
