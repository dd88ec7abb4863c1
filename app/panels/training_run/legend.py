"""What the lines and dots of the curves mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.drawing import Drawing
from app.views.plot_drawing import FAINT, STRONG, faint_colour

_SIGN, _GAP, _APART = 15, 5, 11  # pixels
_LEFT = 4.0


@dataclass(frozen=True)
class Entry:
    """A sign, what it means, and the same in short."""

    sign: Literal["every", "mean", "dots"]
    words: str
    short: str


def entries_for(points: int, *, dots: bool) -> tuple[Entry, ...]:
    """Smoothed over so many points; with or without evaluations."""
    if points > 1:
        mean = tr("exponential mean over {n} points", n=points)
        found = [Entry("every", tr("every point"), tr("all")), Entry("mean", mean, tr("mean"))]
    else:
        found = [Entry("mean", tr("every point"), tr("all"))]
    if dots:
        found.append(Entry("dots", tr("held-out text"), tr("held out")))
    return tuple(found)


def legend_drawing(entries: tuple[Entry, ...]) -> Drawing:
    """One line in long words."""
    height = _height()

    def paint(painter: QPainter, ratio: float) -> None:
        _draw(painter, entries, height, short=False)

    return Drawing(QSizeF(_width(entries), height), paint)


class Legend(QWidget):
    """One line: each sign and its words, short ones where there is little room; the tool tip has the long ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_entries(self, entries: tuple[Entry, ...]) -> None:
        """Explain these."""
        if entries != self.entries:
            self.entries = entries
            self.setAccessibleName(", ".join(entry.words for entry in entries))
            self.setToolTip(self.accessibleName())
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _height())

    def minimumSizeHint(self) -> QSize:
        return QSize(1, _height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        _draw(painter, self.entries, self.height(), short=_width(self.entries) > self.width())
        painter.end()


def _height() -> int:
    return round(QFontMetricsF(font("small")).height()) + 4


def _width(entries: tuple[Entry, ...]) -> float:
    """Of the long words with their signs."""
    metrics = QFontMetricsF(font("small"))
    return _LEFT + sum(_SIGN + _GAP + _APART + metrics.horizontalAdvance(entry.words) for entry in entries)


def _draw(painter: QPainter, entries: tuple[Entry, ...], height: float, *, short: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font("small"))
    metrics, colours = QFontMetricsF(font("small")), theme()
    left, middle = _LEFT, height / 2
    for entry in entries:
        words = entry.short if short else entry.words
        width = metrics.horizontalAdvance(words)
        if entry.sign == "dots":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.segment_b))
            painter.drawEllipse(QPointF(left + _SIGN - 5, middle), 3.5, 3.5)
        else:
            strong = entry.sign == "mean"
            colour = QColor(colours.accent) if strong else faint_colour()
            painter.setPen(QPen(colour, STRONG if strong else FAINT))
            painter.drawLine(QPointF(left, middle), QPointF(left + _SIGN, middle))
        painter.setPen(QColor(colours.secondary))
        place = QRectF(left + _SIGN + _GAP, 0, width + 1, height)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        left += _SIGN + _GAP + width + _APART
