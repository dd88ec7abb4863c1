"""One plot of a curve, its mean and its dots, drawn by pyqtgraph in the theme's colours.

Importing this imports pyqtgraph, which takes a third of a second: only where the first plot is made.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QFrame, QWidget

from app.theme import font, theme
from app.views.amounts import amount, duration, quantity
from app.views.plot_drawing import FAINT, STRONG, PlotPicture, Ticks, faint_colour
from app.views.smoothing import Floats
from app.views.ticks import log_ticks, nice_step, nice_time

# The window deletes its widgets itself; pyqtgraph's own way out walks all objects there are.
pg.setConfigOptions(antialias=True, exitCleanup=False)

_ROOM = {"bottom": 80, "left": 22}  # pixels that a tick and its text want
_MOST = 7.0  # more steps than that are noise
_LEFT = 52  # of every plot, so that those below each other line up
_BELOW = 36  # ticks and label of x
_AIR = 0.06  # above and below a curve, as a share of its height
_LEVEL = 1e-9


class Axis(pg.AxisItem):  # type: ignore[misc]
    """One level of ticks, at round numbers, in words that fit the kind: amount, seconds, share or quantity."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.kind = "quantity"
        self.exponent = 0

    def set_kind(self, kind: str, exponent: int = 0) -> None:
        """How its numbers are written; quantities in 10^exponent, but on a logarithmic axis."""
        self.kind, self.exponent = kind, exponent
        self.picture = None
        self.update()

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        most = self._most(size)
        step = nice_time if self.kind == "seconds" else nice_step
        spacing = step(maxVal - minVal, most)
        return [(max(1.0, spacing) if self.kind in ("amount", "seconds") else spacing, 0)]

    def _most(self, size: float) -> float:
        """How many steps there may be along so many pixels."""
        return min(_MOST, max(2.0, size / _ROOM[self.orientation]))

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float | None, list[float]]]:
        if not self.logMode:
            values: list[tuple[float | None, list[float]]] = super().tickValues(minVal, maxVal, size)
            return values
        low, high = sorted((minVal, maxVal))
        if not (-300 < low < high < 300):
            return []
        marks = log_ticks(10.0**low, 10.0**high, self._most(size))
        return [(None, [math.log10(value) for value in marks])]

    def tickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        numbers = [10.0**value for value in values] if self.logMode else list(values)
        return [self._word(number, spacing) for number in numbers]

    def ticks(self, low: float, high: float, size: float) -> Ticks:
        """The ticks between `low` and `high` over so many pixels, as they are drawn."""
        found: list[tuple[float, str]] = []
        for spacing, values in self.tickValues(low, high, size):
            found += zip(values, self.tickStrings(values, 1.0, spacing), strict=True)
        return tuple((value, text) for value, text in found if low <= value <= high)

    def _word(self, number: float, spacing: float | None) -> str:
        if self.kind == "amount":
            return amount(round(number), 4 if number >= 1e6 else 3, exact=True)
        if self.kind == "seconds":
            return duration(number + 0.5)
        if self.kind == "share":
            places = 0 if not spacing else max(0, math.ceil(-math.log10(100 * spacing) - 1e-9))
            return f"{100 * number:.{places}f} %"
        if spacing:
            number, spacing = number / 10.0**self.exponent, spacing / 10.0**self.exponent
        if spacing and 1e-3 <= spacing < 1e4:
            return f"{number:,.{max(0, math.ceil(-math.log10(spacing) - 1e-9))}f}"
        return quantity(number, 3, exact=True)


