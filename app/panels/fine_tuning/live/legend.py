"""What the lines and dots of the curves mean, and which run is which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.curve_looks import look_pen
from app.views.drawing import Drawing
from app.views.plot_drawing import DOT, FAINT, STRONG, faint_colour

_SIGN, _LONG_SIGN, _GAP, _APART = 15, 30, 5, 14  # pixels
_MOST_LINES = 3
_LONGEST = 220.0  # of a name

Sign = Literal["every", "mean", "dots", "best", "level", "thin", "run"]


@dataclass(frozen=True)
class Entry:
    """A sign, and what it means; look: which run, for "run" only."""

    sign: Sign
    words: str
    look: int = 0


def entries_for(points: int, *, curve: bool = True, dots: bool, best: bool = False) -> tuple[Entry, ...]:
    """One run's signs: smoothed over so many points; with or without a curve, evaluations, a best one."""
    found = []
    if curve and points > 1:
        mean = tr("exponential mean over {n} points", n=points)
        found = [Entry("every", tr("every point")), Entry("mean", mean)]
    elif curve:
        found = [Entry("mean", tr("every point"))]
    if dots:
        found.append(Entry("dots", tr("held-out text")))
    if best:
        found.append(Entry("best", tr("best evaluation")))
    return tuple(found)


def entries_of_runs(names: tuple[str, ...], points: int, *, seeds: bool, dots: bool) -> tuple[Entry, ...]:
    """Which curve is whose, where there are several."""
    found = [Entry("run", name, look) for look, name in enumerate(names)]
    if seeds:
        found.append(Entry("thin", tr("single seeds; strong: their mean")))
    if dots:
        found.append(Entry("level", tr("with dots: held-out text")))
    if points > 1:
        found.append(Entry("level", tr("without: exponential means over {n} points", n=points)))
    return tuple(found)


def legend_drawing(entries: tuple[Entry, ...], width: float = 900.0) -> Drawing:
    """As many lines as it takes."""
    places = _places(entries, width)
    height = max((place.bottom() for place in places), default=0.0)
    right = max((place.right() for place in places), default=1.0)

    def paint(painter: QPainter, ratio: float) -> None:
        _draw(painter, entries, places)

    return Drawing(QSizeF(right, height), paint)


class Legend(QWidget):
    """Signs with their words, over up to three lines; the tool tip has all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_entries(self, entries: tuple[Entry, ...]) -> None:
        """Explain these."""
        if entries != self.entries:
            self.entries = entries
            self.setAccessibleName(", ".join(entry.words for entry in entries))
            self.setToolTip("\n".join(entry.words for entry in entries))
            self._fit()
            self.update()

    def _fit(self) -> None:
        places = _places(self.entries, self.width())
        needed = max((place.bottom() for place in places), default=_height())
        self.setFixedHeight(round(min(needed, _MOST_LINES * _height())))

    def sizeHint(self) -> QSize:
        return QSize(200, self.height() or _height())

    def minimumSizeHint(self) -> QSize:
        return QSize(1, _height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        _draw(painter, self.entries, _places(self.entries, self.width()))
        painter.end()


def _height() -> int:
    return round(QFontMetricsF(font("small")).height()) + 4


def _shown(entry: Entry) -> str:
    metrics = QFontMetricsF(font("small"))
    room = _LONGEST if entry.sign == "run" else 1000.0
    return metrics.elidedText(entry.words, Qt.TextElideMode.ElideMiddle, room)


def _sign_width(entry: Entry) -> int:
    return 0 if entry.sign == "level" else _LONG_SIGN if entry.sign == "run" else _SIGN


def _places(entries: tuple[Entry, ...], width: float) -> list[QRectF]:
    """Where each stands, a line after the other."""
    metrics, height = QFontMetricsF(font("small")), _height()
    found, left, top = [], 0.0, 0.0
    for entry in entries:
        sign = _sign_width(entry)
        own = sign + (_GAP if sign else 0) + metrics.horizontalAdvance(_shown(entry)) + 1
        if left and left + own > width:
            left, top = 0.0, top + height
        found.append(QRectF(left, top, own, height))
        left += own + _APART
    return found


def _draw(painter: QPainter, entries: tuple[Entry, ...], places: list[QRectF]) -> None:
    colours = theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font("small"))
    for entry, place in zip(entries, places, strict=True):
        left, middle = place.left(), place.center().y()
        long = _sign_width(entry)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if entry.sign == "dots":
            painter.setPen(QPen(QColor(colours.surface), 1))
            painter.setBrush(QColor(colours.segment_b))
            painter.drawEllipse(QPointF(left + long - DOT - 2, middle), DOT, DOT)
        elif entry.sign == "best":
            painter.setPen(QPen(QColor(colours.text), 1.4))
            painter.drawEllipse(QPointF(left + long - 7, middle), 5.0, 5.0)
        elif long:
            pens = {
                "every": QPen(faint_colour(), FAINT),
                "mean": QPen(QColor(colours.accent), STRONG),
                "thin": QPen(QColor(colours.secondary), FAINT),
            }
            painter.setPen(pens.get(entry.sign) or look_pen(entry.look, STRONG))
            painter.drawLine(QPointF(left, middle), QPointF(left + long, middle))
        painter.setPen(QColor(colours.text if entry.sign == "run" else colours.secondary))
        words = place.adjusted(long + (_GAP if long else 0), 0, 1, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, _shown(entry))
