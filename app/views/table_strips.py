"""The segment and the position table of a model: a column a row of them, one colour a value, lengths above."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.drawing import Drawing, widget_drawing
from app.views.embedding_legend import norm_text
from app.views.embedding_values import starts, under
from app.views.strip_pixels import PixelImage, strip_image
from app.views.table_values import TableHit, TableValues
from app.views.tables import Table
from app.views.value_strips import ValueStrips

_TOP, _RIGHT, _GUTTER, _AXIS = 2, 8, 8, 18  # pixels, as are all lengths here
_COLUMN, _LEAST_COLUMN, _MOST_SEGMENTS, _PARTED = 34, 8, 136, 16
_LANE, _BETWEEN, _LEAST_STRIP = 30, 4, 40
_TICK = 44  # numbers of positions are at least so far apart
_PAGE = 16  # positions that a page key goes over


class TableStrips(ValueStrips[TableHit]):
    """Segments at the left, positions at the right, their dimensions down; the lengths of positions as a curve.

    Left and right walk the columns, page keys 16 at once, Enter clicks.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: TableValues | None = None
        self._length: int | None = None
        self._marked: tuple[int, ...] = ()
        self._current = 0
        self._images: list[tuple[QRectF, PixelImage]] = []
        self._line, self._curve_for = QPolygonF(), (QRectF(), 0.0)
        self.setAccessibleName(tr("Segment and position embeddings of the model"))

    # What is shown

    @property
    def values(self) -> TableValues | None:
        return self._values

    @property
    def scale(self) -> float:
        """Where colours end at the present size, either way."""
        return 1.0 if self._values is None else self._values.pooled(*self.device_size())[2]

    @property
    def shared(self) -> tuple[int, int]:
        """How many positions share a column, and dimensions a line, at most."""
        if self._values is None:
            return 1, 1
        columns, rows = self.device_size()
        return (
            math.ceil(len(self._values.position) / columns),
            math.ceil(self._values.dimensions / rows),
        )

    def set_tables(self, values: TableValues | None) -> None:
        """Show these tables, or nothing."""
        self._values = values
        self._current = 0
        self._drawn_for, self._curve_for = (), (QRectF(), 0.0)
        self.point_to(None)
        self.drawn_changed.emit()
        self.update()

    def set_length(self, length: int | None) -> None:
        """Mark how many positions the present text takes."""
        if length != self._length:
            self._length = length
            self.update()

    def set_marks(self, positions: tuple[int, ...]) -> None:
        """Outline the columns of these positions."""
        if positions != self._marked:
            self._marked = positions
            self.update()

    def table(self) -> Table:
        """A row for each row of the tables: table, row, norm, and all H values."""
        values = self._values
        if values is None:
            return [], ()
        header = ["table", "row", "norm", *(f"dimension {d}" for d in range(values.dimensions))]
        whole = range(values.dimensions)
        hits = [TableHit(part, row, whole) for part, row in values.hits]
        return header, ([h.part, h.row, values.norm(h), *values.vector(h).tolist()] for h in hits)

    # Layout

    def segments_rect(self) -> QRectF:
        """Where the columns of segments are."""
        strip = self._strip()
        count = 0 if self._values is None else len(self._values.columns)
        return QRectF(self._left(), strip.top(), count * self._segment_width(), strip.height())

    def positions_rect(self) -> QRectF:
        """Where the columns of positions are."""
        strip = self._strip()
        left = self.segments_rect().right() + _PARTED
        return QRectF(left, strip.top(), max(1.0, self.width() - _RIGHT - left), strip.height())

    def lane_rect(self) -> QRectF:
        """Where the lengths of positions are drawn; of no height where there is no room."""
        place = self.positions_rect()
        height = place.top() - _BETWEEN - _TOP if self._has_lane() else 0.0
        return QRectF(place.left(), _TOP, place.width(), height)

    def column_rect(self, hit: TableHit) -> QRectF:
        """Where the column of a row lies."""
        if hit.part == "position":
            place = self.positions_rect()
            count = 1 if self._values is None else len(self._values.position)
            width, column = place.width() / count, hit.row
        else:
            place, width = self.segments_rect(), self._segment_width()
            column = hit.row if hit.part == "segment" else round(place.width() / width) - 1
        return QRectF(place.left() + column * width, place.top(), width, place.height())

    def spot_at(self, place: QPointF) -> TableHit | None:
        """What a point stands for, or None beside the strips."""
        values = self._values
        if values is None:
            return None
        columns, rows = self.device_size()
        for area in (self.segments_rect(), self.positions_rect()):
            if not area.contains(place):
                continue
            down = under(place.y() - area.top(), area.height(), values.dimensions, rows)
            if area == self.positions_rect():
                across = under(place.x() - area.left(), area.width(), len(values.position), columns)
                return TableHit("position", (across.start + across.stop - 1) // 2, down)
            column = min(int((place.x() - area.left()) / self._segment_width()), len(values.columns) - 1)
            part, row = values.hits[column]
            return TableHit(part, row, down)
        return None

    def sizeHint(self) -> QSize:
        return QSize(420, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, _TOP + _LEAST_STRIP + _AXIS)

    def drawing(self) -> Drawing:
        """The strips as they are on screen."""
        return widget_drawing(self)

    def _left(self) -> float:
        metrics = QFontMetricsF(font("small"))
        return math.ceil(max(map(metrics.horizontalAdvance, (tr("norm"), tr("value"))))) + _GUTTER

    def _segment_width(self) -> float:
        count = 1 if self._values is None else len(self._values.columns)
        return max(float(_LEAST_COLUMN), min(float(_COLUMN), _MOST_SEGMENTS / count))

    def _has_lane(self) -> bool:
        return self.height() >= _TOP + _LANE + _BETWEEN + _LEAST_STRIP + _AXIS

    def _strip(self) -> QRectF:
        lane = 0.0
        if self._has_lane():
            lane = max(_LANE, min(64.0, 0.22 * self.height())) + _BETWEEN
        return QRectF(0, _TOP + lane, self.width(), max(1.0, self.height() - _TOP - lane - _AXIS))

    def device_size(self) -> tuple[int, int]:
        """Columns and rows of the position strip in device pixels."""
        ratio, place = self.devicePixelRatioF(), self.positions_rect()
        return max(1, round(place.width() * ratio)), max(1, round(place.height() * ratio))

    # Pointer and keys

    def readout(self, spot: TableHit) -> str:
        """One line on a spot."""
        return "" if self._values is None else self._values.readout(spot)

    def _go_to(self, column: int) -> None:
        assert self._values is not None
        hits = self._values.hits
        self._current = max(0, min(column, len(hits) - 1))
        self.point_to(TableHit(*hits[self._current], range(self._values.dimensions)))

    def pressed(self, spot: TableHit) -> None:
        assert self._values is not None
        self._current = self._values.hits.index((spot.part, spot.row))
        if spot.part == "position":
            self.clicked.emit(spot.row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, at = Qt.Key(event.key()), self._current
        moves = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1 if self.spot is not None else at,
            Qt.Key.Key_PageUp: at - _PAGE,
            Qt.Key.Key_PageDown: at + _PAGE,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: 1 << 30,
        }
        if self._values is not None and key in moves:
            self._go_to(moves[key])
        elif self._values is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            part, row = self._values.hits[self._current]
            if part == "position":
                self.clicked.emit(row)
        else:
            super().keyPressEvent(event)

    # Painting

    def has_values(self) -> bool:
        return self._values is not None

    def draw_images(self, columns: int, rows: int) -> None:
        assert self._values is not None
        segments, positions, scale = self._values.pooled(columns, rows)
        left, right = self.segments_rect(), self.positions_rect()
        across = max(1, round(left.width() * self.devicePixelRatioF()))
        self._images = [
            (left, strip_image(segments, scale, across, rows)),
            (right, strip_image(positions, scale, columns, rows)),
        ]

    def paint(self, painter: QPainter) -> None:
        for place, image in self._images:
            painter.drawImage(place, image)
        self._paint_words(painter)
        self._paint_lane(painter)
        self._paint_marks(painter)

    def _paint_words(self, painter: QPainter) -> None:
        assert self._values is not None
        values, strip = self._values, self._strip()
        painter.setFont(font("small"))
        painter.setPen(QColor(theme().secondary))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        room = self._left() - _GUTTER
        painter.drawText(QRectF(0, strip.top(), room, strip.height()), right, tr("value"))
        names = [values.segment_name(row) for row in range(len(values.segment))]
        if values.parted:
            names.append("A−B")
        width, centre = self._segment_width(), Qt.AlignmentFlag.AlignCenter
        metrics = QFontMetricsF(font("small"))
        for column, name in enumerate(names):
            left = self.segments_rect().left() + column * width
            if metrics.horizontalAdvance(name) <= width:
                painter.drawText(QRectF(left, strip.bottom(), width, _AXIS), centre, name)
            words = norm_text(float(values.column_norms[column]))
            if self._has_lane() and metrics.horizontalAdvance(words) <= width:
                painter.drawText(QRectF(left, strip.top() - 19, width, 18), centre, words)
        self._paint_ticks(painter)

    def ticks(self) -> list[int]:
        """The positions that have a number below."""
        if self._values is None:
            return []
        count = len(self._values.position)
        most = max(1, int(self.positions_rect().width() / _TICK))
        step = next(2**power for power in range(31) if count <= most * 2**power)
        found = list(range(0, count, step))
        if count - 1 - found[-1] >= step * 0.75:
            found.append(count - 1)
        return found

    def _paint_ticks(self, painter: QPainter) -> None:
        place, line, taken = self.positions_rect(), _AXIS, 0.0
        assert self._values is not None
        width = place.width() / len(self._values.position)
        title = tr("position")
        for tick in self.ticks():
            x = place.left() + (tick + 0.5) * width
            words = title + " 0" if tick == 0 else str(tick)
            own = QFontMetricsF(font("small")).horizontalAdvance(words) + 2
            left = min(max(place.left() - 4, x - own / 2), self.width() - own)
            if left >= taken:
                where = QRectF(left, place.bottom(), own, line)
                painter.drawText(where, Qt.AlignmentFlag.AlignCenter, words)
                taken = left + own + _GUTTER

    def _paint_lane(self, painter: QPainter) -> None:
        assert self._values is not None
        lane, norms = self.lane_rect(), self._values.position_norms
        if lane.height() <= 0:
            return
        top = max(float(norms.max(initial=0.0)), self._values.initial, 1e-30)
        colours = theme()
        painter.setPen(QColor(colours.secondary))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, lane.top(), self._left() - _GUTTER, lane.height()), side, tr("norm"))
        y = lane.bottom() - lane.height() * self._values.initial / top
        pen = QPen(QColor(colours.line_strong), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(lane.left(), y), QPointF(lane.right(), y))
        painter.setPen(QPen(QColor(colours.accent), 1))
        painter.drawPolyline(self._curve(lane, top))
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(lane.bottomLeft(), lane.bottomRight())

    def _curve(self, lane: QRectF, top: float) -> QPolygonF:
        """The lengths of positions; kept, since making it takes longer than drawing it."""
        assert self._values is not None
        if self._curve_for != (lane, top):
            norms = self._values.position_norms
            first = starts(len(norms), max(1, int(lane.width() / 2)))
            means = np.add.reduceat(norms, first) / np.diff(first, append=len(norms))
            across = lane.left() + (np.arange(len(means)) + 0.5) * lane.width() / len(means)
            down = lane.bottom() - lane.height() * means / top
            self._line = QPolygonF(list(map(QPointF, across.tolist(), down.tolist())))
            self._curve_for = lane, top
        return self._line

    def _paint_marks(self, painter: QPainter) -> None:
        assert self._values is not None
        colours, count = theme(), len(self._values.position)
        if self._length is not None and 0 < self._length < count:
            x = self.positions_rect().left() + self.positions_rect().width() * self._length / count
            pen = QPen(QColor(colours.text), 1, Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([3, 3])
            painter.setPen(pen)
            top = self.lane_rect().top() if self._has_lane() else self._strip().top()
            painter.drawLine(QPointF(x, top), QPointF(x, self._strip().bottom()))
        for position in self._marked:
            if 0 <= position < count:
                column = self.column_rect(TableHit("position", position, range(0)))
                self.outline(painter, column, QPen(QColor(colours.text), 1), 1)
        if self.spot is not None:
            pen = QPen(QColor(colours.accent), 2) if self.hasFocus() else QPen(QColor(colours.text), 1)
            self.outline(painter, self.column_rect(self.spot), pen, 1)
