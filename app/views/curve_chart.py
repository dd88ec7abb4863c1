"""One chart of curves that grow, under its title, with values read at the pointer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.amounts import amount, duration, power_of_ten, quantity, share
from app.views.curve_looks import look_colour
from app.views.drawing import Drawing
from app.views.plot import Plot
from app.views.plot_drawing import Level, Ring, Strand
from app.views.smoothing import Floats, GrowingMean
from app.views.tables import Table

_NEAR = 6  # pixels within which a dot is read
_SMALL = 0.01  # from where on numbers are written with a power of ten
_LOWEST = 136  # pixels
_GAP = 6
_MOST_READ = 4  # curves whose values are said at the pointer


@dataclass(frozen=True)
class ChartSpec:
    """What a chart is called, its unit, and how its numbers are written: quantity, share or amount.

    joined  its dots are joined by lines: it is measured now and then only
    """

    name: str
    title: str
    unit: str = ""
    kind: str = "quantity"
    joined: bool = False


@dataclass(frozen=True)
class AxisSpec:
    """The x axis of all charts: the label under it, and how its numbers are written: amount or seconds."""

    label: str
    kind: str = "amount"


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve of a chart: y over x, and dots (measured apart, on held-out data). NaN is left out.

    name  of the run, where there are several
    look  how it is told apart from others (see curve_looks); None: it is the only one
    one_of_many  one of several runs that differ in their seed only: thin, with no dots of its own
    best  (x, y) of the dot that is ringed
    """

    x: Floats
    y: Floats
    dots_x: Floats
    dots_y: Floats
    name: str = ""
    look: int | None = None
    one_of_many: bool = False
    best: tuple[float, float] | None = None


class _Shown:
    """A curve as it is drawn: finite, in order, smoothed."""

    def __init__(self, curve: Curve, points: int, smooth: GrowingMean) -> None:
        self.curve = curve
        self.every = _finite(curve.x, curve.y)
        self.mean = (self.every[0], smooth.of(self.every[1], points))
        self.dots = _finite(curve.dots_x, curve.dots_y)

    def strands(self, points: int, *, alone: bool, joined: bool) -> list[Strand]:
        curve = self.curve
        if curve.one_of_many:
            thin = Strand("one of many", *self.mean, curve.look)
            of_dots = Strand("one of many", *self.dots, curve.look)
            return [strand for strand in (thin, of_dots) if len(strand.x)]
        # Nothing is smoothed over one point: then every point is the curve. Of several, only the means stay clear.
        found = [Strand("every", *self.every, curve.look)] if points > 1 and alone else []
        return [
            *found,
            Strand("mean", *self.mean, curve.look),
            Strand("dots", *self.dots, curve.look, lines=joined or curve.look is not None),
        ]


