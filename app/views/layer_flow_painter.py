"""Draws a piece's way through a layer: boxes, wires, names, strips and norms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from app.theme import font, theme
from app.translation import tr
from app.views.flow_steps import norm_of
from app.views.piece_text import draw_piece, elided, piece_colours, visible
from app.views.worked_numbers import figure

if TYPE_CHECKING:
    from app.views.layer_flow import LayerFlow

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_LANE = 14.0  # pixels from the wire to the lane of a residual connection, as are all lengths here
_PLUS, _DOT = 6.0, 3.0
_RADIUS = 5.0
_INSET = 1.5


def paint_flow(painter: QPainter, ratio: float, flow: LayerFlow) -> None:
    """All of it but what the pointer is on."""
    _paint_boxes(painter, flow)
    _paint_wires(painter, flow)
    _paint_header(painter, flow)
    for index, step in enumerate(flow.steps):
        row, strip = flow.row(index), flow.strip(index)
        names = QRectF(flow.node(index).x() + 14, row.top(), 0, row.height())
        names.setRight(flow.names_right)
        if flow.notes_fit and step.note:
            middle = row.center().y()
            _write(
                painter, QRectF(names.left(), middle - 16, names.width(), 16), step.name, _LEFT, theme().text
            )
            _write(
                painter, QRectF(names.left(), middle, names.width(), 16), step.note, _LEFT, theme().secondary
            )
        else:
            _write(painter, names, step.name, _LEFT, theme().text)
        shape = QRectF(flow.names_right, row.top(), flow.shapes_right - flow.names_right, row.height())
        _write(painter, shape, str(len(step.values)), _RIGHT, theme().secondary)
        strip.paint(painter, ratio)
        if step.units and flow.unit is not None:
            _paint_unit(painter, strip.cell(flow.unit))
        norm = QRectF(flow.norms_left, row.top(), flow.width() - 4 - flow.norms_left, row.height())
        _write(painter, norm, figure(norm_of(step.values)), _RIGHT, theme().text)


def _paint_boxes(painter: QPainter, flow: LayerFlow) -> None:
    """A ground for each block."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().special_soft if theme().name == "light" else theme().field))
    first = 0
    for index in range(1, len(flow.steps) + 1):
        block = flow.steps[first].block
        if index < len(flow.steps) and block and flow.steps[index].block == block:
            continue
        if block:
            box = flow.row(first).united(flow.row(index - 1))
            box.setLeft(flow.node(first).x() - 9)
            painter.drawRoundedRect(box.adjusted(0, _INSET, 0, -_INSET), _RADIUS, _RADIUS)
        first = index


def _paint_wires(painter: QPainter, flow: LayerFlow) -> None:
    """The line from step to step, with a lane around a block for what is added after it."""
    wire = QPen(QColor(theme().secondary), 1.2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for index in range(1, len(flow.steps)):
        painter.setPen(wire)
        painter.drawLine(flow.node(index - 1), flow.node(index))
    for index, step in enumerate(flow.steps):
        if step.plus is None:
            continue
        start, end = flow.node(step.plus), flow.node(index)
        lane = start.x() - _LANE
        way = QPainterPath(start)
        way.lineTo(lane + _RADIUS, start.y())
        way.quadTo(lane, start.y(), lane, start.y() + _RADIUS)
        way.lineTo(lane, end.y() - _RADIUS)
        way.quadTo(lane, end.y(), lane + _RADIUS, end.y())
        way.lineTo(end.x() - _PLUS, end.y())
        painter.setPen(wire)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(way)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(wire.color())
        tip = QPointF(end.x() - _PLUS, end.y())
        painter.drawPolygon([tip, tip - QPointF(4, 3), tip - QPointF(4, -3)])
    for index, step in enumerate(flow.steps):
        _paint_node(painter, flow.node(index), plus=step.plus is not None)


def _paint_node(painter: QPainter, place: QPointF, *, plus: bool) -> None:
    colours = theme()
    if not plus:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.secondary))
        painter.drawEllipse(place, _DOT, _DOT)
        return
    painter.setPen(QPen(QColor(colours.text), 1.2))
    painter.setBrush(QColor(colours.surface))
    painter.drawEllipse(place, _PLUS, _PLUS)
    half = _PLUS - 2.5
    painter.drawLine(place - QPointF(half, 0), place + QPointF(half, 0))
    painter.drawLine(place - QPointF(0, half), place + QPointF(0, half))


def _paint_header(painter: QPainter, flow: LayerFlow) -> None:
    if not flow.steps:
        return
    height, grey = flow.row(0).top() - 1, theme().secondary
    left = flow.shapes_right
    _write(painter, QRectF(left - 60, 0, 60, height), tr("size"), _RIGHT, grey)
    right = flow.width() - 4
    _write(painter, QRectF(right - 80, 0, 80, height), tr("norm"), _RIGHT, grey)
    _paint_heading(painter, flow, QRectF(flow.node(0).x() - 9, 0, left - 50 - flow.node(0).x(), height))
    strips = flow.strip(0).rect
    place = QRectF(strips.left(), 0, strips.width(), height)
    said = [tr("colours to ±{limit}", limit=figure(flow.limit(0), 2))]
    if flow.shared > 1:
        said.append(tr("a line: the mean of {n} dimensions", n=flow.shared))
    metrics = QFontMetricsF(font("small"))
    while said and metrics.horizontalAdvance(" · ".join(said)) > place.width():
        said.pop()
    _write(painter, place, " · ".join(said), _LEFT, grey)


def _paint_heading(painter: QPainter, flow: LayerFlow, place: QRectF) -> None:
    """The piece in its own colour, and where it is."""
    token, where = flow.heading
    if token is None:
        return
    mono, small = QFontMetricsF(font("mono-small")), QFontMetricsF(font("small"))
    piece = elided(visible(token.text), mono, place.width() - small.horizontalAdvance(where) - 7)
    painter.setFont(font("mono-small"))
    painter.setPen(QColor(piece_colours(token, theme())[0]))
    draw_piece(painter, place, Qt.AlignmentFlag.AlignLeft, piece)
    after = place.adjusted(mono.horizontalAdvance(piece) + 6, 0, 0, 0)
    _write(painter, after, where, _LEFT, theme().secondary)


def _paint_unit(painter: QPainter, cell: QRectF) -> None:
    """A mark under and over the unit whose activation is drawn."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().segment_b))
    painter.drawRect(QRectF(cell.center().x() - 1, cell.top() - 3, 2, 3))
    painter.drawRect(QRectF(cell.center().x() - 1, cell.bottom(), 2, 3))


def _write(painter: QPainter, place: QRectF, text: str, side: Qt.AlignmentFlag, colour: str) -> None:
    painter.setFont(font("small"))
    painter.setPen(QColor(colour))
    text = elided(text, QFontMetricsF(font("small")), place.width())
    painter.drawText(place, side | Qt.TextFlag.TextSingleLine, text)
