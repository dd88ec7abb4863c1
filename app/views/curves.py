"""Curves that grow: charts side by side over one shared x axis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRect, QSizeF, Slot
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.views.curve_chart import AxisSpec, ChartSpec, Curve, CurveChart
from app.views.drawing import Drawing

_AHEAD = 0.015  # of the x axis that is kept free for what comes
_WIDEST = 330  # pixels from which on one more chart stands beside the others


class CurveGrid(QWidget):
    """Charts in as many columns as there is room for. Zoom, pan and pointer are shared along x."""

    def __init__(self, specs: Sequence[ChartSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.charts = {spec.name: CurveChart(spec) for spec in specs}
        self.part: tuple[float, float] | None = None  # of x, as the person chose it; None: all of it
        self._axis = AxisSpec("")
        self._columns = 0
        self._shown: tuple[str, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        for chart in self.charts.values():
            chart.setParent(self)
            chart.hide()
            chart.hovered.connect(self._hovered)
            chart.moved.connect(self._moved)
            chart.fit_wanted.connect(self.fit)

    def set_curves(
        self,
        curves: dict[str, Curve],
        axis: AxisSpec,
        points: int = 1,
        log: tuple[bool, bool] = (False, False),
        unsmoothed: Sequence[str] = (),
    ) -> None:
        """Show these, smoothed over so many points but for those `unsmoothed`; a chart without a number is left out."""
        if axis != self._axis:
            self._axis, self.part = axis, None
        for name, curve in curves.items():
            if (
                np.isfinite(curve.y).any()
                or np.isfinite(curve.dots_y).any()
                or self.charts[name].plot is not None
            ):
                self.charts[name].set_curve(curve, axis, 1 if name in unsmoothed else points, log)
        shown = tuple(name for name, chart in self.charts.items() if not chart.is_empty)
        if shown != self._shown:
            self._shown = shown
            self._columns = 0
        self._arrange()
        self._look()

    def fit(self) -> None:
        """All of the curves again, and on with them as they grow."""
        self.part = None
        self._look(fit_y=True)

    def _look(self, *, fit_y: bool = False) -> None:
        plots = [chart.plot for chart in self.charts.values() if chart.plot is not None]
        part = self.part
        if part is None:
            ends = [ends for plot in plots if (ends := plot.x_extent()) is not None]
            if not ends:
                return
            low, high = min(low for low, _ in ends), max(high for _, high in ends)
            part = low, high + _AHEAD * (high - low)
        for plot in plots:
            plot.look(*part, fit_y=fit_y)

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
