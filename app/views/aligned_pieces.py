"""Pieces in columns with several rows each, flowing over bands like words over lines; rows align within a band."""

from __future__ import annotations

import html
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QToolTip, QWidget

from app.theme import Kind, font, theme
from app.views.chip_flow import ChipFlow
from app.views.piece_text import draw_piece, elided, visible

Look = Literal["a", "b", "special", "mask", "random", "kept", "plain", "quiet", "strong", "figure"]
"""a, b, special: a chip of that segment; mask, random, kept: a chip for what is read there instead; the rest: text."""

_PAD, _RADIUS = 5, 4  # pixels, as are all lengths here
_GAP, _LEADING, MARGIN = 4, 12, 3
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


class AlignedPieces(QWidget):
    """As high as its width needs, so it sits in a scroll area. Only what is on screen is painted.

    Signals carry positions: clicked, hovered (or None). The arrows move a focus ring, Enter and Space click.
    """

    clicked = Signal(object)
    hovered = Signal(object)

    def __init__(self, rows: Sequence[Row], name: str, *, clickable: bool = True) -> None:
        super().__init__()
        self._rows = tuple(rows)
        self._name = name
        self._columns: tuple[Column, ...] = ()
        self._details: tuple[str, ...] = ()
        self._widths: list[float] = []
        self._labels: list[tuple[str, ...]] = []
        self._pinned: frozenset[int] = frozenset()
        self._marked: frozenset[int] = frozenset()
        self._said: int | None = None
        self._pressed: int | None = None
        self._current = 0
        self._clickable = clickable
        self._flow = self._laid_out(0)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if clickable else Qt.FocusPolicy.NoFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._describe()

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns now shown."""
        return self._columns

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that every column has."""
        return self._rows

    @property
    def current(self) -> int | None:
        """The position that the keyboard is on."""
        return self._current if self._clickable and self._columns else None

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
        self._current = max(0, min(self._current, len(columns) - 1))
        self._pressed = None
        self._measure()
        if self._said is not None and self._said >= len(columns):
            self._say(None)

    def set_marks(self, pinned: Collection[int], hovered: Collection[int]) -> None:
        """Outline the pinned columns and the hovered ones."""
        now = frozenset(pinned), frozenset(hovered)
        if now != (self._pinned, self._marked):
            self._pinned, self._marked = now
            self.update()

    def column_rect(self, position: int) -> QRectF:
        """Where the column of a position is drawn."""
        return self._flow.rects[position].translated(self.gutter(), 0)

    def cell_rect(self, position: int, row: int) -> QRectF:
        """Where a cell of it is drawn."""
        column = self.column_rect(position)
        top = column.top() + sum(entry.height for entry in self._rows[:row])
        return QRectF(column.left(), top, column.width(), self._rows[row].height)

    def position_at(self, place: QPointF) -> int | None:
        """The position under a point, or None."""
        return self._flow.at(place - QPointF(self.gutter(), 0))

    # Layout ------------------------------------------------------------------------------------------------------

    def gutter(self, width: int | None = None) -> int:
        """The room that the names of the rows take at a width: none where that is narrow."""
        if (self.width() if width is None else width) < _LABELS_FROM:
            return 0
        metrics = QFontMetricsF(font("small"))
        widest = max((metrics.horizontalAdvance(row.name) for row in self._rows), default=0.0)
        return math.ceil(widest) + _GUTTER_GAP if widest else 0

    def _height(self) -> int:
        return sum(row.height for row in self._rows)

    def _measure(self) -> None:
        metrics = [QFontMetricsF(_face(row, bold=True)) for row in self._rows]
        known: dict[tuple[int, str], tuple[str, float]] = {}
        self._widths, self._labels = [], []
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
            self._widths.append(widest)
        self._arrange()
        self._describe()
        self.updateGeometry()
        self.update()

    def _laid_out(self, width: int) -> ChipFlow:
        room = width - self.gutter(width)
        return ChipFlow.of(self._widths, room, chip=self._height(), gap=_GAP, leading=_LEADING, margin=MARGIN)

    def _arrange(self) -> None:
        self._flow = self._laid_out(self.width())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return math.ceil(self._laid_out(width).height)

    def sizeHint(self) -> QSize:
        return QSize(3 * _LEAST_WIDTH, self._height() + 2 * MARGIN)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH, self._height() + 2 * MARGIN)

    def resizeEvent(self, event: QEvent) -> None:
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._measure()
        super().changeEvent(event)

    # Pointer and keys --------------------------------------------------------------------------------------------

    def _say(self, position: int | None) -> None:
        if position != self._said:
            self._said = position
            self.hovered.emit(position)

    def _go_to(self, position: int) -> None:
        self._current = max(0, min(position, len(self._columns) - 1))
        self._describe()
        self.update()
        viewport = self.parentWidget()
        area = viewport.parentWidget() if viewport is not None else None
        if isinstance(area, QScrollArea):
            rect = self.column_rect(self._current).toRect()
            area.ensureVisible(rect.center().x(), rect.center().y(), rect.width() // 2, rect.height() // 2)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = self.position_at(event.position()) if self._clickable else None
        shape = Qt.CursorShape.ArrowCursor if position is None else Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)
        self._say(position)

    def leaveEvent(self, event: QEvent) -> None:
        self._say(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._clickable and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.position_at(event.position())
        else:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed == self.position_at(event.position()):
            self._go_to(pressed)
            self.clicked.emit(pressed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.current is None:
            super().keyPressEvent(event)
            return
        key, here = Qt.Key(event.key()), self._current
        moves = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Up: self._flow.beside(here, -1),
            Qt.Key.Key_Down: self._flow.beside(here, 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._columns) - 1,
        }
        if key in moves:
            self._go_to(moves[key])
            self._say(self._current)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit(here)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if not self.underMouse():
            self._say(None)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            position = self.position_at(QPointF(event.pos()))
            if position is None or not self._details[position]:
                QToolTip.hideText()
            else:
                # Rich text by decision, not by guess: a piece may look like a tag.
                lines = html.escape(self._details[position]).replace("\n", "<br>")
                QToolTip.showText(event.globalPos(), f"<p style='white-space:pre-wrap'>{lines}</p>", self)
            return True
        return super().event(event)

    def _describe(self) -> None:
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(self._details[self._current] if self._columns else "")

    # Painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(event.rect())
        seen = self._flow.between(area.top() - MARGIN, area.bottom() + MARGIN)
        if not seen:
            return
        for line in range(self._flow.line_of(seen.start), self._flow.line_of(seen.stop - 1) + 1):
            self._paint_names(painter, line)
        for position in seen:
            for row, cell in enumerate(self._columns[position]):
                if cell is not None:
                    place = self.cell_rect(position, row)
                    paint_cell(painter, place, cell, self._labels[position][row], self._rows[row])
            self._paint_outline(painter, position)

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
        colours, rect = theme(), self.column_rect(position).adjusted(-1.5, -1.5, 1.5, 1.5)
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
