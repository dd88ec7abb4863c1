"""Pieces in columns with several rows each, flowing over bands like words over lines; rows align within a band."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen

from app.theme import Kind, font, theme
from app.views.chip_rows import ChipRows
from app.views.piece_text import draw_piece, elided, visible

Look = Literal["a", "b", "special", "mask", "random", "kept", "plain", "quiet", "strong", "figure"]
"""a, b, special: a chip of that segment; mask, random, kept: a chip for what is read there instead; the rest: text."""

_PAD, _RADIUS = 5, 4  # pixels, as are all lengths here
_GAP, _LEADING, _MARGIN = 4, 12, 3
_LEAST_COLUMN, _MOST_COLUMN = 20.0, 170.0
_LEAST_WIDTH = 120
_GUTTER_GAP = 10
_LABELS_FROM = 420  # narrower than this, the rows go without their names
_BAR = 3
_CHIPS = ("a", "b", "special", "mask", "random", "kept")


@dataclass(frozen=True, slots=True)
class Row:
    """What all cells at one height are: the name at the left, and how high it is."""

    name: str
    height: int = 18
    kind: Kind = "mono"


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry; `bar` 0..1 draws a short bar below the text, as long as that share of the column."""

    text: str
    look: Look = "plain"
    bar: float | None = None


Column = tuple[Cell | None, ...]


class AlignedPieces(ChipRows):
    """A chip is a column of cells; `name` is what all of them are."""

    def __init__(self, rows: Sequence[Row], name: str, *, clickable: bool = True) -> None:
        super().__init__(gap=_GAP, leading=_LEADING, margin=_MARGIN, clickable=clickable)
        self._rows = tuple(rows)
        self._name = name
        self._columns: tuple[Column, ...] = ()
        self._details: tuple[str, ...] = ()
        self._labels: list[tuple[str, ...]] = []
        self.measure()

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns now shown."""
        return self._columns

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that every column has."""
        return self._rows

    def set_columns(
        self, columns: Sequence[Column], details: Sequence[str], rows: Sequence[Row] | None = None
    ) -> None:
        """Show these columns, a cell a row each, and other rows where they are given.

        details  what the tooltip says of each column, one fact a line

        Raises ValueError where the lengths differ.
        """
        wanted = self._rows if rows is None else tuple(rows)
        if len(details) != len(columns) or any(len(column) != len(wanted) for column in columns):
            raise ValueError(f"{len(columns)} columns of {len(wanted)} rows, {len(details)} details")
        self._rows, self._columns, self._details = wanted, tuple(columns), tuple(details)
        self.measure()

    def readout(self, spot: int) -> str:
        return self._details[spot]

    def summary(self) -> str:
        return self._name

    def cell_rect(self, position: int, row: int) -> QRectF:
        """Where a cell of a column is drawn."""
        column = self.chip_rect(position)
        top = column.top() + sum(entry.height for entry in self._rows[:row])
        return QRectF(column.left(), top, column.width(), self._rows[row].height)

    # Layout ------------------------------------------------------------------------------------------------------

    def gutter(self, width: int | None = None) -> int:
        """The room that the names of the rows take at a width: none where that is narrow."""
        if (self.width() if width is None else width) < _LABELS_FROM:
            return 0
        metrics = QFontMetricsF(font("small"))
        widest = max((metrics.horizontalAdvance(row.name) for row in self._rows), default=0.0)
        return math.ceil(widest) + _GUTTER_GAP if widest else 0

    def chip_height(self) -> int:
        return sum(row.height for row in self._rows)

    def chip_widths(self) -> list[float]:
        metrics = [QFontMetricsF(_face(row, bold=True)) for row in self._rows]
        known: dict[tuple[int, str], tuple[str, float]] = {}
        self._labels, widths = [], []
        for column in self._columns:
            labels, widest = [], _LEAST_COLUMN
            for row, cell in enumerate(column):
                text = "" if cell is None else cell.text
                key = (row, text)
                if key not in known:
                    shown = elided(visible(text), metrics[row], _MOST_COLUMN - 2 * _PAD)
                    known[key] = shown, math.ceil(metrics[row].horizontalAdvance(shown)) + 2 * _PAD
                label, width = known[key]
                labels.append(label)
                widest = max(widest, width if text else 0.0)
            self._labels.append(tuple(labels))
            widths.append(widest)
        return widths

    def sizeHint(self) -> QSize:
        return QSize(3 * _LEAST_WIDTH, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH, super().minimumSizeHint().height())

    # Painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        seen = self.chips_in(QRectF(event.rect()))
        if seen:
            painter = QPainter(self)
            for line in range(self._flow.line_of(seen.start), self._flow.line_of(seen.stop - 1) + 1):
                self._paint_names(painter, line)

    def paint_chip(self, painter: QPainter, index: int) -> None:
        for row, cell in enumerate(self._columns[index]):
            if cell is not None:
                place = self.cell_rect(index, row)
                paint_cell(painter, place, cell, self._labels[index][row], self._rows[row])
        self._paint_outline(painter, index)

    def _paint_names(self, painter: QPainter, line: int) -> None:
        gutter = self.gutter()
        if not gutter:
            return
        first = self._flow.line(line).start
        painter.setFont(font("small"))
        painter.setPen(QColor(theme().secondary))
        for row, entry in enumerate(self._rows):
            cell = self.cell_rect(first, row)
            place = QRectF(0, cell.top(), gutter - _GUTTER_GAP, cell.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, entry.name)

    def _paint_outline(self, painter: QPainter, position: int) -> None:
        colours, rect = theme(), self.chip_rect(position).adjusted(-1.5, -1.5, 1.5, 1.5)
        pen: QPen | None = None
        if position in self._pinned:
            pen = QPen(QColor(colours.selection), 1.5)
        elif position in self._marked:
            pen = QPen(QColor(colours.line_strong), 1)
        if self.hasFocus() and position == self._current:
            pen = QPen(QColor(colours.accent), 2)
        if pen is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen)
            painter.drawRoundedRect(rect, _RADIUS, _RADIUS)


