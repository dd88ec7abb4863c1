"""All heads as points on a plane, like ones near each other, each with the mark of its pattern."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.label_room import Taken, sides
from app.views.map_view import Camera
from app.views.mosaic_order import Head
from app.views.pattern_marks import draw_mark
from app.views.point_map import Floats, PointMap, square_about
from app.views.ticks import nice_step

_AIR = 14.0  # widget units, as are all lengths here: between a point and the border
_RADIUS, _RING = 4.5, 8.0
_NEAR = 12.0  # so far from a point the pointer still means it
_ZOOM = 16.0
_RULER = 90.0  # the scale's bar is about so long, and needs
_BELOW = 14.0  # so much at the bottom
_GAP = 2.0  # between a point and its name


class HeadPoints(PointMap):
    """Points at float64 [N, 2], N = layers x heads in that order. Selection and hover are set from outside.

    head_hovered  (layer, head) under the pointer, or None
    head_clicked  (layer, head) clicked, or walked to
    """

    head_hovered = Signal(object)
    head_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, air=_AIR, near=_NEAR, zoom=_ZOOM)
        self._places: Floats | None = None
        self._heads = 1
        self._patterns: list[str] = []
        self._selected: Head | None = None
        self._hovered: Head | None = None
        self.setAccessibleName(tr("Map of heads by similarity"))

    def sizeHint(self) -> QSize:
        return QSize(360, 240)

    def set_heads(self, places: Floats | None, heads: int = 1, patterns: Sequence[str] = ()) -> None:
        """Show heads at these places, `heads` a layer, with a pattern's name each; None shows the empty text.

        Raises ValueError where places and patterns are not as many.
        """
        if places is not None and places.shape != (len(patterns), 2):
            raise ValueError(f"places of shape {places.shape} for {len(patterns)} heads")
        before, self._places, self._heads = self._places, places, heads
        self._patterns = list(patterns)
        if before is None or places is None or before.shape != places.shape:
            self._look(Camera())
            self.point_at(None)
        self.lay_out_anew()

    def set_selected(self, layer: int | None, head: int | None) -> None:
        """Ring a head, or none."""
        selected = None if layer is None or head is None else (layer, head)
        if selected != self._selected:
            self._selected = selected
            self.setAccessibleDescription("" if selected is None else head_label(*selected))
            self.update()

    def set_hovered(self, layer: int | None, head: int | None) -> None:
        """Name a head that is pointed at here or elsewhere."""
        hovered = None if layer is None or head is None else (layer, head)
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def copy_to(self, other: HeadPoints) -> None:
        """Let another show the same heads and selection."""
        other.set_heads(self._places, self._heads, self._patterns)
        other.set_selected(*(self._selected or (None, None)))

    # Geometry.

    def has_content(self) -> bool:
        return self._places is not None

    def lay_out(self, content: QRectF) -> Floats:
        """Distances on screen are true to those of the heads."""
        assert self._places is not None
        middle = (self._places.max(0) + self._places.min(0)) / 2
        turned = (self._places - middle) * (1, -1)  # the second axis points up
        area = self._area(content)
        centre = np.array([area.center().x(), area.center().y()])
        return centre + turned * self._scale(content)

    def _area(self, content: QRectF) -> QRectF:
        """What points may fill, with the ruler below them."""
        zoom = content.width() / self.plot().width()
        return content.adjusted(_AIR * zoom, _AIR * zoom, -_AIR * zoom, -(_AIR + _BELOW) * zoom)

    def _scale(self, content: QRectF) -> float:
        """Widget units of a distance of 1."""
        assert self._places is not None
        span = self._places.max(0) - self._places.min(0)
        area = self._area(content)
        room = np.maximum([area.width(), area.height()], 1.0)
        known = span > 1e-12
        return float((room[known] / span[known]).min()) if known.any() else 1.0

    def head_at(self, place: QPointF) -> Head | None:
        """The head whose point is nearest to `place`, if any is near."""
        nearest = self.nearest(place)
        return None if nearest is None else self._head(nearest)

    def place_of(self, layer: int, head: int) -> QPointF:
        """Where the point of a head lies now."""
        return QPointF(*self.points()[layer * self._heads + head].tolist())

    def _head(self, index: int) -> Head:
        return divmod(index, self._heads)

    def _index(self, head: Head | None) -> int | None:
        """Where a head is among the points, if it is there."""
        if head is None or self._places is None or head[1] >= self._heads:
            return None
        index = head[0] * self._heads + head[1]
        return index if index < len(self._places) else None

    # Drawing.

    def draw_map(self, painter: QPainter, ratio: float) -> None:
        points = self.points()
        painter.save()
        painter.setClipRect(self.plot())
        for pattern, (x, y) in zip(self._patterns, points.tolist(), strict=True):
            draw_mark(painter, pattern, QPointF(x, y), _RADIUS)
        painter.setFont(font("small"))
        painter.setPen(QColor(theme().secondary))
        for index, area in self.labels().items():
            painter.drawText(area, _CENTRE, head_label(*self._head(index)))
        painter.restore()
        self._draw_ruler(painter)
        painter.setPen(QPen(QColor(theme().line), 1))
        painter.drawRect(self.plot().adjusted(-0.5, -0.5, 0.5, 0.5))

    def place_labels(self, points: Floats) -> dict[int, QRectF]:
        """Each clear of all other points and names."""
        metrics, plot = QFontMetricsF(font("small")), self.plot()
        taken = Taken(plot)
        for point in points:
            taken.add(square_about(point, _RADIUS))
        taken.add(QRectF(plot.left(), plot.bottom() - _BELOW, 2 * _RULER, _BELOW))
        labels = {}
        for index, point in enumerate(points):
            width = metrics.horizontalAdvance(head_label(*self._head(index))) + 2
            size = QSizeF(width, metrics.height())
            if (area := taken.take_first(sides(point, size, _RADIUS + _GAP))) is not None:
                labels[index] = area
        return labels

    def _draw_ruler(self, painter: QPainter) -> None:
        """How far apart heads are whose points are so far apart."""
        scale = self._scale(self.content())
        length = nice_step(_RULER / scale, 1.0)
        while length * scale > 1.6 * _RULER:
            length /= 2
        plot = self.plot()
        left, bottom = plot.left() + 10, plot.bottom() - 9
        right = left + length * scale
        painter.setPen(QPen(QColor(theme().secondary), 1))
        painter.drawLine(QPointF(left, bottom), QPointF(right, bottom))
        for x in (left, right):
            painter.drawLine(QPointF(x, bottom - 3), QPointF(x, bottom + 3))
        painter.setFont(font("small"))
        metrics = QFontMetricsF(font("small"))
        painter.drawText(
            QPointF(right + 6, bottom + metrics.ascent() / 2 - 1), tr("{length} √nat", length=f"{length:.3g}")
        )

    def draw_marks(self, painter: QPainter, hover: bool) -> None:
        marks = [(self._selected, QColor(theme().selection), 2.0)]
        if hover:
            marks.append((self._hovered, QColor(theme().secondary), 1.0))
        painter.save()
        painter.setClipRect(self.plot())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for head, colour, width in marks:
            index = self._index(head)
            if head is None or index is None:
                continue
            place = self.place_of(*head)
            self._draw_name(painter, index, place)
            draw_mark(painter, self._patterns[index], place, _RADIUS)
            painter.setPen(QPen(colour, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, _RING, _RING)
        painter.restore()

    def _draw_name(self, painter: QPainter, index: int, place: QPointF) -> None:
        """Over its own name, or on a ground of its own where that was left out."""
        name, plot = head_label(*self._head(index)), self.plot()
        metrics = QFontMetricsF(font("bold"))
        width, height = metrics.horizontalAdvance(name) + 6, metrics.height()
        own = self.labels().get(index)
        left = place.x() + _RING + 2
        if left + width > plot.right() or (own is not None and own.right() <= place.x()):
            left = place.x() - _RING - 2 - width
        top = min(max(place.y() - height / 2, plot.top()), plot.bottom() - height)
        if own is not None and own.left() < place.x() < own.right():
            left = min(max(place.x() - width / 2, plot.left()), plot.right() - width)
            top = place.y() - _RING - height if own.top() < place.y() else place.y() + _RING
        area = QRectF(left, top, width, height)
        painter.fillRect(area if own is None else area.united(own), QColor(theme().surface))
        painter.setFont(font("bold"))
        painter.setPen(QColor(theme().text))
        painter.drawText(area, _CENTRE, name)

    # What a person does.

    def current_point(self) -> int | None:
        return self._index(self._selected)

    def point_changed(self, index: int | None) -> None:
        head = None if index is None else self._head(index)
        self.set_hovered(*(head or (None, None)))
        self.head_hovered.emit(head)

    def point_chosen(self, index: int) -> None:
        self.head_clicked.emit(self._head(index))


def head_label(layer: int, head: int) -> str:
    """L4-H6, as people count."""
    return f"L{layer + 1}-H{head + 1}"


_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