class _Box(pg.ViewBox):  # type: ignore[misc]
    """The wheel zooms and dragging pans along x, where y follows; on the y axis, along y. A double click fits."""

    fit_wanted = Signal()

    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:
        super().wheelEvent(ev, 0 if axis is None else axis)

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        if ev.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            super().mouseDragEvent(ev, 0 if axis is None else axis)
        else:
            ev.ignore()

    def mouseClickEvent(self, ev: Any) -> None:
        if ev.double() and ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            self.fit_wanted.emit()
        else:
            ev.ignore()


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """A faint curve of every point, a strong one of their mean, and dots; x is shared with other plots.

    Numbers given and told are those of the data, also where an axis is logarithmic.
    """

    hovered = Signal(object)  # float | None: where on the x axis the pointer is
    moved = Signal(object)  # (low, high): the person has chosen this part of x
    fit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._x_axis, self._y_axis = Axis("bottom"), Axis("left")
        box = _Box(enableMenu=False)
        super().__init__(parent, viewBox=box, axisItems={"bottom": self._x_axis, "left": self._y_axis})
        self.box = box
        self._y_chosen = False
        self._log = (False, False)
        self._empty = np.empty(0)
        self._curves: dict[str, tuple[Floats, Floats]] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hideButtons()
        box.disableAutoRange()
        box.setDefaultPadding(0)
        self._items = {name: self.plot([], [], skipFiniteCheck=True) for name in ("every", "mean", "dots")}
        # The finest that can be seen: lines of several points a pixel take ten times as long to draw.
        for name, method, finest in (("every", "peak", 1.0), ("mean", "mean", 1.0)):
            self._items[name].setDownsampling(auto=True, method=method)
            self._items[name].opts["autoDownsampleFactor"] = finest
            self._items[name].setClipToView(True)
        self._items["every"].opts["antialias"] = False
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.hide()
        self.addItem(self._cursor, ignoreBounds=True)
        self._y_axis.setWidth(_LEFT)
        self._x_axis.setHeight(_BELOW)
        for axis in (self._x_axis, self._y_axis):
            axis.setZValue(-1)  # its lines behind the curves
        self.dress()
        box.sigRangeChangedManually.connect(self._chosen)
        box.fit_wanted.connect(self.fit_wanted)
        self.scene().sigMouseMoved.connect(self._pointed)

    # What is shown -----------------------------------------------------------------------------------------------

    def set_kinds(self, x: str, y: str, x_label: str, exponent: int = 0) -> None:
        """How the numbers of each axis are written, y's in 10^exponent, and what stands under x."""
        self._x_axis.set_kind(x)
        self._y_axis.set_kind(y, exponent)
        self._x_axis.setLabel(
            x_label, **{"color": theme().secondary, "font-size": f"{font('small').pixelSize()}px"}
        )
        self._x_axis.enableAutoSIPrefix(False)

    def set_log(self, x: bool, y: bool) -> None:
        """Which axes are logarithmic; what is not above 0 has no place on such a one."""
        if (x, y) != self._log:
            self._log = (x, y)
            self._y_chosen = False
            self.getPlotItem().setLogMode(x, y)

    def set_data(
        self, every: tuple[Floats, Floats], mean: tuple[Floats, Floats], dots: tuple[Floats, Floats]
    ) -> None:
        """(x, y) of each, finite and in the order of x."""
        for name, (x, y) in (("every", every), ("mean", mean), ("dots", dots)):
            there = np.ones(len(x), dtype=bool)
            if self._log[0]:
                there &= x > 0
            if self._log[1]:
                there &= y > 0
            self._curves[name] = (x, y) if there.all() else (x[there], y[there])
            self._items[name].setData(*self._curves[name])

    def shown(self, name: str) -> tuple[Floats, Floats]:
        """The data of "every", "mean" or "dots", as far as the axes can show them."""
        return self._curves.get(name, (self._empty, self._empty))

    def x_extent(self) -> tuple[float, float] | None:
        """From the least to the greatest x; None without a point."""
        ends = [x[[0, -1]] for x, _ in self._curves.values() if len(x)]
        return None if not ends else (float(min(e[0] for e in ends)), float(max(e[1] for e in ends)))

    # What part of it ---------------------------------------------------------------------------------------------

    def look(self, low: float, high: float, *, fit_y: bool = False) -> None:
        """Show this part of x; y follows, unless the person has chosen a part of it."""
        if fit_y:
            self._y_chosen = False
        if self._log[0]:
            low, high = math.log10(max(low, 1e-300)), math.log10(max(high, 1e-300))
        if not high > low:
            low, high = low - 0.5, high + 0.5
        self.box.setXRange(low, high, padding=0)
        if not self._y_chosen:
            self._follow(low, high)

    def view(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The part of x and of y that is seen."""
        (x0, x1), (y0, y1) = self.box.viewRange()
        log_x, log_y = self._log
        return (
            (10.0**x0, 10.0**x1) if log_x else (x0, x1),
            (10.0**y0, 10.0**y1) if log_y else (y0, y1),
        )

    def _follow(self, low: float, high: float) -> None:
        if self._log[0]:
            low, high = 10.0**low, 10.0**high
        ends = []
        for x, y in self._curves.values():
            seen = y[np.searchsorted(x, low) : np.searchsorted(x, high, side="right")]
            if len(seen):
                ends.append((float(seen.min()), float(seen.max())))
        if not ends:
            return
        bottom, top = min(e[0] for e in ends), max(e[1] for e in ends)
        if self._log[1]:
            bottom, top = math.log10(bottom), math.log10(top)
        level = max(abs(top), abs(bottom))
        # What differs by the last digits of a computation only is level.
        air = _AIR * (top - bottom) if top - bottom > _LEVEL * level else _AIR * level or _AIR
        self.box.setYRange(bottom - air, top + air, padding=0)

    def _chosen(self, mask: Any) -> None:
        if mask[1] and not mask[0]:
            self._y_chosen = True
        else:
            self.moved.emit(self.view()[0])

    # As a picture ------------------------------------------------------------------------------------------------

    def frame(self) -> QRectF:
        """Where the axes run, in the widget's units."""
        return QRectF(self.mapFromScene(self.box.sceneBoundingRect()).boundingRect())

    def picture(self) -> PlotPicture:
        """What is seen now; curves as coarse as the screen needs them."""
        (x0, x1), (y0, y1) = self.box.viewRange()
        frame = self.frame()
        return PlotPicture(
            (x0, x1),
            (y0, y1),
            self._x_axis.ticks(x0, x1, frame.width()),
            self._y_axis.ticks(y0, y1, frame.height()),
            self._x_axis.labelText,
            *(self._drawn(name) for name in ("every", "mean", "dots")),
        )

    def _drawn(self, name: str) -> tuple[Floats, Floats]:
        """As on screen: in logarithms where an axis is, and with as many points as there are pixels."""
        x, y = self._items[name].getData()
        return (self._empty, self._empty) if x is None else (x, y)

    # The pointer -------------------------------------------------------------------------------------------------

    def mark(self, x: float | None) -> None:
        """A line where the pointer is, here or in a plot beside this one."""
        self._cursor.setVisible(x is not None)
        if x is not None:
            self._cursor.setValue(math.log10(max(x, 1e-300)) if self._log[0] else x)

    def reach(self, pixels: float) -> float:
        """How far that many pixels are along x, on a plain axis."""
        (low, high), _ = self.view()
        return (high - low) * pixels / max(1.0, self.box.width())

    def _pointed(self, place: QPointF) -> None:
        if not self.box.sceneBoundingRect().contains(place):
            self.hovered.emit(None)
            return
        x = float(self.box.mapSceneToView(place).x())
        self.hovered.emit(10.0**x if self._log[0] else x)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(None)
        super().leaveEvent(event)

    # Looks -------------------------------------------------------------------------------------------------------

    def dress(self) -> None:
        """Take on the colours of the theme."""
        colours = theme()
        self.setBackground(colours.surface)
        for axis in (self._x_axis, self._y_axis):
            axis.setPen(_pen(QColor(colours.line)))
            axis.setTickPen(_pen(QColor(colours.line)))
            axis.setTextPen(QPen(QColor(colours.secondary)))
            axis.setStyle(tickFont=font("small"), tickLength=0, tickTextOffset=6, autoExpandTextSpace=False)
            axis.setGrid(255)
            axis.labelStyle = {"color": colours.secondary, "font-size": f"{font('small').pixelSize()}px"}
            axis.label.setFont(font("small"))
            axis.label.setDefaultTextColor(QColor(colours.secondary))
        self._items["every"].setPen(_pen(faint_colour(), FAINT))
        self._items["mean"].setPen(_pen(QColor(colours.accent), STRONG))
        dots = self._items["dots"]
        dots.setPen(None)
        dots.setSymbol("o")
        dots.setSymbolSize(7)
        dots.setSymbolBrush(QColor(colours.segment_b))
        dots.setSymbolPen(_pen(QColor(colours.surface)))
        self._cursor.setPen(_pen(QColor(colours.secondary)))


def _pen(colour: QColor, width: float = 1.0) -> QPen:
    """Of so many pixels, whatever the scale of the plot."""
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    return pen
