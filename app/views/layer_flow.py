"""One piece's way through a layer, from top to bottom: each vector as a strip, the residual connections as lines."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font
from app.translation import tr
from app.views.arrows import ARROWS
from app.views.drawing import Drawing
from app.views.flow_steps import FlowSpot, FlowStep, norm_of
from app.views.layer_flow_painter import paint_flow
from app.views.pointed import PointedView
from app.views.vector_strip import VectorStrip, limit_of, pooled
from app.views.worked_numbers import figure
from bert_core.trace import Token

WIRES = 34.0  # pixels, as are all lengths here
_TOP, _BOTTOM, _AIR = 1.0, 2.0, 10.0
_HEADER = 17.0
_PITCH, _MOST_PITCH, _TWO_LINES = 20.0, 54.0, 36.0
_MOST_NAME = 0.42  # of the width
_STRIP, _MOST_STRIP, _LEAST_STRIP = 11.0, 28.0, 50.0  # height, height, width


class LayerFlow(PointedView[FlowSpot]):
    """unit_clicked(unit) in a step of units.

    walked   -1 or 1: Up and Down, to the piece before or after
    ranked   -1 or 1: Left and Right, to the next stronger or weaker unit
    With Shift, the arrows walk the values and the steps.
    """

    unit_clicked = Signal(object)
    walked = Signal(object)
    ranked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[FlowStep, ...] = ()
        self._token: Token | None = None
        self._place = ""
        self._unit: int | None = None
        self._name_width = self._shape_width = self._norm_width = 0.0
        self._pitch = _PITCH
        self._limit = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._describe()

    # What is shown

    @property
    def steps(self) -> tuple[FlowStep, ...]:
        return self._steps

    @property
    def unit(self) -> int | None:
        """The unit that is marked."""
        return self._unit

    @property
    def heading(self) -> tuple[Token | None, str]:
        """The piece, and where."""
        return self._token, self._place

    def set_steps(self, steps: Sequence[FlowStep], token: Token | None = None, place: str = "") -> None:
        """Show these, from top to bottom, under the name of the piece and of the place where they happen."""
        self._steps, self._token, self._place = tuple(steps), token, place
        if self._spot is not None and not self._exists(self._spot):
            self.point_to(None)
        self._arrange()

    def set_unit(self, unit: int | None) -> None:
        """Mark a unit where units are shown."""
        if unit != self._unit:
            self._unit = unit
            self.update()

    def readout(self, spot: FlowSpot) -> str:
        """One line on a spot."""
        return self._steps[spot.step].explain(spot.index)

    # Layout

    def row(self, step: int) -> QRectF:
        """All of a step's line."""
        return QRectF(0, _TOP + _HEADER + step * self._pitch, self.width(), self._pitch)

    def strip(self, step: int) -> VectorStrip:
        """A step's vector as drawn."""
        shown = self._steps[step]
        return VectorStrip(shown.values, self.limit(step), self._strip_rect(step), pool=shown.pool)

    def limit(self, step: int) -> float:
        """Where the colours of a step end: all vectors of means share one limit, which follows what is drawn."""
        shown = self._steps[step]
        return shown.limit if shown.units else self._limit

    @property
    def shared(self) -> int:
        """How many dimensions a line of pixels stands for, at most."""
        widest = max((len(step.values) for step in self._steps if not step.units), default=0)
        return math.ceil(widest / max(1, self._columns))

    @property
    def _columns(self) -> int:
        rect = self._strip_rect(0)
        ratio = self.devicePixelRatioF()
        return max(1, round(rect.right() * ratio) - round(rect.left() * ratio))

    def _strip_rect(self, step: int) -> QRectF:
        row = self.row(step)
        height = max(_STRIP, min(_MOST_STRIP, self._pitch - 8))
        left = self.shapes_right + _AIR
        width = max(1.0, self.norms_left - _AIR - left)
        return QRectF(left, round(row.center().y() - height / 2), width, round(height))

    @property
    def names_right(self) -> float:
        """Where the names end."""
        return WIRES + self._name_width + _AIR

    @property
    def shapes_right(self) -> float:
        """Where the numbers of values end."""
        return self.names_right + self._shape_width

    @property
    def norms_left(self) -> float:
        """Where the norms begin."""
        return self.width() - self._norm_width - 4

    @property
    def notes_fit(self) -> bool:
        """Whether there is a second line under the names."""
        return self._pitch >= _TWO_LINES

    def node(self, step: int) -> QPointF:
        """Where a step stands on the wire."""
        return QPointF(round(WIRES - 12) + 0.5, round(self.row(step).center().y()) + 0.5)

    def spot_at(self, place: QPointF) -> FlowSpot | None:
        """What a point stands for, or None beside the steps."""
        for step in range(len(self._steps)):
            if self.row(step).contains(place):
                strip = self.strip(step)
                if strip.rect.adjusted(0, -4, 0, 4).contains(place):
                    return FlowSpot(step, strip.index_at(place.x(), self.devicePixelRatioF()))
                return FlowSpot(step)
        return None

    def sizeHint(self) -> QSize:
        return QSize(480, 340)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 150)

    def drawing(self) -> Drawing:
        """The way as it is on screen, without what is only pointed at."""
        height = math.ceil(_TOP + _HEADER + len(self._steps) * self._pitch + _BOTTOM)
        return Drawing(QSizeF(self.width(), min(self.height(), height)), self._draw)

    def _arrange(self) -> None:
        small = QFontMetricsF(font("small"))
        count = max(1, len(self._steps))
        room = self.height() - _TOP - _HEADER - _BOTTOM
        self._pitch = float(max(1, int(min(_MOST_PITCH, room / count))))
        shapes = [str(len(step.values)) for step in self._steps]
        self._shape_width = (
            math.ceil(max(map(small.horizontalAdvance, [*shapes, tr("size")]), default=0.0)) + 2
        )
        norms = [figure(norm_of(step.values)) for step in self._steps]
        self._norm_width = math.ceil(max(map(small.horizontalAdvance, [*norms, tr("norm")]), default=0.0)) + 4
        names = [step.name for step in self._steps]
        if self.notes_fit:
            names += [step.note for step in self._steps]
        widest = max(map(small.horizontalAdvance, names), default=0.0) + 2
        spare = self.width() - WIRES - self._shape_width - self._norm_width - 3 * _AIR - 4 - _LEAST_STRIP
        self._name_width = math.ceil(max(0.0, min(widest, _MOST_NAME * self.width(), spare)))
        drawn = [pooled(step.values, self._columns, step.pool) for step in self._steps if not step.units]
        self._limit = limit_of(*drawn) if drawn else 1.0
        self._describe()
        self.update()

    def resizeEvent(self, event: QEvent) -> None:
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.LanguageChange):
            self._arrange()
        super().changeEvent(event)

    # Pointer and keys

    def _exists(self, spot: FlowSpot) -> bool:
        return spot.step < len(self._steps) and (
            spot.index is None or spot.index < len(self._steps[spot.step].values)
        )

    def spot_changed(self) -> None:
        self._describe()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleName(tr("A piece's way through the layer, in {n} steps", n=len(self._steps)))
        spot = self._spot
        self.setAccessibleDescription("" if spot is None or not self._exists(spot) else self.readout(spot))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self.pressed_on(event)
        if spot is None or spot.index is None or not self._steps[spot.step].units:
            event.ignore()
        else:
            self.unit_clicked.emit(spot.index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key not in ARROWS or not self._steps:
            super().keyPressEvent(event)
        elif modifiers == Qt.KeyboardModifier.ShiftModifier:
            self._walk(*ARROWS[key])
        elif modifiers == Qt.KeyboardModifier.NoModifier:
            down, right = ARROWS[key]
            (self.walked if down else self.ranked).emit(down or right)
        else:
            super().keyPressEvent(event)

    def _walk(self, down: int, right: int) -> None:
        if self._spot is None:
            self.point_to(FlowSpot(0, 0))
            return
        step = max(0, min(self._spot.step + down, len(self._steps) - 1))
        index = (0 if self._spot.index is None else self._spot.index) + right
        self.point_to(FlowSpot(step, max(0, min(index, len(self._steps[step].values) - 1))))

    # Painting

    def _draw(self, painter: QPainter, ratio: float) -> None:
        paint_flow(painter, ratio, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw(painter, self.devicePixelRatioF())
        spot = self._spot
        if spot is None or spot.index is None:
            return
        units = self._steps[spot.step].units
        for step, shown in enumerate(self._steps):
            if shown.units == units:
                self.strip(step).paint_mark(painter, spot.index)
