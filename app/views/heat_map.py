"""One matrix of weights or likenesses, with the pieces on both axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.theme import diverging, sequential, theme
from app.translation import tr
from app.views.arrows import ARROWS
from app.views.axis_labels import AxisLabels
from app.views.cell_numbers import NUMBERS_FROM, Edges, draw_lines, draw_numbers
from app.views.colormaps import Bytes, entries, signed_entries
from app.views.map_raster import cells_of_pixels, draw_entries, edges, level_for, sample
from app.views.map_view import Camera, MapView
from app.views.marginal_bars import Margin, MarginalBars, margin_height
from app.views.mosaic_image import pyramid
from app.views.picked_cells import Cell, Picked, runs
from bert_core.trace import Token

Floats = NDArray[np.float32]

_LARGEST = 64.0  # a cell of a short text is not drawn larger than this when it fits
_CELL = 72.0  # zooming in ends when a cell is so large
_LINES_FROM = 9.0  # cells at least so large are parted by lines
_EDGE = 2.0
_THIN = 6.0  # rows thinner than this are outlined from outside, so that the outline does not hide them
_ROUNDS = 4
_NAMED = 5  # of what is pinned
_APART = 12.0  # labels of pinned pieces are at least so far apart

_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class HeatMap(MapView):
    """A matrix float32 [S, S], queries down and keys across; NaN is drawn as the lowest value.

    cell_hovered  (query, key) under the pointer, (query, None) on a row's label, (None, key) on a column's,
                  or None
    cell_clicked  the same for a click; the arrow keys move what is pinned, and are announced here too
    picked        Picked, what is to be pinned now: Shift with a click or an arrow makes a range, Ctrl with a click
                  takes one row or column more or less; only of a map of `several`, others take them for plain ones

    A `symmetric` matrix has its labels at the left only: those above would say the same.
    """

    cell_hovered = Signal(object)
    cell_clicked = Signal(object)
    picked = Signal(object)

    def __init__(
        self, parent: QWidget | None = None, *, symmetric: bool = False, several: bool = False
    ) -> None:
        super().__init__(parent)
        self._symmetric, self._several = symmetric, several
        self._values: Floats | None = None
        self._levels: tuple[Bytes, ...] = ()
        self._tokens: tuple[Token, ...] = ()
        # Laid out anew when the pieces, the size or the font change.
        self._labels: AxisLabels | None = None
        self._plot: QRectF | None = None
        self._diverging = False
        self._borders: tuple[int, ...] = ()
        self._margin: Margin | None = None
        self._picked = Picked()
        self._held = Qt.KeyboardModifier.NoModifier
        self._hover: Cell = (None, None)
        self._pointed: Cell | None = None
        self.setAccessibleName(tr("Weights by query and key"))
        self.setMinimumSize(160, 140)

    def sizeHint(self) -> QSize:
        return QSize(400, 400)

    def set_matrix(
        self,
        values: Floats | None,
        tokens: Sequence[Token] = (),
        maximum: float = 1.0,
        diverging: bool = False,
        minimum: float = 0.0,
    ) -> None:
        """Show `values` [S, S] of these S pieces; None shows the empty text.

        Colours run from `minimum` to `maximum`, or with `diverging` from -maximum over 0 to maximum.
        The view is kept where S is the same. Raises ValueError where shape and pieces do not match.
        """
        if values is not None and (values.shape != (len(tokens), len(tokens)) or not len(tokens)):
            raise ValueError(f"expected [{len(tokens)}, {len(tokens)}] values, got {list(values.shape)}")
        same = values is not None and self._values is not None and self._values.shape == values.shape
        self._values = values
        self._diverging = diverging
        if values is None:
            self._levels = ()
        elif diverging:
            self._levels = pyramid(signed_entries(values, maximum), signed=True)
        else:
            self._levels = pyramid(entries(values, minimum, maximum))
        if tuple(tokens) != self._tokens:
            self._tokens = tuple(tokens)
            self._labels = self._plot = None
            self._borders = tuple(
                place for place in range(1, len(tokens)) if tokens[place].segment != tokens[place - 1].segment
            )[:1]
        if not same:
            self._look(Camera())
            self.point_at(None)
        self.refresh()

    def set_selection(
        self,
        query: int | None,
        key: int | None,
        more: Iterable[int] = (),
        more_keys: Iterable[int] = (),
    ) -> None:
        """Pin a row, a column, both or nothing; and further rows and columns besides."""
        picked = Picked(() if query is None else (query, *more), () if key is None else (key, *more_keys))
        if picked != self._picked:
            self._picked = picked
            self.setAccessibleDescription(self._described())
            self.update()

    def set_margin(self, margin: Margin | None) -> None:
        """Bars under the columns; None: none. They go where there are not as many columns."""
        before, self._margin = self._margin, margin
        if (before is None) != (margin is None):
            self._plot = None
            self.refresh()
        self.update()

    def set_hover(self, query: int | None, key: int | None) -> None:
        """Mark the row and column that are pointed at, here or elsewhere."""
        if (query, key) != self._hover:
            self._hover = (query, key)
            self.update()

    def values(self) -> Floats | None:
        """The matrix shown."""
        return self._values

    # Geometry.

    def has_content(self) -> bool:
        return self._values is not None

    def labels(self) -> AxisLabels:
        """The labels as laid out for the present size."""
        if self._labels is None:
            self._plot = None
            self._labels = AxisLabels(self._tokens, self.width(), self.height(), top=not self._symmetric)
        return self._labels

    def plot(self) -> QRectF:
        if self._plot is not None:
            return self._plot
        labels = self.labels()
        height = max(1.0, self.height() - labels.top - _EDGE - self._margin_height())
        width = 1.0
        right = _EDGE
        for _ in range(_ROUNDS):  # narrower columns let the labels reach farther out
            width = max(1.0, self.width() - labels.left - right)
            side = self.fitted(QRectF(0, 0, width, height)).width()
            right = max(right, labels.right(side / max(1, len(labels))) - (width - side))
        self._plot = QRectF(labels.left, labels.top, max(1.0, self.width() - labels.left - right), height)
        return self._plot

    def fitted(self, plot: QRectF) -> QSizeF:
        side = min(plot.width(), plot.height(), _LARGEST * max(1, len(self._tokens)))
        return QSizeF(side, side)

    def highest_zoom(self) -> float:
        return max(1.0, _CELL * len(self._tokens) / self.fitted(self.plot()).width())

    def extent(self) -> QSizeF:
        plot = self.plot()
        side = self.fitted(plot).width()
        right = max(_EDGE, self.labels().right(side / max(1, len(self._tokens))))
        below = self._margin_height() + _EDGE
        return QSizeF(min(self.width(), plot.left() + side + right), plot.top() + side + below)

    def cell_at(self, place: QPointF) -> Cell | None:
        """The cell at `place`, or the row or column whose label is there."""
        if self._values is None:
            return None
        content = self.content()
        seen = self.plot().intersected(content)
        size = len(self._tokens)
        if seen.contains(place):
            query = int((place.y() - content.top()) * size // content.height())
            key = int((place.x() - content.left()) * size // content.width())
            return min(query, size - 1), min(key, size - 1)
        if (row := self.labels().row_at(place, content, seen)) is not None:
            return row, None
        column = self.labels().column_at(place, content, seen)
        if column is None and (bars := self.bars()) is not None:
            column = bars.column_at(place)
        return None if column is None else (None, column)

    def bars(self) -> MarginalBars | None:
        """The bars under the columns, as they lie now."""
        margin = self._margin
        if margin is None or self._values is None or len(margin.values) != len(self._tokens):
            return None
        content = self.content()
        across = self._edges(content.left(), content.width())
        return MarginalBars(margin, self.plot().intersected(content), across, self._margin_height())

    def _margin_height(self) -> float:
        return 0.0 if self._margin is None else margin_height(self.height())

    def _edges(self, origin: float, extent: float) -> Edges:
        ratio = self.devicePixelRatioF()
        return edges(origin, extent, len(self._tokens), ratio) / ratio

    def cell_rect(self, query: int | None, key: int | None) -> QRectF:
        """Where a cell lies now, or a whole row (key None), column (query None) or the map."""
        content = self.content()
        size = len(self._tokens)
        across = self._edges(content.left(), content.width())
        down = self._edges(content.top(), content.height())
        left, right = (0, size) if key is None else (key, key + 1)
        top, bottom = (0, size) if query is None else (query, query + 1)
        return QRectF(QPointF(across[left], down[top]), QPointF(across[right], down[bottom]))

    # Drawing.

    def draw_map(self, painter: QPainter, ratio: float) -> None:
        content = self.content()
        seen = self.plot().intersected(content)
        size = len(self._tokens)
        cell = content.width() / size
        down = edges(content.top(), content.height(), size, ratio)
        across = edges(content.left(), content.width(), size, ratio)
        top, bottom = round(seen.top() * ratio), round(seen.bottom() * ratio)
        left, right = round(seen.left() * ratio), round(seen.right() * ratio)
        sides = [level.shape[-1] for level in self._levels]
        level = level_for(min(down[-1] - down[0], across[-1] - across[0]), sides)
        if level:  # pooled cells do not end where rows do: the whole map is one tile
            down, across = down[[0, -1]], across[[0, -1]]
        per_tile = sides[level] if level else 1
        shown = sample(
            self._levels[level],
            cells_of_pixels(down, 0, top, bottom, per_tile),
            cells_of_pixels(across, 0, left, right, per_tile),
        )
        table = diverging() if self._diverging else sequential()
        draw_entries(painter, shown, table, theme().surface, left, top, ratio)
        painter.save()
        painter.setClipRect(seen)
        if cell >= _LINES_FROM:
            draw_lines(painter, seen, across / ratio, down / ratio)
        if cell >= NUMBERS_FROM and self._values is not None:
            values, shown = self._values, self._levels[0]
            draw_numbers(painter, seen, across / ratio, down / ratio, values, shown, self._diverging)
        self._draw_borders(painter, content)
        painter.restore()
        self.labels().draw(painter, content, seen)

    def _draw_borders(self, painter: QPainter, content: QRectF) -> None:
        pen = QPen(QColor(theme().text), 1, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        for place in self._borders:
            corner = self.cell_rect(place, place).topLeft() - QPointF(0.5, 0.5)
            painter.drawLine(QPointF(corner.x(), content.top()), QPointF(corner.x(), content.bottom()))
            painter.drawLine(QPointF(content.left(), corner.y()), QPointF(content.right(), corner.y()))

    def draw_marks(self, painter: QPainter, hover: bool) -> None:
        content = self.content()
        seen = self.plot().intersected(content)
        outward = 1.0 if content.width() < _THIN * len(self._tokens) else 0.0
        pinned = Picked(tuple(self._inside(self._picked.queries)), tuple(self._inside(self._picked.keys)))
        rows, columns = list(pinned.queries), list(pinned.keys)
        painter.save()
        painter.setClipRect(seen.adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE))
        if hover:
            query, key = self._hover
            over = Picked(tuple(self._inside((query,))), tuple(self._inside((key,))))
            self._draw_outlines(painter, over, QPen(QColor(theme().secondary), 1), outward - 0.5)
            rows, columns = [*over.queries, *rows], [*over.keys, *columns]
        self._draw_outlines(painter, pinned, QPen(QColor(theme().selection), 2), outward)
        painter.restore()
        if (bars := self.bars()) is not None:
            bars.draw(painter)
            bars.draw_marked(painter, columns, columns[0] if columns else None)
        # What is pointed at comes last: its label wins over that of a pinned neighbour.
        cell = content.width() / max(1, len(self._tokens))
        rows, columns = _apart(rows, cell), _apart(columns, cell)
        self.labels().draw_marked(painter, content, seen, rows[::-1], columns[::-1])

    def _draw_outlines(self, painter: QPainter, picked: Picked, pen: QPen, by: float) -> None:
        """One for each stretch of neighbours."""
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        for first, last in runs(picked.queries):
            area = self.cell_rect(first, None).united(self.cell_rect(last, None))
            painter.drawRect(area.adjusted(-by, -by, by, by))
        for first, last in runs(picked.keys):
            area = self.cell_rect(None, first).united(self.cell_rect(None, last))
            painter.drawRect(area.adjusted(-by, -by, by, by))

    def _inside(self, places: Iterable[int | None]) -> list[int]:
        return [place for place in places if place is not None and 0 <= place < len(self._tokens)]

    # What a person does.

    def point_at(self, place: QPointF | None) -> None:
        pointed = None if place is None else self.cell_at(place)
        if pointed != self._pointed:
            self._pointed = pointed
            self.set_hover(*(pointed or (None, None)))
            self.cell_hovered.emit(pointed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = event.modifiers()
        super().mouseReleaseEvent(event)
        self._held = Qt.KeyboardModifier.NoModifier

    def click_at(self, place: QPointF) -> None:
        cell = self.cell_at(place)
        if cell is None:
            return
        if self._several and self._held & _SHIFT:
            self.picked.emit(self._picked.extended(*cell))
        elif self._several and self._held & _CTRL:
            self.picked.emit(self._picked.toggled(*cell))
        else:
            self.cell_clicked.emit(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._values is None or key not in ARROWS:
            super().keyPressEvent(event)
            return
        down, right = ARROWS[key]
        if self._several and event.modifiers() & _SHIFT:
            query, column = self._walked(self._picked.end, down, right)
            picked = self._picked.extended(query if down else None, column if right else None)
            if picked != self._picked:
                self.reveal(self.cell_rect(query if down else None, column if right else None))
                self.picked.emit(picked)
            return
        target = self._walked(self._picked.cell, down, right)
        if target != self._picked.cell or self._picked.several:
            self.reveal(self.cell_rect(*target))
            self.cell_clicked.emit(target)

    def _walked(self, start: Cell, down: int, right: int) -> Cell:
        query, key = start
        last = len(self._tokens) - 1
        if down:
            query = 0 if query is None else min(max(query + down, 0), last)
        if right:
            key = 0 if key is None else min(max(key + right, 0), last)
        return query, key

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._labels = self._plot = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._labels = self._plot = None
        super().changeEvent(event)

    def _described(self) -> str:
        row = _named([self._tokens[place].text for place in self._inside(self._picked.queries)])
        column = _named([self._tokens[place].text for place in self._inside(self._picked.keys)])
        if row and column:
            return tr("{query} to {key} selected", query=row, key=column)
        return tr("{piece} selected", piece=row or column) if row or column else ""


def _named(texts: list[str]) -> str:
    if len(texts) > _NAMED:
        return tr("{pieces} and {n} more", pieces=", ".join(texts[:_NAMED]), n=len(texts) - _NAMED)
    return ", ".join(texts)


def _apart(places: list[int], cell: float) -> list[int]:
    """Those whose labels have room beside each other; the first come first."""
    if cell >= _APART:
        return places
    kept: dict[int, int] = {}  # at most one in each stretch of the least distance
    for place in places:
        stretch = int(place * cell // _APART)
        near = (kept.get(stretch + by) for by in (-1, 0, 1))
        if all(other is None or abs(place - other) * cell >= _APART for other in near):
            kept[stretch] = place
    return list(kept.values())
