"""A number after each layer, of one word or more: probability, rank on a logarithmic axis, or entropy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.views.drawing import Drawing
from app.views.head_colours import head_colour
from app.views.piece_text import draw_piece, elided, visible
from app.views.ticks import log_ticks, nice_step
from app.views.worked_numbers import places

Measure = Literal["probability", "rank", "entropy", "difference"]

_AIR, _RIGHT, _TOP, _TICK, _DOT = 6.0, 8.0, 8.0, 3.0, 2.5  # pixels, as are all lengths here
_NAMED_FROM, _LONGEST = 150, 76


@dataclass(frozen=True, eq=False)
class LensCurve:
    """A word, the number of its colour, and float64 [L+1], NaN where nothing is known; `dashed` for the reference."""

    name: str
    colour: int
    values: NDArray[np.float64]
    dashed: bool = False


class LensCurves(QWidget):
    """The embeddings and L layers across.

    layer_hovered  the row (0 is the embeddings) under the pointer, or None
    layer_clicked  a row; the left and right arrows walk
    """

    layer_hovered = Signal(object)
    layer_clicked = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._curves: tuple[LensCurve, ...] = ()
        self._measure: Measure = "probability"
        self._rows: tuple[str, ...] = ()
        self._most = 1.0
        self._low, self._high = 0.0, 1.0
        self._layer: int | None = None
        self._pointed: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    @property
    def curves(self) -> tuple[LensCurve, ...]:
        """Those shown."""
        return self._curves

    @property
    def measure(self) -> Measure:
        """What is drawn."""
        return self._measure

    @property
    def rows(self) -> tuple[str, ...]:
        """The names of the embeddings and the layers."""
        return self._rows

    @property
    def most(self) -> float:
        """The end of the scale, as it was given."""
        return self._most

    def set_curves(
        self, curves: Sequence[LensCurve], rows: Sequence[str], measure: Measure, most: float = 1.0
    ) -> None:
        """`most` is the end of the scale: of a probability 1, of ranks the vocabulary's size, of entropy its log."""
        self._curves, self._rows, self._measure, self._most = tuple(curves), tuple(rows), measure, most
        known = [curve.values[~np.isnan(curve.values)] for curve in curves]
        largest = max((float(np.abs(values).max()) for values in known if len(values)), default=0.0)
        if measure == "difference":
            self._high = max(1e-6, largest)
            self._low = -self._high
        elif measure == "rank":
            self._low, self._high = 1.0, float(max(10.0, most))
        else:
            self._low, self._high = 0.0, (1.0 if measure == "probability" else max(most, largest, 1e-6))
        self.setAccessibleDescription(self.said(len(rows) - 1))
        self.update()

    def set_layer(self, layer: int | None) -> None:
        """Mark a row's place."""
        if layer != self._layer:
            self._layer = layer
            self.update()

    def said(self, layer: int | None) -> str:
        """The numbers after a layer, in words."""
        if layer is None or not 0 <= layer < len(self._rows):
            return ""
        return ", ".join(
            f"{visible(curve.name)} {self.written(float(curve.values[layer]))}" for curve in self._curves
        )

    def written(self, value: float) -> str:
        """A number as the axis has it."""
        if math.isnan(value):
            return "–"
        if self._measure == "rank":
            return f"{value:,.0f}"
        return places(value, 2 if self._measure == "entropy" or abs(value) >= 0.1 or not value else 4)

    # Geometry ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(240, 140)

    def minimumSizeHint(self) -> QSize:
        return QSize(110, 70)

    def frame(self) -> QRectF:
        """Where the axes run."""
        metrics = QFontMetricsF(font("small"))
        left = max((metrics.horizontalAdvance(text) for _, text in self._ticks()), default=0.0) + _AIR
        right = _RIGHT + (self._names_width(metrics) if self.width() >= _NAMED_FROM else 0.0)
        width = self.width() - left - right
        height = self.height() - _TOP - metrics.height() - _TICK
        return QRectF(round(left) + 0.5, _TOP + 0.5, max(1.0, round(width)), max(1.0, round(height)))

    def _names_width(self, metrics: QFontMetricsF) -> float:
        if len(self._curves) < 2:
            return 0.0
        widest = max(metrics.horizontalAdvance(visible(curve.name)) for curve in self._curves)
        return min(_LONGEST, widest) + 4

    def across(self, row: float) -> float:
        """Where a layer stands."""
        frame = self.frame()
        return frame.left() + frame.width() * (row + 0.5) / max(1, len(self._rows))

    def height_of(self, value: float) -> float:
        """Where a value stands: the best rank is on top."""
        frame = self.frame()
        if self._measure == "rank":
            share = 1 - math.log(max(value, 1.0)) / math.log(self._high)
        else:
            share = (value - self._low) / (self._high - self._low)
        return frame.bottom() - frame.height() * min(1.0, max(0.0, share))

    def layer_at(self, place: QPointF) -> int | None:
        """The row at a point, or None beside the frame."""
        frame = self.frame()
        if not self._rows or not frame.left() <= place.x() <= frame.right():
            return None
        return min(len(self._rows) - 1, int((place.x() - frame.left()) / frame.width() * len(self._rows)))

    def _ticks(self) -> list[tuple[float, str]]:
        room = max(2.0, min(5.0, (self.height() - 30) / 22))
        if self._measure == "rank":
            return [(value, f"{value:,.0f}") for value in log_ticks(1.0, self._high, room)]
        step = nice_step(self._high - self._low, room - 1)
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        first, last = math.ceil(self._low / step - 1e-9), math.floor(self._high / step + 1e-9)
        return [(n * step, places(n * step, decimals)) for n in range(first, last + 1)]

    # Pointer and keys --------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.layer_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def _point(self, layer: int | None) -> None:
        if layer != self._pointed:
            self._pointed = layer
            self.setToolTip("" if layer is None else f"{self._rows[layer]}: {self.said(layer)}")
            self.layer_hovered.emit(layer)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        layer = self.layer_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if layer is None:
            event.ignore()
        else:
            self.layer_clicked.emit(layer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._rows:
            super().keyPressEvent(event)
        else:
            now = len(self._rows) - 1 if self._layer is None else self._layer
            self.layer_clicked.emit(max(0, min(len(self._rows) - 1, now + step)))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.update()
        super().changeEvent(event)

    # Drawing -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw(painter, self.devicePixelRatioF())
        if self._pointed is not None and self._pointed != self._layer:
            self._draw_layer(painter, self._pointed, QPen(QColor(theme().secondary), 1, Qt.PenStyle.DotLine))

    def drawing(self) -> Drawing:
        """The curves and the chosen layer."""
        return Drawing(QSizeF(self.size()), self._draw)

    def _draw(self, painter: QPainter, ratio: float) -> None:
        if not self._rows:
            return
        look, frame, metrics = theme(), self.frame(), QFontMetricsF(font("small"))
        painter.setFont(font("small"))
        for value, text in self._ticks():
            height = round(self.height_of(value)) + 0.5
            painter.setPen(QPen(QColor(look.line), 1))
            painter.drawLine(QPointF(frame.left(), height), QPointF(frame.right(), height))
            painter.setPen(QColor(look.secondary))
            room = QRectF(0, height - metrics.height() / 2, frame.left() - _AIR, metrics.height())
            painter.drawText(room, _AT_RIGHT, text)
        widest = max(metrics.horizontalAdvance(name) for name in self._rows) + 8
        step = max(1, math.ceil(widest * len(self._rows) / frame.width()))
        last = len(self._rows) - 1
        for row in sorted({*range(last, -1, -step)}):
            room = QRectF(self.across(row) - 30, frame.bottom() + _TICK, 60, metrics.height())
            painter.drawText(room, _MIDDLE, self._rows[row])
        if self._layer is not None and self._layer <= last:
            self._draw_layer(painter, self._layer, QPen(QColor(look.selection), 1))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve in reversed(self._curves):  # the first on top
            self._draw_curve(painter, curve)
        painter.restore()
        if self.width() >= _NAMED_FROM and len(self._curves) > 1:
            self._draw_names(painter, metrics)

    def _draw_layer(self, painter: QPainter, layer: int, pen: QPen) -> None:
        frame, at = self.frame(), round(self.across(layer)) + 0.5
        painter.setPen(pen)
        painter.drawLine(QPointF(at, frame.top()), QPointF(at, frame.bottom()))

    def _draw_curve(self, painter: QPainter, curve: LensCurve) -> None:
        colour = QColor(head_colour(curve.colour))
        style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
        before: QPointF | None = None
        for row, value in enumerate(curve.values.tolist()):
            place = None if math.isnan(value) else QPointF(self.across(row), self.height_of(value))
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
        frame, high = self.frame(), metrics.height() - 2
        ends = []
        for curve in self._curves:
            known = curve.values[~np.isnan(curve.values)]
            if len(known):
                ends.append((self.height_of(float(known[-1])), curve))
        ends.sort(key=lambda end: end[0])
        least, tops = frame.top() - high / 2, []
        for middle, _ in ends:
            tops.append(max(least, middle - high / 2))
            least = tops[-1] + high
        most = frame.bottom() + high / 2
        for index in range(len(ends) - 1, -1, -1):
            most = tops[index] = min(tops[index], most - high)
        for top, (_, curve) in zip(tops, ends, strict=True):
            painter.setPen(QColor(head_colour(curve.colour)))
            room = QRectF(frame.right() + 4, top, self._names_width(metrics), high)
            name = elided(visible(curve.name), metrics, room.width())
            draw_piece(painter, room, Qt.AlignmentFlag.AlignLeft, name)


_AT_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
