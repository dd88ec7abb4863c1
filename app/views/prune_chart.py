"""The chart of what is lost as heads are removed; pressed or drawn along, it says how many are to be."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.translation import tr
from app.views.drawing import Drawing
from app.views.prune_drawing import PrunePlot


class PruneChart(QWidget):
    """The mouse's way; for the keyboard, the slider below says the same.

    grabbed()      a press begins
    wanted(n)      with it, and with every move until it ends
    pointed(n)     the pointer is over n heads removed; None: over none
    """

    grabbed = Signal()
    wanted = Signal(object)
    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = PrunePlot()
        self._usable = True
        self._held = False
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._describe()

    @property
    def plot(self) -> PrunePlot:
        """What is shown."""
        return self._plot

    def set_plot(self, plot: PrunePlot, *, usable: bool = True) -> None:
        """Show this; where it is not usable, a press says nothing."""
        self._plot = replace(plot, pointed=self._plot.pointed)
        self._usable = usable
        self.setCursor(Qt.CursorShape.PointingHandCursor if usable else Qt.CursorShape.ArrowCursor)
        self._describe()
        self.update()

    def drawing(self, size: QSizeF | None = None) -> Drawing:
        """The chart in any size, without the pointer."""
        room, plot = size or QSizeF(self.size()), replace(self._plot, pointed=None)
        return Drawing(room, lambda painter, ratio: plot.draw(painter, room))

    def sizeHint(self) -> QSize:
        return QSize(360, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 70)

    def _describe(self) -> None:
        plot = self._plot
        self.setAccessibleName(tr("Curve over how many heads are removed"))
        self.setAccessibleDescription(plot.title)
        self.setToolTip(tr("Click or draw along to remove so many heads") if self._usable else "")

    def _count(self, event: QMouseEvent) -> int:
        return self._plot.count_at(event.position().x(), QSizeF(self.size()))

    def _point(self, count: int | None) -> None:
        if count != self._plot.pointed:
            self._plot = replace(self._plot, pointed=count)
            self.update()
            self.pointed.emit(count)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._usable:
            event.ignore()
            return
        self._held = True
        self.grabbed.emit()
        self.wanted.emit(self._count(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._count(event) if self._usable else None)
        if self._held:
            self.wanted.emit(self._count(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._plot.draw(painter, QSizeF(self.size()))
        painter.end()
