"""The cells of a lens, layers by pieces, and the model of the table that shows them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.theme import font, theme
from app.translation import tr
from app.views.colormaps import Bytes, entries, signed_entries
from app.views.piece_text import isolated, piece_colours
from bert_core.trace import Token

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, eq=False)
class LensCells:
    """R layers by C pieces.

    tokens     the pieces, C, and
    positions  where they stand
    layers     the names of the rows, R
    words      [R][C] what the cells say
    figures    [R][C] their numbers, as they are written
    said       what is said of a cell (row, column) that is pointed at, made when it is
    shades     float32 [R, C], 0..1, or -1..1 where `signed`: the colours
    """

    tokens: tuple[Token, ...]
    positions: tuple[int, ...]
    layers: tuple[str, ...]
    words: Sequence[Sequence[str]]
    figures: Sequence[Sequence[str]]
    said: Callable[[int, int], str]
    shades: NDArray[np.float32]
    signed: bool = False


class LensModel(QAbstractTableModel):
    """The cells, their words for whoever cannot see them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cells: LensCells | None = None
        self.entries: Bytes = np.zeros((0, 0), np.uint8)
        self.pinned: Collection[int] = ()

    def set_cells(self, cells: LensCells | None) -> None:
        """Show these; what is selected stays where the table has the same shape."""
        old = (self.rowCount(), self.columnCount())
        new = (0, 0) if cells is None else (len(cells.layers), len(cells.positions))
        if old != new:
            self.beginResetModel()
        self.cells = cells
        if cells is not None:
            shades = cells.shades
            self.entries = signed_entries(shades, 1.0) if cells.signed else entries(shades, 0.0, 1.0)
        if old != new:
            self.endResetModel()
        elif new[0] and new[1]:
            self.dataChanged.emit(self.index(0, 0), self.index(new[0] - 1, new[1] - 1))
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, new[1] - 1)
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, new[0] - 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() or self.cells is None else len(self.cells.layers)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self.cells is None else len(self.cells.positions)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        cells = self.cells
        if cells is None:
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{cells.words[row][column]} {cells.figures[row][column]}"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return cells.said(row, column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        cells = self.cells
        if cells is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            last = section == len(cells.layers) - 1
            if role == Qt.ItemDataRole.DisplayRole:
                return cells.layers[section]
            if role == Qt.ItemDataRole.FontRole:
                return font("bold" if last else "small")
            if role == Qt.ItemDataRole.ToolTipRole:
                return (
                    tr("The model's own prediction")
                    if last
                    else tr("Layer: {name}", name=cells.layers[section])
                )
            if role == Qt.ItemDataRole.ForegroundRole:
                return QColor(theme().text if last else theme().secondary)
            return None
        token, position = cells.tokens[section], cells.positions[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{position} {isolated(token.text)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(
                "{piece}, piece {position}: click to pin it", piece=isolated(token.text), position=position
            )
        if role == Qt.ItemDataRole.FontRole:
            face = font("small")
            if position in self.pinned:
                face.setBold(True)
                face.setUnderline(True)
            return face
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(piece_colours(token, theme())[0])
        return None
