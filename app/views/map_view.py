"""What all maps share: zooming about the pointer, panning, and a picture redrawn only when it must be."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.drawing import Drawing
from app.views.kept_picture import kept_picture

_WHEEL = 1.2  # how much one notch of the wheel magnifies
_KEY = 1.5
_FIT_KEYS = {Qt.Key.Key_0}
_IN_KEYS = {Qt.Key.Key_Plus, Qt.Key.Key_Equal}
_OUT_KEYS = {Qt.Key.Key_Minus, Qt.Key.Key_Underscore}


@dataclass(frozen=True, slots=True)
class Camera:
    """What part of a map is seen: zoom 1 fits it, x and y are the share of it left of and above the plot."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def content(self, plot: QRectF, fitted: QSizeF) -> QRectF:
        """Where the whole map lies, in widget units, when `fitted` is its size at zoom 1."""
        width, height = fitted.width() * self.zoom, fitted.height() * self.zoom
        left = min(0.0, max(-self.x * width, min(0.0, plot.width() - width)))
        top = min(0.0, max(-self.y * height, min(0.0, plot.height() - height)))
        return QRectF(plot.left() + left, plot.top() + top, width, height)

    def zoomed(self, plot: QRectF, fitted: QSizeF, at: QPointF, factor: float, highest: float) -> Camera:
        """Magnified by `factor`, between 1 and `highest`, while what lies at `at` stays there."""
        zoom = max(1.0, min(highest, self.zoom * factor))
        before = self.content(plot, fitted)
        if zoom == 1.0 or before.isEmpty():
            return Camera()
        share_x = min(1.0, max(0.0, (at.x() - before.left()) / before.width()))
        share_y = min(1.0, max(0.0, (at.y() - before.top()) / before.height()))
        width, height = fitted.width() * zoom, fitted.height() * zoom
        x = share_x - (at.x() - plot.left()) / width
        y = share_y - (at.y() - plot.top()) / height
        return Camera(zoom, x, y).settled(plot, fitted)

    def moved(self, plot: QRectF, fitted: QSizeF, by: QPointF) -> Camera:
        """Dragged by so many widget units."""
        content = self.content(plot, fitted)
        if content.isEmpty():
            return self
        return Camera(
            self.zoom,
            (plot.left() - content.left() - by.x()) / content.width(),
            (plot.top() - content.top() - by.y()) / content.height(),
        ).settled(plot, fitted)

    def settled(self, plot: QRectF, fitted: QSizeF) -> Camera:
        """The camera that shows the same and does not look past the map's border."""
        content = self.content(plot, fitted)
        return Camera(
            self.zoom,
            (plot.left() - content.left()) / content.width(),
            (plot.top() - content.top()) / content.height(),
        )


