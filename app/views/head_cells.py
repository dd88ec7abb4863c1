"""How the cells of the table of heads are painted: through the style sheet, a page of them takes 20 ms instead of 5."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.theme import font, theme
from app.views.pattern_marks import mark_pixmap

_ASIDE = 6  # pixels beside a text, and
_APART = 4  # between a mark and the text

_State = QStyle.StateFlag
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Cell:
    """A text in its font, to one side; the name of a pattern, or nothing, before it; of a row pointed at or not."""

    text: str
    font: QFont
    side: int
    mark: str
    hovered: bool


class HeadCells(QStyledItemDelegate):
    """Text, before it a mark where there is one, on the colour of a row that is selected or pointed at.

    cell_of  what stands in a cell
    """

    def __init__(self, cell_of: Callable[[_Index], Cell], parent: QObject) -> None:
        super().__init__(parent)
        self._cell_of = cell_of

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        look, area = theme(), option.rect  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        cell = self._cell_of(
            index
        )  # at once: to ask the models for one role after the other takes three times as long
        if state & _State.State_Selected:
            painter.fillRect(area, QColor(look.accent_soft))
        elif cell.hovered or state & _State.State_MouseOver:
            painter.fillRect(area, QColor(look.hover))
        left, width = area.left() + _ASIDE, area.width() - 2 * _ASIDE
        if cell.mark:
            shown = pixmap_of(cell.mark, painter.device().devicePixelRatioF(), look.name)
            side = round(shown.deviceIndependentSize().height())
            painter.drawPixmap(left, area.center().y() - side // 2 + 1, shown)
            left, width = left + side + _APART, width - side - _APART
        painter.setFont(cell.font)
        painter.setPen(QColor(look.text))
        text = cell.text
        if advance(text) > width:
            text = QFontMetrics(font("small")).elidedText(text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(left, area.top(), width, area.height(), cell.side, text)


@lru_cache(maxsize=4096)
def advance(text: str) -> int:
    """How wide a text is in the font of the table."""
    return QFontMetrics(font("small")).horizontalAdvance(text)


@lru_cache(maxsize=64)
def pixmap_of(pattern: str, ratio: float, look: str) -> QPixmap:
    """The mark of a pattern in the theme of this name."""
    del look  # the colours are those of the theme in force; it only keeps themes apart
    return mark_pixmap(pattern, ratio)
