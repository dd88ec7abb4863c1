"""A map of points that fills its widget: which is pointed at, where the keys lead, and when it is laid out anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.views.arrows import ARROWS
from app.views.map_view import MapView

Floats = NDArray[np.float64]

_EDGE = 1.0  # widget units
_TURN = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class PointMap(MapView):
    """Points by their number. An arrow goes to the next one in that direction, Page Up and Page Down by number.

    air   between a point and the border when it was walked to
    near  so far from a point the pointer still means it
    zoom  the highest
    """

    def __init__(self, parent: QWidget | None, *, air: float, near: float, zoom: float) -> None:
        super().__init__(parent)
        self._air, self._near, self._highest_zoom = air, near, zoom
        self._pointed: int | None = None
        # Where points and names lie, and for which content.
        self._laid_out: tuple[QRectF, Floats] | None = None
        self._labelled: tuple[QRectF, dict[int, QRectF]] | None = None
        self.setMinimumSize(160, 90)

    # What a map says of its points.

    def lay_out(self, content: QRectF) -> Floats:
        """Where the points lie when the whole map is `content`: [N, 2], NaN for one that is not drawn."""
        raise NotImplementedError

    def place_labels(self, points: Floats) -> dict[int, QRectF]:
        """Where the names of as many points stand as there is room for."""
        raise NotImplementedError

    def current_point(self) -> int | None:
        """From which one the keys lead on, if there is one."""
        raise NotImplementedError

    def point_changed(self, index: int | None) -> None:
        """Another point is under the pointer, or none."""
        raise NotImplementedError

    def point_chosen(self, index: int) -> None:
        """A point was clicked, or walked to."""
        raise NotImplementedError

    # Geometry.

    def plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)

    def fitted(self, plot: QRectF) -> QSizeF:
        return plot.size()

    def highest_zoom(self) -> float:
        return self._highest_zoom

    def extent(self) -> QSizeF:
        return QSizeF(self.size())

    def points(self) -> Floats:
        """Where the points lie now, in widget units: [N, 2]."""
        content = self.content()
        if self._laid_out is None or self._laid_out[0] != content:
            self._laid_out = content, self.lay_out(content)
        return self._laid_out[1]

    def labels(self) -> dict[int, QRectF]:
        """Where names stand now, by the number of their point."""
        content = self.content()
        if self._labelled is None or self._labelled[0] != content:
            self._labelled = content, self.place_labels(self.points())
        return self._labelled[1]

    def lay_out_anew(self) -> None:
        """Needed after what is shown has changed."""
        self._laid_out = self._labelled = None
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._laid_out = self._labelled = None
        super().resizeEvent(event)

    def nearest(self, place: QPointF) -> int | None:
        """The point nearest to `place`, if any is near."""
        if not self.has_content():
            return None
        far = np.hypot(*(self.points() - (place.x(), place.y())).T)
        if np.isnan(far).all():
            return None
        nearest = int(np.nanargmin(far))
        return nearest if far[nearest] <= self._near else None

    # What a person does.

    def point_at(self, place: QPointF | None) -> None:
        pointed = None if place is None else self.nearest(place)
        if pointed != self._pointed:
            self._pointed = pointed
            self.point_changed(pointed)

    def click_at(self, place: QPointF) -> None:
        if (index := self.nearest(place)) is not None:
            self.point_chosen(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self.has_content() or (key not in ARROWS and key not in _TURN):
            super().keyPressEvent(event)
            return
        here = self.current_point()
        there = self._next(key, here)
        if there is not None and there != here:
            self.reveal(square_about(self.points()[there], self._air))
            self.point_chosen(there)

    def _next(self, key: Qt.Key, here: int | None) -> int | None:
        """Where a key leads; to the first of those drawn where there is no current one."""
        drawn = np.flatnonzero(~np.isnan(self.points()[:, 0]))
        if not len(drawn):
            return None
        if here is None:
            return int(drawn[0])
        if key in _TURN:
            return int(drawn[(int(np.searchsorted(drawn, here)) + _TURN[key]) % len(drawn)])
        return towards(self.points(), here, *ARROWS[key])


def square_about(point: Floats, radius: float) -> QRectF:
    """The square round a point [2] that reaches so far."""
    x, y = point.tolist()
    return QRectF(x - radius, y - radius, 2 * radius, 2 * radius)


def towards(points: Floats, here: int, down: int, right: int) -> int | None:
    """The nearest of `points` [N, 2] within 45 degrees of a direction; one that is off it counts as farther.

    None where there is none; a point at NaN is not there.
    """
    by = points - points[here]
    along = by @ (right, down)
    across = np.abs(by @ (down, right))
    there = np.flatnonzero((along > 1e-6) & (across <= along))
    if not len(there):
        return None
    return int(there[np.argmin(along[there] + 2 * across[there])])