class MapView(QWidget):
    """A map with labels round its plot.

    The wheel or a pinch zooms about the pointer, dragging pans, + and - zoom, 0 or a double click fits.
    Subclasses say where the plot is and draw; what they draw in `draw_map` is kept as a picture until the
    view, the data, the size or the theme changes, so that `draw_marks` (selection, hover) costs little.
    """

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._camera = Camera()
        self._kept: QPixmap | None = None
        self._empty_text = tr("Nothing to show yet")
        self._pressed: QPointF | None = None
        self._dragged_from: Camera | None = None
        self._by_keyboard = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # What a map says of itself.

    def has_content(self) -> bool:
        """Whether there is a map, rather than the empty text."""
        raise NotImplementedError

    def plot(self) -> QRectF:
        """The part of the widget that the map may fill, in widget units."""
        raise NotImplementedError

    def fitted(self, plot: QRectF) -> QSizeF:
        """How large the whole map is at zoom 1."""
        raise NotImplementedError

    def highest_zoom(self) -> float:
        """How far one may zoom in."""
        raise NotImplementedError

    def extent(self) -> QSizeF:
        """How much of the widget the fitted map fills, its labels included."""
        raise NotImplementedError

    def draw_map(self, painter: QPainter, ratio: float) -> None:
        """Draws map and labels in widget units, `ratio` device pixels each."""
        raise NotImplementedError

    def draw_marks(self, painter: QPainter, hover: bool) -> None:
        """Draws the selection, and with `hover` what is under the pointer."""
        raise NotImplementedError

    def point_at(self, place: QPointF | None) -> None:
        """The pointer is at `place`, or has left."""
        raise NotImplementedError

    def click_at(self, place: QPointF) -> None:
        """A click, not a drag, ended at `place`."""
        raise NotImplementedError

    def double_click_at(self, place: QPointF) -> None:
        """A double click on a map that already fits."""

    # What others use.

    def set_empty_text(self, text: str) -> None:
        """What is said while there is nothing to show."""
        self._empty_text = text
        self.refresh()

    @property
    def zoom(self) -> float:
        return self._camera.zoom

    def content(self) -> QRectF:
        """Where the whole map lies now, in widget units; larger than the plot when zoomed in."""
        plot = self.plot()
        return self._camera.content(plot, self.fitted(plot))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify by `factor` about `at`, or about the middle of the plot."""
        if self.has_content():
            plot = self.plot()
            place = plot.center() if at is None else at
            self._look(self._camera.zoomed(plot, self.fitted(plot), place, factor, self.highest_zoom()))

    def fit(self) -> None:
        """Show the whole map again."""
        self._look(Camera())

    def reveal(self, area: QRectF) -> None:
        """Pan no farther than needed for `area`, in widget units, to lie inside the plot."""
        plot = self.plot()
        across = max(plot.left() - area.left(), 0.0) or min(plot.right() - area.right(), 0.0)
        down = max(plot.top() - area.top(), 0.0) or min(plot.bottom() - area.bottom(), 0.0)
        if across or down:
            self._look(self._camera.moved(plot, self.fitted(plot), QPointF(across, down)))

    def draw(self, painter: QPainter, ratio: float = 2.0) -> None:
        """Draws the whole map, labels and selection on any paint device, in widget units.

        Text and lines stay vectors; the map itself becomes a picture of `ratio` pixels a unit.
        """
        seen, self._camera = self._camera, Camera()
        try:
            if self.has_content():
                self.draw_map(painter, ratio)
                self.draw_marks(painter, hover=False)
        finally:
            self._camera = seen

    def drawing(self) -> Drawing:
        """The whole map with its labels and selection."""
        return Drawing(self.extent() if self.has_content() else QSizeF(self.size()), self.draw)

    def to_image(self, scale: float = 2.0) -> QImage:
        """The same, `scale` pixels a widget unit."""
        return self.drawing().to_image(scale)

    def refresh(self) -> None:
        """Draw the map anew; needed after its data changed, not for a selection."""
        self._kept = None
        self.update()

    # Events.

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._kept = kept_picture(self._kept, self, self._draw_kept)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept)
        if self.has_content():
            self.draw_marks(painter, hover=True)
        if self._by_keyboard and self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _draw_kept(self, painter: QPainter, ratio: float) -> None:
        if self.has_content():
            self.draw_map(painter, ratio)
        else:
            painter.setFont(font("base"))
            painter.setPen(QColor(theme().secondary))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(12, 12, -12, -12), int(flags), self._empty_text)

    def _look(self, camera: Camera) -> None:
        if camera != self._camera:
            self._camera = camera
            self.refresh()
            self.view_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._kept = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.refresh()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom_by(1.0 + event.value(), event.position())
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() / 120
        if not turned or not self.has_content() or (turned < 0 and self.zoom == 1.0):
            event.ignore()  # so that a scroll area around a fitted map still scrolls
            return
        self.zoom_by(_WHEEL**turned, event.position())
        self.point_at(event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pressed is None:
            self.point_at(place)
            return
        by = place - self._pressed
        far = by.manhattanLength() >= QApplication.startDragDistance()
        if self._dragged_from is None and far and self.zoom > 1.0:
            self._dragged_from = self._camera
            self.point_at(None)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragged_from is not None:
            plot = self.plot()
            self._look(self._dragged_from.moved(plot, self.fitted(plot), by))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        pressed, self._pressed = self._pressed, None
        if self._dragged_from is not None:
            self._dragged_from = None
            self.unsetCursor()
            self.point_at(event.position())
        elif pressed is not None and self.has_content():
            self.click_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.has_content():
            return
        if self.zoom > 1.0:
            self.fit()
        else:
            self.double_click_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _FIT_KEYS:
            self.fit()
        elif event.key() in _IN_KEYS:
            self.zoom_by(_KEY)
        elif event.key() in _OUT_KEYS:
            self.zoom_by(1 / _KEY)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        tabbed = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._by_keyboard = event.reason() in tabbed
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)