def paint_cell(painter: QPainter, place: QRectF, cell: Cell, label: str, row: Row) -> None:
    """Draw a cell; a chip is as wide as its place."""
    ink, back, edge = _colours(cell.look)
    if cell.look in _CHIPS:
        chip = place.adjusted(0.5, 1, -0.5, -1.5)
        painter.setBrush(QColor(back) if back else Qt.BrushStyle.NoBrush)
        dashed = Qt.PenStyle.DashLine if cell.look == "kept" else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(edge), 1, dashed) if edge else QPen(Qt.PenStyle.NoPen))
        painter.drawRoundedRect(chip, _RADIUS, _RADIUS)
    painter.setFont(_face(row, bold=cell.look in ("mask", "strong")))
    painter.setPen(QColor(ink))
    # A label that was measured in bold may be cut by its column: never by less than it needs.
    shown = elided(label, QFontMetricsF(painter.font()), place.width() - 2)
    text_place = place if cell.bar is None else place.adjusted(0, 0, 0, -_BAR - 1)
    draw_piece(painter, text_place, Qt.AlignmentFlag.AlignHCenter, shown)
    if cell.bar is not None:
        _paint_bar(painter, place, cell.bar)


def _paint_bar(painter: QPainter, place: QRectF, share: float) -> None:
    track = QRectF(place.left() + 3, place.bottom() - _BAR, place.width() - 6, _BAR)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().bar_track))
    painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
    track.setWidth(max(_BAR, track.width() * max(0.0, min(1.0, share))))
    painter.setBrush(QColor(theme().accent))
    painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)


def _face(row: Row, *, bold: bool) -> QFont:
    face = font(row.kind)
    if bold:
        face.setWeight(QFont.Weight.Bold)
    return face


def _colours(look: Look) -> tuple[str, str, str]:
    """Ink, background and edge; empty for none."""
    colours = theme()
    return {
        "a": (colours.segment_a, colours.segment_a_soft, ""),
        "b": (colours.segment_b, colours.segment_b_soft, ""),
        "special": (colours.special, colours.special_soft, ""),
        "mask": (colours.on_accent, colours.accent, ""),
        "random": (colours.error, colours.error_soft, colours.error),
        "kept": (colours.text, "", colours.secondary),
        "plain": (colours.text, "", ""),
        "quiet": (colours.secondary, "", ""),
        "strong": (colours.text, "", ""),
        "figure": (colours.secondary, "", ""),
    }[look]
