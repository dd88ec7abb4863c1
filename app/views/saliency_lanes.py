"""What each piece did for a prediction, by several methods: bars up and down in lanes that share their columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import theme
from app.views.drawing import Drawing
from app.views.kept_view import KeptView
from app.views.saliency_lanes_layout import LanesLayout
from app.views.saliency_lanes_painter import Doubles, ends_of, paint_bars, paint_titles
from app.views.shared_columns import EDGE
from bert_core.trace import Token

_USUAL_ASIDE = "gap < 0.00 %, 511 steps"  # what stands under titles changes, and columns are not to jump


@dataclass(frozen=True, eq=False)
class Lane:
    """One method.

    values   float64 [S], one a piece; None: not known
    signed   whether there are values below 0, else they are shares
    note     what is said in the place of values
    aside    what stands below the title; with `warns` in the colour of warnings
    tip      how it is computed
    """

    title: str
    values: Doubles | None
    signed: bool = True
    note: str = ""
    aside: str = ""
    warns: bool = False
    tip: str = ""


class LaneSpot(NamedTuple):
    """A lane and a piece; on the labels of the pieces there is no lane, on a title no piece."""

    lane: int | None
    piece: int | None


class SaliencyLanes(KeptView[int]):
    """Bars of a lane end at its largest value: methods have units of their own.

    hovered   a piece, or None
    clicked   a piece
    followed  a piece: double click, or Enter
    The arrows, Home and End go from piece to piece, and click.
    """

    clicked = Signal(object)
    followed = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lanes: tuple[Lane, ...] = ()
        self._tokens: tuple[Token, ...] = ()
        self._target: int | None = None
        self._pinned: int | None = None
        self._hover: int | None = None
        self._read: Callable[[int], str] = lambda piece: ""
        self._layout = LanesLayout.of(1, 1, (), (), _USUAL_ASIDE)
        self.setAccessibleName(name)

    # What is shown

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """Those shown."""
        return self._lanes

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The pieces across."""
        return self._tokens

    @property
    def target(self) -> int | None:
        """The piece that the prediction is about."""
        return self._target

    @property
    def layout_(self) -> LanesLayout:
        """Where everything stands now."""
        return self._layout

    def set_lanes(self, lanes: Sequence[Lane], tokens: Sequence[Token], target: int | None) -> None:
        """Show these of S `tokens`; raises ValueError where there is not one value a piece."""
        for lane in lanes:
            if lane.values is not None and lane.values.shape != (len(tokens),):
                raise ValueError(f"{lane.values.shape} values for {len(tokens)} pieces")
        moved = (len(lanes), tuple(tokens)) != (len(self._lanes), self._tokens)
        self._lanes, self._tokens, self._target = tuple(lanes), tuple(tokens), target
        if moved:
            self._hover = None
            self.point_to(None)
            self.arrange()
        self.refresh()

    def set_read(self, read: Callable[[int], str]) -> None:
        """What a tool tip says of a piece."""
        self._read = read

    def set_marks(self, pinned: int | None, hovered: int | None) -> None:
        """Mark the pinned piece, and the one that is pointed at here or elsewhere: its numbers stand at the left."""
        count = len(self._tokens)
        pinned = pinned if pinned is not None and 0 <= pinned < count else None
        hovered = hovered if hovered is not None and 0 <= hovered < count else None
        if (pinned, hovered) != (self._pinned, self._hover):
            self._pinned, self._hover = pinned, hovered
            self.setAccessibleDescription("" if pinned is None else self._read(pinned))
            self.update()

    # Geometry

    def sizeHint(self) -> QSize:
        return QSize(640, 190)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 56)

    def arrange(self) -> None:
        titles = [lane.title for lane in self._lanes]
        self._layout = LanesLayout.of(self.width(), self.height(), self._tokens, titles, _USUAL_ASIDE)

    def bar(self, lane: int, piece: int) -> QRectF:
        """The bar of a piece: above the line of zero where its value is above 0; without height where it is 0."""
        values = self._lanes[lane].values
        if values is None:
            return QRectF()
        return self._layout.bar(self._layout.room(lane), ends_of(values), piece, float(values[piece]))

    def lane_spot_at(self, place: QPointF) -> LaneSpot | None:
        """What a point stands for, or None beside everything."""
        if not self._tokens or not self._lanes:
            return None
        lane, piece = self._layout.lane_at(place.y()), self._layout.piece_at(place.x())
        if place.x() < self._layout.columns.left():
            return None if lane is None else LaneSpot(lane, None)
        if piece is None or not 0 <= place.y() <= self._layout.bottom:
            return None
        return LaneSpot(lane, piece)

    # Pointer and keys

    def spot_at(self, place: QPointF) -> int | None:
        """The piece at a point, or None beside the columns."""
        spot = self.lane_spot_at(place)
        return None if spot is None else spot.piece

    def spot_changed(self) -> None:
        hand = self.spot is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        piece = self.pressed_on(event)
        if piece is None:
            event.ignore()
        else:
            self.clicked.emit(piece)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        piece = self.pressed_on(event)
        if piece is not None:
            self.followed.emit(piece)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = Qt.Key(event.key()), len(self._tokens) - 1
        at = self._pinned if self._pinned is not None else -1
        moves = {
            Qt.Key.Key_Left: at - 1 if at > 0 else 0,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if key in moves and last >= 0:
            piece = max(0, min(moves[key], last))
            if piece != self._pinned:
                self.clicked.emit(piece)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._pinned is not None:
            self.followed.emit(self._pinned)
        else:
            super().keyPressEvent(event)

    def readout(self, spot: int) -> str:
        return self._read(spot)

    def tip_at(self, place: QPointF) -> str:
        spot = self.lane_spot_at(place)
        if spot is None or spot.lane is None or spot.piece is not None:
            return super().tip_at(place)
        lane = self._lanes[spot.lane]
        return "\n".join(part for part in (lane.title, lane.aside, lane.tip) if part)

    # Drawing

    def drawing(self) -> Drawing:
        """The lanes with their titles and labels, and the piece that the prediction is about."""

        def paint(painter: QPainter, ratio: float) -> None:
            self.draw_kept(painter, ratio)
            paint_titles(painter, self._layout, self._lanes, None)
            self._draw_labels(painter, ())

        return Drawing(QSizeF(self._layout.columns.right() + EDGE, math.ceil(self._layout.bottom)), paint)

    def draw_kept(self, painter: QPainter, ratio: float) -> None:
        paint_bars(painter, self._layout, self._lanes, self._target)

    def draw_over(self, painter: QPainter) -> None:
        self._draw_marks(painter)
        shown = self._hover if self._hover is not None else self._pinned
        paint_titles(painter, self._layout, self._lanes, shown)
        self._draw_labels(painter, [piece for piece in (self._hover, self._pinned) if piece is not None])

    def _draw_labels(self, painter: QPainter, marked: Sequence[int]) -> None:
        if self._lanes:
            layout, first = self._layout, [*marked, *([] if self._target is None else [self._target])]
            layout.axis.paint(painter, self._tokens, layout.columns.left(), layout.axis_top, first)

    def _draw_marks(self, painter: QPainter) -> None:
        if not self._lanes:
            return
        look, bottom = theme(), self._layout.axis_top - 1
        for piece, colour in ((self._pinned, look.selection), (self._hover, look.line_strong)):
            if piece is not None:
                left, right = self._layout.column(piece)
                painter.setPen(QPen(QColor(colour), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(left - 0.5, 0.5, max(3.0, right - left) + 0.5, bottom))
