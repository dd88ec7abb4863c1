"""Sentences by how probable each is, best first: its place, a figure, a bar, and the sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.drawing import Drawing
from app.views.piece_text import draw_piece, elided, visible

ROW_HEIGHT = 24  # pixels, as are all lengths here
MOST_DRAWN = 200
"""So many rows make a picture."""
_PAD, _GAP, _BAR_HEIGHT = 6, 10, 8
_BAR, _SHORT_BAR, _WIDE = 96, 40, 480
_LETTERS = 4  # a letter takes more than so many pixels: longer texts need not be measured whole

_Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


@dataclass(frozen=True)
class SentenceRow:
    """One sentence.

    place   its rank as it is written
    figure  its probability as it is written
    share   the length of its bar, 0 to 1
    mark    what is written before it on a coloured ground; empty: nothing
    read    whether it is the one that is looked at now
    detail  what the tool tip says besides the sentence
    """

    place: str
    figure: str
    share: float
    sentence: str
    mark: str = ""
    read: bool = False
    detail: str = ""

    @property
    def words(self) -> str:
        """All of it as text."""
        return "\t".join(part for part in (self.place, self.figure, self.mark, self.sentence) if part)


class _Model(QAbstractListModel):
    """The rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[SentenceRow, ...] = ()

    def set_rows(self, rows: tuple[SentenceRow, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.words.replace("\t", ", ")
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(part for part in (visible(row.sentence), row.detail) if part)
        return None


class _Delegate(QStyledItemDelegate):
    """Draws a row."""

    def __init__(self, parent: SentenceRanks) -> None:
        super().__init__(parent)
        self._list = parent

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        state, area = option.state, QRectF(option.rect)  # type: ignore[attr-defined]
        colours, row = theme(), self._list.rows[index.row()]
        if state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(colours.hover))
        if row.read:
            painter.fillRect(area, QColor(colours.segment_b_soft))
        if state & QStyle.StateFlag.State_Selected:
            if not row.read:
                painter.fillRect(area, QColor(colours.accent_soft))
            painter.fillRect(QRectF(area.left(), area.top(), 2, area.height()), QColor(colours.accent))
        paint_row(painter, area, row, self._list.place_width)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(100, ROW_HEIGHT)


class SentenceRanks(QListView):
    """row_chosen(index) is emitted for a click on a row, or Enter on the current one."""

    row_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self._empty = ""
        self.place_width = 0.0
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setFont(font("base"))
        self.setAccessibleName(tr("Sentences by rank"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._clicked)

    @property
    def rows(self) -> tuple[SentenceRow, ...]:
        """What is listed."""
        return self._model.rows

    def set_rows(self, rows: Sequence[SentenceRow]) -> None:
        """List these; the current sentence stays current where it goes, and nothing scrolls."""
        now = tuple(rows)
        if now == self.rows:
            return
        current, top = self.currentIndex().row(), self.verticalScrollBar().value()
        before = self.rows[current].sentence if 0 <= current < len(self.rows) else None
        self.place_width = _place_width(now)
        self._model.set_rows(now)
        place = next((n for n, row in enumerate(now) if row.sentence == before), None)
        if place is not None:
            self.setCurrentIndex(self._model.index(place))
        self.verticalScrollBar().setValue(top)

    def set_empty_text(self, text: str) -> None:
        """What is said where there is no row."""
        if text != self._empty:
            self._empty = text
            self.setAccessibleDescription(text)
            self.viewport().update()

    @property
    def empty_text(self) -> str:
        """The same."""
        return self._empty

    def drawing(self, width: int) -> Drawing:
        """The first MOST_DRAWN rows below each other, that wide."""
        rows = self.rows[:MOST_DRAWN]
        place = _place_width(rows)

        def paint(painter: QPainter, ratio: float) -> None:
            for n, row in enumerate(rows):
                area = QRectF(0, n * ROW_HEIGHT, width, ROW_HEIGHT)
                if row.read:
                    painter.fillRect(area, QColor(theme().segment_b_soft))
                paint_row(painter, area, row, place)

        return Drawing(QSizeF(width, max(1, len(rows)) * ROW_HEIGHT), paint)

    def sizeHint(self) -> QSize:
        return QSize(420, 6 * ROW_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 2 * ROW_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses, Ctrl+C copies the row."""
        current = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            self.row_chosen.emit(current.row())
        elif event.matches(QKeySequence.StandardKey.Copy) and current.isValid():
            QGuiApplication.clipboard().setText(self.rows[current.row()].words)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or why there are none."""
        super().paintEvent(event)
        if not self.rows and self._empty:
            painter = QPainter(self.viewport())
            painter.setFont(font("base"))
            painter.setPen(QColor(theme().secondary))
            area = self.viewport().rect().adjusted(16, 8, -16, -8)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._empty)
            painter.end()

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self.row_chosen.emit(index.row())


def paint_row(painter: QPainter, area: QRectF, row: SentenceRow, place_width: float) -> None:
    """Draw what stands in a row, on whatever ground."""
    colours, small = theme(), font("small")
    metrics = QFontMetricsF(small)
    inner = area.adjusted(_PAD, 0, -_PAD, 0)
    painter.setFont(small)
    painter.setPen(QColor(colours.secondary))
    painter.drawText(QRectF(inner.left(), inner.top(), place_width, inner.height()), _RIGHT, row.place)
    bar = QRectF(inner.left() + place_width + _GAP, 0, _BAR if area.width() >= _WIDE else _SHORT_BAR, 0)
    bar.setHeight(_BAR_HEIGHT)
    bar.moveTop(inner.center().y() - _BAR_HEIGHT / 2)
    painter.fillRect(bar, QColor(colours.bar_track))
    filled = QSizeF(bar.width() * max(0.0, min(1.0, row.share)), bar.height())
    painter.fillRect(QRectF(bar.topLeft(), filled), QColor(colours.accent))
    figure = QRectF(bar.right(), inner.top(), metrics.horizontalAdvance(">99.9%") + _GAP, inner.height())
    painter.setPen(QColor(colours.text))
    painter.drawText(figure, _RIGHT, row.figure)
    left = figure.right() + _GAP
    if row.mark:
        chip = QRectF(left, inner.top() + 4, metrics.horizontalAdvance(row.mark) + 10, inner.height() - 8)
        painter.setBrush(QColor(colours.segment_b))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(chip, 3, 3)
        painter.setPen(QColor(colours.background))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, row.mark)
        left = chip.right() + _GAP / 2
    place = QRectF(left, inner.top(), max(0.0, inner.right() - left), inner.height())
    face = font("base")
    painter.setFont(face)
    painter.setPen(QColor(colours.text))
    draw_piece(
        painter, place, Qt.AlignmentFlag.AlignLeft, shortened(row.sentence, QFontMetricsF(face), place)
    )


def shortened(sentence: str, metrics: QFontMetricsF, place: QRectF) -> str:
    """As much of it as there is room for, nothing invisible in it."""
    most = max(1, int(place.width() / _LETTERS))
    cut = sentence if len(sentence) <= most else sentence[:most] + "…"
    return elided(visible(cut), metrics, place.width())


def _place_width(rows: Sequence[SentenceRow]) -> float:
    metrics = QFontMetricsF(font("small"))
    return max((metrics.horizontalAdvance(row.place) for row in rows), default=0.0) + 2
