"""What each piece did for a prediction, by several methods: bars up and down in lanes that share their columns."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.theme import diverging, font, sequential, theme
from app.views.drawing import Drawing
from app.views.piece_axis import PieceAxis
from app.views.piece_text import elided
from app.views.worked_numbers import figure
from bert_core.trace import Token

_WIDEST_GUTTER, _GUTTER_SHARE, _GUTTER_GAP = 220.0, 0.34, 12.0  # pixels, as are all lengths here
_WIDEST_COLUMN, _MOST_LANE, _LEAST_LANE = 72.0, 110.0, 9.0
_BETWEEN, _EDGE, _AIR = 5.0, 2.0, 2.0
_AXIS_SHARE = 0.3  # of the height, that labels may take
_NUMBERS_FROM, _NUMBER_COLUMN = 46.0, 40.0  # a lane's height and a column's width
_USUAL_ASIDE = "gap < 0.00 %, 511 steps"
_PARTED = 4.0  # columns from this width on do not touch
_STRONG_UP, _STRONG_DOWN, _STRONG = 228, 28, 165  # entries of the colour tables

Doubles = NDArray[np.float64]


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


class SaliencyLanes(QWidget):
    """Bars of a lane end at its largest value: methods have units of their own.

    hovered   a piece, or None
    clicked   a piece
    followed  a piece: double click, or Enter
    The arrows, Home and End go from piece to piece, and click.
    """

    hovered = Signal(object)
    clicked = Signal(object)
    followed = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lanes: tuple[Lane, ...] = ()
        self._tokens: tuple[Token, ...] = ()
        self._target: int | None = None
        self._pinned: int | None = None
        self._hover: int | None = None
        self._said: int | None = None
        self._read: Callable[[int], str] = lambda piece: ""
        self._axis = PieceAxis.of((), 1)
        self._columns, self._lane_height = QRectF(0, 0, 1, 1), _LEAST_LANE
        self._kept: QPixmap | None = None
        self._by_keyboard = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
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

    def set_lanes(self, lanes: Sequence[Lane], tokens: Sequence[Token], target: int | None) -> None:
        """Show these of S `tokens`; raises ValueError where there is not one value a piece."""
        for lane in lanes:
            if lane.values is not None and lane.values.shape != (len(tokens),):
                raise ValueError(f"{lane.values.shape} values for {len(tokens)} pieces")
        moved = (len(lanes), tuple(tokens)) != (len(self._lanes), self._tokens)
        self._lanes, self._tokens, self._target = tuple(lanes), tuple(tokens), target
        if moved:
            self._hover = None
            self._say(None)
            self._arrange()
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

    def refresh(self) -> None:
        """Draw the bars anew."""
        self._kept = None
        self.update()

    # Geometry

    def sizeHint(self) -> QSize:
        return QSize(640, 190)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 56)

    @property
    def gutter(self) -> float:
        """The room for titles at the left."""
        metrics = QFontMetricsF(font("small"))
        widest = max((metrics.horizontalAdvance(lane.title) for lane in self._lanes), default=0.0)
        widest = max(
            widest, metrics.horizontalAdvance(_USUAL_ASIDE)
        )  # it changes, and columns are not to jump
        return min(_WIDEST_GUTTER, _GUTTER_SHARE * self.width(), math.ceil(widest) + 2)

    @property
    def columns(self) -> QRectF:
        """From where to where the pieces reach, over the whole height."""
        return self._columns

    def _arrange(self) -> None:
        count = max(1, len(self._tokens))
        left = self.gutter + _GUTTER_GAP
        for _ in range(2):  # a second time with the room that slanted labels take at the left
            across = max(1.0, min(self.width() - left - _EDGE, _WIDEST_COLUMN * count))
            self._axis = PieceAxis.of(self._tokens, across, _AXIS_SHARE * self.height())
            if self._axis.slanted:
                left = max(left, math.ceil(self._axis.overhang - across / count / 2))
        self._columns = QRectF(left, 0, across, self.height())
        lanes = max(1, len(self._lanes))
        free = self.height() - self._axis.height - 2 * _EDGE - lanes * _BETWEEN
        self._lane_height = max(_LEAST_LANE, min(_MOST_LANE, math.floor(free / lanes)))
        self._kept = None

    def lane_rect(self, lane: int) -> QRectF:
        """Where the bars of a lane are."""
        top = _EDGE + lane * (self._lane_height + _BETWEEN)
        return QRectF(self._columns.left(), top, self._columns.width(), self._lane_height)

    def column(self, piece: int) -> tuple[float, float]:
        """From where to where a piece reaches across."""
        width = self._columns.width() / max(1, len(self._tokens))
        left = self._columns.left() + piece * width
        return left, left + width

    def bar(self, lane: int, piece: int) -> QRectF:
        """The bar of a piece: above the line of zero where its value is above 0; without height where it is 0."""
        rect, values = self._room(lane), self._lanes[lane].values
        if values is None:
            return QRectF()
        return self._bar(rect, *_ends(values), piece, float(values[piece]))

    def _room(self, lane: int) -> QRectF:
        """What bars may take of a lane: numbers stand above them where there is room."""
        rect = self.lane_rect(lane).adjusted(0, _AIR, 0, -_AIR)
        if self._numbered:
            rect.setTop(rect.top() + QFontMetricsF(font("small")).height())
        return rect

    @property
    def _numbered(self) -> bool:
        left, right = self.column(0)
        return self._lane_height >= _NUMBERS_FROM and right - left >= _NUMBER_COLUMN

    def _bar(self, room: QRectF, low: float, high: float, piece: int, value: float) -> QRectF:
        left, right = self.column(piece)
        if right - left >= _PARTED:
            left, right = left + 1, right - 1
        scale = room.height() / ((high - low) or 1.0)
        zero = room.top() + high * scale
        top, bottom = sorted((zero, zero - value * scale))
        return QRectF(left, top, max(1.0, right - left), bottom - top)

    def spot_at(self, place: QPointF) -> LaneSpot | None:
        """What a point stands for, or None beside everything."""
        if not self._tokens or not self._lanes:
            return None
        pitch = self._lane_height + _BETWEEN
        index = int((place.y() - _EDGE) // pitch)
        lane = index if 0 <= index < len(self._lanes) else None
        if place.x() < self._columns.left():
            return None if lane is None else LaneSpot(lane, None)
        share = (place.x() - self._columns.left()) / self._columns.width()
        if not 0 <= share < 1 or place.y() < 0 or place.y() > self._bottom:
            return None
        return LaneSpot(lane, min(len(self._tokens) - 1, int(share * len(self._tokens))))

    @property
    def _bottom(self) -> float:
        return self.lane_rect(max(0, len(self._lanes) - 1)).bottom() + 3 + self._axis.height

    # Pointer and keys

    def _say(self, piece: int | None) -> None:
        if piece != self._said:
            self._said = piece
            self.hovered.emit(piece)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        piece = None if spot is None else spot.piece
        self.setCursor(Qt.CursorShape.ArrowCursor if piece is None else Qt.CursorShape.PointingHandCursor)
        self._say(piece)

    def leaveEvent(self, event: QEvent) -> None:
        self._say(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if spot is None or spot.piece is None:
            event.ignore()
        else:
            self.clicked.emit(spot.piece)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if spot is not None and spot.piece is not None:
            self.followed.emit(spot.piece)

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

    def focusInEvent(self, event: QFocusEvent) -> None:
        tabbed = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._by_keyboard = event.reason() in tabbed
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tip_at(QPointF(event.pos()))
            if text:
                lines = html.escape(text).replace("\n", "<br>")
                QToolTip.showText(event.globalPos(), f"<p>{lines}</p>", self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def tip_at(self, place: QPointF) -> str:
        """What is said of a spot."""
        spot = self.spot_at(place)
        if spot is None:
            return ""
        if spot.piece is not None:
            return self._read(spot.piece)
        lane = self._lanes[spot.lane or 0]
        return "\n".join(part for part in (lane.title, lane.aside, lane.tip) if part)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._arrange()
            self.update()
        super().changeEvent(event)

    # Drawing

    def drawing(self) -> Drawing:
        """The lanes with their titles and labels, and the piece that the prediction is about."""

        def paint(painter: QPainter, ratio: float) -> None:
            self._draw_bars(painter)
            self._draw_words(painter, None)
            self._draw_labels(painter, ())

        return Drawing(QSizeF(self._columns.right() + _EDGE, math.ceil(self._bottom)), paint)

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._kept is None or self._kept.devicePixelRatio() != ratio:
            self._kept = QPixmap(self.size() * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(QColor(theme().surface))
            inner = QPainter(self._kept)
            self._draw_bars(inner)
            inner.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept)
        self._draw_marks(painter)
        shown = self._hover if self._hover is not None else self._pinned
        self._draw_words(painter, shown)
        self._draw_labels(painter, [piece for piece in (self._hover, self._pinned) if piece is not None])
        if self._by_keyboard and self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _draw_bars(self, painter: QPainter) -> None:
        look = theme()
        if self._target is not None and self._lanes:
            left, right = self.column(self._target)
            painter.fillRect(
                QRectF(left, 0, max(2.0, right - left), self.lane_rect(len(self._lanes) - 1).bottom() + 3),
                QColor(look.accent_soft),
            )
        up, down = (QColor(*diverging()[entry, :3].tolist()) for entry in (_STRONG_UP, _STRONG_DOWN))
        share = QColor(*sequential()[_STRONG, :3].tolist())
        for index, lane in enumerate(self._lanes):
            room, rect = self._room(index), self.lane_rect(index)
            values = lane.values
            if values is None or not len(values):
                painter.setPen(QPen(QColor(look.line), 1))
                painter.drawLine(QPointF(rect.left(), rect.bottom()), QPointF(rect.right(), rect.bottom()))
                painter.setFont(font("small"))
                painter.setPen(QColor(look.secondary))
                note = elided(lane.note, QFontMetricsF(font("small")), rect.width())
                painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), note)
                continue
            low, high = _ends(values)
            share_above = high / (high - low) if high > low else 1.0
            zero = round(room.top() + share_above * room.height()) + 0.5
            painter.setPen(QPen(QColor(look.line_strong), 1))
            painter.drawLine(QPointF(rect.left(), zero), QPointF(rect.right(), zero))
            for piece, value in enumerate(values.tolist()):
                if value and math.isfinite(value):
                    colour = share if not lane.signed else up if value > 0 else down
                    painter.fillRect(self._bar(room, low, high, piece, value), colour)
            if self._numbered:
                self._draw_numbers(painter, index, values)

    def _draw_numbers(self, painter: QPainter, lane: int, values: Doubles) -> None:
        painter.setFont(font("small"))
        painter.setPen(QColor(theme().secondary))
        top, height = self.lane_rect(lane).top(), QFontMetricsF(font("small")).height()
        for piece, value in enumerate(values.tolist()):
            left, right = self.column(piece)
            if value:
                place = QRectF(left - 4, top, right - left + 8, height)
                painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), figure(value, 2))

    def _draw_words(self, painter: QPainter, piece: int | None) -> None:
        """Titles, and below each what is beside it, or the number of the piece that is pointed at."""
        look, metrics = theme(), QFontMetricsF(font("small"))
        painter.setFont(font("small"))
        line, width = metrics.height(), self._columns.left() - _GUTTER_GAP
        for index, lane in enumerate(self._lanes):
            rect = self.lane_rect(index)
            two = rect.height() >= 2 * line - 3
            top = rect.top() + max(0.0, (rect.height() - (2 if two else 1) * line) / 2)
            below, colour = lane.aside, look.warning if lane.warns else look.secondary
            if piece is not None and lane.values is not None:
                below, colour = figure(float(lane.values[piece]), 3, sign=lane.signed), look.text
            taken = 0.0
            if not two and below:
                taken = metrics.horizontalAdvance(below) + 8
                if piece is None and taken + metrics.horizontalAdvance(lane.title) > width:
                    taken = 0.0  # the name comes first, but for a number
            painter.setPen(QColor(look.text if two or lane.values is not None else look.secondary))
            title = elided(lane.title, metrics, width - taken)
            painter.drawText(QRectF(0, top, width, line), _LEFT, title)
            painter.setPen(QColor(colour))
            if two:
                painter.drawText(QRectF(0, top + line - 1, width, line), _LEFT, elided(below, metrics, width))
            elif below and taken:
                place = QRectF(width - taken + 8, top, taken - 8, line)
                painter.drawText(place, _RIGHT, elided(below, metrics, taken - 8))

    def _draw_labels(self, painter: QPainter, marked: Sequence[int]) -> None:
        if not self._lanes:
            return
        first = [*marked, *([] if self._target is None else [self._target])]
        top = self.lane_rect(len(self._lanes) - 1).bottom() + 3
        self._axis.paint(painter, self._tokens, self._columns.left(), top, first)

    def _draw_marks(self, painter: QPainter) -> None:
        if not self._lanes:
            return
        look, bottom = theme(), self.lane_rect(len(self._lanes) - 1).bottom() + 2
        for piece, colour in ((self._pinned, look.selection), (self._hover, look.line_strong)):
            if piece is not None:
                left, right = self.column(piece)
                painter.setPen(QPen(QColor(colour), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(left - 0.5, 0.5, max(3.0, right - left) + 0.5, bottom))


def _ends(values: Doubles) -> tuple[float, float]:
    """The least and the largest value, 0 among them."""
    known = values[np.isfinite(values)]
    return float(known.min(initial=0.0)), float(known.max(initial=0.0))


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
