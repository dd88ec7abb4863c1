"""Draws maps in common columns: cells, titles, labels, and marks over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from app.theme import font, theme
from app.views.flow_maps_layout import FlowLayout
from app.views.head_colours import head_colour
from app.views.piece_text import elided
from app.views.vector_strip import paint_numbers, paint_rows

if TYPE_CHECKING:
    from app.views.flow_maps import FlowMaps

_SWATCH, _GAP = 8.0, 6.0  # pixels, as are all lengths here
_ARROW = 4.0
_ROOM_FOR_SIDE = 60.0  # least width for what stands at the right of a title


class Mark(NamedTuple):
    """A frame round a layer's rows and one round a piece's columns; None: there is none."""

    layer: int | None
    piece: int | None
    pen: QPen


def paint_maps(painter: QPainter, ratio: float, view: FlowMaps) -> None:
    """Cells, frames and the layers' labels."""
    look, metrics, layout = theme(), QFontMetricsF(font("small")), view.layout_
    rows = [view.strips(index) for index in range(len(view.maps))]
    # As shares of where their colours end all rows are alike, and are drawn as one image.
    paint_rows(
        painter,
        ratio,
        [replace(s, values=s.values / s.limit, limit=1.0) for known in rows for s in known],
    )
    for index, (shown, known) in enumerate(zip(view.maps, rows, strict=True)):
        area = layout.area(index)
        paint_numbers(painter, known, view.texts)
        painter.setFont(font("small"))
        painter.setPen(QPen(QColor(look.line), 1))
        painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.setPen(QColor(look.secondary))
        if shown.note:
            left = area if not known else QRectF(area.left(), known[-1].rect.bottom(), area.width(), 0)
            place = QRectF(left.left() + 6, left.top(), area.width() - 12, area.bottom() - left.top())
            painter.drawText(place, _WRAPPED, _fitting(shown.note, metrics, place))
        for layer in layout.labelled:
            painter.drawText(layout.label(index, layer), _RIGHT, f"L{layer + 1}")


def paint_words(painter: QPainter, view: FlowMaps, first: Sequence[int]) -> None:
    """Titles, and under the columns the pieces, those in `first` before others."""
    look, metrics, layout = theme(), QFontMetricsF(font("small")), view.layout_
    painter.setFont(font("small"))
    for index, shown in enumerate(view.maps):
        line = layout.title(index)
        swatch = QRectF(line.left(), line.center().y() - _SWATCH / 2, _SWATCH, _SWATCH)
        painter.fillRect(swatch, QColor(head_colour(shown.colour)))
        words = line.adjusted(_SWATCH + _GAP, 0, 0, 0)
        painter.setPen(QColor(look.text))
        title = elided(shown.title, metrics, words.width())
        painter.drawText(words, _LEFT, title)
        room = words.adjusted(metrics.horizontalAdvance(title) + 2 * _GAP, 0, 0, 0)
        if room.width() >= _ROOM_FOR_SIDE:
            painter.setPen(QColor(look.secondary))
            painter.drawText(room, _RIGHT, elided(shown.aside, metrics, room.width()))
    if view.maps:
        layout.axis.paint(painter, view.tokens, layout.columns.left(), layout.axis_top, first)


def paint_marks(painter: QPainter, layout: FlowLayout, position: int, marks: Sequence[Mark]) -> None:
    """What is marked in every map, the last above the others, and the piece at `position` as the one followed."""
    for index in range(layout.maps):
        area = layout.area(index)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for layer, piece, pen in marks:
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            if layer is not None and 0 <= layer < layout.rows:
                painter.drawRect(layout.row(index, layer).adjusted(-1, -1, 1, 1))
            if piece is not None and 0 <= piece < layout.pieces:
                left, right = layout.column(piece)
                painter.drawRect(QRectF(left - 0.5, area.top() - 0.5, right - left, area.height() + 1))
        if position < layout.pieces:
            _paint_arrow(painter, sum(layout.column(position)) / 2 - 0.5, area.top() - 1)


def _paint_arrow(painter: QPainter, middle: float, tip: float) -> None:
    """Above the column of the piece that is followed."""
    base = tip - _ARROW
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().selection))
    corners = [QPointF(middle, tip), QPointF(middle - _ARROW, base), QPointF(middle + _ARROW, base)]
    painter.drawPolygon(QPolygonF(corners))
    painter.restore()


def _fitting(text: str, metrics: QFontMetricsF, place: QRectF) -> str:
    """As much of a text as its lines have room for; never less than one line."""
    lines = max(1, int(place.height() / metrics.lineSpacing()))
    return elided(text, metrics, lines * place.width() - (lines - 1) * 40)


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
