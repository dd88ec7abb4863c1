"""Curves over the recorded steps of a run, with a line where one stands; pointed at, clicked, or walked along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import theme
from app.views.drawing import Drawing
from app.views.kept_picture import kept_picture
from app.views.step_plot import StepCurve, StepPlot


class StepCurves(QWidget):
    """Steps across, at their true distance. What is marked is set from outside.

    pointed  (record, curve) nearest to the pointer, or None; record and curve are indices
    chosen   a record: clicked, drawn to, or walked to with the left and right arrow keys
    """

    pointed = Signal(object)
    chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = StepPlot()
        self._record: int | None = None
        self._near: tuple[int, int] | None = None
        self._frame: QRectF | None = None  # found anew when what is written round it changes
        self._kept: QPixmap | None = None  # all but the marks
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def curves(self) -> tuple[StepCurve, ...]:
        """Those shown."""
        return self.plot.curves

    @property
    def steps(self) -> tuple[int, ...]:
        """Where they have values."""
        return self.plot.steps

    @property
    def strong(self) -> int | None:
        """Which curve is drawn above the others."""
        return self.plot.strong

    @property
    def record(self) -> int | None:
        """Which step is marked."""
        return self._record

    def set_curves(
        self,
        curves: Sequence[StepCurve],
        steps: Sequence[int],
        low: float = 0.0,
        high: float = 1.0,
        *,
        strong: int | None = None,
    ) -> None:
        """Show these from `low` to `high`; `strong` is drawn above the others, which step back."""
        high = max(high, low + 1e-6)
        self._near = None
        self._renew(StepPlot(tuple(curves), tuple(steps), low, high, strong, self.plot.empty))

    def set_strong(self, strong: int | None) -> None:
        """Draw another one above the others, or none."""
        if strong != self.plot.strong:
            self._renew(replace(self.plot, strong=strong))

    def set_empty_text(self, text: str) -> None:
        """What is said where there is no curve."""
        if text != self.plot.empty:
            self._renew(replace(self.plot, empty=text))

    def set_record(self, record: int | None) -> None:
        """Mark a recorded step."""
        if record != self._record:
            self._record = record
            self.setAccessibleDescription(self._described())
            self.update()

    def _renew(self, plot: StepPlot) -> None:
        self.plot = plot
        self._frame = self._kept = None
        self.setAccessibleDescription(self._described())
        self.update()

    def _described(self) -> str:
        at = self._record
        if at is None or at >= len(self.steps):
            return ""
        return ", ".join(f"{curve.name} {self.plot.word(float(curve.values[at]))}" for curve in self.curves)

    # Geometry ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(300, 170)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 96)

    def frame(self) -> QRectF:
        """Where the axes run."""
        if self._frame is None:
            self._frame = self.plot.frame(QSizeF(self.size()))
        return self._frame

    def across(self, record: int) -> float:
        """Where a recorded step stands."""
        return self.plot.across(self.frame(), self.steps[record])

    def height_of(self, value: float) -> float:
        """Where a value stands."""
        return self.plot.height(self.frame(), value)

    def record_at(self, x: float) -> int | None:
        """The recorded step that is nearest; None where there is none."""
        if not self.steps:
            return None
        frame = self.frame()
        ends = self.steps[0], self.steps[-1]
        step = ends[0] + (x - frame.left()) / frame.width() * max(1, ends[1] - ends[0])
        return int(np.argmin(np.abs(np.asarray(self.steps) - step)))

    def nearest(self, place: QPointF) -> tuple[int, int] | None:
        """(record, curve) nearest to a point."""
        record = self.record_at(place.x())
        if record is None or not self.curves:
            return None
        heights = np.array([self.height_of(float(curve.values[record])) for curve in self.curves])
        if np.isnan(heights).all():
            return None
        return record, int(np.nanargmin(np.abs(heights - place.y())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._frame = self._kept = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._renew(self.plot)
        super().changeEvent(event)

    # Pointer and keys --------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.nearest(event.position()))
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(self.record_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self.record_at(event.position().x()))
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is None or not self.steps:
            super().keyPressEvent(event)
            return
        now = len(self.steps) - 1 if self._record is None else self._record
        self._choose(max(0, min(len(self.steps) - 1, now + by)))

    def _point(self, near: tuple[int, int] | None) -> None:
        if near != self._near:
            self._near = near
            self.update()
            self.pointed.emit(near)

    def _choose(self, record: int | None) -> None:
        if record is not None and record != self._record:
            self.chosen.emit(record)

    # Drawing -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        self._kept = kept_picture(self._kept, self, self._draw)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept)
        self.plot.draw_mark(painter, self.frame(), self._record)
        if self._near is not None:
            self.plot.draw_near(painter, self.frame(), *self._near)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _draw(self, painter: QPainter, ratio: float) -> None:
        self.plot.draw(painter, self.frame(), QSizeF(self.size()))

    def drawing(self, size: QSizeF | None = None) -> Drawing:
        """The curves and the marked step, in any size."""
        room, plot, record = size or QSizeF(self.size()), self.plot, self._record

        def paint(painter: QPainter, ratio: float) -> None:
            frame = plot.frame(room)
            plot.draw(painter, frame, room)
            plot.draw_mark(painter, frame, record)

        return Drawing(room, paint)
