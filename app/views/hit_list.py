"""Examples found in a text, best first: a figure, a bar, the pieces, and the sentence with these marked."""

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
from app.views.marked_text import Line, Marked, draw_line, mark_colours, marked_line
from app.views.piece_text import draw_piece, elided, visible

ROW_HEIGHT = 24  # pixels, as are all lengths here
_PAD, _GAP = 6, 10
_BAR_HEIGHT, _BAR, _LONG_BAR = 8, 32, 64
_WIDE = 640  # from there on bars are long
_LABEL_SHARE, _MOST_LABEL = 0.26, 190

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class HitRow:
    """One example.

    figure     its number as it is written
    share      the length of its bar, 0 to 1
    pieces     the pieces that it is about: one, or a query and its key
    sentences  one or two
    marks      in them
    detail     what the tool tip says before the sentences
    note       a second figure, behind the pieces
    """

    figure: str
    share: float
    pieces: tuple[str, ...]
    sentences: tuple[str, ...]
    marks: tuple[Marked, ...]
    detail: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """All of it as text."""
        pieces = " → ".join(self.pieces)
        parts = (self.figure, pieces, self.note, " / ".join(self.sentences))
        return "\t".join(part for part in parts if part)


class HitModel(QAbstractListModel):
    """The rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[HitRow, ...] = ()

    def set_rows(self, rows: Sequence[HitRow]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.words.replace("\t", ", ")
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(part for part in (row.detail, *row.sentences) if part)
        return None


class _Delegate(QStyledItemDelegate):
    """Draws a row."""

    def __init__(self, parent: HitList) -> None:
        super().__init__(parent)
        self._list = parent

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        state, area = option.state, QRectF(option.rect)  # type: ignore[attr-defined]
        colours = theme()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(colours.accent_soft))
            painter.fillRect(QRectF(area.left(), area.top(), 2, area.height()), QColor(colours.accent))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(colours.hover))
        self._list.paint_row(painter, area, index.row())

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(100, ROW_HEIGHT)


class HitList(QListView):
    """hit_chosen(index) is emitted for a click on a row, or Enter on the current one."""

    hit_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = HitModel(self)
        self._empty = ""
        self._lines: dict[tuple[HitRow, int], Line] = {}
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setFont(font("base"))
        self.setAccessibleName(tr("Examples"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._clicked)
        self._dress()

    @property
    def rows(self) -> tuple[HitRow, ...]:
        """What is listed."""
        return self._model.rows

    def set_rows(self, rows: Sequence[HitRow]) -> None:
        """List these; the current one stays current where it goes, and nothing scrolls."""
        if tuple(rows) == self.rows:
            return
        current, top = self.currentIndex().row(), self.verticalScrollBar().value()
        before = self.rows[current] if 0 <= current < len(self.rows) else None
        self._model.set_rows(rows)
        kept = set(self.rows)
        self._lines = {key: line for key, line in self._lines.items() if key[0] in kept}
        if before is not None and before in self.rows:
            self.setCurrentIndex(self._model.index(self.rows.index(before)))
        self.verticalScrollBar().setValue(top)
        self._dress()

    def _dress(self) -> None:
        """No frame around nothing."""
        kind = None if self.rows else "bare"
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)

    def set_empty_text(self, text: str) -> None:
        """What is said where there is no row."""
        if text != self._empty:
            self._empty = text
            self.viewport().update()

    def drawing(self, width: int) -> Drawing:
        """All rows below each other, that wide."""

        def paint(painter: QPainter, ratio: float) -> None:
            for row in range(len(self.rows)):
                self.paint_row(painter, QRectF(0, row * ROW_HEIGHT, width, ROW_HEIGHT), row, kept=False)

        return Drawing(QSizeF(width, max(1, len(self.rows)) * ROW_HEIGHT), paint)

    def paint_row(self, painter: QPainter, area: QRectF, index: int, *, kept: bool = True) -> None:
        """Draw what stands in a row.

        kept  remember how the sentence is cut, for the next time
        """
        row, colours, small = self.rows[index], theme(), font("small")
        metrics = QFontMetricsF(small)
        inner = area.adjusted(_PAD, 0, -_PAD, 0)
        figure = metrics.horizontalAdvance("−0.000")
        painter.setFont(small)
        painter.setPen(QColor(colours.text))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(QRectF(inner.left(), inner.top(), figure, inner.height()), right, row.figure)
        bar = QRectF(
            inner.left() + figure + _GAP, 0, _LONG_BAR if area.width() >= _WIDE else _BAR, _BAR_HEIGHT
        )
        bar.moveTop(inner.center().y() - _BAR_HEIGHT / 2)
        painter.fillRect(bar, QColor(colours.bar_track))
        painter.fillRect(
            QRectF(bar.topLeft(), QSizeF(bar.width() * max(0.0, min(1.0, row.share)), bar.height())),
            QColor(colours.accent),
        )
        label = QRectF(bar.right() + _GAP, inner.top(), self._label_width(area.width()), inner.height())
        note = metrics.horizontalAdvance(row.note) + 2 if row.note else 0.0
        _draw_pieces(painter, label.adjusted(0, 0, -note, 0), row.pieces, metrics)
        if row.note:
            painter.setPen(QColor(colours.secondary))
            painter.drawText(label, right, row.note)
        text = QRectF(label.right() + _GAP, inner.top(), 0, inner.height())
        text.setRight(inner.right())
        key = row, int(text.width())
        line = self._lines.get(key) if kept else None
        if line is None:
            advance = QFontMetricsF(font("base")).horizontalAdvance
            line = marked_line(row.sentences, row.marks, text.width(), advance)
            if kept:
                self._lines[key] = line
        draw_line(painter, text, line, font("base"), colours.text)

    def _label_width(self, width: float) -> float:
        return min(_MOST_LABEL, _LABEL_SHARE * width)

    def sizeHint(self) -> QSize:
        return QSize(420, 8 * ROW_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 2 * ROW_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses, Ctrl+C copies the row."""
        current = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            self.hit_chosen.emit(current.row())
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
            area = self.viewport().rect().adjusted(16, 12, -16, -12)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._empty)
            painter.end()

    def resizeEvent(self, event: object) -> None:
        """Sentences are cut anew."""
        self._lines.clear()
        super().resizeEvent(event)  # type: ignore[arg-type]

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self.hit_chosen.emit(index.row())


def _draw_pieces(painter: QPainter, place: QRectF, pieces: Sequence[str], metrics: QFontMetricsF) -> None:
    """The pieces with an arrow between them; each gets the room that the other leaves."""
    arrow = metrics.horizontalAdvance(" → ") if len(pieces) > 1 else 0.0
    room = place.width() - arrow
    wide = [metrics.horizontalAdvance(visible(piece)) + 2 for piece in pieces]
    if sum(wide) > room and len(pieces) > 1:
        half = room / 2
        first = min(wide[0], max(half, room - wide[1]))
        wide = [first, min(wide[1], room - first)]
    at = place.left()
    left = Qt.AlignmentFlag.AlignLeft
    for n, (piece, own) in enumerate(zip(pieces, wide, strict=True)):
        if n:
            painter.setPen(QColor(theme().secondary))
            draw_piece(painter, QRectF(at, place.top(), arrow, place.height()), left, " → ")
            at += arrow
        painter.setPen(QColor(mark_colours("key" if n else "query")[0]))
        own = min(own, place.right() - at)
        shown = elided(visible(piece), metrics, own)
        draw_piece(painter, QRectF(at, place.top(), own, place.height()), left, shown)
        at += own
