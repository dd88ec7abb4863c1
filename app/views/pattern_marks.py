"""A mark for each pattern that a head can show: a colour for its family, a shape for itself, and a legend of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.views.drawing import Drawing

# Families: looks along the text, at single pieces, at words or sentences, nowhere in particular; the rest is grey.
_COLOURS = {
    "light": {"along": "#2862cf", "single": "#a84d08", "alike": "#0b7a66", "wide": "#8a3ab9", "": "#626c7b"},
    "dark": {"along": "#7aa7ff", "single": "#f0a35e", "alike": "#4fc9b0", "wide": "#cf9df5", "": "#9aa3b2"},
}
_FAMILIES = {
    "previous token": "along",
    "next token": "along",
    "diagonal": "along",
    "[CLS]": "single",
    "[SEP]": "single",
    "punctuation": "single",
    "vertical": "single",
    "same word": "alike",
    "block": "alike",
    "broad": "wide",
}
# Corners of a shape, in radii about its middle.
_SHAPES = {
    "previous token": ((0.8, -1.0), (-1.1, 0.0), (0.8, 1.0)),
    "next token": ((-0.8, -1.0), (1.1, 0.0), (-0.8, 1.0)),
    "diagonal": ((0.0, -1.15), (1.15, 0.0), (0.0, 1.15), (-1.15, 0.0)),
    "[CLS]": ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    "[SEP]": ((-1.05, -0.8), (1.05, -0.8), (0.0, 1.1)),
    "vertical": ((-0.45, -1.15), (0.45, -1.15), (0.45, 1.15), (-0.45, 1.15)),
}
_ROW, _RADIUS, _GAP, _APART = 17, 4.5, 6, 12  # pixels


def colour_of(pattern: str) -> QColor:
    """The colour of a pattern's family on the theme's surface; grey for a name that is none of them."""
    return QColor(_COLOURS[theme().name][_FAMILIES.get(pattern, "")])


def draw_mark(painter: QPainter, pattern: str, middle: QPointF, radius: float) -> None:
    """The shape of a pattern; a small disc for a name that is none of them."""
    colour = colour_of(pattern)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    line = QPen(colour, max(1.4, radius / 3))
    if pattern in _SHAPES:
        corners = [QPointF(x, y) * radius + middle for x, y in _SHAPES[pattern]]
        painter.drawPolygon(QPolygonF(corners))
    elif pattern == "punctuation":
        painter.setPen(QPen(colour, radius / 1.6))
        painter.drawLine(middle - QPointF(0, radius), middle + QPointF(0, radius))
        painter.drawLine(middle - QPointF(radius, 0), middle + QPointF(radius, 0))
    elif pattern == "same word":
        painter.setPen(QPen(colour, radius / 1.8))
        for y in (-0.5 * radius, 0.5 * radius):
            painter.drawLine(middle + QPointF(-radius, y), middle + QPointF(radius, y))
    elif pattern == "block":
        painter.setPen(line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        side = 0.8 * radius
        painter.drawRect(QRectF(middle.x() - side, middle.y() - side, 2 * side, 2 * side))
    elif pattern == "broad":
        painter.setPen(line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, 0.9 * radius, 0.9 * radius)
    else:
        painter.drawEllipse(middle, 0.6 * radius, 0.6 * radius)
    painter.restore()


def mark_pixmap(pattern: str, ratio: float) -> QPixmap:
    """The mark alone, for a table or a list; `ratio` pixels a widget unit."""
    side = 2 * round(_RADIUS + 2)
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_mark(painter, pattern, QPointF(side / 2, side / 2), _RADIUS)
    painter.end()
    return pixmap


class PatternLegend(QWidget):
    """Marks with their names, as many in a row as fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(0)

    @property
    def entries(self) -> tuple[tuple[str, str], ...]:
        """Patterns, and what stands beside their marks."""
        return self._entries

    def set_entries(self, entries: Sequence[tuple[str, str]]) -> None:
        """Show these patterns with these words."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.setAccessibleName(", ".join(words for _, words in entries))
            self.setFixedHeight(self.heightForWidth(self.width()))
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many lines as it needs in this width."""
        super().resizeEvent(event)
        self.setFixedHeight(self.heightForWidth(self.width()))

    def fit(self, width: int) -> None:
        """Take this width, and the height it needs: for one that is never shown, which hears of no resizing."""
        self.setFixedHeight(self.heightForWidth(width))
        self.resize(width, self.height())

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        return int(places[-1].y()) + _ROW if places else 0

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.height())

    def _places(self, width: float) -> list[QPointF]:
        metrics, places = QFontMetricsF(font("small")), []
        x = y = 0.0
        for _, words in self._entries:
            taken = 2 * _RADIUS + _GAP + metrics.horizontalAdvance(words)
            if x and x + taken > width:
                x, y = 0.0, y + _ROW
            places.append(QPointF(x, y))
            x += taken + _APART
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw(painter, self.devicePixelRatioF())
        painter.end()

    def _draw(self, painter: QPainter, _ratio: float) -> None:
        painter.setFont(font("small"))
        metrics = QFontMetricsF(font("small"))
        for (pattern, words), place in zip(self._entries, self._places(self.width()), strict=True):
            draw_mark(painter, pattern, place + QPointF(_RADIUS + 1, _ROW / 2), _RADIUS)
            painter.setPen(QColor(theme().secondary))
            left = place.x() + 2 * _RADIUS + _GAP
            area = QRectF(left, place.y(), metrics.horizontalAdvance(words) + 2, _ROW)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), words)

    def drawing(self) -> Drawing:
        """The legend as it is."""
        return Drawing(QSizeF(self.size()), self._draw)
