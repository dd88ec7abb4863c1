"""Piece labels under columns: slanted where they are too wide and height allows, thinned, never overlapping."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.theme import font, theme
from app.views.piece_text import draw_piece, elided, piece_colours, visible
from bert_core.trace import Token

_LONGEST = 84.0  # pixels, as are all lengths here
_SLANT = 60.0  # degrees
_SIN, _COS = math.sin(math.radians(_SLANT)), math.cos(math.radians(_SLANT))
_AIR = 3.0  # between level labels where all fit
_APART = 14.0  # and where some are left out, or those that stay would read as a sentence


@dataclass(frozen=True, slots=True)
class PieceAxis:
    """Labels under columns of equal width.

    height    the room that the labels need below the columns
    overhang  how far the slanted ones reach to the left of their column
    air       the least distance of two level labels
    slanted   whether they stand at 60 degrees, ending under their column; else they lie level, centred under it
    """

    labels: tuple[str, ...]
    widths: tuple[float, ...]
    line: float
    column: float
    slanted: bool
    height: float
    overhang: float
    air: float

    @classmethod
    def of(cls, tokens: Sequence[Token], width: float, height: float = math.inf) -> PieceAxis:
        """Labels for `tokens` under columns that share `width`; slanted ones only where `height` is enough."""
        metrics = QFontMetricsF(_face())
        words = {text: elided(visible(text), metrics, _LONGEST) for text in {token.text for token in tokens}}
        width_of = {label: metrics.horizontalAdvance(label) for label in words.values()}
        labels = tuple(words[token.text] for token in tokens)
        widths = tuple(width_of[label] for label in labels)
        widest, line = max(widths, default=0.0), metrics.height()
        column = width / max(1, len(tokens))
        level = cls(labels, widths, line, column, False, math.ceil(line + 2), 0, _AIR)
        if len(level.chosen(())) == len(labels):
            return level
        needed = math.ceil(widest * _SIN + line * _COS + 4)
        if needed > height:
            return replace(level, air=_APART)
        overhang = math.ceil(widest * _COS + line / 2 * _SIN)
        return cls(labels, widths, line, column, True, needed, overhang, 0)

    def chosen(self, first: Iterable[int]) -> list[int]:
        """The positions that get a label: those in `first`, in that order, then as many others as have room."""
        if not self.labels:
            return []
        taken: list[tuple[float, float, int]] = []
        for position in first:
            if 0 <= position < len(self.labels):
                self._take(position, taken, taken)
        apart = self.line / _SIN if self.slanted else 0.0
        marked = tuple(taken)
        for position in range(0, len(self.labels), max(1, math.ceil(apart / self.column))):
            self._take(position, taken, (*marked, *taken[-1:]))
        return sorted(position for _, _, position in taken)

    def _take(
        self,
        position: int,
        taken: list[tuple[float, float, int]],
        others: Sequence[tuple[float, float, int]],
    ) -> None:
        left, right = self.span(position)
        if all(left >= end or right <= start for start, end, _ in others):
            taken.append((left, right, position))

    def span(self, position: int) -> tuple[float, float]:
        """From where to where a label keeps others away, from the left edge of the columns on."""
        centre = (position + 0.5) * self.column
        half = (self.line / _SIN if self.slanted else self.widths[position] + self.air) / 2
        if not self.slanted:  # a wide one under a narrow column at the border stays inside
            centre = max(half - self.air, min(centre, len(self.labels) * self.column - half + self.air))
        return centre - half, centre + half

    def paint(
        self, painter: QPainter, tokens: Sequence[Token], left: float, top: float, first: Iterable[int]
    ) -> None:
        """Draw them with the columns' left edge at `left`, those in `first` in the colour of a selection."""
        colours, marked = theme(), tuple(first)
        painter.setFont(_face())
        for position in self.chosen(marked):
            own, _ = piece_colours(tokens[position], colours)
            painter.setPen(QColor(colours.selection if position in marked else own))
            start, end = self.span(position)
            self._paint_one(painter, position, left + (start + end) / 2, top)

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
