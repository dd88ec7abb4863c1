"""How long vectors are: bars over the range of their lengths, the mean marked, numbers on pointing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.drawing import Drawing
from app.views.embedding_legend import norm_text
from app.views.tables import Table

Floats = NDArray[np.float32]

_PARTS = 40
_SIDE = 6  # pixels, as are all lengths here
_LEAST_BAR = 1.5


class NormHistogram(QWidget):
    """Forty bars from the least length to the largest; the arrows walk them, and the tool tip tells one."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._norms: Floats = np.zeros(0, np.float32)
        self._counts: NDArray[np.intp] = np.zeros(0, np.intp)
        self._edges = np.zeros(1)
        self._part: int | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many lengths are in each part."""
        return tuple(self._counts.tolist())

    @property
    def part(self) -> int | None:
        """The bar that the pointer or the keyboard is on."""
        return self._part

    def set_norms(self, norms: Floats) -> None:
        """Show these lengths, [N]; none shows nothing."""
        finite = self._norms = norms[np.isfinite(norms)]
        if finite.size:
            self._counts, self._edges = np.histogram(finite, bins=_PARTS)
        else:
            self._counts, self._edges = np.zeros(0, np.intp), np.zeros(1)
        self._go_to(None)
        self.update()

    @property
    def mean(self) -> float:
        """The mean length."""
        return float(self._norms.mean(dtype=np.float64)) if self._norms.size else float("nan")

    def words(self, part: int) -> str:
        """One bar as a sentence."""
        return tr(
            "{n} pieces with norms from {start} to {end}",
            n=f"{self._counts[part]:,}",
            start=f"{self._edges[part]:.3g}",
            end=f"{self._edges[part + 1]:.3g}",
        )

    def part_at(self, x: float) -> int | None:
        """The bar at a place across the widget."""
        plot = self._plot(QSizeF(self.size()))
        if not self._counts.size or not plot.left() <= x < plot.right():
            return None
        return int((x - plot.left()) / plot.width() * self._counts.size)

    def bar_rect(self, part: int) -> QRectF:
        """Where a bar is drawn."""
        return self._bar(self._plot(QSizeF(self.size())), part)

    def table(self) -> Table:
        """A row a bar: from, to, how many."""
        edges = self._edges.tolist()
        rows = zip(edges[:-1], edges[1:], self.counts, strict=True)
        return ["from", "to", "pieces"], [list(row) for row in rows]

    def drawing(self, size: QSizeF) -> Drawing:
        """The same on a surface of that size."""
        return Drawing(size, lambda painter, _ratio: self._paint(painter, size, None))

    def sizeHint(self) -> QSize:
        return QSize(200, 120)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 44)

    # What a person does

    def _go_to(self, part: int | None) -> None:
        if part is not None and self._counts.size:
            part = max(0, min(part, self._counts.size - 1))
        if part != self._part:
            self._part = part
            words = "" if part is None else self.words(part)
            self.setToolTip(words)
            self.setAccessibleDescription(words)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go_to(self.part_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        self._go_to(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = -1 if self._part is None else self._part
        moves = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._counts.size - 1,
        }
        if self._counts.size and event.key() in moves:
            self._go_to(max(0, moves[Qt.Key(event.key())]))
        else:
            super().keyPressEvent(event)

    # Painting

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter, QSizeF(self.size()), self._part)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _plot(self, size: QSizeF) -> QRectF:
        line = QFontMetricsF(font("small")).height()
        return QRectF(_SIDE, 3, size.width() - 2 * _SIDE, max(1.0, size.height() - line - 6))

    def _bar(self, plot: QRectF, part: int) -> QRectF:
        width = plot.width() / self._counts.size
        most, count = int(self._counts.max()), int(self._counts[part])
        height = max(_LEAST_BAR, plot.height() * count / most) if count else 0.0
        return QRectF(plot.left() + part * width, plot.bottom() - height, max(1.0, width - 1), height)

    def _paint(self, painter: QPainter, size: QSizeF, part: int | None) -> None:
        if not self._counts.size:
            return
        colours, plot = theme(), self._plot(size)
        painter.setFont(font("small"))
        metrics = QFontMetricsF(font("small"))
        for n in range(self._counts.size):
            painter.fillRect(self._bar(plot, n), QColor(colours.text if n == part else colours.accent))
        painter.setPen(QPen(QColor(colours.line_strong), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        low, high = float(self._edges[0]), float(self._edges[-1])
        x = plot.left() + plot.width() * (self.mean - low) / (high - low)
        painter.setPen(QPen(QColor(colours.segment_b), 1.5))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        mean = tr("mean {mean}", mean=norm_text(self.mean))
        taken: list[tuple[float, float]] = []
        painter.setPen(QColor(colours.secondary))
        for words, at in ((mean, x), (norm_text(low), plot.left()), (norm_text(high), plot.right())):
            own = metrics.horizontalAdvance(words) + 2
            left = min(max(0.0, at - own / 2), size.width() - own)
            if all(left > end + 4 or left + own < start - 4 for start, end in taken):
                taken.append((left, left + own))
                place = QRectF(left, plot.bottom() + 2, own, metrics.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
