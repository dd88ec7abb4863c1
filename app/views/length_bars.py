"""How long examples are, or what numbers they have: bars over a range, with a limit that can be marked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr

_TOP, _SIDE, _LEAST_BAR = 4, 2, 1.5  # pixels


class LengthBars(QWidget):
    """A histogram with its range written below. Bars beyond the limit are orange: what they count is cut off."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edges: tuple[float, ...] = ()
        self._counts: tuple[int, ...] = ()
        self._unit = ""
        self._limit: float | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many are in each bar."""
        return self._counts

    @property
    def limit(self) -> float | None:
        """The marked limit, where it lies within the range."""
        inside = self._limit is not None and self._edges and self._edges[0] <= self._limit < self._edges[-1]
        return self._limit if inside else None

    def set_bars(self, edges: Sequence[float], counts: Sequence[int], unit: str) -> None:
        """counts[i] values from edges[i] up to edges[i + 1]; `unit` says what they are."""
        self._edges, self._counts, self._unit = tuple(edges), tuple(counts), unit
        if self._edges:
            self.setAccessibleDescription(
                tr(
                    "{n}, from {low} to {high} {unit}",
                    n=sum(counts),
                    low=_figure(edges[0]),
                    high=_figure(edges[-1]),
                    unit=unit,
                )
            )
        self.update()

    def set_limit(self, limit: float | None) -> None:
        """What is longer is cut off; None: nothing is."""
        if limit != self._limit:
            self._limit = limit
            self.update()

    def share_beyond(self, limit: float) -> float:
        """About which share of all is more than the limit, 0 to 1; within a bar taken as evenly spread."""
        total = sum(self._counts)
        beyond = 0.0
        for low, high, count in zip(self._edges, self._edges[1:], self._counts, strict=False):
            if low > limit:
                beyond += count
            elif high > limit:
                beyond += count * (high - limit) / (high - low)
        return beyond / total if total else 0.0

    def bar_at(self, x: float) -> int | None:
        """The bar at a place across the widget."""
        plot = self._plot()
        if not self._counts or not plot.left() <= x <= plot.right():
            return None
        value = self._edges[0] + (x - plot.left()) / plot.width() * (self._edges[-1] - self._edges[0])
        return max(0, min(len(self._counts) - 1, bisect_right(self._edges, value) - 1))

    def sizeHint(self) -> QSize:
        return QSize(240, 84)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 84)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        bar = self.bar_at(event.position().x())
        if bar is None:
            self.setToolTip("")
            return
        low, high = self._edges[bar], self._edges[bar + 1]
        self.setToolTip(
            tr(
                "{n} from {low} to {high} {unit}",
                n=f"{self._counts[bar]:,}",
                low=_figure(low),
                high=_figure(high),
                unit=self._unit,
            )
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()

    def _plot(self) -> QRectF:
        line = QFontMetricsF(font("small")).height()
        return QRectF(_SIDE, _TOP, self.width() - 2 * _SIDE, self.height() - _TOP - line - 4)

    def x_of(self, value: float) -> float:
        """Where a value stands across the widget."""
        plot, low, high = self._plot(), self._edges[0], self._edges[-1]
        return plot.left() + plot.width() * (value - low) / (high - low)

    def paintEvent(self, event: QPaintEvent) -> None:
        most = max(self._counts, default=0)
        if not most or self._edges[-1] <= self._edges[0]:
            return
        painter = QPainter(self)
        colours, plot, limit = theme(), self._plot(), self.limit
        for low, high, count in zip(self._edges, self._edges[1:], self._counts, strict=False):
            if count:
                left, right = self.x_of(low), self.x_of(high)
                height = max(_LEAST_BAR, plot.height() * count / most)
                gap = 1 if right - left > 3 else 0
                over = limit is not None and low >= limit
                bar = QRectF(left, plot.bottom() - height, right - left - gap, height)
                painter.fillRect(bar, QColor(colours.segment_b if over else colours.accent))
        painter.setPen(QPen(QColor(colours.line_strong), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        self._paint_words(painter, plot)
        if limit is not None:
            x = round(self.x_of(limit)) + 0.5
            painter.setPen(QPen(QColor(colours.segment_b), 1.5))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.end()

    def _paint_words(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(font("small"))
        painter.setPen(QColor(theme().secondary))
        metrics = QFontMetricsF(font("small"))
        below = QRectF(plot.left(), plot.bottom() + 3, plot.width(), metrics.height())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, _figure(self._edges[0]))
        painter.drawText(
            below, Qt.AlignmentFlag.AlignRight, f"{_figure(self._edges[-1])} {self._unit}".strip()
        )
        if (limit := self.limit) is not None:
            words = _figure(limit)
            own, x = metrics.horizontalAdvance(words) + 4, self.x_of(limit)
            left = metrics.horizontalAdvance(_figure(self._edges[0])) + 10
            right = plot.right() - metrics.horizontalAdvance(f"{_figure(self._edges[-1])} {self._unit}") - 10
            if left <= x - own / 2 and x + own / 2 <= right:
                painter.setPen(QColor(theme().segment_b))
                place = QRectF(x - own / 2, below.top(), own, below.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, words)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:.3g}"
