"""Pieces as points on a plane after a layer, with their names, and their trails through the layers before."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.label_room import Taken, sides
from app.views.map_view import Camera
from app.views.piece_marks import colour_of, draw_mark
from app.views.piece_points import Fit, MapPiece, PiecePoints, fit
from app.views.piece_text import draw_piece, elided, visible
from app.views.point_map import Floats, PointMap, square_about

Trails = Literal["none", "pinned", "all"]

_AIR, _RADIUS, _RING, _HALO = 12.0, 3.5, 7.0, 6.0  # widget units, as are all lengths here
_NEAR = 10.0  # so far from a point the pointer still means it
_ZOOM = 24.0
_GAP = 3.0
_WRITTEN = 8.0  # more air above and below, where the axes are named
_NAME = 110.0  # a name is at most so wide
_FAINTEST = 40  # of 255: the oldest part of a trail


class PieceMap(PointMap):
    """Selection and hover are set from outside, by the number of a piece.

    piece_hovered  the number of the piece under the pointer, or None
    piece_clicked  of one clicked, or walked to
    """

    piece_hovered = Signal(object)
    piece_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, air=_AIR, near=_NEAR, zoom=_ZOOM)
        self._shown: PiecePoints | None = None
        self._layer = 0
        self._trails: Trails = "pinned"
        self._one_scale = self._stretched = True
        self._how: Fit | None = None  # places lie, as laid out
        self._word: frozenset[int] = frozenset()
        self._leading: frozenset[int] = frozenset()
        self._pinned: tuple[int, ...] = ()
        self._hovered: tuple[int, ...] = ()
        self.setAccessibleName(tr("Map of hidden states"))

    def sizeHint(self) -> QSize:
        return QSize(420, 180)

    # What is shown.

    @property
    def shown(self) -> PiecePoints | None:
        """The pieces, of all layers."""
        return self._shown

    @property
    def layer(self) -> int:
        """After which layer they are shown; 0 is the embeddings."""
        return self._layer

    def set_points(self, points: PiecePoints | None) -> None:
        """Show these pieces; None shows the empty text."""
        before, self._shown = self._shown, points
        if before is None or points is None or len(before.pieces) != len(points.pieces):
            self._camera = Camera()
            self.point_at(None)
        if points is not None:
            self._layer = min(self._layer, points.layers - 1)
        self.lay_out_anew()

    def set_layer(self, layer: int) -> None:
        """Show this layer, or the last of those known."""
        if self._shown is not None:
            layer = max(0, min(layer, self._shown.layers - 1))
        if layer != self._layer:
            self._layer = layer
            self.lay_out_anew()

    def set_trails(self, trails: Trails) -> None:
        """Whose ways through the layers are drawn: nobody's, those of pinned and hovered pieces, or all."""
        if trails != self._trails:
            self._trails = trails
            self.refresh()

    def set_one_scale(self, one: bool) -> None:
        """One scale for all layers, or each layer as large as there is room for."""
        if one != self._one_scale:
            self._one_scale = one
            self.lay_out_anew()

    def set_stretched(self, stretched: bool) -> None:
        """Fill the plot, each axis with a scale of its own; or distances are true."""
        if stretched != self._stretched:
            self._stretched = stretched
            self.lay_out_anew()

    def set_pinned(self, pieces: tuple[int, ...]) -> None:
        """Ring these, the first foremost."""
        if pieces != self._pinned:
            self._pinned = pieces
            self.setAccessibleDescription(", ".join(self._written(piece) for piece in self._inside(pieces)))
            self.update()

    def set_hovered(self, pieces: tuple[int, ...]) -> None:
        """Name what is pointed at, here or elsewhere."""
        if pieces != self._hovered:
            self._hovered = pieces
            self.update()

    @property
    def word(self) -> frozenset[int]:
        """The pieces of the word that is looked for."""
        return self._word

    def set_word(self, pieces: frozenset[int], *, leading: bool = False) -> None:
        """Ring thinly the pieces of the word that is looked for; `leading`: their names come before all others."""
        if pieces != self._word:
            self._word = pieces
            self.update()
        if (pieces if leading else frozenset()) != self._leading:
            self._leading = pieces if leading else frozenset()
            self._labelled = None
            self.refresh()

    def copy_to(self, other: PieceMap) -> None:
        """Let another show the same."""
        other._word, other._leading = self._word, self._leading
        other._trails, other._layer = self._trails, self._layer
        other._one_scale, other._stretched = self._one_scale, self._stretched
        other.set_points(self._shown)
        other.set_pinned(self._pinned)

    def _inside(self, pieces: tuple[int, ...]) -> list[int]:
        """Those of them that are drawn."""
        shown = self._shown
        if shown is None:
            return []
        count = len(shown.pieces)
        return [n for n in pieces if n < count and not np.isnan(shown.places[self._layer, n, 0])]

    def _written(self, piece: int) -> str:
        assert self._shown is not None
        return visible(self._shown.pieces[piece].text)

    # Geometry.

    def has_content(self) -> bool:
        return self._shown is not None

    def lay_out(self, content: QRectF) -> Floats:
        assert self._shown is not None
        zoom = content.width() / self.plot().width()
        written = _WRITTEN if self._shown.axes[0] else 0.0
        air, end = _AIR * zoom, (_AIR + written) * zoom
        area = content.adjusted(air, end, -air, -end)
        layer = None if self._one_scale else self._layer
        self._how = fit(self._shown, layer, area, stretched=self._stretched)
        return self._how.of(self._shown.places[self._layer])

    def _fit(self) -> tuple[Fit, Floats]:
        """How places lie now, and where the pieces of this layer do."""
        points = self.points()
        assert self._how is not None
        return self._how, points

    def place_of(self, piece: int) -> QPointF:
        """Where the point of a piece lies now."""
        return QPointF(*self.points()[piece].tolist())

    def place_labels(self, points: Floats) -> dict[int, QRectF]:
        """Clear of all other points and names; pieces of the word that was typed come first."""
        assert self._shown is not None
        pieces = self._shown.pieces
        plot, metrics = self.plot(), QFontMetricsF(font("mono-small"))
        drawn = np.flatnonzero(~np.isnan(points[:, 0])).tolist()
        inside = [n for n in drawn if plot.contains(QPointF(*points[n].tolist()))]
        taken = Taken(plot)
        for n in inside:
            taken.add(square_about(points[n], _RADIUS))
        for point in self._places_before():
            taken.add(square_about(point, _RADIUS))
        for area, _, _ in self._axis_names():
            taken.add(area)
        labels: dict[int, QRectF] = {}
        for n in sorted(inside, key=lambda n: (n not in self._leading, pieces[n].kind.special)):
            size = _name_size(pieces[n], metrics)
            away = (_HALO if n in self._leading else _RADIUS) + _GAP
            if (place := taken.take_first(sides(points[n], size, away))) is not None:
                labels[n] = place
        return labels

    # Drawing.

    def draw_map(self, painter: QPainter, ratio: float) -> None:
        shown = self._shown
        assert shown is not None
        how, points = self._fit()
        painter.save()
        painter.setClipRect(self.plot())
        self._draw_axes(painter, how)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._trails == "all":
            for number in range(len(shown.pieces)):
                self._draw_trail(painter, how, number, 1.0)
        self._draw_before(painter, how, points)
        for piece, (x, y) in zip(shown.pieces, points.tolist(), strict=True):
            if np.isnan(x):
                continue
            draw_mark(painter, piece.kind, QPointF(x, y), _RADIUS)
        painter.setFont(font("mono-small"))
        for n, area in self.labels().items():
            _draw_name(painter, shown.pieces[n], area)
        painter.restore()
        painter.setPen(QPen(QColor(theme().line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.plot().adjusted(-0.5, -0.5, 0.5, 0.5))

    def _draw_axes(self, painter: QPainter, how: Fit) -> None:
        """Two lines through the mean, and what they are called."""
        names = self._axis_names()
        if not names:
            return
        plot = self.plot()
        middle = how.of(np.zeros(2, np.float32))
        painter.setPen(QPen(QColor(theme().line), 1))
        x, y = round(float(middle[0])) + 0.5, round(float(middle[1])) + 0.5
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setFont(font("small"))
        painter.setPen(QColor(theme().secondary))
        for area, flags, name in names:
            painter.drawText(area, flags, name)

    def _axis_names(self) -> list[tuple[QRectF, int, str]]:
        """Where the names of the axes stand, how, and they themselves."""
        assert self._shown is not None
        across, up = self._shown.axes
        if not across:
            return []
        metrics, edge = QFontMetricsF(font("small")), self.plot().adjusted(6, 3, -6, -3)
        said = tr("axes stretched") + " · " if self._stretched else ""
        found = []
        for name, flags in ((f"{said}{across} →", _BOTTOM_RIGHT), (f"↑ {up}", _TOP_LEFT)):
            area = QRectF(edge.topLeft(), QSizeF(metrics.horizontalAdvance(name) + 2, metrics.height()))
            if flags == _BOTTOM_RIGHT:
                area.moveBottomRight(edge.bottomRight())
            found.append((area, flags, name))
        return found

    def _places_before(self) -> Floats:
        """Where the reference's pieces lie that are drawn, [M, 2]."""
        shown = self._shown
        if shown is None or shown.before is None or self._layer >= len(shown.before):
            return np.zeros((0, 2))
        then = self._fit()[0].of(shown.before[self._layer])
        plot = self.plot()
        inside = [not np.isnan(x) and plot.contains(QPointF(x, y)) for x, y in then.tolist()]
        return then[np.array(inside, np.bool_)]

    def _draw_before(self, painter: QPainter, how: Fit, points: Floats) -> None:
        """The reference's pieces, hollow, each with a line to the one in its place now."""
        shown = self._shown
        assert shown is not None
        if shown.before is None or self._layer >= len(shown.before):
            return
        then = how.of(shown.before[self._layer])
        for (x, y), n in zip(then.tolist(), shown.after, strict=True):
            if np.isnan(x):
                continue
            kind = shown.pieces[0 if n is None else n].kind
            if n is not None and not np.isnan(points[n, 0]):
                painter.setPen(QPen(colour_of(kind), 1.0))
                painter.drawLine(QPointF(x, y), QPointF(*points[n].tolist()))
            draw_mark(painter, kind, QPointF(x, y), _RADIUS - 0.5, hollow=True)

    def _draw_trail(self, painter: QPainter, how: Fit, piece: int, width: float) -> None:
        """From the embeddings to this layer, the fainter the longer ago."""
        shown = self._shown
        assert shown is not None
        way = how.of(shown.places[: self._layer + 1, piece])
        if np.isnan(way[-1, 0]):
            return
        colour = colour_of(shown.pieces[piece].kind)
        for step, (begin, end) in enumerate(zip(way[:-1].tolist(), way[1:].tolist(), strict=True), 1):
            colour.setAlpha(_FAINTEST + (220 - _FAINTEST) * step // max(1, self._layer))
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(*begin), QPointF(*end))
            if width > 1.0:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawEllipse(QPointF(*begin), 1.8, 1.8)

    def draw_marks(self, painter: QPainter, hover: bool) -> None:
        shown = self._shown
        if shown is None:
            return
        look = theme()
        pinned = self._inside(self._pinned)
        passing = [n for n in self._inside(self._hovered) if n not in pinned] if hover else []
        painter.save()
        painter.setClipRect(self.plot())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        how, _ = self._fit()
        painter.setPen(QPen(QColor(look.selection), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for n in self._inside(tuple(self._word)):
            painter.drawEllipse(self.place_of(n), _HALO, _HALO)
        for n in (*pinned, *passing):
            if self._trails != "none":
                self._draw_trail(painter, how, n, 1.8)
        for n in (*pinned, *passing):
            place = self.place_of(n)
            self._draw_marked_name(painter, n, place)
            draw_mark(painter, shown.pieces[n].kind, place, _RADIUS + 0.5)
            first = n in pinned
            painter.setPen(QPen(QColor(look.selection if first else look.secondary), 2.0 if first else 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, _RING, _RING)
        painter.restore()

    def _draw_marked_name(self, painter: QPainter, piece: int, place: QPointF) -> None:
        """Over its own name, or on a ground of its own where that was left out."""
        assert self._shown is not None
        plot, own = self.plot(), self.labels().get(piece)
        painter.setFont(font("mono-small"))
        size = _name_size(self._shown.pieces[piece], QFontMetricsF(font("mono-small")))
        area = own
        if area is None:
            left = place.x() + _RING + 2
            if left + size.width() > plot.right():
                left = place.x() - _RING - 2 - size.width()
            top = min(max(place.y() - size.height() / 2, plot.top()), plot.bottom() - size.height())
            area = QRectF(QPointF(left, top), size)
        painter.fillRect(area, QColor(theme().surface))
        _draw_name(painter, self._shown.pieces[piece], area, QColor(theme().text))

    # What a person does.

    def current_point(self) -> int | None:
        return next(iter(self._inside(self._pinned)), None)

    def point_changed(self, index: int | None) -> None:
        self.setToolTip("" if index is None else self.words(index))
        self.piece_hovered.emit(index)

    def point_chosen(self, index: int) -> None:
        self.piece_clicked.emit(index)

    def words(self, piece: int) -> str:
        """A piece and where it stands."""
        assert self._shown is not None
        where = self._shown.pieces[piece].where
        return " · ".join(part for part in (self._written(piece), visible(where)) if part)


def _name_size(piece: MapPiece, metrics: QFontMetricsF) -> QSizeF:
    width = min(_NAME, metrics.horizontalAdvance(visible(piece.text)))
    return QSizeF(width + 2, metrics.height())


def _draw_name(painter: QPainter, piece: MapPiece, area: QRectF, colour: QColor | None = None) -> None:
    metrics = QFontMetricsF(painter.font())
    painter.setPen(colour_of(piece.kind) if colour is None else colour)
    draw_piece(
        painter, area, Qt.AlignmentFlag.AlignHCenter, elided(visible(piece.text), metrics, area.width())
    )


_TOP_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_BOTTOM_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
