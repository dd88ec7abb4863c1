"""Draws a head's worked example where its layout says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.theme import diverging, font, sequential, theme
from app.translation import tr
from app.views.cell_ink import ink_of
from app.views.head_steps import Part, QuerySteps, arithmetic
from app.views.head_steps_layout import HeadLayout
from app.views.piece_text import draw_piece, elided, piece_colours, visible
from app.views.vector_strip import VectorStrip, paint_numbers, paint_rows
from app.views.worked_numbers import column, figure, places
from bert_core.trace import Token

if TYPE_CHECKING:
    from app.views.head_steps_view import HeadStepsView

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_SPACE, _APART = 6.0, 14.0  # pixels, as are all lengths here
_PAD = 5.0
_VECTORS: tuple[Part, ...] = ("query", "key", "product")


def vector_names() -> tuple[str, str, str]:
    """What stands before the pieces of q and k, and at their product."""
    return tr("query"), tr("× key"), tr("= product")


def line_names(keys: int) -> tuple[str, ...]:
    """What stands below the keys' pieces: names of the sum, and of what is left out of so many keys."""
    return tr("= output"), tr("head off"), tr("+ {n} more", n=keys)


def paint_steps(painter: QPainter, ratio: float, view: HeadStepsView) -> None:
    """All of it but what the pointer is on."""
    steps, layout = view.steps, view.layout_
    assert steps is not None and layout is not None
    _paint_vectors(painter, ratio, view, steps, layout)
    _paint_arithmetic(painter, layout, steps, view.key)
    if layout.overview is not None:
        _paint_overview(painter, ratio, view, steps, layout)
    _paint_table(painter, ratio, view, steps, layout)


def _paint_vectors(
    painter: QPainter, ratio: float, view: HeadStepsView, steps: QuerySteps, layout: HeadLayout
) -> None:
    pieces = (view.tokens[steps.position], view.tokens[view.key], None)
    strips: list[VectorStrip] = []
    for index, (part, name, token) in enumerate(zip(_VECTORS, vector_names(), pieces, strict=True)):
        place = layout.vector_name(index)
        if token is not None:
            taken = _paint_piece(painter, place, token)
            place = place.adjusted(0, 0, -taken - _SPACE, 0)
        _write(painter, place, name, _RIGHT, theme().secondary)
        strips += view.strips_of(part)
    paint_rows(painter, ratio, strips)
    paint_numbers(painter, strips, view.texts)


def _paint_arithmetic(painter: QPainter, layout: HeadLayout, steps: QuerySteps, key: int) -> None:
    """The sum, the score and the weight one after the other; on more lines where they stand beside the keys."""
    place, plain, strong = layout.arithmetic, QFontMetricsF(font("small")), QFontMetricsF(font("bold"))
    for brief in (False, True):
        parts = arithmetic(steps, key, brief=brief)
        widths = [
            plain.horizontalAdvance(said) + _SPACE + strong.horizontalAdvance(number) + _APART
            for said, number in parts
        ]
        if sum(widths) - _APART <= place.width() or layout.arithmetic_lines > 1:
            break
    x, top = place.left(), place.top()
    one_line = sum(widths) - _APART <= place.width()
    if one_line:
        x = max(place.left(), min(layout.vector(2).left(), place.right() - sum(widths) + _APART))
    for (said, number), width in zip(parts, widths, strict=True):
        if not one_line and x > place.left() and x + width - _APART > place.right():
            x, top = place.left(), top + place.height()
        room = QRectF(x, top, width, place.height())
        _write(painter, room, said, _LEFT, theme().secondary)
        painter.setFont(font("bold"))
        painter.setPen(QColor(theme().text))
        after = plain.horizontalAdvance(said) + _SPACE
        painter.drawText(room.adjusted(after, 0, 0, 0), _LEFT, number)
        x += width
    scale = tr(
        "colours to ±{vectors}, product ±{product}",
        vectors=figure(steps.vector_limit, 2),
        product=figure(steps.product_limit, 2),
    )
    if layout.beside:
        top += place.height()
        first = layout.vector(0)
        place = QRectF(first.left(), top, first.width(), place.height())
        x = place.left()
    _paint_scale(painter, place, scale, x - place.left())


