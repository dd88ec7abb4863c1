"""Draws bars up and down in lanes, and the lanes' titles with what stands under them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.theme import diverging, font, sequential, theme
from app.views.piece_text import elided
from app.views.saliency_lanes_layout import GUTTER_GAP, LanesLayout
from app.views.worked_numbers import figure

if TYPE_CHECKING:
    from app.views.saliency_lanes import Lane

_STRONG_UP, _STRONG_DOWN, _STRONG = 228, 28, 165  # entries of the colour tables

Doubles = NDArray[np.float64]


def ends_of(values: Doubles) -> tuple[float, float]:
    """The least and the largest value, 0 among them."""
    known = values[np.isfinite(values)]
    return float(known.min(initial=0.0)), float(known.max(initial=0.0))


def paint_bars(painter: QPainter, layout: LanesLayout, lanes: Sequence[Lane], target: int | None) -> None:
    """Bars with their numbers, on a ground in the column of the target."""
    look = theme()
    if target is not None and lanes:
        left, right = layout.column(target)
        painter.fillRect(QRectF(left, 0, max(2.0, right - left), layout.axis_top), QColor(look.accent_soft))
    for index, lane in enumerate(lanes):
        if lane.values is None or not len(lane.values):
            _paint_note(painter, layout.lane(index), lane.note)
            continue
        _paint_lane(painter, layout, index, lane.values, lane.signed)
        if layout.numbered:
            _paint_numbers(painter, layout, index, lane.values)


def _paint_note(painter: QPainter, rect: QRectF, note: str) -> None:
    painter.setPen(QPen(QColor(theme().line), 1))
    painter.drawLine(QPointF(rect.left(), rect.bottom()), QPointF(rect.right(), rect.bottom()))
    painter.setFont(font("small"))
    painter.setPen(QColor(theme().secondary))
    note = elided(note, QFontMetricsF(font("small")), rect.width())
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), note)


def _paint_lane(painter: QPainter, layout: LanesLayout, lane: int, values: Doubles, signed: bool) -> None:
    up, down = (QColor(*diverging()[entry, :3].tolist()) for entry in (_STRONG_UP, _STRONG_DOWN))
    share = QColor(*sequential()[_STRONG, :3].tolist())
    room, (low, high) = layout.room(lane), ends_of(values)
    zero = round(room.top() + (high / (high - low) if high > low else 1.0) * room.height()) + 0.5
    painter.setPen(QPen(QColor(theme().line_strong), 1))
    painter.drawLine(QPointF(room.left(), zero), QPointF(room.right(), zero))
    for piece, value in enumerate(values.tolist()):
        if value and math.isfinite(value):
            colour = share if not signed else up if value > 0 else down
            painter.fillRect(layout.bar(room, (low, high), piece, value), colour)


def _paint_numbers(painter: QPainter, layout: LanesLayout, lane: int, values: Doubles) -> None:
    painter.setFont(font("small"))
    painter.setPen(QColor(theme().secondary))
    top, height = layout.lane(lane).top(), QFontMetricsF(font("small")).height()
    for piece, value in enumerate(values.tolist()):
        left, right = layout.column(piece)
        if value:
            place = QRectF(left - 4, top, right - left + 8, height)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), figure(value, 2))


def paint_titles(painter: QPainter, layout: LanesLayout, lanes: Sequence[Lane], piece: int | None) -> None:
    """Titles, and below each what is beside it, or the number of the piece that is pointed at."""
    look, metrics = theme(), QFontMetricsF(font("small"))
    painter.setFont(font("small"))
    line, width = metrics.height(), layout.columns.left() - GUTTER_GAP
    for index, lane in enumerate(lanes):
        rect = layout.lane(index)
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


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
