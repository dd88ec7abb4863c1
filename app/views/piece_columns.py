"""The pieces as labels in two columns, at the left and at the right, thinned out rather than overlapping."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.theme import font, theme
from app.views.piece_text import draw_piece, elided, piece_colours, visible
from bert_core.trace import Token

APART = 12.0  # least distance of two labels, in widget units, as are all lengths here
_APART_MARKED = 16.0  # and of one in a frame from others
_LOWEST, _HIGHEST = 13.0, 16.0  # a frame
_PAD, _RADIUS = 3.0, 3.0


class PieceColumns:
    """The labels of `tokens`, each cut to `longest`; both columns are equally wide, `least` or more."""

    def __init__(self, tokens: Sequence[Token], longest: float, least: float = 0.0) -> None:
        self._tokens = tuple(tokens)
        metrics = QFontMetricsF(font("mono-small"))
        words = {text: elided(visible(text), metrics, longest) for text in {token.text for token in tokens}}
        widths = {text: metrics.horizontalAdvance(label) for text, label in words.items()}
        self._labels = tuple(words[token.text] for token in self._tokens)
        self._widths = tuple(widths[token.text] for token in self._tokens)
        self.width = float(math.ceil(max(least, max(self._widths, default=0.0) + 2 * _PAD)))
        """What the widest label takes with a frame round it."""

    def chosen(self, row: float, seen: tuple[float, float], first: Iterable[int]) -> list[int]:
        """The pieces that get a label where rows are `row` high: those in `first`, in that order, then as many as fit.

        seen  from which height to which there may be labels, counted from the top of the first row
        """
        marked: list[int] = []
        for piece in first:
            inside = 0 <= piece < len(self._tokens) and seen[0] <= (piece + 0.5) * row <= seen[1]
            if inside and all(abs(piece - other) * row >= _APART_MARKED for other in marked):
                marked.append(piece)
        step = max(1, math.ceil(APART / row - 1e-6))
        begin = max(0, math.ceil((seen[0] / row - 0.5) / step - 1e-6)) * step
        end = min(len(self._tokens), math.floor(seen[1] / row - 0.5 + 1e-6) + 1)
        least = min(_APART_MARKED, row) if step == 1 else _APART_MARKED
        others = [
            piece
            for piece in range(begin, end, step)
            if all(abs(piece - other) * row >= least - 1e-6 for other in marked if other != piece)
        ]
        return sorted({*marked, *others})

    def frame(self, piece: int, corner: QPointF, row: float, *, left: bool) -> QRectF:
        """Where a label stands; `corner` as for `draw`."""
        width, height = self._widths[piece] + 2 * _PAD, min(_HIGHEST, max(_LOWEST, row))
        edge, middle = corner.x() - width if left else corner.x(), corner.y() + (piece + 0.5) * row
        return QRectF(edge, middle - height / 2, width, height)

    def draw(
        self,
        painter: QPainter,
        pieces: Iterable[int],
        corner: QPointF,
        row: float,
        *,
        left: bool,
        strong: Collection[int] = (),
        pinned: int | None = None,
        hovered: int | None = None,
    ) -> None:
        """Write the labels of `pieces`.

        corner   x of the edge of the column that faces the lines, y of the top of the first row
        strong   pieces written in full text colour
        """
        look = theme()
        for piece in pieces:
            frame = self.frame(piece, corner, row, left=left)
            ink, soft = piece_colours(self._tokens[piece], look)
            if piece in (pinned, hovered):
                painter.setBrush(QColor(soft))
                edge = (
                    QPen(QColor(look.selection), 1.5) if piece == pinned else QPen(QColor(look.line_strong))
                )
                painter.setPen(edge)
                painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
            painter.setFont(font("mono-small"))
            painter.setPen(QColor(look.text if piece in strong else ink))
            side = Qt.AlignmentFlag.AlignRight if left else Qt.AlignmentFlag.AlignLeft
            draw_piece(painter, frame.adjusted(_PAD - 1, 0, 1 - _PAD, 0), side, self._labels[piece])
