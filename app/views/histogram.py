"""How often numbers lie in each part of their range, with their mean: bars on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, log10

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.drawing import Drawing

_LEFT, _RIGHT, _TOP = 40, 10, 18  # pixels, as are all lengths here
_LEAST_BAR = 2


class Histogram(QWidget):
    """Bars over low..1; a tool tip tells the number in each, and the mean is marked, with the deviation if wanted."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: tuple[int, ...] = ()
        self._low, self._mean, self._deviation = 0.0, float("nan"), float("nan")
        self._name = self._axis = ""
        self._said = name
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many are in each part."""
        return self._counts

    def set_counts(
        self,
        counts: Sequence[int],
        low: float,
        mean: float,
        deviation: float = float("nan"),
        *,
        axis: str = "",
    ) -> None:
        """Show these parts of low..1; `axis` says what is counted. A deviation of NaN is not shown."""
        self._counts, self._low, self._mean, self._deviation = tuple(counts), low, mean, deviation
        self._axis = axis
        self.setAccessibleDescription(f"{axis}. {self._mean_words()}" if isfinite(mean) else axis)
        self.update()

    def edges(self, part: int) -> tuple[float, float]:
        """Where a part begins and ends."""
        width = (1 - self._low) / max(1, len(self._counts))
        return self._low + part * width, self._low + (part + 1) * width

    def part_at(self, x: float) -> int | None:
        """The part at a place across the widget."""
        plot = self._plot(QSizeF(self.size()))
        if not self._counts or not plot.left() <= x < plot.right():
            return None
        return int((x - plot.left()) / plot.width() * len(self._counts))

    def drawing(self, size: QSizeF) -> Drawing:
        """The same on a surface of that size."""
        return Drawing(size, lambda painter, _ratio: self._paint(painter, size))

    def sizeHint(self) -> QSize:
        return QSize(260, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 90)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        part = self.part_at(event.position().x())
        if part is None:
            self.setToolTip("")
        else:
            start, end = self.edges(part)
            self.setToolTip(
                tr(
                    "{n} between {start} and {end}",
                    n=f"{self._counts[part]:,}",
                    start=_figure(start),
                    end=_figure(end),
                )
            )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter, QSizeF(self.size()))
        painter.end()

    def _plot(self, size: QSizeF) -> QRectF:
        line = QFontMetricsF(font("small")).height()
        return QRectF(_LEFT, line + _TOP, size.width() - _LEFT - _RIGHT, size.height() - 3 * line - _TOP - 6)

    def _paint(self, painter: QPainter, size: QSizeF) -> None:
        colours, plot = theme(), self._plot(size)
        most = max(self._counts, default=0)
        if not most or plot.height() < 10 or plot.width() < 10:
            return
        painter.setFont(font("small"))
        metrics = QFontMetricsF(font("small"))
        top = log10(1 + most)
        for power in range(int(top) + 1):
            count = 10**power
            y = plot.bottom() - plot.height() * log10(1 + count) / top
            if power and y < plot.top() - 1:
                break
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(colours.secondary))
            where = QRectF(0, y - metrics.height() / 2, _LEFT - 6, metrics.height())
            painter.drawText(
                where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _short(count)
            )
        width = plot.width() / len(self._counts)
        for n, count in enumerate(self._counts):
            if count:
                height = max(_LEAST_BAR, plot.height() * log10(1 + count) / top)
                place = QRectF(plot.left() + n * width + 0.5, plot.bottom() - height, width - 1, height)
                painter.fillRect(place, QColor(colours.accent))
        self._paint_axis(painter, plot, metrics)
        self._paint_mean(painter, plot, metrics)

    def _paint_axis(self, painter: QPainter, plot: QRectF, metrics: QFontMetricsF) -> None:
        colours = theme()
        painter.setPen(QPen(QColor(colours.line_strong), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setPen(QColor(colours.secondary))
        for value in (self._low, (1 + self._low) / 2, 1.0):
            x = self._x(plot, value)
            text = _figure(value)
            own = metrics.horizontalAdvance(text) + 2
            left = min(max(0.0, x - own / 2), plot.right() + _RIGHT - own)
            painter.drawText(
                QRectF(left, plot.bottom() + 3, own, metrics.height()), Qt.AlignmentFlag.AlignHCenter, text
            )
        below = QRectF(0, plot.bottom() + 3 + metrics.height(), plot.right() + _RIGHT, metrics.height() + 2)
        shown = metrics.elidedText(self._axis, Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, shown)

    def _paint_mean(self, painter: QPainter, plot: QRectF, metrics: QFontMetricsF) -> None:
        if not isfinite(self._mean):
            return
        colours, x = theme(), self._x(plot, self._mean)
        if isfinite(self._deviation):
            left, right = (self._x(plot, self._mean + sign * self._deviation) for sign in (-1, 1))
            painter.fillRect(QRectF(left, plot.top() - 6, right - left, 3), QColor(colours.segment_b))
        painter.setPen(QPen(QColor(colours.segment_b), 1.5))
        painter.drawLine(QPointF(x, plot.top() - 8), QPointF(x, plot.bottom()))
        words = self._mean_words()
        own = metrics.horizontalAdvance(words) + 2
        left = min(max(0.0, x - own / 2), plot.right() + _RIGHT - own)
        painter.drawText(QRectF(left, plot.top() - 10 - metrics.height(), own, metrics.height()), 0, words)

    def _x(self, plot: QRectF, value: float) -> float:
        share = (value - self._low) / (1 - self._low)
        return plot.left() + plot.width() * min(1.0, max(0.0, share))

    def _mean_words(self) -> str:
        if isfinite(self._deviation):
            return tr(
                "mean {mean} ± {deviation}",
                mean=_figure(self._mean, 3),
                deviation=_figure(self._deviation, 3),
            )
        return tr("mean {mean}", mean=_figure(self._mean, 3))


def _figure(value: float, places: int = 2) -> str:
    return f"{value:.{places}f}".replace("-", "−")


def _short(count: int) -> str:
    return (
        f"{count // 1000000}M" if count >= 1000000 else f"{count // 1000}k" if count >= 1000 else str(count)
    )
