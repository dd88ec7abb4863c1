"""The activation's curve, one unit's value on it as a dot, and below how many units have which value going in."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.drawing import Drawing
from app.views.pointed import PointedView
from app.views.ticks import nice_step
from app.views.unit_values import UnitValues, activation_curve, activation_name
from app.views.worked_numbers import figure

_LINE = 16.0  # pixels, as are all lengths here
_LEFT, _RIGHT, _BELOW = 24.0, 8.0, 16.0
_AIR = 6.0
_LEAST_REACH = 3.0  # of x, either way, so that the curve is always seen bending
_BEYOND = 0.04  # as a share of what the values reach
_BINS = 48
_HISTOGRAM = 0.3  # of the height
_TICK_ROOM = 34.0
_DOT = 4.5
_POINTS = 121


class UnitPlot(PointedView[int]):
    """Its spots are units: that whose value is nearest to the pointer; unit_clicked(unit)."""

    unit_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: UnitValues | None = None
        self._unit: int | None = None
        self._curve: tuple[NDArray[np.float64], NDArray[np.float64]] = (np.empty(0), np.empty(0))
        self._counts: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self._order: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self._sorted = np.empty(0, dtype=np.float32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._describe()

    @property
    def unit(self) -> int | None:
        """Whose value is marked."""
        return self._unit

    def set_values(self, values: UnitValues | None) -> None:
        """Draw the activation over the range that these values need."""
        self._values = values
        if values is not None:
            least, most = float(values.inner.min()), float(values.inner.max())
            beyond = _BEYOND * (most - least)
            low, high = min(-_LEAST_REACH, least - beyond), max(_LEAST_REACH, most + beyond)
            x = np.linspace(low, high, _POINTS)
            self._curve = x, activation_curve(values.activation, x)
            self._counts = np.histogram(values.inner, bins=_BINS, range=(low, high))[0]
            self._order = np.argsort(values.inner, kind="stable")
            self._sorted = values.inner[self._order]
        self._describe()
        self.update()

    def set_unit(self, unit: int | None) -> None:
        """Mark this unit's value."""
        if unit != self._unit:
            self._unit = unit
            self._describe()
            self.update()

    # Layout

    @property
    def plot(self) -> QRectF:
        """Where the curve is."""
        height = max(1.0, self.height() - _LINE - _BELOW - 2)
        return QRectF(_LEFT, _LINE + 2, max(1.0, self.width() - _LEFT - _RIGHT), height)

    def place_of(self, inner: float, activated: float) -> QPointF:
        """Where a value stands."""
        area, (x, y) = self.plot, self._curve
        low, high = float(min(y.min(), -0.2)), float(y.max())
        across = (inner - x[0]) / (x[-1] - x[0])
        up = (activated - low) / (high - low)
        return QPointF(
            area.left() + across * area.width(), area.bottom() - _AIR - up * (area.height() - 2 * _AIR)
        )

    def spot_at(self, place: QPointF) -> int | None:
        """The unit whose value going in is nearest to a point's x."""
        area = self.plot
        if self._values is None or not area.contains(place):
            return None
        low, high = self._curve[0][0], self._curve[0][-1]
        value = low + (place.x() - area.left()) / area.width() * (high - low)
        after = int(np.searchsorted(self._sorted, value))
        near = [i for i in (after - 1, after) if 0 <= i < len(self._sorted)]
        return int(self._order[min(near, key=lambda i: abs(float(self._sorted[i]) - value))])

    def sizeHint(self) -> QSize:
        return QSize(220, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 70)

    def drawing(self) -> Drawing:
        """The plot as it is on screen."""
        return Drawing(QSizeF(self.size()), self._draw)

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        unit = self.pressed_on(event)
        if unit is None:
            event.ignore()
        else:
            self.unit_clicked.emit(unit)

    def _describe(self) -> None:
        values = self._values
        self.setAccessibleName(tr("Activation"))
        if values is None:
            self.setAccessibleDescription("")
        elif self._unit is not None:
            self.setAccessibleDescription(values.words(self._unit))
        self.setToolTip(
            ""
            if values is None
            else tr(
                "{name} of all {n} units: below, how many have which value going in; {above} are above 0",
                name=activation_name(values.activation),
                n=len(values.inner),
                above=values.above,
            )
        )

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw(painter, self.devicePixelRatioF())

    def _draw(self, painter: QPainter, ratio: float) -> None:
        if self._values is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_title(painter, self._values)
        self._draw_histogram(painter)
        self._draw_axes(painter)
        colours = theme()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours.accent), 1.8))
        points = [self.place_of(a, b) for a, b in zip(*(axis.tolist() for axis in self._curve), strict=True)]
        painter.drawPolyline(QPolygonF(points))
        if self._unit is not None:
            self._draw_dot(painter, self._values, self._unit)

    def _draw_title(self, painter: QPainter, values: UnitValues) -> None:
        name = activation_name(values.activation)
        strong = ""
        if self._unit is not None:
            inner, activated = float(values.inner[self._unit]), float(values.activated[self._unit])
            strong = f"{figure(inner)} → {figure(activated)}"
            name = tr("{name} of unit {unit}", name=name, unit=self._unit)
        metrics = QFontMetricsF(font("small"))
        painter.setFont(font("small"))
        painter.setPen(QColor(theme().secondary))
        place = QRectF(0, 0, self.width(), _LINE)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(QColor(theme().text))
        if metrics.horizontalAdvance(name) + 8 + metrics.horizontalAdvance(strong) <= self.width():
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, strong)

    def _draw_histogram(self, painter: QPainter) -> None:
        area, most = self.plot, max(1, int(self._counts.max(initial=0)))
        width, height = area.width() / _BINS, _HISTOGRAM * area.height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().bar_track if theme().name == "light" else theme().line_strong))
        for index, count in enumerate(self._counts.tolist()):
            tall = height * count / most
            painter.drawRect(
                QRectF(area.left() + index * width, area.bottom() - tall, max(1.0, width - 1), tall)
            )

    def _draw_axes(self, painter: QPainter) -> None:
        area, (x, y), grey = self.plot, self._curve, QColor(theme().secondary)
        zero = self.place_of(0.0, 0.0)
        painter.setPen(QPen(QColor(theme().line_strong), 1))
        painter.drawLine(QPointF(area.left(), zero.y()), QPointF(area.right(), zero.y()))
        painter.drawLine(QPointF(zero.x(), area.top()), QPointF(zero.x(), area.bottom()))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setFont(font("small"))
        painter.setPen(grey)
        step = max(1.0, nice_step(x[-1] - x[0], area.width() / _TICK_ROOM))
        for tick in np.arange(math.ceil(x[0] / step) * step, x[-1] + 1e-9, step).tolist():
            at = self.place_of(tick, 0.0).x()
            place = QRectF(at - 20, area.bottom() + 1, 40, _BELOW - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, _short(tick))
        step = max(1.0, nice_step(float(y.max()), area.height() / _TICK_ROOM))
        for tick in np.arange(0.0, float(y.max()) + 1e-9, step).tolist():
            at = self.place_of(0.0, tick).y()
            place = QRectF(0, at - 8, _LEFT - 6, 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _short(tick))

    def _draw_dot(self, painter: QPainter, values: UnitValues, unit: int) -> None:
        dot = self.place_of(float(values.inner[unit]), float(values.activated[unit]))
        guide = QPen(QColor(theme().segment_b), 1, Qt.PenStyle.DashLine)
        painter.setPen(guide)
        painter.drawLine(dot, QPointF(dot.x(), self.plot.bottom()))
        painter.drawLine(dot, QPointF(self.plot.left(), dot.y()))
        painter.setPen(QPen(QColor(theme().surface), 1.5))
        painter.setBrush(QColor(theme().segment_b))
        painter.drawEllipse(dot, _DOT, _DOT)


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