class CurveChart(QWidget):
    """One chart under its title."""

    hovered = Signal(object)  # float | None
    moved = Signal(object)  # (low, high)
    fit_wanted = Signal()

    def __init__(self, spec: ChartSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self._axis = AxisSpec("")
        self._points = 1
        self._log = (False, False)
        self._unit = spec.unit
        self._smooth: dict[str, GrowingMean] = {}
        self._shown: tuple[_Shown, ...] = ()
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
        self.plot = Plot(self)
        self.plot.setAccessibleName(spec.title)
        self.plot.hovered.connect(self.hovered)
        self.plot.moved.connect(self.moved)
        self.plot.fit_wanted.connect(self.fit_wanted)
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 8, 0)
        row.setSpacing(_GAP)
        row.addWidget(self.title)
        row.addWidget(self.unit)
        row.addWidget(self.read_out, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.plot, 1)

    # What is shown -----------------------------------------------------------------------------------------------

    def set_curves(
        self,
        curves: Sequence[Curve],
        axis: AxisSpec,
        points: int,
        log: tuple[bool, bool],
        levels: Sequence[Level] = (),
    ) -> None:
        """Show these, smoothed over so many points, and lines across; the first is the one that is spoken of."""
        self._axis, self._points, self._log = axis, points, log
        names = {curve.name for curve in curves}
        self._smooth = {name: mean for name, mean in self._smooth.items() if name in names}
        self._shown = tuple(
            _Shown(curve, points, self._smooth.setdefault(curve.name, GrowingMean())) for curve in curves
        )
        exponent = self._exponent()
        self.plot.set_kinds(axis.kind, self.spec.kind, axis.label, exponent)
        power = tr("in {power}", power=power_of_ten(exponent)) if exponent else ""
        self._unit = " ".join(part for part in (self.spec.unit, power) if part)
        self.plot.set_log(*log)
        strands = [
            strand
            for shown in reversed(self._shown)
            for strand in shown.strands(points, alone=len(curves) == 1, joined=self.spec.joined)
        ]
        rings = [Ring(*curve.best, curve.look) for curve in curves if curve.best is not None]
        self.plot.set_strands(strands, levels, rings)
        self.read(None)

    def _exponent(self) -> int:
        """Of ten, by which the numbers of the axis are divided so that they can be written short."""
        if self.spec.kind != "quantity" or self._log[1]:
            return 0
        ends = [np.abs(y).max() for shown in self._shown for _, y in (shown.every, shown.dots) if len(y)]
        greatest = float(max(ends, default=0.0))
        return math.floor(math.log10(greatest)) if 0 < greatest < _SMALL else 0

    @property
    def curves(self) -> tuple[Curve, ...]:
        """What is shown."""
        return tuple(shown.curve for shown in self._shown)

    @property
    def points(self) -> int:
        """Over how many it is smoothed; 1: it is not."""
        return self._points

    @property
    def has_dots(self) -> bool:
        return any(len(shown.dots[0]) for shown in self._shown)

    @property
    def has_curve(self) -> bool:
        return any(len(shown.every[0]) for shown in self._shown)

    @property
    def is_empty(self) -> bool:
        return not self.has_dots and not self.has_curve

    def look(self, low: float, high: float, *, fit_y: bool = False) -> None:
        """Show this part of x."""
        self.plot.look(low, high, fit_y=fit_y)

    # Reading -----------------------------------------------------------------------------------------------------

    def read(self, x: float | None) -> None:
        """Say the values at x; None: the newest ones."""
        self.plot.mark(x)
        where, values = self._values_at(x) if x is not None else ("", "")
        self.unit.setText(where or self._unit)
        self.read_out.setText(values or self._newest())

    def _newest(self) -> str:
        if len(self._shown) > 1:
            return ""
        for shown in self._shown:
            for x, y in (shown.mean, shown.dots):
                if len(x):
                    return self._word(y[-1])
        return ""

    def _values_at(self, x: float) -> tuple[str, str]:
        """(where, what) of the points that are nearest to x."""
        if len(self._shown) > 1:
            return self._several_at(x)
        said, at = [], x
        for shown in self._shown:
            xs, ys = shown.every
            if len(xs):
                nearest = _nearest(xs, x)
                at = float(xs[nearest])
                said.append(self._word(ys[nearest]))
                if self._points > 1:
                    said.append(tr("mean {value}", value=self._word(shown.mean[1][nearest])))
            dots_x, dots_y = shown.dots
            if len(dots_x):
                nearest = _nearest(dots_x, x)
                if not len(xs):
                    at = float(dots_x[nearest])
                if abs(dots_x[nearest] - x) <= self.plot.reach(_NEAR) or not len(xs):
                    said.append(_dot(theme().segment_b, self._word(dots_y[nearest])))
        return (self._where(at), " · ".join(said)) if said else ("", "")

    def _several_at(self, x: float) -> tuple[str, str]:
        """The means of some of the curves, each in its colour."""
        said = []
        for shown in self._shown:
            xs, ys = shown.mean if len(shown.mean[0]) else shown.dots
            if shown.curve.one_of_many or not len(xs) or not xs[0] <= x <= xs[-1]:
                continue
            look = shown.curve.look
            colour = theme().accent if look is None else look_colour(look).name()
            said.append(_dot(colour, self._word(ys[_nearest(xs, x)])))
        return self._where(x), "&nbsp; ".join(said[:_MOST_READ])

    def _where(self, x: float) -> str:
        return duration(x) if self._axis.kind == "seconds" else amount(x, 4)

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
        painter.translate(self.plot.pos())
        self.plot.picture().draw(painter, self.plot.frame(), self.plot.width())

    # Numbers -----------------------------------------------------------------------------------------------------

    def table(self) -> Table:
        """Every point, its mean, and the dots, by x; where there are several runs, one below the other."""
        header = (
            self._axis.label,
            self.spec.title,
            tr("exponential mean over {n} points", n=self._points),
            tr("{title}, held-out", title=self.spec.title),
        )
        if len(self._shown) <= 1:
            return header, [row for shown in self._shown for row in _rows(shown)]
        rows = [(shown.curve.name, *row) for shown in self._shown for row in _rows(shown)]
        return (tr("run"), *header), rows

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


def _rows(shown: _Shown) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (x, y, mean, "")
        for x, y, mean in zip(*(a.tolist() for a in (*shown.every, shown.mean[1])), strict=True)
    ]
    rows += [(x, "", "", y) for x, y in zip(*(a.tolist() for a in shown.dots), strict=True)]
    return sorted(rows, key=_x)


def _dot(colour: str, words: str) -> str:
    return f'<span style="color:{colour}">●</span> {words}'


def _x(row: tuple[object, ...]) -> float:
    return float(str(row[0]))
