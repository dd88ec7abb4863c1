"""One plot of curves that grow, drawn once for what it shows and kept: a pointer over it costs one line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import theme
from app.views.axis_ticks import TickSpec
from app.views.kept_picture import kept_picture
from app.views.plot_drawing import Level, PlotPicture, Ring, Role, Strand
from app.views.smoothing import Floats
from app.views.thinning import thinned

_ROOM_X, _ROOM_Y = 80.0, 22.0  # pixels that a tick and its text want
_LEFT = 52  # of every plot, so that those below each other line up
_BELOW = 36  # ticks and label of x
_ABOVE, _BEHIND = 5, 8
_AIR = 0.06  # above and below a curve, as a share of its height
_LEVEL = 1e-9
_LEAST = 1e-300
_ZOOM = 1.0015  # a wheel's unit; a notch has 120
_KEY_ZOOM, _PAN = 1.25, 0.1  # for one key; of what is seen
_NONE = np.empty(0)
_APART = 2  # pixels between points of a mean: it is smooth, and every point of a wide line costs


class Plot(QWidget):
    """The wheel zooms and dragging pans along x, where y follows; on the y axis, along y. A double click fits.

    By keyboard: left and right pan, + and - zoom, Home fits.

    Numbers given and told are those of the data, also where an axis is logarithmic.
    """

    hovered = Signal(object)  # float | None: where on the x axis the pointer is
    moved = Signal(object)  # (low, high): the person has chosen this part of x
    fit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._x, self._y = TickSpec(room=_ROOM_X), TickSpec(room=_ROOM_Y)
        self._x_label = ""
        self._strands: tuple[Strand, ...] = ()
        self._levels: tuple[Level, ...] = ()
        self._rings: tuple[Ring, ...] = ()
        self._view = ((0.0, 1.0), (0.0, 1.0))  # in the units of the axes
        self._y_chosen = False
        self._cursor: float | None = None
        self._kept: QPixmap | None = None
        self._dragged: tuple[QPointF, bool] | None = None  # from where, and whether along y

    # What is shown -----------------------------------------------------------------------------------------------

    def set_kinds(self, x: str, y: str, x_label: str, exponent: int = 0) -> None:
        """How the numbers of each axis are written, y's in 10^exponent, and what stands under x."""
        self._x = replace(self._x, kind=x)
        self._y = replace(self._y, kind=y, exponent=exponent)
        self._x_label = x_label
        self._anew()

    def set_log(self, x: bool, y: bool) -> None:
        """Which axes are logarithmic; what is not above 0 has no place on such a one."""
        if (x, y) != self.log:
            self._x, self._y = replace(self._x, log=x), replace(self._y, log=y)
            self._y_chosen = False
            self._anew()

    @property
    def log(self) -> tuple[bool, bool]:
        """Which axes are logarithmic."""
        return self._x.log, self._y.log

    def set_strands(
        self, strands: Sequence[Strand], levels: Sequence[Level] = (), rings: Sequence[Ring] = ()
    ) -> None:
        """Show these, the first ones behind those that follow."""
        self._strands = tuple(self._possible(strand) for strand in strands)
        log_x, log_y = self.log
        self._levels = tuple(level for level in levels if level.y > 0 or not log_y)
        self._rings = tuple(ring for ring in rings if (ring.x > 0 or not log_x) and (ring.y > 0 or not log_y))
        self._anew()

    def _possible(self, strand: Strand) -> Strand:
        """Without what a logarithmic axis cannot show."""
        there = np.ones(len(strand.x), dtype=bool)
        if self._x.log:
            there &= strand.x > 0
        if self._y.log:
            there &= strand.y > 0
        return strand if there.all() else replace(strand, x=strand.x[there], y=strand.y[there])

    @property
    def strands(self) -> tuple[Strand, ...]:
        """What is shown, as far as the axes can show it."""
        return self._strands

    def shown(self, role: Role) -> tuple[Floats, Floats]:
        """(x, y) of the first strand in that role."""
        found = (strand for strand in self._strands if strand.role == role)
        return next(((strand.x, strand.y) for strand in found), (_NONE, _NONE))

    def x_extent(self) -> tuple[float, float] | None:
        """From the least to the greatest x; None without a point."""
        ends = [strand.x[[0, -1]] for strand in self._strands if len(strand.x)]
        return None if not ends else (float(min(e[0] for e in ends)), float(max(e[1] for e in ends)))

    # What part of it ---------------------------------------------------------------------------------------------

    def look(self, low: float, high: float, *, fit_y: bool = False) -> None:
        """Show this part of x; y follows, unless the person has chosen a part of it."""
        if fit_y:
            self._y_chosen = False
        if self._x.log:
            low, high = math.log10(max(low, _LEAST)), math.log10(max(high, _LEAST))
        if not high > low:
            low, high = low - 0.5, high + 0.5
        y = self._view[1] if self._y_chosen else self._fitting_y(low, high)
        if ((low, high), y) != self._view:
            self._view = (low, high), y
            self._anew()

    def look_y(self, low: float, high: float) -> None:
        """Show this part of y, until all is wanted again."""
        if self._y.log:
            low, high = math.log10(max(low, _LEAST)), math.log10(max(high, _LEAST))
        self._y_chosen = True
        self._view = self._view[0], (low, high)
        self._anew()

    def view(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The part of x and of y that is seen."""
        (x0, x1), (y0, y1) = self._view
        return (
            (10.0**x0, 10.0**x1) if self._x.log else (x0, x1),
            (10.0**y0, 10.0**y1) if self._y.log else (y0, y1),
        )

    def _fitting_y(self, low: float, high: float) -> tuple[float, float]:
        if self._x.log:
            low, high = 10.0**low, 10.0**high
        ends = [(level.y, level.y) for level in self._levels]
        for strand in self._strands:
            seen = strand.y[np.searchsorted(strand.x, low) : np.searchsorted(strand.x, high, side="right")]
            if len(seen):
                ends.append((float(seen.min()), float(seen.max())))
        if not ends:
            return self._view[1]
        bottom, top = min(e[0] for e in ends), max(e[1] for e in ends)
        if self._y.log:
            bottom, top = math.log10(bottom), math.log10(top)
        level = max(abs(top), abs(bottom))
        # What differs by the last digits of a computation only is level.
        air = _AIR * (top - bottom) if top - bottom > _LEVEL * level else _AIR * level or _AIR
        return bottom - air, top + air

    # As a picture ------------------------------------------------------------------------------------------------

    def frame(self) -> QRectF:
        """Where the axes run, in the widget's units."""
        width, height = max(1, self.width() - _LEFT - _BEHIND), max(1, self.height() - _ABOVE - _BELOW)
        return QRectF(_LEFT, _ABOVE, width, height)

    def picture(self) -> PlotPicture:
        """What is seen now; curves as coarse as the screen needs them."""
        (x0, x1), (y0, y1) = self._view
        frame = self.frame()
        return PlotPicture(
            (x0, x1),
            (y0, y1),
            self._x.ticks(x0, x1, frame.width()),
            self._y.ticks(y0, y1, frame.height()),
            self._x_label,
            tuple(self._drawn(strand, x0, x1, int(frame.width())) for strand in self._strands),
            tuple(replace(level, y=math.log10(level.y)) for level in self._levels)
            if self._y.log
            else self._levels,
            tuple(
                replace(
                    ring,
                    x=math.log10(ring.x) if self._x.log else ring.x,
                    y=math.log10(ring.y) if self._y.log else ring.y,
                )
                for ring in self._rings
            ),
        )

    def _drawn(self, strand: Strand, low: float, high: float, pixels: int) -> Strand:
        """As on screen: in logarithms where an axis is, and with as many points as there are pixels."""
        x = np.log10(strand.x) if self._x.log else strand.x
        y = np.log10(strand.y) if self._y.log else strand.y
        if strand.role != "dots" or strand.lines:
            every = strand.role == "every"
            x, y = thinned(
                x, y, low, high, pixels if every else pixels // _APART, "peaks" if every else "mean"
            )
        return replace(strand, x=x, y=y)

    def _anew(self) -> None:
        self._kept = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The kept picture, and the pointer's line over it."""
        self._kept = kept_picture(self._kept, self, self._draw)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept)
        if self._cursor is not None:
            frame, (low, high) = self.frame(), self._view[0]
            x = math.log10(max(self._cursor, _LEAST)) if self._x.log else self._cursor
            if low <= x <= high:
                across = frame.left() + (x - low) / (high - low) * frame.width()
                painter.setPen(QPen(QColor(theme().secondary), 1))
                painter.drawLine(QPointF(across, frame.top()), QPointF(across, frame.bottom()))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -1, -1))
        painter.end()

    def _draw(self, painter: QPainter, ratio: float) -> None:
        self.picture().draw(painter, self.frame(), self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._anew()

    def changeEvent(self, event: QEvent) -> None:
        """Take on the colours of the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._anew()

    def sizeHint(self) -> QSize:
        return QSize(360, 190)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 100)

    # The pointer -------------------------------------------------------------------------------------------------

    def mark(self, x: float | None) -> None:
        """A line where the pointer is, here or in a plot beside this one."""
        if x != self._cursor:
            self._cursor = x
            self.update()

    def reach(self, pixels: float) -> float:
        """How far that many pixels are along x, on a plain axis."""
        (low, high), _ = self.view()
        return (high - low) * pixels / max(1.0, self.frame().width())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        turned = event.angleDelta().y()
        if not turned:
            return  # along the other way: whoever scrolls may have it
        event.accept()
        self._zoom(event.position(), _ZOOM ** (-turned))

    def _zoom(self, place: QPointF, factor: float) -> None:
        frame = self.frame()
        (x0, x1), (y0, y1) = self._view
        if place.x() < frame.left():
            share = (frame.bottom() - place.y()) / frame.height()
            at = y0 + min(1.0, max(0.0, share)) * (y1 - y0)
            self._choose_y(at + (y0 - at) * factor, at + (y1 - at) * factor)
        else:
            at = x0 + (place.x() - frame.left()) / frame.width() * (x1 - x0)
            self._choose_x(at + (x0 - at) * factor, at + (x1 - at) * factor)

    def _choose_x(self, low: float, high: float) -> None:
        if high - low <= 1e-9 * max(abs(low), abs(high), 1e-9):
            return
        self.moved.emit((10.0**low, 10.0**high) if self._x.log else (low, high))

    def _choose_y(self, low: float, high: float) -> None:
        if high - low > 1e-12 * max(abs(low), abs(high), 1e-12):
            self._y_chosen = True
            self._view = self._view[0], (low, high)
            self._anew()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._dragged = event.position(), event.position().x() < self.frame().left()
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, or say where the pointer is."""
        place, frame = event.position(), self.frame()
        if self._dragged is None:
            self.hovered.emit(self._at(place) if frame.contains(place) else None)
            return
        before, along_y = self._dragged
        (x0, x1), (y0, y1) = self._view
        if along_y:
            far = (place.y() - before.y()) / frame.height() * (y1 - y0)
            self._choose_y(y0 + far, y1 + far)
        else:
            far = (before.x() - place.x()) / frame.width() * (x1 - x0)
            if far:
                self._choose_x(x0 + far, x1 + far)
        self._dragged = place, along_y

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._dragged = None
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """All of it again."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.fit_wanted.emit()

    def _at(self, place: QPointF) -> float:
        frame, (low, high) = self.frame(), self._view[0]
        x = low + (place.x() - frame.left()) / frame.width() * (high - low)
        return 10.0**x if self._x.log else x

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pan, zoom, or show all."""
        key, (low, high) = Qt.Key(event.key()), self._view[0]
        pans = {Qt.Key.Key_Left: -_PAN, Qt.Key.Key_Right: _PAN}
        zooms = {Qt.Key.Key_Plus: 1 / _KEY_ZOOM, Qt.Key.Key_Equal: 1 / _KEY_ZOOM, Qt.Key.Key_Minus: _KEY_ZOOM}
        if key in pans:
            far = pans[key] * (high - low)
            self._choose_x(low + far, high + far)
        elif key in zooms:
            self._zoom(self.frame().center(), zooms[key])
        elif key == Qt.Key.Key_Home:
            self.fit_wanted.emit()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._dragged = None
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(None)
        super().leaveEvent(event)
