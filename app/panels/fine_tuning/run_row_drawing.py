"""A line of the list of runs as it is drawn: two lines of text, a bar while it trains, and a box to tick."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.panels.fine_tuning.run_rows import RunRow
from app.theme import font, theme
from app.views.curve_looks import look_pen

HEIGHT = 60  # pixels, as are all lengths here
_PAD, _BOX, _GAP, _BAR = 8, 14, 8, 4


def box_in(area: QRectF) -> QRectF:
    """Where the box, or the ×, of a line stands."""
    return QRectF(area.right() - _PAD - _BOX, area.top() + _PAD - 2, _BOX, _BOX)


def near(box: QRectF, place: QPointF) -> bool:
    """Does a click there mean the box?"""
    return box.adjusted(-6, -6, 6, 6).contains(place)


def draw_row(painter: QPainter, area: QRectF, row: RunRow) -> None:
    """Name and box; state, time; figure or what it is about; a bar while it trains."""
    colours = theme()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = area.adjusted(_PAD + 2, 5, -_PAD, -5)
    base, small = QFontMetricsF(font("base")), QFontMetricsF(font("small"))
    box = box_in(area)
    if row.queued:
        _draw_cross(painter, box)
    elif row.tick is not None:
        _draw_box(painter, box, ticked=row.tick)
    left, right = int(Qt.AlignmentFlag.AlignLeft), int(Qt.AlignmentFlag.AlignRight)
    at = inner.left()
    if row.sign is not None:
        painter.setPen(look_pen(row.sign, 2.0))
        middle = inner.top() + base.height() / 2
        painter.drawLine(QPointF(at, middle), QPointF(at + 22, middle))
        at += 28
    room = (inner.right() if row.tick is None and not row.queued else box.left() - _GAP) - at
    painter.setFont(font("base"))
    painter.setPen(QColor(colours.text))
    name = base.elidedText(row.name, Qt.TextElideMode.ElideMiddle, room)
    painter.drawText(QRectF(at, inner.top(), room, base.height()), left, name)
    painter.setFont(font("small"))
    top = inner.top() + base.height() + 1
    line = QRectF(inner.left(), top, inner.width(), small.height())
    painter.setPen(QColor(_colour(row.look)))
    painter.drawText(line, left, row.state)
    taken = small.horizontalAdvance(row.state) + _GAP
    painter.setPen(QColor(colours.secondary))
    if row.progress is not None:
        when = small.horizontalAdvance(row.when) + _GAP if row.when else 0.0
        bar = QRectF(line.left() + taken, line.center().y() - _BAR / 2, line.width() - taken - when, _BAR)
        if bar.width() > 12:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.bar_track))
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
            bar.setWidth(max(_BAR, bar.width() * row.progress))
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        painter.setPen(QColor(colours.secondary))
    if taken + small.horizontalAdvance(row.when) <= line.width():
        painter.drawText(line, right, row.when)
    line.translate(0, small.height() + 1)
    if row.figure:
        painter.setPen(QColor(colours.text))
        figure = small.elidedText(row.figure, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, right, figure)
        line.setWidth(max(0.0, line.width() - small.horizontalAdvance(figure) - _GAP))
    painter.setPen(QColor(colours.secondary))
    if line.width() > 24:
        painter.drawText(line, left, small.elidedText(row.about, Qt.TextElideMode.ElideRight, line.width()))
    painter.restore()


def _draw_box(painter: QPainter, box: QRectF, *, ticked: bool) -> None:
    colours = theme()
    painter.setPen(QPen(QColor(colours.accent if ticked else colours.secondary), 1.2))
    painter.setBrush(QColor(colours.accent if ticked else colours.field))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    if ticked:
        painter.setPen(QPen(QColor(colours.on_accent), 1.8))
        x, y, size = box.left(), box.top(), box.width()
        points = [QPointF(x + a * size, y + b * size) for a, b in ((0.24, 0.52), (0.43, 0.71), (0.77, 0.31))]
        painter.drawPolyline(points)


def _draw_cross(painter: QPainter, box: QRectF) -> None:
    painter.setPen(QPen(QColor(theme().secondary), 1.4))
    inner = box.adjusted(3, 3, -3, -3)
    painter.drawLine(inner.topLeft(), inner.bottomRight())
    painter.drawLine(inner.topRight(), inner.bottomLeft())


def _colour(look: str) -> str:
    colours = theme()
    looks = {"good": colours.accent, "warning": colours.warning, "error": colours.error}
    return looks.get(look, colours.secondary)
