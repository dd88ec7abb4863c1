"""A table of layers by pieces: in each cell a word and its figure, on a colour."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.theme import diverging, font, sequential, theme
from app.views.cell_ink import ink_of
from app.views.drawing import Drawing
from app.views.lens_cells import Index, LensCells, LensModel
from app.views.piece_text import draw_piece, elided, piece_colours, visible
from app.views.table_dialog import TableView

LEAST_ROW, MOST_ROW = 16, 24  # pixels, as are all lengths here
_LEAST_COLUMN, _MOST_COLUMN, _PICTURE_COLUMN = 92, 190, 112
_PAD, _GAP, _NAME, _HEADER = 6, 6, 34, 22

# Rows are low, and the table stands on the panel without a frame.
_STYLE = "QTableView { border: none; background: transparent; } QHeaderView::section { padding: 0 5px; border: none; }"


class _Delegate(QStyledItemDelegate):
    """Draws a cell."""

    def __init__(self, parent: LensTable) -> None:
        super().__init__(parent)
        self._table = parent

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect  # type: ignore[attr-defined]
        self._table.draw_cell(painter, QRectF(rect), index.row(), index.column())
        if index == self._table.currentIndex():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width, inset in ((theme().surface, 1.0, 2.5), (theme().selection, 2.0, 1.0)):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawRect(QRectF(rect).adjusted(inset, inset, -inset - 1, -inset - 1))
        elif (index.row(), index.column()) == self._table.hover_cell:
            painter.setPen(QPen(QColor(theme().secondary), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -1.5, -1.5))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(_LEAST_COLUMN, LEAST_ROW)


class LensTable(TableView):
    """Layers down, the model's own prediction last.

    cell_chosen(layer, column)  a click, an arrow key; or None, None
    cell_entered(layer, column) Enter on the current cell, or a double click
    hovered(column)             the column under the pointer, or None
    column_clicked(column)      a piece's title was clicked

    plain  one column without a title, as wide as there is room, and no scrolling: it asks for the height of its rows
    """

    cell_chosen = Signal(object, object)
    cell_entered = Signal(object, object)
    hovered = Signal(object)
    column_clicked = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None, *, plain: bool = False) -> None:
        super().__init__(parent)
        self._plain = plain
        self._model = LensModel(self)
        self.hover_cell: tuple[int, int] | None = None
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        across, down = self.horizontalHeader(), self.verticalHeader()
        for header in (across, down):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(False)
            header.setMinimumSectionSize(LEAST_ROW)
        across.setSectionsClickable(True)
        across.setFixedHeight(_HEADER)
        across.sectionClicked.connect(self._title_clicked)
        down.setFixedWidth(_NAME)
        down.setSectionsClickable(False)
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setStyleSheet(_STYLE)
        if plain:
            across.hide()
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._activated)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def cells(self) -> LensCells | None:
        """What is shown."""
        return self._model.cells

    def set_cells(self, cells: LensCells | None) -> None:
        """Show these."""
        self._model.set_cells(cells)
        self._fit()
        self.viewport().update()

    def set_pinned(self, positions: Collection[int]) -> None:
        """Mark the titles of these pieces."""
        if tuple(positions) != tuple(self._model.pinned):
            self._model.pinned = tuple(positions)
            self.horizontalHeader().viewport().update()

    def set_current(self, layer: int, column: int) -> None:
        """Mark a cell, without telling of it."""
        index = self._model.index(layer, column)
        if index.isValid() and index != self.currentIndex():
            before = self.blockSignals(True)
            self.selectionModel().setCurrentIndex(index, self.selectionModel().SelectionFlag.ClearAndSelect)
            self.blockSignals(before)
            self.viewport().update()

    def set_hover(self, column: int | None) -> None:
        """Mark a column that is pointed at elsewhere, by its last row."""
        cell = None if column is None or self.cells is None else (len(self.cells.layers) - 1, column)
        if column is None or self.hover_cell is None or self.hover_cell[1] != column:
            self._set_hover_cell(cell)

    def colour_of(self, layer: int, column: int) -> QColor:
        """The colour of a cell."""
        cells = self.cells
        table = diverging() if cells is not None and cells.signed else sequential()
        return QColor(*table[self._model.entries[layer, column], :3].tolist())

    # Size --------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        rows = self._model.rowCount()
        if self._plain:
            return QSize(160, rows * LEAST_ROW + 2)
        return QSize(_NAME + 3 * _PICTURE_COLUMN, _HEADER + max(4, rows) * 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height() if self._plain else 80)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Columns share the width, rows the height, within bounds."""
        rows, columns = self._model.rowCount(), self._model.columnCount()
        if not rows or not columns:
            return
        view = self.maximumViewportSize()
        width = (
            view.width() if self._plain else max(_LEAST_COLUMN, min(_MOST_COLUMN, view.width() // columns))
        )
        room = view.height() - (
            self.horizontalScrollBar().sizeHint().height() if width * columns > view.width() else 0
        )
        height = LEAST_ROW if self._plain else max(LEAST_ROW, min(MOST_ROW, room // rows))
        for header, size, count in (
            (self.horizontalHeader(), width, columns),
            (self.verticalHeader(), height, rows),
        ):
            if header.sectionSize(0) != size or header.sectionSize(count - 1) != size:
                header.setDefaultSectionSize(size)
                for section in range(count):
                    header.resizeSection(section, size)
        if self._plain:
            self.updateGeometry()

    # Pointer and keys --------------------------------------------------------------------------------------------

    def _set_hover_cell(self, cell: tuple[int, int] | None) -> None:
        if cell != self.hover_cell:
            self.hover_cell = cell
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell of the column."""
        index = self.indexAt(event.position().toPoint())
        before = None if self.hover_cell is None else self.hover_cell[1]
        self._set_hover_cell((index.row(), index.column()) if index.isValid() else None)
        column = index.column() if index.isValid() else None
        if column != before:
            self.hovered.emit(column)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell, even where it is the current one."""
        index = self.indexAt(event.position().toPoint())
        again = index.isValid() and index == self.currentIndex()
        super().mousePressEvent(event)
        if again and event.button() == Qt.MouseButton.LeftButton:
            self.cell_chosen.emit(index.row(), index.column())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._set_hover_cell(None)
        self.hovered.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes into the cell; Esc is for whoever holds the table."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.cell_entered.emit(index.row(), index.column())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)  # type: ignore[arg-type]
        if current.isValid():
            self.cell_chosen.emit(current.row(), current.column())

    @Slot(int)
    def _title_clicked(self, column: int) -> None:
        self.column_clicked.emit(column)

    @Slot(QModelIndex)
    def _activated(self, index: QModelIndex) -> None:
        if index.isValid():
            self.cell_entered.emit(index.row(), index.column())

    # Drawing -----------------------------------------------------------------------------------------------------

    def draw_cell(self, painter: QPainter, place: QRectF, layer: int, column: int) -> None:
        """The colour, the word at the left, the figure at the right."""
        cells = self.cells
        if cells is None:
            return
        inner = place.adjusted(0, 0, -1, -1)
        painter.fillRect(inner, self.colour_of(layer, column))
        ink = ink_of(theme(), cells.signed)[self._model.entries[layer, column]]
        figure, face = cells.figures[layer][column], font("small")
        metrics = QFontMetricsF(face)
        painter.setFont(face)
        painter.setPen(ink)
        taken = metrics.horizontalAdvance(figure) + 1
        text = inner.adjusted(_PAD, 0, -_PAD, 0)
        painter.drawText(text, _RIGHT, figure)
        word_face: QFont = font("mono-small")
        room = text.width() - taken - _GAP
        if room > 8:
            painter.setFont(word_face)
            word = elided(visible(cells.words[layer][column]), QFontMetricsF(word_face), room)
            draw_piece(
                painter,
                QRectF(text.left(), text.top(), room, text.height()),
                Qt.AlignmentFlag.AlignLeft,
                word,
            )

    def drawing(self) -> Drawing:
        """All of the table, as large in any window."""
        cells = self.cells
        rows = 0 if cells is None else len(cells.layers)
        columns = 0 if cells is None else len(cells.positions)
        width = max(_PICTURE_COLUMN, 200) if self._plain else _PICTURE_COLUMN
        size = QSizeF(_NAME + columns * width, _HEADER + rows * 20)

        def paint(painter: QPainter, ratio: float) -> None:
            if cells is None:
                return
            for column, token in enumerate(cells.tokens):
                place = QRectF(_NAME + column * width, 0, width - 4, _HEADER)
                painter.setFont(font("small"))
                painter.setPen(QColor(piece_colours(token, theme())[0]))
                title = elided(self.title_of(column), QFontMetricsF(font("small")), place.width())
                painter.drawText(place, _LEFT, title)
            for layer, name in enumerate(cells.layers):
                last = layer == rows - 1
                painter.setFont(font("bold" if last else "small"))
                painter.setPen(QColor(theme().text if last else theme().secondary))
                painter.drawText(QRectF(QPointF(0, _HEADER + layer * 20), QSizeF(_NAME, 20)), _LEFT, name)
                for column in range(columns):
                    place = QRectF(_NAME + column * width, _HEADER + layer * 20, width, 20)
                    self.draw_cell(painter, place, layer, column)

        return Drawing(size, paint)

    def title_of(self, column: int) -> str:
        """What stands above a column."""
        return str(self._model.headerData(column, Qt.Orientation.Horizontal))


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
