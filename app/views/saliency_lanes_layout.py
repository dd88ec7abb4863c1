"""Where lanes of bars that share their columns stand below each other, titles at their left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from app.theme import font
from app.views.piece_axis import PieceAxis
from app.views.shared_columns import EDGE, shared_columns
from bert_core.trace import Token

_WIDEST_GUTTER, _GUTTER_SHARE, GUTTER_GAP = 220.0, 0.34, 12.0  # pixels, as are all lengths here
_WIDEST_COLUMN, _MOST_LANE, _LEAST_LANE = 72.0, 110.0, 9.0
_BETWEEN, _AIR = 5.0, 2.0
_AXIS_SHARE = 0.3  # of the height, that labels may take
_NUMBERS_FROM, _NUMBER_COLUMN = 46.0, 40.0  # a lane's height and a column's width
_PARTED = 4.0  # columns from this width on do not touch


@dataclass(frozen=True)
class LanesLayout:
    """Places in a widget of a given size.

    gutter   the room for titles at the left
    columns  from where to where the pieces reach, over the whole height
    """

    axis: PieceAxis
    gutter: float
    columns: QRectF
    pieces: int
    lanes: int
    lane_height: float

    @classmethod
    def of(
        cls, width: float, height: float, tokens: Sequence[Token], titles: Sequence[str], usual: str
    ) -> LanesLayout:
        """For a lane a title and a column a token; `usual` is as long as what stands under titles is at most."""
        metrics = QFontMetricsF(font("small"))
        widest = max(map(metrics.horizontalAdvance, (*titles, usual)))
        gutter = min(_WIDEST_GUTTER, _GUTTER_SHARE * width, math.ceil(widest) + 2)
        columns, axis = shared_columns(
            tokens, width, height, gutter + GUTTER_GAP, _WIDEST_COLUMN, _AXIS_SHARE * height
        )
        lanes = max(1, len(titles))
        free = height - axis.height - 2 * EDGE - lanes * _BETWEEN
        lane_height = max(_LEAST_LANE, min(_MOST_LANE, math.floor(free / lanes)))
        return cls(axis, gutter, columns, len(tokens), len(titles), lane_height)

    def lane(self, lane: int) -> QRectF:
        """Where the bars of a lane are."""
        top = EDGE + lane * (self.lane_height + _BETWEEN)
        return QRectF(self.columns.left(), top, self.columns.width(), self.lane_height)

    def column(self, piece: int) -> tuple[float, float]:
        """From where to where a piece reaches across."""
        width = self.columns.width() / max(1, self.pieces)
        left = self.columns.left() + piece * width
        return left, left + width

    @property
    def numbered(self) -> bool:
        """Whether there is room for numbers above bars."""
        return (
            self.lane_height >= _NUMBERS_FROM and self.columns.width() / max(1, self.pieces) >= _NUMBER_COLUMN
        )

    def room(self, lane: int) -> QRectF:
        """What bars may take of a lane."""
        rect = self.lane(lane).adjusted(0, _AIR, 0, -_AIR)
        if self.numbered:
            rect.setTop(rect.top() + QFontMetricsF(font("small")).height())
        return rect

    def bar(self, room: QRectF, ends: tuple[float, float], piece: int, value: float) -> QRectF:
        """A bar in the room of its lane, from the line of zero; `ends` are the least and the largest value."""
        left, right = self.column(piece)
        if right - left >= _PARTED:
            left, right = left + 1, right - 1
        low, high = ends
        scale = room.height() / ((high - low) or 1.0)
        zero = room.top() + high * scale
        top, bottom = sorted((zero, zero - value * scale))
        return QRectF(left, top, max(1.0, right - left), bottom - top)

    @property
    def axis_top(self) -> float:
        """Where the labels of the pieces begin."""
        return self.lane(max(0, self.lanes - 1)).bottom() + 3

    @property
    def bottom(self) -> float:
        """Where everything ends."""
        return self.axis_top + self.axis.height

    def lane_at(self, y: float) -> int | None:
        """Which lane a height is in, with what parts it from the next."""
        lane = int((y - EDGE) // (self.lane_height + _BETWEEN))
        return lane if 0 <= lane < self.lanes else None

    def piece_at(self, x: float) -> int | None:
        """Which column that is, or None beside them."""
        share = (x - self.columns.left()) / self.columns.width()
        return min(self.pieces - 1, int(share * self.pieces)) if 0 <= share < 1 else None
