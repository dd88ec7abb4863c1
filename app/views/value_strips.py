"""What views of vectors as strips have in common: a column a vector, its values down, as fine as there are pixels."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import theme
from app.views.pointed import PointedView, Spot


class ValueStrips(PointedView[Spot]):
    """Subclasses say where strips lie, and make images of them, which are kept until size, theme or values change.

    drawn_changed  another part of the values is seen, for whoever shows the legend
    clicked        a position
    """

    drawn_changed = Signal()
    clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn_for: tuple[object, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # What a view says of itself

    def has_values(self) -> bool:
        """Whether there is anything to draw."""
        raise NotImplementedError

    def pressed(self, spot: Spot) -> None:
        """The left button went down there."""
        raise NotImplementedError

    def device_size(self) -> tuple[int, int]:
        """Columns and rows of a strip in device pixels."""
        raise NotImplementedError

    def draw_images(self, columns: int, rows: int) -> None:
        """Make the images of strips of that size."""
        raise NotImplementedError

    def paint(self, painter: QPainter) -> None:
        """Draw everything."""
        raise NotImplementedError

    def arrange(self) -> None:
        """Find places in the present size and font."""
        self.drawn_changed.emit()

    # What it does with it

    def spot_changed(self) -> None:
        self.setAccessibleDescription("" if self.spot is None else self.readout(self.spot))
        self.update()

    def build_images(self) -> None:
        """Pool and colour the strips for the pixels at hand, unless they still fit."""
        wanted = (*self.device_size(), theme().name)
        if self.has_values() and wanted != self._drawn_for:
            self.draw_images(*self.device_size())
            self._drawn_for = wanted

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.has_values():
            self.build_images()
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint(painter)
            painter.end()

    def outline(self, painter: QPainter, column: QRectF, pen: QPen, above: float) -> None:
        """Frame a column, so that it is seen even where it is one pixel wide."""
        across = max(1.0, (4 - column.width()) / 2)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(column.adjusted(-across, -above, across, above))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self.pressed_on(event)
        if spot is None:
            event.ignore()
        else:
            self.pressed(spot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.arrange()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.LanguageChange):
            self.arrange()
            self.update()
        super().changeEvent(event)
