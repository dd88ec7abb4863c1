"""The units that add most to a vector, strongest first, as many as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.pointed import PointedView
from app.views.unit_values import UnitValues
from app.views.worked_numbers import column

_ROW = 17.0  # pixels, as are all lengths here
_PAD = 4.0
_MOST = 100


class UnitList(PointedView[int]):
    """Its spots are units; unit_clicked(unit), also by Enter; Up and Down hover."""

    unit_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: UnitValues | None = None
        self._unit: int | None = None
        self._pinned: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Units that add most"))

    @property
    def units(self) -> list[int]:
        """Those that are listed."""
        if self._values is None:
            return []
        count = max(0, min(_MOST, int((self.height() - _ROW) / _ROW)))
        shown: list[int] = self._values.ranked[:count].tolist()
        return shown

    def set_values(self, values: UnitValues | None) -> None:
        """List the strongest of these."""
        self._values = values
        self._describe()
        self.update()

    def set_unit(self, unit: int | None, pinned: int | None) -> None:
        """Mark the unit that is looked at, and the one that was chosen to stay."""
        if (unit, pinned) != (self._unit, self._pinned):
            self._unit, self._pinned = unit, pinned
            self._describe()
            self.update()

    def row_rect(self, index: int) -> QRectF:
        """The line of a listed unit."""
        return QRectF(0, (1 + index) * _ROW, self.width(), _ROW)

    def spot_at(self, place: QPointF) -> int | None:
        """The unit whose line is there."""
        for index, unit in enumerate(self.units):
            if self.row_rect(index).contains(place):
                return unit
        return None

    def sizeHint(self) -> QSize:
        return QSize(220, round(_ROW * 8))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, round(_ROW * 3))

    def readout(self, spot: int) -> str:
        """One line on a unit."""
        return "" if self._values is None else self._values.words(spot)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        unit = self.pressed_on(event)
        if unit is None:
            event.ignore()
        else:
            self.unit_clicked.emit(unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        units, key = self.units, Qt.Key(event.key())
        if units and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            now = units.index(self._unit) if self._unit in units else -1
            step = 1 if key == Qt.Key.Key_Down else -1
            self.point_to(units[max(0, min(now + step, len(units) - 1))])
        elif self._unit is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.unit_clicked.emit(self._unit)
        else:
            super().keyPressEvent(event)

    def _describe(self) -> None:
        self.setAccessibleDescription("" if self._unit is None else self.readout(self._unit))

    def paintEvent(self, event: QPaintEvent) -> None:
        values, units = self._values, self.units
        if values is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small"))
        names = (tr("unit"), tr("in"), tr("out"), tr("adds"))
        metrics, share = QFontMetricsF(font("small")), (self.width() - _PAD) / len(names)
        for digits in (3, 2):
            arrays = (values.inner, values.activated, values.added)
            columns = ([str(unit) for unit in units], *(column(a[units].tolist(), digits) for a in arrays))
            if max((metrics.horizontalAdvance(t) for c in columns for t in c), default=0.0) < share - _PAD:
                break
        for index, unit in enumerate(units):
            self._paint_ground(painter, index, unit)
        for at, (name, texts) in enumerate(zip(names, columns, strict=True)):
            right = (at + 1) * share
            for line, text in enumerate([name, *texts]):
                painter.setPen(QColor(theme().text if line and at else theme().secondary))
                width = metrics.horizontalAdvance(text) + 1
                place = QRectF(right - width, line * _ROW, width, _ROW)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_ground(self, painter: QPainter, index: int, unit: int) -> None:
        if unit not in (self._unit, self._pinned):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().accent_soft))
        painter.drawRoundedRect(self.row_rect(index), 3, 3)
        if unit == self._pinned or (unit == self._unit and self.hasFocus()):
            painter.setPen(QPen(QColor(theme().selection if unit == self._pinned else theme().accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.row_rect(index).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
