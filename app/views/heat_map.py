"""One matrix of weights or likenesses, with the pieces on both axes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen, QResizeEvent, QStaticText
from PySide6.QtWidgets import QWidget

from app.theme import Theme, diverging, font, sequential, theme
from app.translation import tr
from app.views.axis_labels import AxisLabels
from app.views.colormaps import Bytes, contrast, entries, signed_entries
from app.views.map_raster import cells_of_pixels, draw_entries, edges, level_for, sample
from app.views.map_view import Camera, MapView
from app.views.mosaic_image import pyramid
from bert_core.trace import Token

Floats = NDArray[np.float32]
Cell = tuple[int | None, int | None]

NUMBERS_FROM = 34.0  # widget units a side from which a cell has room for its number
_LARGEST = 64.0  # a cell of a short text is not drawn larger than this when it fits
_CELL = 72.0  # zooming in ends when a cell is so large
_LINES_FROM = 9.0  # cells at least so large are parted by lines
_EDGE = 2.0
_THIN = 6.0  # rows thinner than this are outlined from outside, so that the outline does not hide them
_ROUNDS = 4
_NOTHING = {".00", "−.00"}

_WALK = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class HeatMap(MapView):
    """A matrix float32 [S, S], queries down and keys across; NaN is drawn as the lowest value.

    cell_hovered  (query, key) under the pointer, (query, None) on a row's label, (None, key) on a column's,
                  or None
    cell_clicked  the same for a click; the arrow keys move what is pinned, and are announced here too

    A `symmetric` matrix has its labels at the left only: those above would say the same.
    """

    cell_hovered = Signal(object)
    cell_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, symmetric: bool = False) -> None:
        super().__init__(parent)
        self._symmetric = symmetric
        self._values: Floats | None = None
        self._levels: tuple[Bytes, ...] = ()
        self._tokens: tuple[Token, ...] = ()
        # Laid out anew when the pieces, the size or the font change.
        self._labels: AxisLabels | None = None
        self._plot: QRectF | None = None
        self._diverging = False
        self._borders: tuple[int, ...] = ()
        self._selection: Cell = (None, None)
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

    def set_selection(self, query: int | None, key: int | None) -> None:
        """Pin a row, a column, both or nothing."""
        if (query, key) != self._selection:
            self._selection = (query, key)
            self.setAccessibleDescription(self._described(query, key))
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
        height = max(1.0, self.height() - labels.top - _EDGE)
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
        return QSizeF(min(self.width(), plot.left() + side + right), plot.top() + side + _EDGE)

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
        if (column := self.labels().column_at(place, content, seen)) is not None:
            return None, column
        return None

    def cell_rect(self, query: int | None, key: int | None) -> QRectF:
        """Where a cell lies now, or a whole row (key None), column (query None) or the map."""
        content = self.content()
        ratio = self.devicePixelRatioF()
        size = len(self._tokens)
        across = edges(content.left(), content.width(), size, ratio) / ratio
        down = edges(content.top(), content.height(), size, ratio) / ratio
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
            self._draw_lines(painter, seen, across / ratio, down / ratio)
        if cell >= NUMBERS_FROM:
            self._draw_numbers(painter, seen, across / ratio, down / ratio)
        self._draw_borders(painter, content)
        painter.restore()
        self.labels().draw(painter, content, seen)

    def _draw_lines(
        self, painter: QPainter, seen: QRectF, across: NDArray[np.float64], down: NDArray[np.float64]
    ) -> None:
        colour = QColor(theme().surface)
        for x in across[(across > seen.left()) & (across < seen.right())]:
            painter.fillRect(QRectF(x - 1, seen.top(), 1, seen.height()), colour)
        for y in down[(down > seen.top()) & (down < seen.bottom())]:
            painter.fillRect(QRectF(seen.left(), y - 1, seen.width(), 1), colour)

    def _draw_numbers(
        self,
        painter: QPainter,
        seen: QRectF,
        across: NDArray[np.float64],
        down: NDArray[np.float64],
    ) -> None:
        assert self._values is not None
        painter.setFont(font("small"))
        metrics = QFontMetricsF(font("small"))
        inks, faint = _inks(theme(), self._diverging), QColor(theme().secondary)
        queries = np.flatnonzero((down[1:] > seen.top()) & (down[:-1] < seen.bottom())).tolist()
        keys = np.flatnonzero((across[1:] > seen.left()) & (across[:-1] < seen.right())).tolist()
        texts: dict[str, tuple[QStaticText, QPointF]] = {}
        for query in queries:
            for key in keys:
                text = number(float(self._values[query, key]))
                if text not in texts:
                    static = QStaticText(text)
                    static.setTextFormat(Qt.TextFormat.PlainText)
                    texts[text] = static, QPointF(metrics.horizontalAdvance(text), metrics.height()) / 2
                static, half = texts[text]
                middle = QPointF(across[key] + across[key + 1] - 1, down[query] + down[query + 1] - 1) / 2
                painter.setPen(faint if text in _NOTHING else inks[self._levels[0][query, key]])
                painter.drawStaticText(middle - half, static)

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
        size = len(self._tokens)
        outward = 1.0 if content.width() < _THIN * size else 0.0
        marks = [(self._selection, QPen(QColor(theme().selection), 2), outward)]
        if hover:
            marks.insert(0, (self._hover, QPen(QColor(theme().secondary), 1), outward - 0.5))
        painter.save()
        painter.setClipRect(seen.adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE))
        rows: list[int] = []
        columns: list[int] = []
        for (query, key), pen, by in marks:
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            if query is not None and 0 <= query < size:
                painter.drawRect(self.cell_rect(query, None).adjusted(-by, -by, by, by))
                rows.insert(0, query)
            if key is not None and 0 <= key < size:
                painter.drawRect(self.cell_rect(None, key).adjusted(-by, -by, by, by))
                columns.insert(0, key)
        painter.restore()
        # What is pointed at comes last: its label wins over that of a pinned neighbour.
        self.labels().draw_marked(painter, content, seen, rows, columns)

    # What a person does.

    def point_at(self, place: QPointF | None) -> None:
        pointed = None if place is None else self.cell_at(place)
        if pointed != self._pointed:
            self._pointed = pointed
            self.set_hover(*(pointed or (None, None)))
            self.cell_hovered.emit(pointed)

    def click_at(self, place: QPointF) -> None:
        if (cell := self.cell_at(place)) is not None:
            self.cell_clicked.emit(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._values is None or key not in _WALK:
            super().keyPressEvent(event)
            return
        target = self._walked(*_WALK[key])
        if target != self._selection:
            self.reveal(self.cell_rect(*target))
            self.cell_clicked.emit(target)

    def _walked(self, down: int, right: int) -> Cell:
        query, key = self._selection
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

    def _described(self, query: int | None, key: int | None) -> str:
        size = len(self._tokens)
        row = self._tokens[query].text if query is not None and 0 <= query < size else ""
        column = self._tokens[key].text if key is not None and 0 <= key < size else ""
        if row and column:
            return tr("{query} to {key} selected", query=row, key=column)
        return tr("{piece} selected", piece=row or column) if row or column else ""


def number(value: float) -> str:
    """Two decimals without the 0 before the point, and none where there is nothing to round: .71, .00, 0, 1."""
    if not np.isfinite(value):
        return "–"
    text = f"{abs(value):.0f}" if value == round(value) else f"{abs(value):.2f}"
    return ("−" if value < 0 else "") + text.removeprefix("0" if "." in text else "")


@lru_cache
def _inks(look: Theme, signed: bool) -> list[QColor]:
    """For each entry of a theme's table, whichever of a dark and a light text is easier to read on it."""
    inks = []
    table = diverging() if signed else sequential()
    for red, green, blue in table[:, :3].tolist():
        ground = f"#{red:02x}{green:02x}{blue:02x}"
        inks.append(QColor(max(("#10141c", "#ffffff"), key=lambda ink: contrast(ink, ground))))
    return inks
