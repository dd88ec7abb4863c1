"""Sentences by how probable each is, best first: its place, a figure, a bar, and the sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.drawing import Drawing
from app.views.piece_text import draw_piece, elided, visible
from app.views.rows_view import RowsView, paint_ground, rows_drawing

ROW_HEIGHT = 24  # pixels, as are all lengths here
MOST_DRAWN = 200
"""So many rows make a picture."""
_PAD, _GAP, _BAR_HEIGHT = 6, 10, 8
_BAR, _SHORT_BAR, _WIDE = 96, 40, 480
_LETTERS = 4  # a letter takes more than so many pixels: longer texts need not be measured whole

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

    @property
    def tip(self) -> str:
        """The sentence whole, and more about it."""
        return "\n".join(part for part in (visible(self.sentence), self.detail) if part)


class SentenceRanks(RowsView[SentenceRow]):
    """The current sentence stays current where it goes, whatever its place and figure are then."""

    row_height = ROW_HEIGHT

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Sentences by rank"), parent)
        self._place_width = 0.0

    def key_of(self, row: SentenceRow) -> str:
        """The sentence."""
        return row.sentence

    def _put(self, rows: tuple[SentenceRow, ...]) -> None:
        self._place_width = _place_width(rows)
        super()._put(rows)

    def paint_item(self, painter: QPainter, area: QRectF, number: int, state: QStyle.StateFlag) -> None:
        """The one that is looked at has a ground of its own."""
        row = self.rows[number]
        tint = theme().segment_b_soft if row.read else ""
        paint_ground(painter, area, state, chosen=bool(state & QStyle.StateFlag.State_Selected), tint=tint)
        paint_row(painter, area, row, self._place_width)

    def drawing(self, width: int) -> Drawing:
        """The first MOST_DRAWN rows below each other, that wide."""
        rows = self.rows[:MOST_DRAWN]
        place = _place_width(rows)

        def paint(painter: QPainter, area: QRectF, number: int) -> None:
            row = rows[number]
            if row.read:
                painter.fillRect(area, QColor(theme().segment_b_soft))
            paint_row(painter, area, row, place)

        return rows_drawing(len(rows), QSizeF(width, ROW_HEIGHT), paint)


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
