"""All heads at once: one row a layer, one column a head, each a small map of query rows and key columns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import diverging, font, sequential, theme
from app.translation import tr
from app.views.arrows import ARROWS
from app.views.drawing import Drawing
from app.views.heads_map import HeadsMap, Which
from app.views.map_raster import draw_entries, level_for
from app.views.map_view import Camera
from app.views.mosaic_image import MosaicImage
from app.views.mosaic_labels import draw_labels
from app.views.mosaic_order import Head, MosaicOrder, order_of_model
from app.views.mosaic_tiles import Tiles, tiles_of

_SQUARE = 1.5  # a head may be this much wider than high, or higher than wide, to fill the room there is
_ROOMY = 24  # from this many widget units on, a head gets a frame of its own
_NAMED = 3.0  # from so many times its height on, a head gets its name where columns have none
_VEIL = 0.75  # of what is dimmed, so much is covered
_CELL = 28.0  # zooming in ends when a cell is so large

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_SHIFT = Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True, slots=True)
class MosaicHit:
    """A head, and the cell in it that was pointed at (None when reached with the keyboard); all 0-based."""

    layer: int
    head: int
    query: int | None = None
    key: int | None = None


class Mosaic(HeadsMap):
    """The grid of heads. Its signals say MosaicHit for a head.

    head_activated  MosaicHit opened with Enter, or with a double click while the whole mosaic is seen
    menu_wanted     MosaicHit, or None beside all heads, and the QPoint on screen where a menu is asked for

    Whatever the order in which they are drawn, layers and heads are always those of the model.
    """

    head_activated = Signal(object)
    menu_wanted = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: MosaicImage | None = None
        self._off: frozenset[Head] = frozenset()
        self._dimmed: frozenset[Head] = frozenset()
        self._order: MosaicOrder | None = None
        self._hit: MosaicHit | None = None
        self.setAccessibleName(tr("All heads"))
        self.setMinimumSize(160, 120)

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def set_image(self, image: MosaicImage | None) -> None:
        """Show these heads; the view is kept where the grid is the same, None shows the empty text."""
        before, self._image = self._image, image
        if before is None or image is None or (before.layers, before.heads) != (image.layers, image.heads):
            self._look(Camera())
            self.point_at(None)
        self.refresh()

    def image(self) -> MosaicImage | None:
        """What is shown."""
        return self._image

    def set_off(self, heads: Collection[Head]) -> None:
        """Cross out heads that are switched off."""
        if frozenset(heads) != self._off:
            self._off = frozenset(heads)
            self.refresh()

    def set_dimmed(self, heads: Collection[Head]) -> None:
        """Draw these faintly."""
        if frozenset(heads) != self._dimmed:
            self._dimmed = frozenset(heads)
            self.refresh()

    @property
    def dimmed(self) -> frozenset[Head]:
        """What is drawn faintly."""
        return self._dimmed

    def set_order(self, order: MosaicOrder | None) -> None:
        """Draw heads in this order; None, or one of another model's shape, is that of the model.

        The selected head stays in sight.
        """
        if order != self._order:
            self._order = order
            self.refresh()
            if (area := self.marked(self._selected)) is not None and self.zoom > 1:
                self.reveal(area)

    def order(self) -> MosaicOrder:
        """In which order heads are drawn."""
        shape = (1, 1) if self._image is None else self.shape()
        if self._order is not None and self._order.shape == shape:
            return self._order
        return order_of_model(*shape)

    def described(self) -> str:
        layer, head = self._selected
        if layer is None:
            return ""
        if head is None:
            return tr("Layer {layer} selected", layer=layer + 1)
        return tr("Layer {layer}, head {head} selected", layer=layer + 1, head=head + 1)

    # Geometry.

    def shape(self) -> tuple[int, int]:
        return (0, 0) if self._image is None else (self._image.layers, self._image.heads)

    def fitted(self, plot: QRectF) -> QSizeF:
        if self._image is None:
            return plot.size()
        width, height = plot.width() / self._image.heads, plot.height() / self._image.layers
        width, height = min(width, height * _SQUARE), min(height, width * _SQUARE)
        return QSizeF(width * self._image.heads, height * self._image.layers)

    def highest_zoom(self) -> float:
        if self._image is None:
            return 1.0
        cell = self.fitted(self.plot()).width() / (self._image.heads * self._image.size)
        return max(1.0, _CELL / cell)

    def head_rect(self, layer: int, head: int) -> QRectF:
        """Where a head's cells lie now, in widget units; it may lie outside the plot."""
        return self._tiles(self.devicePixelRatioF()).rect(*self.order().place_of(layer, head))

    def hit(self, place: QPointF) -> MosaicHit | None:
        """What lies at `place` in the widget."""
        image = self._image
        if image is None or not self.plot().intersected(self.content()).contains(place):
            return None
        ratio = self.devicePixelRatioF()
        where, cell = self._tiles(ratio).place(place.x() * ratio, place.y() * ratio, image.size)
        return MosaicHit(*self.order().head_at(*where), *cell)

    def _tiles(self, ratio: float) -> Tiles:
        assert self._image is not None
        content, order = self.content(), self.order()
        side = min(content.width() / order.shape[1], content.height() / order.shape[0])
        name = QFontMetricsF(font("small")).height()
        named = order.columns is None and side >= _NAMED * name
        return tiles_of(
            content, order.shape, ratio, gap=3 if side >= _ROOMY else 1, strip=name if named else 0.0
        )

    # Drawing.

    def drawing(self) -> Drawing:
        """The whole mosaic; larger than on screen where only so all heads can have their names."""
        if self._image is None or self.order().columns is not None:
            return super().drawing()
        least = _NAMED * QFontMetricsF(font("small")).height()
        fitted = self.fitted(self.plot())
        layers, heads = self.order().shape
        side = min(fitted.width() / heads, fitted.height() / layers)
        if side >= least:
            return super().drawing()
        plot, grown = self.plot(), (least + 1) / side
        larger = Mosaic()
        larger.resize(
            ceil(plot.left() + fitted.width() * grown) + 4, ceil(plot.top() + fitted.height() * grown) + 4
        )
        larger.set_image(self._image)
        larger.set_order(self._order)
        larger.set_off(self._off)
        larger.set_dimmed(self._dimmed)
        larger.set_selected(*self._selected)
        return larger.drawing()

    def draw_map(self, painter: QPainter, ratio: float) -> None:
        image = self._image
        assert image is not None
        order, tiles, plot = self.order(), self._tiles(ratio), self.plot()
        seen = plot.intersected(self.content())
        rows = round(seen.top() * ratio), round(seen.bottom() * ratio)
        columns = round(seen.left() * ratio), round(seen.right() * ratio)
        sides = [level.shape[-1] for level in image.levels]
        level = level_for(tiles.smallest, sides)
        entries = tiles.entries(image.plane(level), order, sides[level], rows, columns)
        table = diverging() if image.signed else sequential()
        draw_entries(painter, entries, table, theme().surface, columns[0], rows[0], ratio)
        painter.save()
        painter.setClipRect(plot.adjusted(-1, -1, 1, 1))
        self._draw_frames(painter, tiles, seen)
        for layer, head in self._off:
            if layer < image.layers and head < image.heads:
                _cross_out(painter, tiles.rect(*order.place_of(layer, head)))
        painter.restore()
        draw_labels(painter, tiles, order, seen, QSizeF(self.size()))

    def _draw_frames(self, painter: QPainter, tiles: Tiles, seen: QRectF) -> None:
        order, areas = self.order(), []
        veil = QColor(theme().surface)
        veil.setAlphaF(_VEIL)
        layers, heads = order.shape
        for row in range(layers):
            for column in range(heads):
                area = tiles.rect(row, column)
                if area.adjusted(-1, -1, 1, 1).intersects(seen):
                    areas.append(area.adjusted(-0.5, -0.5, 0.5, 0.5))
                    if order.head_at(row, column) in self._dimmed:
                        painter.fillRect(area, veil)
        painter.setPen(QPen(QColor(theme().line), 1))
        painter.drawRects(areas)

    def marked(self, which: Which) -> QRectF | None:
        image = self._image
        layer, head = which
        if image is None or layer is None or not 0 <= layer < image.layers:
            return None
        order, tiles = self.order(), self._tiles(self.devicePixelRatioF())
        if head is None:
            row = order.layers.index(layer)
            return tiles.rect(row, 0).united(tiles.rect(row, image.heads - 1))
        return tiles.rect(*order.place_of(layer, head)) if 0 <= head < image.heads else None

    # What a person does.

    def point_at(self, place: QPointF | None) -> None:
        hit = None if place is None else self.hit(place)
        if hit != self._hit:
            self._hit = hit
            self.set_hovered(*((hit.layer, hit.head) if hit else (None, None)))
            self.head_hovered.emit(hit)

    def click_at(self, place: QPointF) -> None:
        if (hit := self.hit(place)) is not None:
            self.head_clicked.emit(hit)

    def double_click_at(self, place: QPointF) -> None:
        if (hit := self.hit(place)) is not None:
            self.head_activated.emit(hit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, in the order that is drawn; Enter opens; Shift+F10 is another name of the menu key."""
        key = Qt.Key(event.key())
        layer, head = self._selected
        if self._image is None:
            super().keyPressEvent(event)
        elif key in ARROWS:
            self._walk(*ARROWS[key])
        elif key in _ENTER:
            if layer is not None and head is not None:
                self.head_activated.emit(MosaicHit(layer, head))
        elif key == Qt.Key.Key_F10 and event.modifiers() == _SHIFT:
            self._want_menu()
        else:
            super().keyPressEvent(event)

    def _walk(self, down: int, right: int) -> None:
        order, (layer, head) = self.order(), self._selected
        layers, heads = order.shape
        if layer is None or head is None:
            target = order.head_at(0 if layer is None else order.layers.index(layer), 0)
        else:
            row, column = order.place_of(layer, head)
            target = order.head_at(
                min(max(row + down, 0), layers - 1), min(max(column + right, 0), heads - 1)
            )
        if target != (layer, head):
            self.reveal(self.head_rect(*target))
            self.head_clicked.emit(MosaicHit(*target))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of what is under the pointer, or with the menu key, of the selected head."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._want_menu()
        else:
            self.menu_wanted.emit(self.hit(QPointF(event.pos())), QPoint(event.globalPos()))

    def _want_menu(self) -> None:
        layer, head = self._selected
        area = self.marked(self._selected)
        if layer is None or head is None or area is None:
            self.menu_wanted.emit(None, self.mapToGlobal(self.rect().center()))
            return
        self.reveal(area)
        middle = self.head_rect(layer, head).intersected(self.plot()).center()
        self.menu_wanted.emit(MosaicHit(layer, head), self.mapToGlobal(middle.toPoint()))


def _cross_out(painter: QPainter, area: QRectF) -> None:
    veil = QColor(theme().surface)
    veil.setAlphaF(0.6)
    painter.fillRect(area, veil)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme().segment_b), 1.5))
    painter.drawLine(area.topLeft(), area.bottomRight())
    painter.drawLine(area.topRight(), area.bottomLeft())
    painter.restore()
