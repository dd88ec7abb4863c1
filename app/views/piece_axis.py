"""Piece labels under columns: level where they fit, else slanted and thinned, never overlapping or clipped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.theme import font, theme
from app.views.piece_text import draw_piece, elided, piece_colours, visible
from bert_core.trace import Token

_LONGEST = 84.0  # pixels, as are all lengths here
_SLANT = 60.0  # degrees
_SIN, _COS = math.sin(math.radians(_SLANT)), math.cos(math.radians(_SLANT))
_AIR = 6.0


@dataclass(frozen=True, slots=True)
class PieceAxis:
    """Labels under columns of equal width.

    height    the room that the labels need below the columns
    overhang  how far the slanted ones reach to the left of their column
    slanted   whether they stand at 60 degrees, ending under their column
    """

    labels: tuple[str, ...]
    widths: tuple[float, ...]
    line: float
    column: float
    slanted: bool
    height: float
    overhang: float

    @classmethod
    def of(cls, tokens: Sequence[Token], width: float) -> PieceAxis:
        """Labels for `tokens` under columns that share `width`."""
        metrics = QFontMetricsF(_face())
        labels = tuple(elided(visible(token.text), metrics, _LONGEST) for token in tokens)
        widths = tuple(metrics.horizontalAdvance(label) for label in labels)
        widest, line = max(widths, default=0.0), metrics.height()
        column = width / max(1, len(tokens))
        slanted = widest + _AIR > column
        return cls(
            labels,
            widths,
            line,
            column,
            slanted,
            math.ceil(widest * _SIN + line * _COS + 4) if slanted else math.ceil(line + 2),
            math.ceil(widest * _COS + line / 2 * _SIN) if slanted else 0,
        )

    def chosen(self, first: Iterable[int]) -> list[int]:
        """The positions that get a label: those in `first`, in that order, then evenly spaced ones."""
        if not self.labels:
            return []
        apart = self.line / _SIN if self.slanted else 0.0
        step = max(1, math.ceil(apart / self.column))
        taken: list[int] = []
        for position in [*first, *range(0, len(self.labels), step)]:
            if 0 <= position < len(self.labels) and all(
                position != other and abs(position - other) * self.column >= apart for other in taken
            ):
                taken.append(position)
        return sorted(taken)

    def paint(
        self, painter: QPainter, tokens: Sequence[Token], left: float, top: float, first: Iterable[int]
    ) -> None:
        """Draw them with the columns' left edge at `left`, those in `first` in the colour of a selection."""
        colours, marked = theme(), tuple(first)
        painter.setFont(_face())
        for position in self.chosen(marked):
            own, _ = piece_colours(tokens[position], colours)
            painter.setPen(QColor(colours.selection if position in marked else own))
            centre = left + (position + 0.5) * self.column
            self._paint_one(painter, position, centre, top)

    def _paint_one(self, painter: QPainter, position: int, centre: float, top: float) -> None:
        width, middle = self.widths[position] + 1, Qt.AlignmentFlag.AlignHCenter
        if not self.slanted:
            place = QRectF(centre - width / 2, top + 1, width, self.line)
            draw_piece(painter, place, middle, self.labels[position])
            return
        painter.save()
        painter.translate(centre, top + self.line / 2 * _COS + 2)
        painter.rotate(-_SLANT)
        place = QRectF(-width, -self.line / 2, width, self.line)
        draw_piece(painter, place, middle, self.labels[position])
        painter.restore()


def _face() -> QFont:
    return font("mono-small")