def _paint_overview(
    painter: QPainter, ratio: float, view: HeadStepsView, steps: QuerySteps, layout: HeadLayout
) -> None:
    """The scores and the weights of all keys as two rows of the map."""
    whole = layout.overview
    assert whole is not None
    _write(painter, layout.overview_name, tr("all {n} keys", n=len(view.tokens)), _RIGHT, theme().secondary)
    half = (whole.height() - 3) / 2
    upper = QRectF(whole.left(), whole.top(), whole.width(), half)
    VectorStrip(steps.scores, steps.score_limit, upper, pool="strongest").paint(painter, ratio)
    lower = VectorStrip(
        steps.weights,
        steps.weight_limit,
        upper.translated(0, half + 3),
        signed=steps.difference,
        pool="strongest",
    )
    lower.paint(painter, ratio)
    painter.setPen(QPen(QColor(theme().line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(whole.adjusted(-0.5, -0.5, 0.5, 0.5))
    VectorStrip(steps.weights, 1.0, whole).paint_mark(painter, view.key)


def _paint_table(
    painter: QPainter, ratio: float, view: HeadStepsView, steps: QuerySteps, layout: HeadLayout
) -> None:
    listed, rest = view.listed, len(view.tokens) - len(view.listed)
    _paint_header(painter, layout, steps)
    weights = [float(steps.weights[key]) for key in listed]
    if rest:
        weights.append(steps.rest(listed)[0])
    sign = steps.difference
    weight_texts = [places(weight, 3, sign=sign) for weight in (*weights, sum(weights))]
    score_texts = column([float(steps.scores[key]) for key in listed], sign=sign)
    if view.key in listed:
        _paint_ground(painter, layout.line(listed.index(view.key)))
    strips = [strip for key in listed for strip in view.strips_of("weighted", key)]
    paint_rows(painter, ratio, strips)
    paint_numbers(painter, strips, view.texts)
    for index, key in enumerate(listed):
        _paint_piece(painter, layout.piece(index), view.tokens[key])
    scores = VectorStrip(steps.scores[listed], steps.score_limit, layout.score(0))
    shares = VectorStrip(steps.weights[listed], steps.weight_limit, layout.weight(0), signed=sign)
    _paint_cells(painter, scores, score_texts, layout.pitch)
    _paint_cells(painter, shares, weight_texts, layout.pitch)
    if view.key in listed:
        index = listed.index(view.key)
        _paint_outline(painter, layout.line(index), pinned=view.key == view.pinned)
        _paint_connector(painter, layout.connector(index))
    if rest:
        index = len(listed)
        _write(painter, layout.piece(index), tr("+ {n} more", n=rest), _RIGHT, theme().secondary)
        _write_weight(painter, layout.weight(index), weight_texts[index], theme().secondary)
        for strip in view.strips_of("rest"):
            strip.paint(painter, ratio, view.texts)
    _paint_sum(painter, ratio, view, layout, weight_texts[-1])


def _paint_header(painter: QPainter, layout: HeadLayout, steps: QuerySteps) -> None:
    grey, first = theme().secondary, layout.line(0)
    height = first.top() - layout.header_top
    names = (
        (layout.piece(0), tr("key"), _RIGHT),
        (layout.score(0), tr("score"), _RIGHT),
        (layout.weight(0), tr("even") if steps.off == "uniform" else tr("softmax"), _RIGHT),
        (layout.weighted(0), tr("weight × value"), _LEFT),
    )
    for column_, text, side in names:
        place = QRectF(column_.left(), layout.header_top, column_.width(), height - 1)
        if side == _RIGHT and column_ is not names[0][0]:
            place = place.adjusted(-8, 0, -_PAD, 0)
        _write(painter, place, text, side, grey)
    place = layout.weighted(0)
    _paint_scale(
        painter,
        QRectF(place.left(), layout.header_top, place.width(), height - 1),
        tr(
            "colours to ±{weighted}, output ±{output}",
            weighted=figure(steps.weighted_limit, 2),
            output=figure(steps.output_limit, 2),
        ),
        QFontMetricsF(font("small")).horizontalAdvance(names[-1][1]),
    )


def _paint_scale(painter: QPainter, place: QRectF, text: str, taken: float) -> None:
    """Where colours end, at the right of a place whose first `taken` pixels are in use; nothing where that is short."""
    if taken + _APART + QFontMetricsF(font("small")).horizontalAdvance(text) <= place.width():
        _write(painter, place, text, _RIGHT, theme().secondary)


def _paint_sum(painter: QPainter, ratio: float, view: HeadStepsView, layout: HeadLayout, total: str) -> None:
    """The output under a line, as below a column of figures."""
    assert view.steps is not None
    line = layout.line(layout.lines)
    painter.setPen(QPen(QColor(theme().line_strong), 1))
    painter.drawLine(QPointF(line.left(), line.top() - 3), QPointF(line.right(), line.top() - 3))
    off = view.steps.off == "zero"
    name = tr("head off") if off else tr("= output")
    _write(painter, layout.piece(layout.lines), name, _RIGHT, theme().warning if off else theme().text)
    _write_weight(painter, layout.weight(layout.lines), tr("zero") if off else total, theme().text)
    for strip in view.strips_of("output"):
        strip.paint(painter, ratio, view.texts)
        if off:
            painter.setPen(QPen(QColor(theme().line_strong), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(strip.rect)


def _paint_ground(painter: QPainter, line: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().accent_soft))
    painter.drawRect(line)


def _paint_outline(painter: QPainter, line: QRectF, *, pinned: bool) -> None:
    """Around the key that is worked out: a stronger line where it is pinned."""
    painter.setPen(QPen(QColor(theme().selection if pinned else theme().accent), 2 if pinned else 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(line.adjusted(0.5, -0.5, -0.5, -0.5))


def _paint_connector(painter: QPainter, way: list[QPointF]) -> None:
    """An arrow from the arithmetic to its line."""
    if not way:
        return
    painter.setPen(QPen(QColor(theme().accent), 1))
    painter.drawPolyline(way)
    tip = way[-1]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().accent))
    painter.drawPolygon([tip + QPointF(3, 0), tip + QPointF(-4, -3.5), tip + QPointF(-4, 3.5)])


def _paint_piece(painter: QPainter, place: QRectF, token: Token) -> float:
    """A piece at the right of a place; returns the width it took."""
    metrics = QFontMetricsF(font("mono-small"))
    text = elided(visible(token.text), metrics, place.width())
    painter.setFont(font("mono-small"))
    painter.setPen(QColor(piece_colours(token, theme())[0]))
    draw_piece(painter, place, Qt.AlignmentFlag.AlignRight, text)
    return metrics.horizontalAdvance(text)


def _paint_cells(painter: QPainter, cells: VectorStrip, texts: Sequence[str], pitch: float) -> None:
    """Numbers on their colours, below each other from the strip's place on."""
    table = diverging() if cells.signed else sequential()
    inks = ink_of(theme(), cells.signed)
    for index, entry in enumerate(cells.entries(cells.values).tolist()):
        place = cells.rect.translated(0, index * pitch)
        painter.fillRect(place, QColor(*map(int, table[entry, :3])))
        _write(painter, place.adjusted(0, 0, -_PAD, 0), texts[index], _RIGHT, inks[entry])


def _write_weight(painter: QPainter, place: QRectF, text: str, colour: str) -> None:
    _write(painter, place.adjusted(0, 0, -_PAD, 0), text, _RIGHT, colour)


def _write(painter: QPainter, place: QRectF, text: str, side: Qt.AlignmentFlag, colour: str | QColor) -> None:
    painter.setFont(font("small"))
    painter.setPen(QColor(colour))
    painter.drawText(place, side | Qt.TextFlag.TextSingleLine, text)
