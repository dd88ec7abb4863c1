"""Examples found in a text, best first: a figure, a bar, the pieces, and the sentence with these marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.drawing import Drawing
from app.views.marked_text import Line, Marked, draw_line, mark_colours, marked_line
from app.views.piece_text import draw_piece, elided, visible
from app.views.rows_view import RowsView, rows_drawing

ROW_HEIGHT = 24  # pixels, as are all lengths here
_PAD, _GAP = 6, 10
_BAR_HEIGHT, _BAR, _LONG_BAR = 8, 32, 64
_WIDE = 640  # from there on bars are long
_LABEL_SHARE, _MOST_LABEL = 0.26, 190


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

    @property
    def tip(self) -> str:
        """Where it is, and its sentences whole."""
        return "\n".join(part for part in (self.detail, *self.sentences) if part)


class HitList(RowsView[HitRow]):
    """How the sentences are cut is remembered, till the list is another width."""

    row_height = ROW_HEIGHT

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Examples"), parent)
        self._lines: dict[tuple[HitRow, int], Line] = {}
        self._dress()

    def set_rows(self, rows: Sequence[HitRow]) -> None:
        """List these; the current one stays current where it goes, and nothing scrolls."""
        super().set_rows(rows)
        kept = set(self.rows)
        self._lines = {key: line for key, line in self._lines.items() if key[0] in kept}
        self._dress()

    def _dress(self) -> None:
        """No frame around nothing."""
        kind = None if self.rows else "bare"
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)

    def drawing(self, width: int) -> Drawing:
        """All rows below each other, that wide."""
        return rows_drawing(len(self.rows), QSizeF(width, ROW_HEIGHT), partial(self.paint_row, kept=False))

    def paint_row(self, painter: QPainter, area: QRectF, number: int, *, kept: bool = True) -> None:
        """Draw what stands in a row.

        kept  remember how the sentence is cut, for the next time
        """
        row, colours, small = self.rows[number], theme(), font("small")
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sentences are cut anew."""
        self._lines.clear()
        super().resizeEvent(event)


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
