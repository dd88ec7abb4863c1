"""Numbers at the far ends of lines: the largest weight there, and the colours of the heads that come there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.theme import font, theme
from app.views.cell_numbers import number
from app.views.picked_lines import Lines

MOST_SQUARES = 3
"""Heads that are named by their colour beside a number."""

_APART = 12.0  # least distance of two numbers, in widget units, as are all lengths here
_SQUARE, _AIR, _PAD = 6.0, 1.0, 3.0


def far_ends(lines: Lines, *, left: bool) -> dict[int, list[int]]:
    """The pieces at the left or the right ends, those of the largest weights first, with their lines likewise."""
    ends: dict[int, list[int]] = {}
    pieces = (lines.query if left else lines.key).tolist()
    for line in range(len(lines) - 1, -1, -1):
        ends.setdefault(pieces[line], []).append(line)
    return ends


class FarEnds:
    """Numbers on the theme's surface, over the ends of the lines; where they are close, the smaller are left out.

    edge    x of the edge of the lines where these ends are, which is their left one or their right one
    row     how high the row of a piece is, the first beginning at `top`
    colour  of a line, for its square; None: no squares
    """

    def __init__(
        self, edge: float, top: float, row: float, *, left: bool, colour: Callable[[int], str] | None
    ) -> None:
        self._edge, self._top, self._row, self._left, self._colour = edge, top, row, left, colour
        self._metrics = QFontMetricsF(font("small"))

    def chosen(self, ends: dict[int, list[int]], seen: tuple[float, float]) -> list[int]:
        """The pieces whose number there is room for between these two heights, in the order of `ends`."""
        taken: list[int] = []
        for piece in ends:
            inside = seen[0] <= self._top + (piece + 0.5) * self._row <= seen[1]
            if inside and all(abs(piece - other) * self._row >= _APART for other in taken):
                taken.append(piece)
        return taken

    def place(self, piece: int, text: str, squares: int) -> QRectF:
        """What a number covers, with so many squares in front."""
        width = self._metrics.horizontalAdvance(text) + squares * (_SQUARE + _AIR) + 2 * _PAD
        height = min(self._metrics.height(), max(self._row, _APART))
        middle = self._top + (piece + 0.5) * self._row
        return QRectF(self._edge if self._left else self._edge - width, middle - height / 2, width, height)

    def draw(
        self, painter: QPainter, lines: Lines, ends: dict[int, list[int]], seen: tuple[float, float]
    ) -> None:
        """Write them."""
        painter.setFont(font("small"))
        for piece in self.chosen(ends, seen):
            its = ends[piece]
            text = number(float(lines.weight[its[0]]))
            named = its[:MOST_SQUARES] if self._colour is not None else []
            place = self.place(piece, text, len(named))
            painter.fillRect(place, QColor(theme().surface))
            corner = QPointF(place.left() + _PAD, place.center().y() - _SQUARE / 2)
            for line in named:
                assert self._colour is not None
                painter.fillRect(QRectF(corner.x(), corner.y(), _SQUARE, _SQUARE), QColor(self._colour(line)))
                corner.setX(corner.x() + _SQUARE + _AIR)
            painter.setPen(QColor(theme().text))
            words = QRectF(corner.x() + _AIR, place.top(), place.width(), place.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
