"""Where maps that share their columns stand below each other, the pieces once under the last."""

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

_TITLE = 20.0  # pixels, as are all lengths here
_BETWEEN, _PAD = 5.0, 5.0
_LEAST_ROW, _MOST_ROW, _PARTED_ROW = 2.0, 26.0, 5.0
_WIDEST = 48.0  # a column
_AXIS_SHARE = 0.22  # of the height, that labels may take


@dataclass(frozen=True)
class FlowLayout:
    """Rectangles for a widget of a given size, of maps with as many rows each.

    columns    from where to where all maps reach across
    width      of all, which titles may take
    pitch      from one row to the next
    labelled   the rows whose label there is room for
    """

    axis: PieceAxis
    columns: QRectF
    width: float
    pitch: float
    pieces: int
    maps: int
    rows: int
    labelled: range

    @classmethod
    def of(cls, width: float, height: float, tokens: Sequence[Token], maps: int, rows: int) -> FlowLayout:
        """For `maps` maps of `rows` rows and a column for each of the tokens."""
        metrics = QFontMetricsF(font("small"))
        least = math.ceil(metrics.horizontalAdvance(f"L{max(1, rows)}")) + _PAD + EDGE
        columns, axis = shared_columns(tokens, width, height, least, _WIDEST, _AXIS_SHARE * height)
        free = height - axis.height - maps * (_TITLE + _BETWEEN) - 2 * EDGE
        pitch = max(_LEAST_ROW, min(_MOST_ROW, free / max(1, maps * rows)))
        step = max(1, math.ceil((metrics.height() - 3) / pitch))
        return cls(
            axis,
            columns,
            max(columns.right(), width - EDGE),
            pitch,
            len(tokens),
            maps,
            rows,
            range(0, rows, step),
        )

    def title(self, index: int) -> QRectF:
        """The line above a map."""
        top = EDGE + index * (_TITLE + self.rows * self.pitch + _BETWEEN)
        return QRectF(self.columns.left(), top, self.width - self.columns.left(), _TITLE - 5)

    def area(self, index: int) -> QRectF:
        """A whole map."""
        top = round(self.title(index).top() + _TITLE)
        return QRectF(self.columns.left(), top, self.columns.width(), round(self.rows * self.pitch))

    def row(self, index: int, row: int) -> QRectF:
        """A row of a map, on whole pixels, without what parts it from the next."""
        top = self.area(index).top()
        upper, lower = round(top + row * self.pitch), round(top + (row + 1) * self.pitch)
        gap = 1 if self.pitch >= _PARTED_ROW and row < self.rows - 1 else 0
        return QRectF(self.columns.left(), upper, self.columns.width(), lower - upper - gap)

    def label(self, index: int, row: int) -> QRectF:
        """What stands at the left of a row."""
        middle = self.area(index).top() + (row + 0.5) * self.pitch
        return QRectF(0, middle - 10, self.columns.left() - _PAD, 20)

    def column(self, piece: int) -> tuple[float, float]:
        """From where to where a piece reaches across."""
        width = self.columns.width() / max(1, self.pieces)
        left = self.columns.left() + piece * width
        return left, left + max(width, 2.0)

    @property
    def axis_top(self) -> float:
        """Where the labels of the pieces begin."""
        return self.area(max(0, self.maps - 1)).bottom() + 3

    @property
    def bottom(self) -> float:
        """Where everything ends."""
        return self.axis_top + self.axis.height

    def row_at(self, y: float) -> tuple[int | None, int | None]:
        """Which map and which row of it a height is in."""
        for index in range(self.maps):
            area = self.area(index)
            if area.top() <= y < area.bottom():
                return index, max(0, min(self.rows - 1, int((y - area.top()) / self.pitch)))
        return None, None

    def piece_at(self, x: float) -> int:
        """Which column that is."""
        share = (x - self.columns.left()) / self.columns.width()
        return max(0, min(self.pieces - 1, int(share * self.pieces)))
