"""The pieces along both axes of a map: at its left and slanted above it, thinned out rather than overlapping."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import ceil, cos, radians, sin, tan

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QStaticText, QTextOption, QTransform

from app.theme import font, theme
from app.views.piece_text import direction, elided, piece_colours, visible
from bert_core.trace import Token

SLANT = 60.0  # degrees
_LONGEST = 14  # characters of a label before it is cut
_SHORTEST = 4
_SHARE = 0.26  # of the widget that labels may take in each direction
_SHARE_ALONE = 0.45  # where they stand in one direction only
_GAP = 5.0  # between label and map
_ROW = 11.5  # least distance of two labels, in pixels
_COLUMN = 14.0

_SIN, _COS, _TAN = sin(radians(SLANT)), cos(radians(SLANT)), tan(radians(SLANT))


class AxisLabels:
    """Labels of S pieces for a widget of a given size; all lengths are widget units.

    Without `top` only the rows have labels, as is enough for a symmetric map; they stand for the columns, too.
    """

    def __init__(self, tokens: Sequence[Token], width: float, height: float, *, top: bool = True) -> None:
        self._tokens = tuple(tokens)
        self._columns = top
        self._font = font("mono-small")
        self._width, self._room = width, height
        metrics = self._metrics = QFontMetricsF(self._font)
        letter = metrics.horizontalAdvance("x")
        share = _SHARE if top else _SHARE_ALONE
        room = min(_LONGEST * letter, max(_SHORTEST * letter, share * min(width, height)))
        self._texts = [elided(visible(token.text), metrics, room) for token in self._tokens]
        self._widths = [metrics.horizontalAdvance(text) for text in self._texts]
        self._height = metrics.height()
        self._ascent = metrics.ascent()
        # Half the height of small letters: puts their middle, not the baseline, on the axis.
        self._middle = metrics.xHeight() / 2
        self._longest = max(self._widths, default=0.0)
        self._laid_out: dict[str, QStaticText] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def text(self, position: int) -> str:
        """The label of a piece, cut to what there is room for."""
        return self._texts[position]

    @property
    def left(self) -> float:
        """Room needed at the left of the map."""
        return ceil(self._longest + _GAP + 2)

    @property
    def top(self) -> float:
        """Room needed above the map."""
        if not self._columns:
            return max(
                2, ceil((self._height - self._cell(self._room)) / 2)
            )  # a label may be higher than its row
        return ceil(self._longest * _SIN + self._height / 2 * _COS + _GAP + 2)

    def right(self, cell: float) -> float:
        """Room needed at the right of the map, for slanted labels over columns `cell` wide."""
        if not self._columns:
            return 0.0
        after = (np.arange(len(self), 0, -1) - 0.5) * cell
        beyond = np.asarray(self._widths) * _COS - after + self._height / 2 * _SIN + 2
        return max(0.0, ceil(beyond.max(initial=0.0)))

    def row_step(self, cell: float) -> int:
        """Every how many rows there is a label, when rows are `cell` high."""
        return max(1, ceil(_ROW / cell - 1e-6))

    def column_step(self, cell: float) -> int:
        """Every how many columns there is a label, when columns are `cell` wide."""
        return max(1, ceil(_COLUMN / cell - 1e-6))

    def draw(self, painter: QPainter, content: QRectF, seen: QRectF) -> None:
        """Labels of all rows and columns whose middle is in `seen`, the visible part of `content`."""
        painter.save()
        painter.setFont(self._font)
        for row in self.rows(content, seen):
            painter.setPen(self._colour(row))
            self._draw_row(painter, row, content, seen)
        for column in self.columns(content, seen):
            painter.setPen(self._colour(column))
            self._draw_column(painter, column, content, seen)
        painter.restore()

    def draw_marked(
        self,
        painter: QPainter,
        content: QRectF,
        seen: QRectF,
        rows: Sequence[int],
        columns: Sequence[int],
    ) -> None:
        """These rows' and columns' labels in full text colour, in place of those they would overlap."""
        painter.save()
        painter.setFont(self._font)
        painter.setPen(QColor(theme().text))
        surface = QColor(theme().surface)
        if not self._columns:
            rows, columns = [*columns, *rows], ()
        cell = self._cell(content.height())
        near, step = _ROW, self.row_step(cell)
        for row in rows:
            if _sees(seen.top(), seen.bottom(), _centre(row, content.top(), cell)):
                covered = {
                    other
                    for other in {*_near(row, near / cell, step, len(self)), *rows}
                    if abs(other - row) * cell < near
                }
                for other in covered:
                    self._cover_row(painter, other, {*covered, *rows}, content, seen)
                self._draw_row(painter, row, content, seen)
        cell = self._cell(content.width())
        near = _COLUMN
        for column in columns:
            if _sees(seen.left(), seen.right(), _centre(column, content.left(), cell)):
                for other in {*_near(column, near / cell, self.column_step(cell), len(self)), *columns}:
                    if abs(other - column) * cell < near:
                        self._draw_column(painter, other, content, seen, surface)
                self._draw_column(painter, column, content, seen)
        painter.restore()

    def rows(self, content: QRectF, seen: QRectF) -> list[int]:
        """The rows that get a label."""
        cell = self._cell(content.height())
        return _shown(content.top(), cell, self.row_step(cell), seen.top(), seen.bottom(), len(self))

    def columns(self, content: QRectF, seen: QRectF) -> list[int]:
        """The columns that get a label."""
        if not self._columns:
            return []
        cell = self._cell(content.width())
        return _shown(content.left(), cell, self.column_step(cell), seen.left(), seen.right(), len(self))

    def row_rect(self, row: int, content: QRectF, seen: QRectF) -> QRectF:
        """Where a row's label stands."""
        middle = _centre(row, content.top(), self._cell(content.height()))
        width = self._widths[row]
        return QRectF(seen.left() - _GAP - width, middle - self._height / 2, width, self._height)

    def column_text(self, column: int, foot: float) -> str:
        """A column's label, cut once more where it would reach past the widget from `foot` on."""
        room = (self._width - foot - self._height / 2 * _SIN - 1) / _COS
        if self._widths[column] <= room:
            return self._texts[column]
        text = elided(self._texts[column], self._metrics, room)
        return text if self._metrics.horizontalAdvance(text) <= room else ""

    def column_corners(self, column: int, content: QRectF, seen: QRectF) -> list[QPointF]:
        """The corners of a column's slanted label."""
        foot = self._foot(column, content, seen)
        along = QPointF(_COS, -_SIN) * self._metrics.horizontalAdvance(self.column_text(column, foot.x()))
        below = QPointF(_SIN, _COS) * (self._middle + self._height - self._ascent)
        above = QPointF(-_SIN, -_COS) * (self._ascent - self._middle)
        return [foot + below, foot + above, foot + along + above, foot + along + below]

    def row_at(self, place: QPointF, content: QRectF, seen: QRectF) -> int | None:
        """The row whose label band `place` is in."""
        if not (place.x() < seen.left() and seen.top() <= place.y() < seen.bottom()):
            return None
        return self._index(place.y(), content.top(), content.height())

    def column_at(self, place: QPointF, content: QRectF, seen: QRectF) -> int | None:
        """The column whose slanted label band `place` is in."""
        if not self._columns or not place.y() < seen.top():
            return None
        x = place.x() - (seen.top() - place.y()) / _TAN
        return self._index(x, content.left(), content.width()) if seen.left() <= x < seen.right() else None

    def _index(self, at: float, origin: float, extent: float) -> int | None:
        index = int((at - origin) * len(self) // extent)
        return index if 0 <= index < len(self) else None

    def _cell(self, extent: float) -> float:
        return extent / max(1, len(self))

    def _colour(self, position: int) -> QColor:
        return QColor(piece_colours(self._tokens[position], theme())[0])

    def _draw_row(self, painter: QPainter, row: int, content: QRectF, seen: QRectF) -> None:
        painter.drawStaticText(self.row_rect(row, content, seen).topLeft(), self._static(self._texts[row]))

    def _cover_row(
        self, painter: QPainter, row: int, gone: Collection[int], content: QRectF, seen: QRectF
    ) -> None:
        """Take a label away; what that cuts off its neighbours, unless they are gone too, is drawn again."""
        area = self.row_rect(row, content, seen)
        painter.fillRect(area, QColor(theme().surface))
        step = self.row_step(self._cell(content.height()))
        painter.save()
        painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
        for other in _near(row, step, step, len(self)):
            if other not in gone:
                painter.setPen(self._colour(other))
                self._draw_row(painter, other, content, seen)
        painter.restore()

    def _foot(self, column: int, content: QRectF, seen: QRectF) -> QPointF:
        return QPointF(_centre(column, content.left(), self._cell(content.width())), seen.top() - _GAP)

    def _draw_column(
        self, painter: QPainter, column: int, content: QRectF, seen: QRectF, patch: QColor | None = None
    ) -> None:
        """The label, or with `patch` that colour over where it stands."""
        foot = self._foot(column, content, seen)
        text = self.column_text(column, foot.x())
        before = painter.transform()
        painter.setTransform(QTransform().translate(foot.x(), foot.y()).rotate(-SLANT), combine=True)
        corner = QPointF(0, self._middle - self._ascent)
        if patch is None:
            painter.drawStaticText(corner, self._static(text))
        else:
            width = self._metrics.horizontalAdvance(text)
            painter.fillRect(QRectF(corner, QSizeF(width, self._height)).adjusted(-1, 0, 1, 0), patch)
        painter.setTransform(before)

    def _static(self, text: str) -> QStaticText:
        made = self._laid_out.get(text)
        if made is None:
            made = self._laid_out[text] = QStaticText(text)
            made.setTextFormat(Qt.TextFormat.PlainText)
            option = QTextOption()
            option.setTextDirection(direction(text))
            option.setWrapMode(QTextOption.WrapMode.NoWrap)
            made.setTextOption(option)
            made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        return made


def _sees(first: float, last: float, at: float) -> bool:
    return first <= at <= last


def _near(index: int, reach: float, step: int, count: int) -> range:
    """Multiples of `step` up to `reach` away from `index`."""
    first = max(0, ceil((index - reach) / step)) * step
    return range(first, min(count, int(index + reach) + 1), step)


def _shown(origin: float, cell: float, step: int, first: float, last: float, count: int) -> list[int]:
    """Every `step`th index whose middle lies between `first` and `last`."""
    begin = max(0, ceil(((first - origin) / cell - 0.5) / step - 1e-6)) * step
    return [at for at in range(begin, count, step) if origin + (at + 0.5) * cell <= last]


def _centre(index: int, origin: float, cell: float) -> float:
    return origin + (index + 0.5) * cell
