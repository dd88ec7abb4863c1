"""A view that is pointed at, and of which most is kept as a picture; framed where the keyboard led to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import theme
from app.views.kept_picture import kept_picture
from app.views.pointed import PointedView, Spot


class KeptView(PointedView[Spot]):
    """Subclasses find places for what they show, and say what is kept and what is drawn over it each time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept: QPixmap | None = None
        self._by_keyboard = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # What a view says of itself

    def arrange(self) -> None:
        """Find places in the present size and font."""
        raise NotImplementedError

    def draw_kept(self, painter: QPainter, ratio: float) -> None:
        """What stays as it is until it is refreshed, `ratio` device pixels a widget unit."""
        raise NotImplementedError

    def draw_over(self, painter: QPainter) -> None:
        """What changes with the selection and the pointer."""
        raise NotImplementedError

    # What it does with it

    def refresh(self) -> None:
        """Draw what is kept anew; not needed for a selection."""
        self._kept = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._kept = kept_picture(self._kept, self, self.draw_kept)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept)
        self.draw_over(painter)
        if self._by_keyboard and self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def focusInEvent(self, event: QFocusEvent) -> None:
        tabbed = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._by_keyboard = event.reason() in tabbed
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.arrange()
        self._kept = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.arrange()
            self.refresh()
        super().changeEvent(event)
