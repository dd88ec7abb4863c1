"""Curves that grow: charts side by side over one shared x axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QRect, QSizeF, QTimer, Slot
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.views.curve_chart import AxisSpec, ChartSpec, Curve, CurveChart
from app.views.drawing import Drawing
from app.views.plot_drawing import Level

_AHEAD = 0.015  # of the x axis that is kept free for what comes
_WIDEST = 330  # pixels from which on one more chart stands beside the others


_Waiting = tuple[str, Sequence[Curve], int, tuple[bool, bool], Sequence[Level]]


class CurveGrid(QWidget):
    """Charts in as many columns as there is room for. Zoom, pan and pointer are shared along x."""

    def __init__(self, specs: Sequence[ChartSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.charts = {spec.name: self._made(spec) for spec in specs}
        self.part: tuple[float, float] | None = None  # of x, as the person chose it; None: all of it
        self._axis = AxisSpec("")
        self._columns = 0
        self._shown: tuple[str, ...] = ()
        self._extent: tuple[float, float] | None = None  # of all curves, along x
        self._waiting: list[_Waiting] = []
        self._timer = QTimer(self)  # with no interval: whenever there is nothing else to do
        self._timer.timeout.connect(self._show_next)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)

    def _made(self, spec: ChartSpec) -> CurveChart:
        chart = CurveChart(spec, self)
        chart.hide()
        chart.hovered.connect(self._hovered)
        chart.moved.connect(self._moved)
        chart.fit_wanted.connect(self.fit)
        return chart

    def set_curves(
        self,
        curves: Mapping[str, Sequence[Curve]],
        axis: AxisSpec,
        points: int = 1,
        log: tuple[bool, bool] = (False, False),
        unsmoothed: Sequence[str] = (),
        levels: Mapping[str, Sequence[Level]] | None = None,
        *,
        at_once: bool = True,
    ) -> None:
        """Show these, smoothed over so many points but for those `unsmoothed`; a chart without a number is left out.

        levels   lines across a chart, by its name
        at_once  False: one chart after the other, so that the window stays free between two
        """
        if axis != self._axis:
            self._axis, self.part = axis, None
        shown = tuple(name for name in self.charts if any(_has_something(c) for c in curves.get(name, ())))
        self._waiting = [
            (
                name,
                curves.get(name, ()),
                1 if name in unsmoothed else points,
                log,
                (levels or {}).get(name, ()),
            )
            for name, chart in self.charts.items()
            if name in shown or not chart.is_empty
        ]
        self._extent = _extent([curve for name in shown for curve in curves[name]], log)
        if at_once or shown != self._shown:
            while self._waiting:
                self._show_next()
        else:
            self._timer.start()
        if shown != self._shown:
            self._shown = shown
            self._columns = 0
        self._arrange()

    @Slot()
    def _show_next(self) -> None:
        """The next chart that waits."""
        if not self._waiting:
            self._timer.stop()
            return
        name, curves, points, log, levels = self._waiting.pop(0)
        chart = self.charts[name]
        chart.set_curves(curves, self._axis, points, log, levels)
        part = self._seen()
        if part is not None and not chart.is_empty:
            chart.look(*part)

    def _seen(self) -> tuple[float, float] | None:
        """The part of x that is to be seen."""
        if self.part is not None or self._extent is None:
            return self.part
        low, high = self._extent
        return low, high + _AHEAD * (high - low)

    def fit(self) -> None:
        """All of the curves again, and on with them as they grow."""
        self.part = None
        self._look(fit_y=True)

    def _look(self, *, fit_y: bool = False) -> None:
        part = self._seen()
        if part is not None:
            for name in self._shown:
                self.charts[name].look(*part, fit_y=fit_y)

    @Slot(object)
    def _moved(self, part: tuple[float, float]) -> None:
        self.part = part
        self._look()

    @Slot(object)
    def _hovered(self, x: float | None) -> None:
        for name in self._shown:
            self.charts[name].read(x)

    # As a picture ------------------------------------------------------------------------------------------------

    def drawing(self) -> Drawing:
        """All charts as they stand beside each other."""
        charts = [self.charts[name] for name in self._shown]
        whole = QRect()
        for chart in charts:
            whole = whole.united(chart.geometry())

        def paint(painter: QPainter, ratio: float) -> None:
            for chart in charts:
                painter.save()
                painter.translate(chart.pos() - whole.topLeft())
                chart.drawing().paint(painter, ratio)
                painter.restore()

        return Drawing(QSizeF(whole.size()), paint)

    # Places ------------------------------------------------------------------------------------------------------

    @property
    def columns(self) -> int:
        """How many charts stand beside each other."""
        return self._columns

    def _arrange(self) -> None:
        columns = max(1, min(3, self.width() // _WIDEST, len(self._shown) or 1))
        if columns == self._columns:
            return
        self._columns = columns
        for chart in self.charts.values():
            self._grid.removeWidget(chart)
            chart.hide()
        for number in range(3):
            self._grid.setColumnStretch(number, 1 if number < columns else 0)
        for number, name in enumerate(self._shown):
            self._grid.addWidget(self.charts[name], number // columns, number % columns)
            self.charts[name].show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


def _has_something(curve: Curve) -> bool:
    return any(
        bool((np.isfinite(x) & np.isfinite(y)).any())
        for x, y in ((curve.x, curve.y), (curve.dots_x, curve.dots_y))
        if len(x)
    )


def _extent(curves: Sequence[Curve], log: tuple[bool, bool]) -> tuple[float, float] | None:
    """From the least to the greatest x that can be shown; None without a point."""
    ends = []
    for curve in curves:
        for x, y in ((curve.x, curve.y), (curve.dots_x, curve.dots_y)):
            there = np.isfinite(x) & np.isfinite(y)
            for numbers, logarithmic in ((x, log[0]), (y, log[1])):
                there = there & (numbers > 0) if logarithmic else there
            if there.any():
                ends.append((float(x[there].min()), float(x[there].max())))
    return None if not ends else (min(low for low, _ in ends), max(high for _, high in ends))
