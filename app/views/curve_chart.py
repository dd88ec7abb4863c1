"""One chart of a curve that grows, under its title, with values read at the pointer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.amounts import amount, duration, power_of_ten, quantity, share
from app.views.drawing import Drawing
from app.views.smoothing import Floats, GrowingMean
from app.views.tables import Table

if TYPE_CHECKING:
    from app.views.plot import Plot

_NONE = np.empty(0)
_NEAR = 6  # pixels within which a dot is read
_SMALL = 0.01  # from where on numbers are written with a power of ten
_LOWEST = 136  # pixels
_GAP = 6


@dataclass(frozen=True)
class ChartSpec:
    """What a chart is called, its unit, and how its numbers are written: quantity, share or amount."""

    name: str
    title: str
    unit: str = ""
    kind: str = "quantity"


@dataclass(frozen=True)
class AxisSpec:
    """The x axis of all charts: the label under it, and how its numbers are written: amount or seconds."""

    label: str
    kind: str = "amount"


@dataclass(frozen=True, eq=False)
class Curve:
    """What one chart shows: y over x, and dots (measured apart, on held-out data). NaN is left out."""

    x: Floats
    y: Floats
    dots_x: Floats
    dots_y: Floats


class CurveChart(QWidget):
    """One chart under its title; the plot itself is made when there is something to show."""

    hovered = Signal(object)  # float | None
    moved = Signal(object)  # (low, high)
    fit_wanted = Signal()

    def __init__(self, spec: ChartSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.plot: Plot | None = None
        self._axis = AxisSpec("")
        self._points = 1
        self._log = (False, False)
        self._unit = spec.unit
        self._smooth = GrowingMean()
        self._every = self._mean = self._dots = (_NONE, _NONE)
        self.setAccessibleName(spec.title)
        self.setMinimumSize(240, _LOWEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.title = QLabel(spec.title)
        self.title.setFont(font("bold"))
        self.unit = QLabel(spec.unit)
        self.unit.setProperty("kind", "secondary")
        self.unit.setFont(font("small"))
        self.read_out = QLabel()
        self.read_out.setFont(font("small"))
        self.read_out.setTextFormat(Qt.TextFormat.RichText)  # figures only, and a dot in its colour
        self.read_out.setMinimumWidth(1)
        self.read_out.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 8, 0)
        row.setSpacing(_GAP)
        row.addWidget(self.title)
        row.addWidget(self.unit)
        row.addWidget(self.read_out, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addLayout(row)
        self._column.addStretch(0)

    # What is shown -----------------------------------------------------------------------------------------------

    def set_curve(self, curve: Curve, axis: AxisSpec, points: int, log: tuple[bool, bool]) -> None:
        """Show this, smoothed over so many points."""
        self._axis, self._points, self._log = axis, points, log
        self._every = _finite(curve.x, curve.y)
        self._mean = (self._every[0], self._smooth.of(self._every[1], points))
        self._dots = _finite(curve.dots_x, curve.dots_y)
        plot = self._ready_plot()
        exponent = self._exponent()
        plot.set_kinds(axis.kind, self.spec.kind, axis.label, exponent)
        power = tr("in {power}", power=power_of_ten(exponent)) if exponent else ""
        self._unit = " ".join(part for part in (self.spec.unit, power) if part)
        plot.set_log(*log)
        hidden = (_NONE, _NONE)
        # Nothing is smoothed over one point: then every point is the curve.
        plot.set_data(hidden if points <= 1 else self._every, self._mean, self._dots)
        self.read(None)

    def _exponent(self) -> int:
        """Of ten, by which the numbers of the axis are divided so that they can be written short."""
        if self.spec.kind != "quantity" or self._log[1] or not len(self._every[1]):
            return 0
        greatest = float(np.abs(self._every[1]).max())
        return math.floor(math.log10(greatest)) if 0 < greatest < _SMALL else 0

    @property
    def points(self) -> int:
        """Over how many it is smoothed; 1: it is not."""
        return self._points

    @property
    def has_dots(self) -> bool:
        return len(self._dots[0]) > 0

    @property
    def is_empty(self) -> bool:
        return not len(self._every[0]) and not len(self._dots[0])

    def look(self, low: float, high: float, *, fit_y: bool = False) -> None:
        """Show this part of x."""
        if self.plot is not None:
            self.plot.look(low, high, fit_y=fit_y)

    def _ready_plot(self) -> Plot:
        if self.plot is None:
            from app.views.plot import Plot  # a third of a second

            self.plot = Plot(self)
            self._column.addWidget(self.plot, 1)
            self.plot.hovered.connect(self.hovered)
            self.plot.moved.connect(self.moved)
            self.plot.fit_wanted.connect(self.fit_wanted)
        return self.plot

    # Reading -----------------------------------------------------------------------------------------------------

    def read(self, x: float | None) -> None:
        """Say the values at x; None: the newest ones."""
        if self.plot is not None:
            self.plot.mark(x)
        where, values = self._values_at(x) if x is not None else ("", "")
        self.unit.setText(where or self._unit)
        self.read_out.setText(values or self._newest())

    def _newest(self) -> str:
        x, y = self._mean
        return self._word(y[-1]) if len(x) else ""

    def _values_at(self, x: float) -> tuple[str, str]:
        """(where, what) of the point that is nearest to x."""
        xs, ys = self._every
        said = []
        at = x
        if len(xs):
            nearest = _nearest(xs, x)
            at = float(xs[nearest])
            said.append(self._word(ys[nearest]))
            if self._points > 1:
                said.append(tr("mean {value}", value=self._word(self._mean[1][nearest])))
        dots_x, dots_y = self._dots
        if len(dots_x) and self.plot is not None:
            nearest = _nearest(dots_x, x)
            if abs(dots_x[nearest] - x) <= self.plot.reach(_NEAR) or not len(xs):
                said.append(f'<span style="color:{theme().segment_b}">●</span> {self._word(dots_y[nearest])}')
        where = duration(at) if self._axis.kind == "seconds" else amount(at, 4)
        return (where, " · ".join(said)) if said else ("", "")

    def _word(self, value: float) -> str:
        if self.spec.kind == "share":
            return share(value)
        return amount(value, 4) if self.spec.kind == "amount" else quantity(value)

    # As a picture ------------------------------------------------------------------------------------------------

    def drawing(self) -> Drawing:
        """The chart as it is seen, with its title and newest value."""
        return Drawing(QSizeF(self.size()), self._draw)

    def _draw(self, painter: QPainter, ratio: float) -> None:
        place, end = self.title.geometry(), self.read_out.geometry().right()
        line = QRectF(place.left(), place.top(), end - place.left(), place.height())
        taken = _write(painter, self.spec.title, line, "bold", theme().text)
        _write(painter, self._unit, line.adjusted(taken + _GAP, 0, 0, 0), "small", theme().secondary)
        _write(painter, self._newest(), line, "small", theme().text, right=True)
        if self.plot is not None:
            painter.translate(self.plot.pos())
            self.plot.picture().draw(painter, self.plot.frame(), self.plot.width())

    # Numbers -----------------------------------------------------------------------------------------------------

    def table(self) -> Table:
        """Every point, its mean, and the dots, by x."""
        header = (
            self._axis.label,
            self.spec.title,
            tr("exponential mean over {n} points", n=self._points),
            tr("{title}, held-out", title=self.spec.title),
        )
        rows: list[tuple[object, ...]] = [
            (x, y, mean, "")
            for x, y, mean in zip(*(a.tolist() for a in (*self._every, self._mean[1])), strict=True)
        ]
        rows += [(x, "", "", y) for x, y in zip(*(a.tolist() for a in self._dots), strict=True)]
        return header, sorted(rows, key=_x)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange) and self.plot is not None:
            self.plot.dress()
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(360, 220)


def _write(
    painter: QPainter,
    text: str,
    line: QRectF,
    face: Literal["bold", "small"],
    colour: str,
    *,
    right: bool = False,
) -> float:
    """Writes on that line; returns how long the text is."""
    painter.setFont(font(face))
    painter.setPen(QColor(colour))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(line, int(side | Qt.AlignmentFlag.AlignVCenter), text)
    return QFontMetricsF(painter.font()).horizontalAdvance(text)


def _finite(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The points that have both, in the order of x (a run taken up again may repeat some)."""
    there = np.isfinite(x) & np.isfinite(y)
    if not there.all():
        x, y = x[there], y[there]
    if len(x) > 1 and (np.diff(x) < 0).any():
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
    return x, y


def _nearest(xs: Floats, x: float) -> int:
    right = int(np.clip(np.searchsorted(xs, x), 1, max(1, len(xs) - 1)))
    if len(xs) == 1:
        return 0
    return right if xs[right] - x < x - xs[right - 1] else right - 1


def _x(row: tuple[object, ...]) -> float:
    return float(str(row[0]))
